"""The panels that open other providers' data, blocked units and emergencies. What the law lists first, comes first."""

from collections.abc import Sequence
from typing import Any, cast

from starlette.responses import Response

from varda.access.policy import CHOICE_LASTS, EMERGENCY_LASTS
from varda.care import consents, overview, patients
from varda.care.patients import Person
from varda.kernel.errors import Absent, Problem, Unprocessable
from varda.record import Ground, InnerGround, Place, Record
from varda.web.language import N_
from varda.web.visit import Visit, page

GROUNDS: dict[str, str] = {
    "consent": N_("the patient consents"),
    "child": N_("the child cannot consent"),
    "incapable": N_("lastingly unable to decide"),
    "certificate": N_("for a certificate, the patient consents"),
}
"""Every ground of SVOD 3 but the emergency, as one chooses it."""

WAYS: dict[str, str] = {
    "present": N_("here and now"),
    "phone": N_("by telephone"),
    "written": N_("in writing"),
    "digital": N_("digitally"),
}

AREAS: dict[str, str] = {
    "notes": N_("Notes"),
    "diagnoses": N_("Diagnoses"),
    "medication": N_("Medication"),
    "results": N_("Results"),
    "attention": N_("Attention"),
    "contacts": N_("Contacts"),
    "plans": N_("Plans"),
}

EMERGENCIES: dict[str, str] = {
    "Fara för livet, patienten kan inte samtycka": N_("danger to life"),
    "Allvarlig risk för hälsan, patienten kan inte samtycka": N_("serious risk to health"),
}
"""Reasons as they are recorded, and what the buttons say."""


async def others_form(visit: Visit) -> Response:
    """Ground, relevance and reason in one form."""
    async with visit.record() as record:
        person = await _person(record, visit)
        given = [one for one in await consents.in_force(record, person.id) if one.kind == "access"]
        may_register = record.powers.has("register-decisions")
    grounds = consents.grounds(visit.session, person, visit.say.today)
    return visit.page(
        "openings/_others.html",
        person=person,
        given=given[0] if given else None,
        may_register=may_register,
        grounds={ground: GROUNDS[ground] for ground in grounds},
        ways=WAYS,
        areas=AREAS,
        ends=visit.say.now + CHOICE_LASTS,
    )


async def others(visit: Visit) -> Response:
    """Open other providers' data, the consent noted in the same step; or the list first, where the law wants it."""
    patient, ground, reason = visit.part("patient"), cast(Ground, visit.said("ground")), _reason(visit)
    if ground not in GROUNDS:
        raise Unprocessable("Choose a ground.", [Problem("Choose a ground.", "ground")])
    providers = _ticked(visit, "provider")
    if ground == "incapable" and not providers:
        return await _listed(visit, ground, reason, visit.say.now + CHOICE_LASTS)
    types = consents.types_of(_ticked(visit, "area"))
    async with visit.record() as record:
        if ground in ("consent", "certificate"):
            await consents.consent_and_open(
                record, patient, how=visit.said("how"), reason=reason, ground=ground, providers=providers, types=types
            )
        else:
            await record.open_others(patient, ground=ground, reason=reason, providers=providers, types=types)
    return visit.go(f"/chart/{patient}")


async def emergency_form(visit: Visit) -> Response:
    """Why it is an emergency."""
    async with visit.record() as record:
        person = await _person(record, visit)
    return visit.page("openings/_emergency.html", person=person, emergencies=EMERGENCIES)


async def emergency(visit: Visit) -> Response:
    """First who has data, then what is chosen of it (SVOD 3:6)."""
    patient, reason, providers = visit.part("patient"), _reason(visit), _ticked(visit, "provider")
    if not providers:
        return await _listed(visit, "emergency", reason, visit.say.now + EMERGENCY_LASTS)
    types = consents.types_of(_ticked(visit, "area"))
    async with visit.record("emergency") as record:
        await record.open_others(patient, ground="emergency", reason=reason, providers=providers, types=types)
    return visit.go(f"/chart/{patient}")


