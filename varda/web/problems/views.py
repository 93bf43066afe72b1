"""A diagnosis in two actions: type and choose. What the record has already is told, never written twice unseen."""

from typing import Any

from starlette.responses import Response

from varda.care import contacts, overview, problems
from varda.kernel.errors import Unprocessable
from varda.web.chart.sections import BY_NAME
from varda.web.chart.views import beside, framed, opened
from varda.web.language import N_
from varda.web.visit import Visit, page

PLACES = ("overview", "problems")
"""The sections that set a diagnosis in place; elsewhere it is set in the writing panel (`writing`, `note`)."""
RANKS = {"": N_("no rank"), "main": N_("main diagnosis"), "secondary": N_("secondary diagnosis")}
SIDES = {"": N_("no side"), "left": N_("left side"), "right": N_("right side"), "both": N_("both sides")}
CERTAINTIES = {"confirmed": N_("confirmed"), "provisional": N_("suspected")}
_OTHERS = {**CERTAINTIES, "refuted": N_("refuted"), "differential": N_("suspected"), "unconfirmed": N_("not confirmed")}
_FORM = ("code", "again", "rank", "side", "certainty", "onset", "contact")


async def find(visit: Visit) -> Response:
    """What is offered for what is typed so far. Asked by POST: what is typed about somebody stands in no address."""
    text = visit.said("q").strip()
    async with visit.record() as record:
        found = await problems.find(record, text)
    return visit.page(
        "problems/_found.html", found=found, text=text, where=_where(visit), patient=visit.part("patient")
    )


async def write(visit: Visit) -> Response:
    """The field in the writing panel."""
    async with visit.record() as record:
        chart = await overview.chart(record, visit.part("patient"), {"Patient": 1})
    return visit.page("problems/_write.html", person=chart.person, where="writing")


async def set_diagnosis(visit: Visit) -> Response:
    """Set what was chosen, and show where it was chosen what has become of it."""
    patient, where = visit.part("patient"), _where(visit)
    form = {name: visit.said(name) for name in _FORM}
    kept, wrong = None, ""
    try:
        async with visit.record() as record:
            kept = await problems.set_diagnosis(record, patient, form)
    except Unprocessable as fault:
        wrong = fault.problems[0].message
    if where == "writing" and kept and not kept.is_met:
        return visit.go(f"/chart/{patient}/problems")
    async with visit.record() as record:
        if where in PLACES:
            found = await opened(record, patient, BY_NAME[where])
            more = await beside(visit, record, found, BY_NAME[where])
            return framed(
                visit, f"chart/{where}.html", found, BY_NAME[where], kept=kept, wrong=wrong, code=form["code"], **more
            )
        chart = await overview.chart(record, patient, {"Patient": 1, "Encounter": 50})
    template = "problems/_write.html" if where == "writing" else "problems/_set.html"
    return visit.page(
        template, chart=chart, person=chart.person, kept=kept, wrong=wrong, code=form["code"], where=where
    )


async def one(visit: Visit) -> Response:
    """One diagnosis in the writing panel: to change, end, reopen or strike, with all its versions."""
    return await _shown(visit, {})


async def change(visit: Visit) -> Response:
    """Keep what was changed."""
    form = {name: visit.said(name) for name in _FORM}

    async def kept(record: Any, patient: str, diagnosis: str, version: int) -> None:
        await problems.change(record, patient, diagnosis, version, form)

    return await _done(visit, kept)


async def end(visit: Visit) -> Response:
    """End it on a day."""

    many = 1

    async def ended(record: Any, patient: str, diagnosis: str, version: int) -> None:
        nonlocal many
        many = await problems.end(record, patient, diagnosis, version, visit.said("ended"))

    answer = await _done(visit, ended)
    return visit.go(f"/chart/{visit.part('patient')}/problems?ended={many}") if many > 1 else answer


async def reopen(visit: Visit) -> Response:
    """Take it up again."""
    return await _done(visit, problems.reopen)


async def strike(visit: Visit) -> Response:
    """Strike it as entered in error."""

    async def struck(record: Any, patient: str, diagnosis: str, version: int) -> None:
        await problems.strike(record, patient, diagnosis, version, visit.said("reason"))

    return await _done(visit, struck)


async def favour(visit: Visit) -> Response:
    """Put a diagnosis on top for the unit, or take it away."""
    async with visit.record() as record:
        await problems.favour(record, visit.said("code"), is_on=visit.said("on") == "yes")
    return await _shown(visit, {})


async def _done(visit: Visit, verb: Any) -> Response:
    patient, diagnosis = visit.part("patient"), visit.part("diagnosis")
    version = visit.said("version")
    try:
        async with visit.record() as record:
            await verb(record, patient, diagnosis, int(version) if version.isdecimal() and len(version) < 10 else 0)
    except Unprocessable as wrong:
        return await _shown(visit, wrong.by_path, 422)
    return visit.go(f"/chart/{patient}/problems")


async def _shown(visit: Visit, told: dict[str, str], status: int = 200) -> Response:
    patient, diagnosis = visit.part("patient"), visit.part("diagnosis")
    async with visit.record() as record:
        stored = await problems.held(record, patient, diagnosis)
        versions = await problems.versions(record, stored)
        chart = await overview.chart(record, patient, {"Patient": 1, "Encounter": 50})
        is_favourite = await problems.is_favourite(record, versions[0].code)
    typed = {name: visit.said(name) for name in (*_FORM, "ended", "reason") if name in visit.form}
    now = problems.problem(stored.resource)
    onset = stored.resource.get("onsetDateTime", "")[:10]
    here = {"rank": now.rank, "side": now.side, "onset": onset, "contact": now.contact}
    own = [one for one in chart.contacts if one.kind in contacts.KINDS and one.unit == visit.session.unit_name]
    own = [one for place, one in enumerate(own) if place < 8 or one.id == now.contact]
    return visit.page(
        "problems/_one.html",
        status,
        person=chart.person,
        diagnosis=now,
        versions=versions,
        is_own=stored.unit == visit.session.unit_key,
        is_favourite=is_favourite,
        contacts=own,
        said={"ended": "", "reason": ""} | here | {"certainty": now.certainty} | typed,
        problems=told,
        ranks=RANKS,
        sides=SIDES,
        certainties=CERTAINTIES | {now.certainty: _OTHERS.get(now.certainty, now.certainty)},
    )


def _where(visit: Visit) -> str:
    where = visit.said("where")
    return where if where in (*PLACES, "note") else "writing"


ROUTES = [
    page("/chart/{patient}/problems/find", find, "POST"),
    page("/chart/{patient}/problems/write", write),
    page("/chart/{patient}/problems/set", set_diagnosis, "POST"),
    page("/chart/{patient}/problems/{diagnosis}", one),
    page("/chart/{patient}/problems/{diagnosis}/change", change, "POST"),
    page("/chart/{patient}/problems/{diagnosis}/end", end, "POST"),
    page("/chart/{patient}/problems/{diagnosis}/reopen", reopen, "POST"),
    page("/chart/{patient}/problems/{diagnosis}/strike", strike, "POST"),
    page("/chart/{patient}/problems/{diagnosis}/favour", favour, "POST"),
]
