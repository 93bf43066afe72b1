"""Which answers wait for somebody's signature, and one answer in full with what it said before."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from varda.care import patients
from varda.care.comparison import Change, changes
from varda.care.facts import Moment, codes, first_moment, instant
from varda.care.results.model import CRITICAL, Answer, Reading, Series, answer, reading
from varda.care.results.rules import URGENCIES
from varda.kernel.errors import Absent
from varda.record import Page, Record, Stored
from varda.record.answers import signatures

WAITS = timedelta(days=180)
"""How long after the sample, or after its last change, an answer waits; what is older was taken over from elsewhere."""
MOST = 200
"""Answers that one question gives, the oldest first; where there are more, the newest and every critical one too."""
SHORT = 30
"""Characters of words that still fit a cell: `ej påvisad`. Longer ones are read in their answer."""
_CHANGED = "amended,corrected,appended,cancelled,entered-in-error"
_NEW = "preliminary,partial,final"
_TOLD = f"{_NEW},{_CHANGED}"
_KINDS = ("laboratory", "imaging")
"""Categories of an Observation that is an answer of its own."""
_REPORT = [("_include", f"DiagnosticReport:{one}") for one in ("subject", "based-on", "result")]
_HOLDING = ("_revinclude", "DiagnosticReport:result")
_SINGLE = [("_include", f"Observation:{one}") for one in ("subject", "based-on")]
_FIRST = datetime.min.replace(tzinfo=UTC)

Pairs = Sequence[tuple[str, str]]
Around = dict[str, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Waiting:
    """An answer that nobody has signed, and whom it is about; None where the patient cannot be seen any more."""

    answer: Answer
    person: patients.Person | None


@dataclass(frozen=True, slots=True)
class Inbox:
    """What waits, the most urgent first and of these the oldest; `is_cut`: there are more than are listed."""

    waiting: list[Waiting]
    is_cut: bool


async def waiting(record: Record, people: Iterable[str] = ()) -> Inbox:
    """The unit's unsigned answers; with `people` (references of practitioners) those that they ordered."""
    whose = tuple(people)
    found: Around = {}
    around: Around = {}
    is_cut = False
    for asked in _reports(record, whose):
        is_cut |= await _gather(record, "DiagnosticReport", [*asked, *_REPORT], found, around)
    singles: Around = {}
    for span in _spans(record, [("_lastUpdated", _since(record))]):
        asked = [("category", ",".join(_KINDS)), *span, *_SINGLE]
        is_cut |= await _gather(record, "Observation", asked, singles, around)
    lately = (record.now - WAITS).isoformat()[:10]
    singles = {name: one for name, one in singles.items() if _is_new(one, lately)}
    if is_cut:
        asked = [("_lastUpdated", _since(record)), *_SINGLE]
        await _gather(record, "Observation", asked, singles, around, saying=CRITICAL)
    found |= await _held(record, singles, around)
    answers = [answer(one, around) for one in found.values()]
    mine = [one for one in answers if not whose or one.requester in whose]
    rows = [Waiting(one, _person(around.get(f"Patient/{one.patient}"))) for one in mine]
    return Inbox(sorted(rows, key=_order), is_cut)


async def to_sign(record: Record, people: Iterable[str] = ()) -> int:
    """How many reports that the signed-in person, or one of `people`, ordered wait; of nobody is anything told."""
    counted = 0
    for asked in _reports(record, (record.session.practitioner, *people)):
        page = await record.unsigned("DiagnosticReport", [*asked, ("_summary", "count")])
        counted += page.total or 0
    return counted


async def one_answer(record: Record, type_: str, id_: str) -> Answer:
    """An answer as it stands, with its signatures. Raises `Absent`."""
    if type_ not in ("DiagnosticReport", "Observation"):
        raise Absent("There is no such answer.")
    stored = await record.read(type_, id_)
    around = await _around(record, stored.resource)
    signed = await record.search("Provenance", [("target", f"{type_}/{id_}"), ("_count", "200")])
    named = {name: one.resource for name, one in around.items()}
    found = answer(stored.resource, named, signatures([one.resource for one in signed.matches]))
    parts = [around[name].body for one in found.readings if (name := f"Observation/{one.id}") in around]
    return replace(found, received=(stored.body, *parts))