async def blocked_form(visit: Visit) -> Response:
    """Step 1 of PDL 4:5: which units the patient has blocked."""
    async with visit.record() as record:
        person = await _person(record, visit)
        units = await record.units_blocked(person.id)
        may_open = record.powers.has("open-blocked")
    return visit.page(
        "openings/_blocked.html",
        person=person,
        units={one.unit: one.unit_name for one in units},
        may_open=may_open,
        areas=AREAS,
        ticked=consents.VITAL,
        ends=visit.say.now + EMERGENCY_LASTS,
    )


async def blocked(visit: Visit) -> Response:
    """Step 2: what matters of the units chosen, on consent or because the care is vital."""
    patient, ground = visit.part("patient"), cast(InnerGround, visit.said("ground"))
    if ground not in ("consent", "vital"):
        raise Unprocessable("Choose a ground.", [Problem("Choose a ground.", "ground")])
    units, types = _ticked(visit, "unit"), consents.types_of(_ticked(visit, "area"))
    async with visit.record("" if ground == "consent" else "emergency") as record:
        await record.open_blocked(patient, units=units, ground=ground, reason=_reason(visit), types=types)
    return visit.go(f"/chart/{patient}")


async def outer_form(visit: Visit) -> Response:
    """That nothing opens an outer block here; what has been asked, and what was answered."""
    return await _outer(visit)


async def outer(visit: Visit) -> Response:
    """Which providers the patient has blocked, in danger to life or health (SVOD 3:5)."""
    return await _outer(visit, _reason(visit))


async def ask(visit: Visit) -> Response:
    """Ask a provider to lift its block."""
    async with visit.record("emergency") as record:
        await record.ask_to_lift(visit.part("patient"), provider=visit.said("provider"), reason=_reason(visit))
    return await _outer(visit)


async def close(visit: Visit) -> Response:
    """Close what is open behind the walls, before its time."""
    async with visit.record() as record:
        await record.close_openings(visit.part("patient"))
    return visit.go(f"/chart/{visit.part('patient')}")


async def _outer(visit: Visit, reason: str = "") -> Response:
    found: list[tuple[Place, str]] = []
    async with visit.record("emergency" if reason else "") as record:
        person = await _person(record, visit)
        if reason:
            places = await record.providers_blocking(person.id, reason=reason)
            found = [(place, await consents.duty(record, place.hsa)) for place in places]
        asked = await record.asked(person.id) if await record.relation(person.id) else []
    return visit.page(
        "openings/_outer.html", person=person, reason=reason, found=found, asked=asked, emergencies=EMERGENCIES
    )


async def _listed(visit: Visit, ground: Ground, reason: str, ends: Any) -> Response:
    purpose = "emergency" if ground == "emergency" else ""
    async with visit.record(purpose) as record:
        person = await _person(record, visit)
        found = await record.providers_with(person.id, ground=ground, reason=reason)
    return visit.page(
        "openings/_providers.html",
        person=person,
        ground=ground,
        reason=reason,
        found=found,
        ends=ends,
        areas=AREAS,
        ticked=consents.VITAL if ground == "emergency" else _ticked(visit, "area") or AREAS,
        chosen=_ticked(visit, "area"),
    )


async def _person(record: Record, visit: Visit) -> Person:
    try:
        return (await overview.chart(record, visit.part("patient"), {"Patient": 1})).person
    except Absent:
        return await patients.known(record, visit.part("patient"))  # an emergency asks for no relation


def _reason(visit: Visit) -> str:
    reason = (visit.said("reason") or visit.said("other")).strip()
    if not reason:
        raise Unprocessable("Say why: it is recorded.", [Problem("The reason is missing.", "reason")])
    return reason


def _ticked(visit: Visit, name: str) -> Sequence[str]:
    return [one for one in visit.form.getlist(name) if isinstance(one, str) and one]


ROUTES = [
    page("/chart/{patient}/openings/others", others_form),
    page("/chart/{patient}/openings/others", others, "POST"),
    page("/chart/{patient}/openings/emergency", emergency_form),
    page("/chart/{patient}/openings/emergency", emergency, "POST"),
    page("/chart/{patient}/openings/blocked", blocked_form),
    page("/chart/{patient}/openings/blocked", blocked, "POST"),
    page("/chart/{patient}/openings/outer", outer_form),
    page("/chart/{patient}/openings/outer", outer, "POST"),
    page("/chart/{patient}/openings/ask", ask, "POST"),
    page("/chart/{patient}/openings/close", close, "POST"),
]
