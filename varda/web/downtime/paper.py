"""The unit's sheets: noting what was written on paper, entering it, checking it as the second; and drills (F246)."""

from datetime import datetime

from starlette.responses import Response

from varda.care import patients
from varda.catalogue import AREAS, FUNCTIONS, SWITCHED
from varda.fhir.keys import key
from varda.introduction.downtime import Drills, Noted, Paper, Sheet
from varda.introduction.downtime.paper import MOST
from varda.kernel.clock import STOCKHOLM
from varda.kernel.errors import Absent, Problem, Refused, Unprocessable
from varda.record import Record
from varda.web.downtime.reader import AT, by, leads, require_patients
from varda.web.visit import Visit, page

_NOT_LEADING = "Drills are begun and ended by whoever leads the unit."
_WHEN = "Write when it happened, as day and time."
_WHO = "Nobody of yours is found by that, or several are: write the whole identity number, or nothing if nobody knows."


async def sheets(visit: Visit) -> Response:
    """What waits to be entered, then what waits for a second person."""
    require_patients(visit)
    return await _sheets(visit)


async def note(visit: Visit) -> Response:
    """Note that something on paper waits."""
    require_patients(visit)
    try:
        async with visit.record("downtime") as record:
            wanted = Noted(visit.said("function"), await _whom(record, visit.said("patient"), "patient"),
                           visit.said("mark"), _happened(visit))  # fmt: skip
            number = await _paper(visit).note(visit.session.unit, wanted, by(visit), visit.parts.clock.now())
            await _logged(record, f"sheet {number} noted", wanted.patient)
    except Unprocessable as wrong:
        return await _sheets(visit, wrong.by_path)
    return visit.go(f"{AT}/paper")


async def step(visit: Visit) -> Response:
    """Say that a sheet is entered, not to be entered, right, or not right."""
    require_patients(visit)
    sheet, act = await _one(visit), visit.said("act")
    now, who, said = visit.parts.clock.now(), by(visit), visit.said(f"said-{sheet.number}")
    try:
        async with visit.record("downtime") as record:
            patient = sheet.patient
            if act == "entered":
                typed = visit.said(f"patient-{sheet.number}")
                patient = patient or await _whom(record, typed, f"patient-{sheet.number}")
                await _paper(visit).enter(sheet, patient, who, now)
            elif act == "aside":
                await _paper(visit).set_aside(sheet, said, who, now)
            elif act == "checked":
                await _paper(visit).check(sheet, who, now)
            elif act == "back":
                await _paper(visit).send_back(sheet, said, who, now)
            else:
                raise Absent("There is no such step.")
            await _logged(record, f"sheet {sheet.number} {act}", patient)
    except Unprocessable as wrong:
        return await _sheets(visit, wrong.by_path)
    return visit.go(f"{AT}/paper")


async def drills(visit: Visit) -> Response:
    """The unit's drills, and the form to begin or end one."""
    return await _drills(visit)


async def begin(visit: Visit) -> Response:
    """Begin a drill."""
    _require_lead(visit)
    await Drills(visit.parts.door.database).begin(visit.session.unit, by(visit), visit.parts.clock.now())
    return visit.go(f"{AT}/drills")


async def end(visit: Visit) -> Response:
    """End it, with what was found."""
    _require_lead(visit)
    session = visit.session
    try:
        await Drills(visit.parts.door.database).end(
            session.unit, visit.said("found"), session.name, visit.parts.clock.now()
        )
    except Unprocessable as wrong:
        return await _drills(visit, wrong.by_path)
    return visit.go(f"{AT}/drills")


async def _sheets(visit: Visit, problems: dict[str, str] | None = None) -> Response:
    unit, database = visit.session.unit, visit.parts.door.database
    found = await Paper(database).waiting(unit)
    standing = {one for one in SWITCHED if visit.powers.in_force.state(one, unit) in ("paper", "stopped")}
    return visit.page(
        "downtime/paper.html",
        422 if problems else 200,
        sheets=found,
        names=await _names(visit, found),
        queue=(await Paper(database).queues()).get(unit),
        is_drill=await Drills(database).goes_on(unit),
        functions={one.number: one.words.said(visit.language) for one in SWITCHED.values()},
        standing=[one for one in SWITCHED.values() if one.number in standing],
        groups=[
            (words, [one for one in FUNCTIONS.values() if one.area == code and one.types])
            for code, words in AREAS.items()
        ],
        most=MOST,
        now=f"{visit.now.astimezone(STOCKHOLM):%Y-%m-%dT%H:%M}",
        problems=problems or {},
    )


async def _names(visit: Visit, some: list[Sheet]) -> dict[str, str]:
    """What patients are called, by id, as far as the unit reaches them; read through the door as any list is."""
    ids = sorted({one.patient for one in some if one.patient})
    if not ids:
        return {}
    async with visit.record("downtime") as record:
        asked = [("_id", ",".join(ids)), ("_count", str(MOST))]
        found = [patients.person(one.resource) for one in (await record.search("Patient", asked)).matches]
    return {one.id: f"{one.name} {one.identity}".strip() for one in found}


async def _drills(visit: Visit, problems: dict[str, str] | None = None) -> Response:
    found = await Drills(visit.parts.door.database).of(visit.session.unit)
    return visit.page(
        "downtime/drills.html", 422 if problems else 200, drills=found, leads=leads(visit), problems=problems or {},
        going=next((one for one in found if one.ended_at is None), None),
    )  # fmt: skip


async def _whom(record: Record, typed: str, path: str) -> str:
    """The id of whom a name or number finds; empty where none is written. Raises `Unprocessable`."""
    if not typed.strip():
        return ""
    found = await record.find_patients(typed)
    if len(found) != 1:
        raise Unprocessable(_WHO, [Problem(_WHO, path)])
    return found[0].id


async def _one(visit: Visit) -> Sheet:
    text = visit.part("sheet")
    if not (text.isascii() and text.isdecimal()) or len(text) > 15:
        raise Absent("There is no such entry.")
    return await _paper(visit).one(int(text), visit.session.unit)


async def _logged(record: Record, what: str, patient: str) -> None:
    patients_ = [key(f"Patient/{patient}")] if patient else []
    await record.note("downtime", [], "Patient" if patient else "", what, patients=patients_)


def _happened(visit: Visit) -> datetime:
    try:
        at = datetime.fromisoformat(visit.said("happened"))
    except ValueError:
        raise Unprocessable(_WHEN, [Problem(_WHEN, "happened")]) from None
    return at.replace(tzinfo=STOCKHOLM) if at.tzinfo is None else at


def _paper(visit: Visit) -> Paper:
    return Paper(visit.parts.door.database)


def _require_lead(visit: Visit) -> None:
    if not leads(visit):
        raise Refused(_NOT_LEADING)


ROUTES = [
    page(f"{AT}/paper", sheets),
    page(f"{AT}/paper", note, "POST"),
    page(f"{AT}/paper/{{sheet}}", step, "POST"),
    page(f"{AT}/drills", drills),
    page(f"{AT}/drills", begin, "POST"),
    page(f"{AT}/drills/end", end, "POST"),
]
