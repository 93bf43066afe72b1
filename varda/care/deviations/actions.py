"""Reporting a deviation and handling it: taken, judged after lex Maria, told to who was harmed, closed."""

from collections.abc import Sequence
from dataclasses import dataclass

from varda.care import notes, patients
from varda.care.deviations.model import POINTS, SEVERITIES, Case, case
from varda.care.deviations.queries import one_case
from varda.kernel.errors import Absent, Conflict, Problem, Refused, Unprocessable
from varda.record import Record, deviations
from varda.record.deviations import HANDLES, OVERSEES, Report

LONGEST = 8_000
_TEMPLATE, _KEYWORD = "free", "information"
_TOLD = "Information till {whom} enligt patientsäkerhetslagen 3 kap. 8 §: {points}."


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the form holds. `slip` is its own number, so that it is reported once."""

    what: str
    severity: str
    place: str
    slip: str


async def report(record: Record, patient: str, wanted: Wanted) -> int:
    """Report what happened to a patient, or could have; gives the number. Raises `Unprocessable` or `Refused`."""
    what, place = notes.clean(wanted.what).strip(), notes.clean(wanted.place).strip()
    found = []
    if not what or len(what) > LONGEST:
        found.append(Problem("Write what happened, in 8,000 characters at the most.", "what"))
    if wanted.severity not in SEVERITIES:
        found.append(Problem("Say how grave it was.", "severity"))
    if found:
        raise Unprocessable(found[0].message, found)
    if patient and not (await patients.who(record, patient)).reached:
        raise Absent("There is no such patient.")
    made = Report(patient, place or record.session.unit_name, what, wanted.severity, record.now, wanted.slip[:64])
    return await deviations.report(record, made)


async def take(record: Record, number: int) -> Case:
    """Become the one who handles it. Raises `Refused` unless it is the person's to handle."""
    before = await _open(record, number)
    return await _stepped(record, before, "take")


async def assess(record: Record, number: int, text: str, *, is_lex_maria: bool) -> Case:
    """Judge whether it is to be reported to the inspectorate (lex Maria), and why."""
    before = await _open(record, number)
    _require(text, "Write why it is judged so.", "text")
    return await _stepped(record, before, "assess", "lex-maria" if is_lex_maria else "no", text)


async def tell(record: Record, number: int, points: Sequence[str], whom: str) -> Case:
    """Note that a harmed patient, or somebody close (`whom`), was told of some of the six points: a signed note in the
    record, and a step of the case. Whoever has told it notes it: who reported it too."""
    before = await one_case(record, number)
    if not before.is_harm:
        raise Conflict("Nobody came to harm here, so there is nothing to tell.")
    told = [one for one in POINTS if one in points]
    if not told:
        raise Unprocessable("Say what was told.", [Problem("Say what was told.", "points")])
    _require(whom, "Say who was told.", "whom")
    text = _TOLD.format(whom=notes.clean(whom).strip(), points="; ".join(POINTS[one] for one in told))
    draft = f"deviation-{number}-{len(before.kept.steps)}"
    written = notes.Written(draft, before.kept.patient, _TEMPLATE, {_KEYWORD: text})
    made = await notes.sign(record, written)
    return await _stepped(record, before, "tell", ",".join(told), made.id)


async def close(record: Record, number: int, text: str) -> Case:
    """Say what came of it. Raises `Conflict` before it is judged, and while a harmed patient has not been told."""
    before = await _open(record, number)
    _require(text, "Write what came of it.", "text")
    if before.lex_maria is None:
        raise Conflict("Judge it after lex Maria before it is closed.")
    if before.untold:
        raise Conflict("The patient has not been told all six points. Note that it was told before it is closed.")
    return await _stepped(record, before, "close", "", text)


async def reopen(record: Record, number: int, text: str) -> Case:
    """Take it up again, and why."""
    before = await _handled(record, number)
    _require(text, "Write why it is taken up again.", "text")
    if before.state != "closed":
        raise Conflict("This deviation is open.")
    return await _stepped(record, before, "reopen", "", text)


async def _handled(record: Record, number: int) -> Case:
    before = await one_case(record, number)
    powers, is_own = record.powers, before.kept.unit == record.session.unit
    if not powers.has(OVERSEES) and not (powers.has(HANDLES) and is_own):
        raise Refused("Deviations are handled by the unit's manager or by who answers for patient safety.")
    return before


async def _open(record: Record, number: int) -> Case:
    before = await _handled(record, number)
    if before.state == "closed":
        raise Conflict("This deviation is closed. Take it up again first.")
    return before


async def _stepped(record: Record, before: Case, act: str, said: str = "", text: str = "") -> Case:
    await deviations.step(record, before.kept, act, said, notes.clean(text).strip())
    return case(await deviations.one(record, before.kept.number))


def _require(text: str, message: str, path: str) -> None:
    if not text.strip() or len(text) > LONGEST:
        raise Unprocessable(message, [Problem(message, path)])
