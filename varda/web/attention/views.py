"""Attention in the writing panel: what is not tolerated, by substance; signals; one entry with all its versions."""

from typing import Any

from starlette.responses import Response

from varda.care import attention, overview
from varda.kernel.errors import Absent, Conflict, Unprocessable
from varda.record import Record
from varda.web.language import N_
from varda.web.visit import Visit, page

CERTAINTIES = {"confirmed": N_("confirmed"), "unconfirmed": N_("not confirmed")}
SEVERITIES = {"": N_("severity not known"), "low": N_("not serious"), "high": N_("serious")}
CATEGORIES = {"medication": N_("drug"), "food": N_("food"), "environment": N_("surroundings"), "": N_("other")}
SOURCES = {
    "Patienten": N_("the patient"),
    "Närstående": N_("somebody close"),
    "Iakttaget av personal": N_("staff have seen it"),
    "Tidigare journal": N_("an earlier record"),
}
"""Who said it, as it is recorded, and what the choices say."""
KINDS = {
    "disease": N_("disease"),
    "treatment": N_("treatment"),
    "infection": N_("infection"),
    "restriction": N_("restriction"),
}
STATES = {
    "active": N_("in force"),
    "resolved": N_("over"),
    "refuted": N_("refuted"),
    "struck": N_("entered in error"),
}
_ALLERGY = ("substance", "code", "system", "certainty", "severity", "category", "reaction", "said_by")
_SIGNAL = ("kind", "text", "until")
_TYPES = {"allergy": "AllergyIntolerance", "signal": "Flag"}


async def find(visit: Visit) -> Response:
    """Substances for what is typed so far."""
    text = visit.said("substance").strip()
    async with visit.record() as record:
        found = await attention.find(record, text)
    return visit.page("attention/_found.html", found=found, text=text)


async def allergy_form(visit: Visit) -> Response:
    """What is not tolerated, to fill in."""
    return await _form(visit, "attention/_allergy.html", _ALLERGY, {})


async def note_allergy(visit: Visit) -> Response:
    """Keep it."""
    form = {name: visit.said(name) for name in _ALLERGY}
    return await _kept(visit, "attention/_allergy.html", _ALLERGY, form, attention.note_allergy)


async def none_known(visit: Visit) -> Response:
    """Somebody asked, and none is known."""
    async with visit.record() as record:
        await attention.none_known(record, visit.part("patient"))
    return _back(visit)


async def signal_form(visit: Visit) -> Response:
    """A signal, to fill in."""
    return await _form(visit, "attention/_signal.html", _SIGNAL, {})


async def raise_signal(visit: Visit) -> Response:
    """Raise it."""
    form = {name: visit.said(name) for name in _SIGNAL}
    return await _kept(visit, "attention/_signal.html", _SIGNAL, form, attention.raise_signal)


async def one(visit: Visit) -> Response:
    """One entry with its versions, to confirm, refute, end or strike."""
    return await _shown(visit, {})


async def judge(visit: Visit) -> Response:
    """What was decided of it."""
    patient, entry, version = visit.part("patient"), visit.part("entry"), visit.said("version")
    verb = attention.judge_allergy if _kind(visit) == "allergy" else attention.end_signal
    number = int(version) if version.isdecimal() and len(version) < 10 else 0
    try:
        async with visit.record() as record:
            await verb(record, patient, entry, number, visit.said("how"), visit.said("reason"))
    except Unprocessable as wrong:
        return await _shown(visit, wrong.by_path, 422)
    return _back(visit)


async def _kept(visit: Visit, template: str, names: tuple[str, ...], form: dict[str, str], verb: Any) -> Response:
    try:
        async with visit.record() as record:
            await verb(record, visit.part("patient"), form)
    except Unprocessable as wrong:
        return await _form(visit, template, names, wrong.by_path, 422)
    except Conflict as here:
        return await _form(visit, template, names, {names[0]: here.message}, 409)
    return _back(visit)


async def _form(
    visit: Visit, template: str, names: tuple[str, ...], told: dict[str, str], status: int = 200
) -> Response:
    async with visit.record() as record:
        chart = await overview.chart(record, visit.part("patient"), {"Patient": 1, "AllergyIntolerance": 100})
    return visit.page(
        template,
        status,
        person=chart.person,
        chart=chart,
        said={name: visit.said(name) for name in names},
        problems=told,
        certainties=CERTAINTIES,
        severities=SEVERITIES,
        categories=CATEGORIES,
        sources=SOURCES,
        kinds=KINDS,
    )


async def _shown(visit: Visit, told: dict[str, str], status: int = 200) -> Response:
    async with visit.record() as record:
        chart = await overview.chart(record, visit.part("patient"), {"Patient": 1})
        stored, versions = await _entry(visit, record)
    return visit.page(
        "attention/_one.html",
        status,
        person=chart.person,
        entry=versions[0],
        kind=visit.part("kind"),
        versions=versions,
        is_own=stored.unit == visit.session.unit_key,
        reason=visit.said("reason"),
        states=STATES,
        problems=told,
    )


async def _entry(visit: Visit, record: Record) -> tuple[Any, list[Any]]:
    type_, patient, id_ = _TYPES[_kind(visit)], visit.part("patient"), visit.part("entry")
    stored = await attention.held(record, patient, type_, id_)
    read: Any = attention.allergy if type_ == "AllergyIntolerance" else attention.signal
    return stored, await attention.history(record, patient, type_, id_, read)


def _kind(visit: Visit) -> str:
    if visit.part("kind") not in _TYPES:
        raise Absent("There is no such page.")
    return visit.part("kind")


def _back(visit: Visit) -> Response:
    """The whole page: the banner says it at once."""
    return visit.go(f"/chart/{visit.part('patient')}/attention")


ROUTES = [
    page("/chart/{patient}/attention/find", find, "POST"),
    page("/chart/{patient}/attention/allergy", allergy_form),
    page("/chart/{patient}/attention/allergy", note_allergy, "POST"),
    page("/chart/{patient}/attention/none-known", none_known, "POST"),
    page("/chart/{patient}/attention/signal", signal_form),
    page("/chart/{patient}/attention/signal", raise_signal, "POST"),
    page("/chart/{patient}/attention/{kind}/{entry}", one),
    page("/chart/{patient}/attention/{kind}/{entry}", judge, "POST"),
]
