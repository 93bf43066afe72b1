"""What the pages of readiness share: the evidence of this installation, and the words of what is shown."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime

from varda.catalogue import FUNCTIONS, ROLES, right_words
from varda.introduction import training
from varda.introduction.programme import OFFICE
from varda.introduction.readiness import Attestations, Board, Candidates, Check, Kept, Lack, Register, Seal, Trials
from varda.web.introduction.reader import may
from varda.web.language import N_
from varda.web.visit import Visit

AT = "/readiness"
WHY = {
    "never": N_("nothing has been found out yet"),
    "old": N_("the evidence has grown old"),
    "build": N_("the evidence is of another build or configuration"),
    "forged": N_("the evidence was not written by this installation"),
    "clock": N_("the evidence is of a time to come"),
    "failed": N_("it could not be found out"),
}
STATES = {"met": N_("met"), "unmet": N_("not met"), "missing": N_("missing")}
COLOURS = {"met": "success", "unmet": "danger", "missing": "warning"}
LACKS = {
    "no-role": N_("%(name)s: the assignment (%(title)s) leads to no role"),
    "matrix": N_("%(name)s: the role %(role)s is not as agreed"),
    "licence": N_("%(name)s: the role asks for a licence (%(licence)s)"),
    "course": N_("%(name)s: %(courses)s"),
    "trial": N_("%(name)s has not tried the assignment"),
    "coach": N_("%(role)s: %(lacking)s lacking"),
    "function-stopped": N_("%(function)s is stopped"),
    "function-paper": N_("%(function)s is on paper"),
    "concern": N_("concern %(who)s"),
    "pack": N_("the newest downtime pack: %(at)s"),
    "forged": N_("evidence %(who)s"),
    "untried": N_("the synthetic user has not tried the unit in the last half hour"),
    "try-failed": N_("the synthetic user did not get through: %(step)s"),
    "slow": N_("tap to usable chart: up to %(ms)s ms, and a second is the limit"),
    "took": N_("tap to usable chart: less than %(ms)s ms"),
    "login": N_("the page to sign in does not work: %(step)s"),
    "try-none": N_("no unit could be tried"),
    "try-many": N_("%(share)s %% of the units that were tried just now failed or were slow"),
    "load-small": N_("%(run)s: %(users)s users at once, and at least %(least)s are asked for"),
    "import-open": N_("the import of %(at)s is not finished"),
    "import-differs": N_("the import of %(at)s: %(patients)s patients lack something, %(items)s items were rejected"),
    "text": N_("an answer is not shown word for word as it came"),
    "text-behind": N_("more answers have come in than were compared; the rest follow"),
    "text-stopped": N_("%(function)s is stopped, since an answer was not shown as it came"),
    "no-run": N_("%(run)s: none is registered"),
    "run-failed": N_("%(run)s: the newest failed"),
}
"""What is lacking, in words, where whoever reads may see of whom."""
RUNS = {
    "regression": N_("regression test"),
    "stability": N_("stability test"),
    "load": N_("load test"),
    "rehearsal": N_("dress rehearsal"),
}
"""The kinds of test runs."""
COUNTED = {
    "no-role": N_("assignments that lead to no role"),
    "matrix": N_("assignments whose role is not as agreed"),
    "licence": N_("people without the licence of their role"),
    "course": N_("people with courses left"),
    "trial": N_("assignments that have not been tried"),
}
"""What is told of people to everybody else: how many."""


def kept(visit: Visit) -> Kept:
    """The evidence."""
    return Kept(visit.parts.door.database, seal(visit))


def seal(visit: Visit) -> Seal:
    """The installation's mark."""
    return Seal(visit.parts.seal)


def board(visit: Visit) -> Board:
    """How it stands."""
    return Board(visit.parts.door.database)


def trials(visit: Visit) -> Trials:
    """Everybody's own trials."""
    return Trials(visit.parts.door.database, seal(visit))


def attestations(visit: Visit) -> Attestations:
    """What people say."""
    return Attestations(visit.parts.door.database, kept(visit))


async def candidates(visit: Visit) -> Candidates:
    """What is judged: the build that answers, with the configuration that is in force."""
    return await Register(visit.parts.door.database).settle(
        visit.parts.build, visit.powers.in_force, visit.parts.clock.now()
    )


async def sees_people(visit: Visit, check: Check, unit: str) -> bool:
    """Whether the reader may see who is lacking: whoever leads the unit, the programme office, and the owner of the
    check there. To everybody else it is a number."""
    if visit.powers.has("manage-unit") and visit.session.unit == unit:
        return True
    return await may(visit, (OFFICE, check.owner), unit)


def lines(visit: Visit, some: Sequence[Lack], *, named: bool) -> list[str]:
    """What is lacking, in words; people counted and not named unless they may be."""
    _ = visit.say._
    told, counted = [], Counter[str]()
    for one in some:
        if one.why in COUNTED and not named:
            counted[one.why] += 1
        else:
            told.append(_(LACKS[one.why]) % _values(visit, one))
    return [f"{many} {_(COUNTED[why])}" for why, many in counted.items()] + told


def _values(visit: Visit, one: Lack) -> Mapping[str, str]:
    language, values = visit.language, {"name": one.name, "who": one.who, **one.values}
    role = values.get("role", one.who)
    if role in ROLES:
        values["role"] = ROLES[role].words.said(language)
    elif one.why == "coach":
        values["role"] = visit.say._("The unit as a whole") if not one.who else one.who
    if one.who in RUNS:
        values["run"] = visit.say._(RUNS[one.who])
    if one.who in FUNCTIONS:
        values["function"] = right_words((one.who, "read")).said(language)
    if one.why in ("pack", "import-open", "import-differs"):
        at = values.get("at")
        values["at"] = visit.say.minute(datetime.fromisoformat(at)) if at else visit.say._("none has been made")
    if "courses" in values:
        known = training.known(visit.powers.in_force)
        codes = values["courses"].split(", ")
        values["courses"] = ", ".join(known[code].title.said(language) if code in known else code for code in codes)
    return values
