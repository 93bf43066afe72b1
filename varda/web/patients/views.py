"""My unit's list, the palette's findings, registration, the active choice, and joining two records of one person."""

from dataclasses import replace
from datetime import date
from urllib.parse import urlencode

from starlette.responses import RedirectResponse, Response

from varda.care import contacts, overview, patients, programmes, timeline, unfinished
from varda.kernel.errors import Absent, Problem, Unprocessable
from varda.record import county as county_search
from varda.web import keeping
from varda.web.chart.sections import offered
from varda.web.language import N_
from varda.web.lists import kept_open
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
CHOICES = ("all", "today", "admitted", "open", "mine")
AFTER = ("notes", "results", "tasks", "messages")
"""Where in the chart somebody may go on who opens it for work that is left."""
_ASKED = ("show", "by", "who")
"""What a list is chosen by: which patients, in which order, and whose they are (the name of who answers for them)."""


async def home(visit: Visit) -> Response:
    """On to the page where one's work begins."""
    return RedirectResponse(visit.home, 303)


async def unit_list(visit: Visit) -> Response:
    """My unit's patients."""
    if not visit.powers.meets_patients:
        return visit.go(visit.home)
    wish = await _wish(visit)
    is_whole = wish["show"] != "all"
    async with kept_open(visit, wish["show"]) if is_whole else visit.record() as record:
        listing = await patients.listed(record, wish["show"], visit.say.today, visit.asked("page"))
        waiting = await record.requests_waiting()
        lists = [] if visit.wants_fragment else await programmes.mine(record)
    names = sorted({row.responsible for row in listing.rows if row.responsible} | ({wish["who"]} - {""}))
    if is_whole:
        mine = [row for row in listing.rows if wish["who"] in ("", row.responsible)]
        listing = replace(listing, rows=tuple(patients.ordered(mine, wish["by"])))
    template = "patients/list.html"
    if visit.wants_fragment:
        template = "patients/_rows.html" if visit.asked("page") else "patients/_table.html"
    return visit.page(
        template,
        listing=listing,
        choice=wish["show"],
        by=wish["by"],
        who=wish["who"],
        names=names,
        address="/patients?" + urlencode(wish),
        choices=CHOICES,
        longest=patients.LONGEST,
        waiting=waiting,
        lists=lists,
        looks_wide=county_search.may(visit.session, visit.powers),
    )


async def _wish(visit: Visit) -> dict[str, str]:
    """How the list is wanted: as it is asked for now, which is kept, else as it was last time."""
    database = visit.parts.door.database
    before = {"show": "all", "by": "", "who": ""} | await keeping.kept(database, visit.session, "patients")
    asked = {name: visit.asked(name) for name in _ASKED if name in visit.request.query_params}
    if "show" in asked and asked["show"] != before["show"]:
        before["who"] = ""  # whose they are is chosen within one list
    wish = before | asked
    wish |= {"show": wish["show"] if wish["show"] in CHOICES else "all", "who": wish["who"][:200]}
    wish["by"] = wish["by"] if wish["by"] in patients.ORDERS else ""
    if asked and not visit.wants_fragment:  # a list that renews itself in another window is not what was chosen last
        await keeping.keep(database, visit.session, "patients", wish, visit.parts.clock.now())
    return wish


async def palette(visit: Visit) -> Response:
    """What Ctrl+K finds: people, sections of the open chart, actions. Asked by POST: whom one looks for stands in no
    address, history or log of a proxy.
    """
    text, patient = visit.said("q").strip(), visit.said("patient")
    found, lists = [], []
    if visit.powers.meets_patients:
        async with visit.record() as record:
            found = await patients.found(record, text) if len(text) > 1 else []
            lists = await programmes.mine(record)
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
        is_told_left=unfinished.is_told(visit.powers),
        timeline=timeline.TYPES,
        lists=lists,
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
        return visit.page("patients/county.html", 422, reasons=REASONS, found=None, problems=wrong.by_path)
    return visit.page("patients/county.html", reasons=REASONS, found=found, problems={})


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip()) if text.strip() else None
    except ValueError:
        wrong = "Write the date as 2026-05-31."
        raise Unprocessable(wrong, [Problem(wrong, "born")]) from None


async def register_form(visit: Visit) -> Response:
    """The form for somebody who is not in the county's register yet, or comes for the first time."""
    return visit.page("patients/register.html", identity="", name="", problems={"identity": "", "name": ""})


async def register(visit: Visit) -> Response:
    """Register a known person and open a contact, so that everything is usable at once."""
    identity, name = visit.said("identity"), visit.said("name")
    try:
        async with visit.record() as record:
            patient = await patients.register(record, identity, name, visit.say.today)
            await contacts.open_contact(record, patient, kind=visit.said("kind", "AMB"), reason=visit.said("reason"))
    except Unprocessable as wrong:
        problems = {"identity": "", "name": ""} | wrong.by_path
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
    return visit.go(f"/chart/{patient}/{to}" if (to := visit.said("to")) in AFTER else f"/chart/{patient}")


async def same_person(visit: Visit) -> Response:
    """Records that may be of the same person, those already joined, and whose a number is, which is asked by POST."""
    identity = visit.said("identity")
    async with visit.record() as record:
        chart = await overview.chart(record, visit.part("patient"), overview.BANNER)
        likely = await patients.duplicates(record, chart.person)
        found = await patients.found(record, identity) if identity else []
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
    page("/patients", unit_list, kind="tried"),
    page("/palette", palette, "POST"),
    page("/patients/county", county),
    page("/patients/county", find_in_county, "POST"),
    page("/patients/register", register_form),
    page("/patients/register", register, "POST"),
    page("/patients/unknown", register_unknown, "POST"),
    page("/chart/{patient}/choose", choose, "POST"),
    page("/chart/{patient}/same", same_person),
    page("/chart/{patient}/same/find", same_person, "POST"),
    page("/chart/{patient}/same", merge, "POST"),
    page("/chart/{patient}/same/undo", separate, "POST"),
]