async def signing(record: Record, people: Iterable[str], reports: Iterable[str]) -> list[dict[str, Any]]:
    """The signatures of `reports` (ids) in the records of `people` (ids of patients)."""
    named = ",".join(f"DiagnosticReport/{one}" for one in reports)
    if not named:
        return []
    asked = [("patient", ",".join(people)), ("target", named), ("_sort", "-_lastUpdated"), ("_count", "200")]
    return [one.resource for one in (await record.search("Provenance", asked)).matches]


@dataclass(frozen=True, slots=True)
class Before:
    """What an answer said in the version before: values by the id of the result, and its words set against the new."""

    readings: Mapping[str, Reading]
    words: tuple[Change, ...]


async def before(record: Record, found: Answer) -> Before:
    """What has changed since the version before; empty where nothing has."""
    older = {
        one.id: old
        for one in found.readings
        if one.version > 1 and (old := await _older(record, "Observation", one.id))
    }
    values = {one.id: reading(older[one.id]) for one in found.readings if one.id in older}
    now = {one.id: one for one in found.readings}
    changed = {id_: one for id_, one in values.items() if _said(one) != _said(now[id_])}
    words: tuple[Change, ...] = ()
    if found.type == "DiagnosticReport" and found.version > 1:
        old = await _older(record, found.type, found.id)
        was, is_ = (_written(one) for one in (answer(old, {}) if old else found, found))
        words = tuple(changes(was, is_)) if was != is_ else ()
    return Before(changed, words)


def _said(one: Reading) -> tuple[Any, ...]:
    return one.value, one.text, one.notes, one.mark, tuple((part.value, part.text) for part in one.parts)


def _written(found: Answer) -> str:
    return "\n".join(one.text for one in found.words)


async def _older(record: Record, type_: str, id_: str) -> Mapping[str, Any] | None:
    versions = [one for one in await record.history(type_, id_) if not one.deleted]
    return versions[1].resource if len(versions) > 1 else None


async def _around(record: Record, stored: Mapping[str, Any]) -> dict[str, Stored]:
    """What an answer names: its results and what they group, its order."""
    around: dict[str, Stored] = {}
    patient = str(stored.get("subject", {}).get("reference", "")).rpartition("/")[2]
    for kind, elements in (("ServiceRequest", ("basedOn",)), ("Observation", ("result", "hasMember"))):
        wanted = _named(kind, [stored], elements)
        for _ in range(3 if wanted and patient else 0):
            page = await record.search(kind, [("patient", patient), ("_id", ",".join(wanted)), ("_count", "500")])
            around |= {one.reference: one for one in page.matches}
            members = _named(kind, [one.resource for one in around.values()], ("hasMember",))
            wanted = [id_ for id_ in members if f"{kind}/{id_}" not in around]
            if not wanted:
                break
    return around


def _named(kind: str, resources: Iterable[Mapping[str, Any]], elements: Sequence[str]) -> list[str]:
    names = [str(ref.get("reference", "")) for one in resources for name in elements for ref in one.get(name, ())]
    return [name.removeprefix(f"{kind}/") for name in dict.fromkeys(names) if name.startswith(f"{kind}/")]


def _since(record: Record) -> str:
    return f"ge{instant(record.now - WAITS)}"


def _spans(record: Record, told: Pairs) -> list[Pairs]:
    """The questions that find them, none twice: of samples lately taken, of what tells no time of it, of older samples
    lately `told` of, and lately changed."""
    older, changed = ("date", f"lt{instant(record.now - WAITS)}"), ("_lastUpdated", _since(record))
    return [
        [("status", _TOLD), ("date", _since(record))],
        [("status", _TOLD), ("date:missing", "true"), changed],
        [("status", _NEW), older, *told],
        [("status", _CHANGED), older, changed],
    ]


def _reports(record: Record, whose: tuple[str, ...]) -> list[Pairs]:
    spans = _spans(record, [("issued", _since(record))])
    return [[*span, *one] for one in _ordered_by(whose) for span in spans]


def _ordered_by(whose: Iterable[str]) -> list[Pairs]:
    """What is asked for reports that these people ordered; anybody's where nobody is named."""
    people = ",".join(whose)
    if not people:
        return [[]]
    return [
        [("based-on:ServiceRequest.requester", people)],
        [("based-on:missing", "true"), ("results-interpreter", people)],
    ]


