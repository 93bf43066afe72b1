"""Telling a fault, the list of what is open, and one fault with what became of it (F237, F249).

The list is everybody's: who sees that a fault is known need not wonder. What people wrote is for command and for those
of the same unit; a patient is opened through the door by who may, and is named nowhere.
"""

from collections.abc import Mapping
from urllib.parse import quote

from starlette.responses import Response

from varda.introduction.command import RULE, Fault, Telling
from varda.kernel.errors import Absent, Unprocessable
from varda.web.coaching.pages import PAGES, page_of
from varda.web.command.reader import AT, FUNCTION, commands, function_words, in_words, incidents, sees_picture
from varda.web.introduction.reader import number_in
from varda.web.visit import Visit, page

ACTS = {"take": "owner", "say": "words", "judge": "severity", "close": "words"}


async def telling(visit: Visit) -> Response:
    """The form, with what can be known by itself: unit, function and build."""
    return await _form(visit, visit.asked("page"), visit.asked("patient"))


async def tell(visit: Visit) -> Response:
    """Tell it. A patient is kept only where whoever tells may open the record, which is asked of the door."""
    here, patient = page_of(visit.said("page")), visit.said("patient") if visit.said("about") == "patient" else ""
    if patient:
        async with visit.record() as record:
            await record.read("Patient", patient)
    severity = visit.said("severity")
    said = Telling(
        visit.said("category"),
        int(severity) if severity.isascii() and severity.isdecimal() and len(severity) == 1 else 0,
        visit.said("words"),
        visit.said("function"),
        here,
        patient,
    )
    try:
        number = await incidents(visit).tell(said, visit.session, visit.parts.build, visit.parts.clock.now())
    except Unprocessable as wrong:
        return await _form(visit, here, visit.said("patient"), wrong.by_path)
    return visit.go(f"{AT}/incidents/{number}?told=yes")


async def listed(visit: Visit) -> Response:
    """What is open, what has come again first; then what was closed."""
    return visit.page(
        "command/_faults.html" if visit.wants_fragment else "command/faults.html",
        sees_picture=await sees_picture(visit),
        faults=await incidents(visit).open(),
        closed=await incidents(visit).closed(),
        counted=await incidents(visit).counted(),
        **_words(visit),
    )


async def one(visit: Visit) -> Response:
    """One of them."""
    return await _one(visit, number_in(visit, "fault"))


async def step(visit: Visit) -> Response:
    """Take it, say something, judge it or close it."""
    number, act = number_in(visit, "fault"), visit.said("act")
    try:
        words = visit.said(ACTS.get(act, "words"))
        await incidents(visit).step(number, act, words, visit.session, visit.parts.clock.now())
    except Unprocessable as wrong:
        return await _one(visit, number, wrong.by_path)
    return visit.go(f"{AT}/incidents/{number}")


async def patient(visit: Visit) -> Response:
    """On to the patient of a telling, if the reader may open that record: the door decides, and logs it."""
    row = await incidents(visit).telling(number_in(visit, "telling"))
    if not (await commands(visit, row["unit"]) or row["unit"] == visit.session.unit):
        raise Absent("There is no such entry.")
    async with visit.record() as record:
        await record.read("Patient", row["patient"])
    return visit.go(f"/chart/{quote(row['patient'])}")


async def _form(visit: Visit, here: str, patient: str, problems: Mapping[str, str] | None = None) -> Response:
    shown = page_of(here)
    return visit.page(
        "command/telling.html",
        422 if problems else 200,
        sees_picture=await sees_picture(visit),
        page=shown,
        pages=PAGES,
        about=patient,
        chosen=visit.said("function") if problems else FUNCTION.get(shown, ""),
        problems=problems or {},
        **_words(visit),
    )


async def _one(visit: Visit, number: int, problems: Mapping[str, str] | None = None) -> Response:
    fault = await incidents(visit).one(number)
    leads = await commands(visit, fault.place)
    units, people = await incidents(visit).extent(number)
    senders = await incidents(visit).senders(number)
    return visit.page(
        "command/fault.html",
        422 if problems else 200,
        sees_picture=await sees_picture(visit),
        fault=fault,
        units=units,
        people=people,
        senders=[one for one in senders if leads or one.unit == visit.session.unit],
        steps=await incidents(visit).steps(number),
        leads=leads,
        is_told=visit.asked("told") == "yes",
        problems=problems or {},
        **_words(visit),
    )


def _words(visit: Visit) -> dict[str, object]:
    return {
        "functions": function_words(visit),
        "categories": in_words(RULE.categories, visit),
        "severities": {number: words.said(visit.language) for number, words in RULE.severities.items()},
        "colours": {1: "neutral", 2: "info", 3: "warning", 4: "danger"},
        "title_of": lambda fault: _title(visit, fault),
    }


def _title(visit: Visit, fault: Fault) -> str:
    category = RULE.categories[fault.category].said(visit.language)
    where = function_words(visit).get(fault.function, fault.function) if fault.function else fault.unit_name
    return f"{where}: {category.lower()}"


ROUTES = [
    page(f"{AT}/tell", telling),
    page(f"{AT}/tell", tell, "POST"),
    page(f"{AT}/incidents", listed),
    page(f"{AT}/incidents/{{fault}}", one),
    page(f"{AT}/incidents/{{fault}}", step, "POST"),
    page(f"{AT}/tellings/{{telling}}/patient", patient, "POST"),
]
