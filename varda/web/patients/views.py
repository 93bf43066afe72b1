"""My unit's list, the palette's findings, registration, the active choice, and joining two records of one person."""

from datetime import date

from starlette.responses import RedirectResponse, Response

from varda.care import contacts, overview, patients
from varda.kernel.errors import Absent, Problem, Unprocessable
from varda.record import county as county_search
from varda.web.chart.sections import offered
from varda.web.language import N_
from varda.web.visit import Visit, page

REASONS = {
    "Patienten har kontaktat oss": N_("the patient has contacted us"),
    "Patienten är här utan identitetsnummer": N_("the patient is here without the number"),
    "Remiss eller konsultation": N_("referral or consultation"),
    "Annan vårdgivare frågar": N_("another care provider asks"),
}
"""Why somebody is looked for in the county, as it is recorded, and what the choices say."""
FEW = 4
"""Findings up to which the way to the whole county stands below them."""
CHOICES = ("all", "admitted", "today", "open")


async def home(visit: Visit) -> Response:
    """On to the page where one's work begins."""
    return RedirectResponse(visit.home, 303)


async def unit_list(visit: Visit) -> Response:
    """My unit's patients."""
    if not visit.powers.meets_patients:
        return visit.go(visit.home)
    choice = visit.asked("show", "all")
    choice = choice if choice in CHOICES else "all"
    async with visit.record() as record:
        listing = await patients.listed(record, choice, visit.say.today, visit.asked("page"))
        waiting = await record.requests_waiting()
    template = "patients/_rows.html" if visit.wants_fragment else "patients/list.html"
    wide = county_search.may(visit.session, visit.powers)
    return visit.page(template, listing=listing, choice=choice, choices=CHOICES, waiting=waiting, looks_wide=wide)


async def palette(visit: Visit) -> Response:
    """What Ctrl+K finds: people, sections of the open chart, actions."""
    text, patient = visit.asked("q").strip(), visit.asked("patient")
    found = []
    if len(text) > 1 and visit.powers.meets_patients:
        async with visit.record() as record:
            found = await patients.found(record, text)
    names = [one.name.casefold() for one in found]
    is_certain = len(found) == 1 and patients.is_whole_identity(text, visit.say.today)
    return visit.page(
        "patients/_found.html",
        found=found,
        names=names,
        is_certain=is_certain,
        text=text,
        patient=patient,
        sections=offered(visit.powers),
        looks_wide=county_search.may(visit.session, visit.powers),
        few=FEW,
    )


async def county(visit: Visit) -> Response:
    """The form of an active choice to look for somebody in the whole county (A1)."""
    return visit.page("patients/county.html", reasons=REASONS, found=None, problems={})


async def find_in_county(visit: Visit) -> Response:
    """Whom it found: what tells people apart, and nothing more. Asked by POST: a name stands in no address."""
    reason = visit.said("other").strip() or visit.said("reason")
    try:
        async with visit.record() as record:
            found = await patients.in_county(record, visit.said("name"), _day(visit.said("born")), reason=reason)
    except Unprocessable as wrong:
        problems = {one.path: one.message for one in wrong.problems}
        return visit.page("patients/county.html", 422, reasons=REASONS, found=None, problems=problems)
    return visit.page("patients/county.html", reasons=REASONS, found=found, problems={})


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip()) if text.strip() else None
    except ValueError:
        wrong = "Write the date as 2026-05-31."
        raise Unprocessable(wrong, [Problem(wrong, "born")]) from None


async def register_form(visit: Visit) -> Response:
    """The form for somebody who is not in the county's register yet, or comes for the first time."""
    return visit.page(
        "patients/register.html", identity=visit.asked("identity"), name="", problems={"identity": "", "name": ""}
    )


async def register(visit: Visit) -> Response:
    """Register a known person and open a contact, so that everything is usable at once."""
    identity, name = visit.said("identity"), visit.said("name")
    try:
        async with visit.record() as record:
            patient = await patients.register(record, identity, name, visit.say.today)
            await contacts.open_contact(record, patient, kind=visit.said("kind", "AMB"), reason=visit.said("reason"))
    except Unprocessable as wrong:
        problems = {"identity": "", "name": ""} | {problem.path: problem.message for problem in wrong.problems}
        if not problems["identity"] + problems["name"]:
            raise
        return visit.page("patients/register.html", 422, identity=identity, name=name, problems=problems)
    return visit.go(f"/chart/{patient}")


async def register_unknown(visit: Visit) -> Response:
    """Register somebody unknown in an emergency: a reserve number, an open contact, the chart."""
    async with visit.record() as record:
        patient = await patients.register_unknown(record, visit.parts.reserve_block, visit.parts.draw)
        await contacts.open_contact(record, patient, kind="EMER", reason="Akut, okänd person")
    return visit.go(f"/chart/{patient}")


async def choose(visit: Visit) -> Response:
    """Open a patient, or other units' data, by an active and reasoned choice (A1, A3)."""
    patient = visit.part("patient")
    reason = visit.said("reason") or visit.said("other")
    if not reason.strip():
        raise Unprocessable("Say why you need to open this record.", [Problem("Choose a reason.", "reason")])
    async with visit.record() as record:
        await record.choose(patient, reason=reason, all_units=visit.said("width") == "units")
    return visit.go(f"/chart/{patient}")


async def same_person(visit: Visit) -> Response:
    """Records that may be of the same person, and those already joined."""
    async with visit.record() as record:
        chart = await overview.chart(record, visit.part("patient"), overview.BANNER)
        likely = await patients.duplicates(record, chart.person)
        found = await patients.found(record, visit.asked("identity")) if visit.asked("identity") else []
        joined = [await patients.one(record, other) for other in chart.person.replaces]
    likely = [one for one in likely if one.id not in chart.person.replaces]
    return visit.page(
        "patients/_same.html", chart=chart, person=chart.person, likely=likely, found=found, joined=joined
    )


async def merge(visit: Visit) -> Response:
    """Join two records of one person."""
    async with visit.record() as record:
        await patients.merge(record, visit.part("patient"), _other(visit))
    return visit.go(f"/chart/{visit.part('patient')}")


async def separate(visit: Visit) -> Response:
    """Undo the joining."""
    async with visit.record() as record:
        await patients.separate(record, visit.part("patient"), _other(visit))
    return visit.go(f"/chart/{visit.part('patient')}")


def _other(visit: Visit) -> str:
    other = visit.said("other")
    if not other:
        raise Absent("Choose which record is of the same person.")
    return other


ROUTES = [
    page("/", home, kind="any"),
    page("/patients", unit_list),
    page("/palette", palette),
    page("/patients/county", county),
    page("/patients/county", find_in_county, "POST"),
    page("/patients/register", register_form),
    page("/patients/register", register, "POST"),
    page("/patients/unknown", register_unknown, "POST"),
    page("/chart/{patient}/choose", choose, "POST"),
    page("/chart/{patient}/same", same_person),
    page("/chart/{patient}/same", merge, "POST"),
    page("/chart/{patient}/same/undo", separate, "POST"),
]