def waits(record: Record, people: Collection[str] = ()) -> list[tuple[str, Pairs]]:
    """What is asked, and of which type, for answers that may wait: `told_as` says of each whether it does. `people` as
    `waiting`; of results those that changed in a report that they ordered, and those that they ordered themselves.
    """
    lately = [("status", _TOLD), ("_lastUpdated", _since(record))]
    single = [*lately, ("category", ",".join(_KINDS)), _HOLDING]
    reports = _ordered_by(people)
    whose = [pair for one in reports for pair in one[-1:]]
    held = [(f"_has:DiagnosticReport:result:{name}", value) for name, value in whose]
    asked = [[*single, one] for one in (*held, *whose[:1])] or [single]
    return [*(("DiagnosticReport", [*lately, *one]) for one in reports), *(("Observation", one) for one in asked)]


def told_as(record: Record, reports: Iterable[Mapping[str, Any]]) -> Callable[[Mapping[str, Any]], str]:
    """By which answer (a reference) a report or a result is told of: the first of `reports` that holds it, as in
    `waiting`. Empty for an older one that was taken over from elsewhere.
    """
    lately = (record.now - WAITS).isoformat()[:10]
    holding: dict[str, str] = {}
    for report in reports:
        for part in report.get("result", ()):
            holding.setdefault(str(part.get("reference")), f"DiagnosticReport/{report['id']}")

    def said(one: Mapping[str, Any]) -> str:
        name = f"{one['resourceType']}/{one['id']}"
        return holding.get(name, name) if _is_new(one, lately) else ""

    return said


def _is_new(one: Mapping[str, Any], lately: str) -> bool:
    """Whether a result is no older one that was taken over from elsewhere: no search tells when it was issued."""
    at = first_moment(one, "effectiveDateTime", "effectivePeriod", "effectiveInstant")
    is_older = at is not None and at.day.isoformat() < lately and one.get("status") in _NEW.split(",")
    return not is_older or str(one.get("issued", "")) >= lately


async def _gather(
    record: Record, type_: str, asked: Pairs, found: Around, around: Around, saying: tuple[str, ...] = ()
) -> bool:
    """Ask for the oldest, and for the newest where there are more; tells whether there are more than one page."""
    more = [_HOLDING] if type_ == "Observation" else []
    for order in ("date", "-date"):
        asking = [*asked, *more, ("_sort", order), ("_count", str(MOST))]
        page: Page = await record.unsigned(type_, asking, saying=saying)
        found |= {one.reference: one.resource for one in page.matches}
        around |= {one.reference: one.resource for one in (*page.matches, *page.included)}
        if page.next is None:
            return False
    return True


async def _held(record: Record, singles: Around, around: Around) -> Around:
    """A result that changed in a report makes the report wait; one in no report is an answer of its own."""
    reports = [one for name, one in around.items() if name.startswith("DiagnosticReport/")]
    held = {str(r.get("reference")): one for one in reports for r in one.get("result", ())}
    alone = {name: one for name, one in singles.items() if name not in held}
    found = {name: one for name, one in alone.items() if codes(one.get("category")) & set(_KINDS)}
    again = {f"DiagnosticReport/{held[name]['id']}": held[name] for name in singles if name in held}
    unknown = [one["id"] for one in again.values()]
    if unknown:
        page = await record.search("DiagnosticReport", [("_id", ",".join(unknown)), *_REPORT, ("_count", str(MOST))])
        around |= {one.reference: one.resource for one in (*page.matches, *page.included)}
    return found | again


def _person(resource: Mapping[str, Any] | None) -> patients.Person | None:
    return patients.person(resource) if resource else None


def _order(row: Waiting) -> tuple[int, datetime]:
    told = row.answer.told
    return URGENCIES.index(row.answer.urgency), told.at if told else _FIRST


@dataclass(frozen=True, slots=True)
class Table:
    """Values of many kinds over time: a column a sampling, newest first, a row a kind with the readings of each column.

    `older` counts samplings that have no column, `words` are the kinds that are told in words and have no row.
    """

    at: tuple[Moment, ...]
    rows: tuple[tuple[Series, tuple[tuple[Reading, ...], ...]], ...]
    older: int
    words: tuple[Series, ...]


def table(trends: Iterable[Series], most: int = 40) -> Table:
    """What laboratories call the cumulative report; `most` samplings are shown."""
    every = list(trends)
    kinds = [one for one in every if any(len(r.text) <= SHORT and not r.notes for r in one.readings)]
    moments = sorted({r.at for one in kinds for r in one.readings if r.at}, reverse=True)
    shown = tuple(moments[:most])
    rows = tuple((one, tuple(tuple(r for r in one.readings if r.at == at) for at in shown)) for one in kinds)
    return Table(
        shown,
        tuple(row for row in rows if any(row[1])),
        len(moments) - len(shown),
        tuple(one for one in every if one not in kinds),
    )
