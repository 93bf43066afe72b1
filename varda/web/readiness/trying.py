"""One's own trial of the assignment that one is signed in with: each step is asked of the door in the own name."""

from starlette.responses import Response

from varda.care import patients
from varda.catalogue import right_words
from varda.introduction.readiness import CHECKS, steps_of
from varda.kernel.errors import Conflict, Fault
from varda.record.powers import worker
from varda.web.language import N_
from varda.web.readiness.reader import AT, candidates, trials
from varda.web.visit import Visit, page

LIST = "list"
"""The step that opens the unit's list of patients, as every day begins."""
ACTS = {"read": N_("read"), "write": N_("write"), "sign": N_("sign")}


async def trial(visit: Visit) -> Response:
    """What is tried, and how it went the last time."""
    session, known = visit.session, await candidates(visit)
    newest = await trials(visit).newest(session.actor, session.assignment)
    counts = newest is not None and known.carried(CHECKS["smoke"], newest.candidate) is not None
    steps = newest.steps if newest else {}
    return visit.page(
        "readiness/trial.html",
        newest=newest,
        counts=counts,
        wrong=[_said(visit, one) for one, went in steps.items() if not went],
        many=len(steps),
        candidate=known.now,
    )


async def try_(visit: Visit) -> Response:
    """Try it now, and keep how it went."""
    session, now, known = visit.session, visit.parts.clock.now(), await candidates(visit)
    rights = await visit.parts.door.catalogue.rights(worker(session), now)
    steps = steps_of(session, rights)
    if not steps or known.now is None:
        raise Conflict("Your assignment leads to no role. Tell whoever leads the unit, who can have it put right.")
    if visit.powers.meets_patients:
        steps = {LIST: await _lists(visit)} | steps
    await trials(visit).keep(session, known.now.number, steps, now)
    return visit.go(f"{AT}/trial")


async def _lists(visit: Visit) -> bool:
    try:
        async with visit.record() as record:
            await patients.listed(record, "all", visit.say.today, "")
    except Fault:
        return False
    return True


def _said(visit: Visit, step: str) -> str:
    _ = visit.say._
    if step == LIST:
        return _("open the unit's list of patients")
    what, _space, act = step.partition(" ")
    return f"{right_words((what, 'read')).said(visit.language)}: {_(ACTS[act])}"


ROUTES = [page(f"{AT}/trial", trial), page(f"{AT}/trial", try_, "POST")]
