"""Finding patients: type-ahead, the unit's list, likely duplicates."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from varda.care.facts import Moment, label, moment, shown
from varda.care.patients.model import Person, person
from varda.record import County, FoundPatient, Record
from varda.search.kinds.string import swedish

OPEN = "arrived,triaged,in-progress,onleave"
PAGE, LONGEST = 50, 500
JOINED = 20
"""Records of one person that are joined: all of them, so that the one that was asked for is among them."""
_WHOLE = (("_count", str(LONGEST)),)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the unit's list: the patient and why they are on it. `place` is a bed, empty when none."""

    person: Person
    reason: str = ""
    kind: str = ""
    since: Moment | None = None
    place: str = ""
    responsible: str = ""


@dataclass(frozen=True, slots=True)
class Listing:
    """A page of the unit's list; `following` is the cursor of the next page, empty on the last. `is_cut`: a list that
    is whole otherwise has more than `LONGEST`.
    """

    rows: tuple[Row, ...]
    following: str = ""
    is_cut: bool = False


def ordered(rows: Iterable[Row], by: str) -> list[Row]:
    """Rows by one of `ORDERS`; what has nothing there comes last. By no order they stay as they are."""
    rows = list(rows)
    if by not in ORDERS:
        return rows
    worth = ORDERS[by]
    return sorted(rows, key=lambda row: (not worth(row), worth(row)))


ORDERS: Mapping[str, Callable[[Row], str]] = {
    "name": lambda row: swedish(f"{row.person.family} {row.person.name}"),
    "place": lambda row: swedish(row.place),
    "since": lambda row: row.since.at.isoformat() if row.since else "",
    "responsible": lambda row: swedish(row.responsible),
}
"""What a list can be sorted by, and what each row has of it."""


async def found(record: Record, text: str) -> list[FoundPatient]:
    """Own patients by name, number or birth date as typed so far; a whole identity number finds anyone (A1)."""
    return await record.find_patients(text)


async def who(record: Record, patient_id: str) -> FoundPatient:
    """Name and age of a patient who has no care relation with the unit yet. Raises `Absent`."""
    return await record.who(patient_id)


async def known(record: Record, patient_id: str) -> Person:
    """The same as a `Person`, for a panel that is opened before the record is. Raises `Absent`."""
    found = await record.who(patient_id)
    return Person(
        id=found.id, name=found.name, family="", identity=found.identity, kind="", sex=found.sex, phone="", address="",
        born=moment(found.born.isoformat()) if found.born else None, died=None, is_dead=False, is_unidentified=False,
        is_protected=False, links=(),
    )  # fmt: skip


async def in_county(record: Record, name: str, born: date | None, *, reason: str) -> County:
    """Anybody in the county by name or birth date, on an active choice that says why (A1). Raises `Unprocessable`."""
    return await record.find_in_county(name, born, reason=reason)


async def one(record: Record, patient_id: str) -> Person:
    """A patient's identity. Raises `Absent`."""
    return person((await record.read("Patient", patient_id)).resource)


async def is_same(record: Record, patient_id: str, other: str) -> bool:
    """Whether two records, the first of which is open here, are of one person."""
    if patient_id == other:
        return True
    found = await record.compartment(patient_id, {"Patient": JOINED})
    return any(stored.id == other for stored in found.get("Patient", ()))


async def listed(record: Record, choice: str, today: date, page: str = "") -> Listing:
    """My unit's patients: `choice` is all, today, admitted, open or mine. All come by family name, page by page; of the
    others the list is whole, up to `LONGEST`.
    """
    if choice == "all":
        return await _all(record, page)
    me = record.session.practitioner
    going_on = [("status", OPEN), *_WHOLE, ("_include", "Encounter:patient"), ("_sort", "-date")]
    if choice == "today":
        return await _today(record, today)
    if choice == "mine":
        stays = await record.search("Encounter", [*going_on, ("participant", me)])
        booked = await _today(record, today, [("actor", me)])
        going = rows(stays.matches, stays.included)
        coming = (one for one in booked.rows if one.kind == "booked")
        return Listing((*going, *coming), is_cut=bool(stays.next) or booked.is_cut)
    answer = await record.search("Encounter", [*going_on, *([("class", "IMP")] if choice == "admitted" else [])])
    return Listing(rows(answer.matches, answer.included), is_cut=bool(answer.next))


async def duplicates(record: Record, patient: Person) -> list[Person]:
    """Own patients born the same day with the same name parts, who might be the same person. Most likely first."""
    if patient.born is None or patient.born.precision != "day":
        return []
    answer = await record.search("Patient", [("birthdate", patient.born.day.isoformat()), ("_count", "20")])
    others = [person(one.resource) for one in answer.matches if one.id != patient.id]
    mine = _parts(patient)
    near = [one for one in others if mine & _parts(one)]
    return sorted(near, key=lambda one: -len(mine & _parts(one)))


async def _all(record: Record, page: str) -> Listing:
    params = [("_sort", "family"), ("_count", str(PAGE)), *([("_page", page)] if page else [])]
    answer = await record.search("Patient", params)
    people = [one for one in answer.matches if one.type == "Patient"]
    if not people:
        return Listing(())
    ids = ",".join(f"Patient/{one.id}" for one in people)
    contacts = await record.search("Encounter", [("patient", ids), ("status", OPEN), ("_count", "200")])
    latest: dict[str, Row] = {}
    for row in rows(contacts.matches, people):
        latest.setdefault(row.person.id, row)
    return Listing(tuple(latest.get(one.id) or Row(person(one.resource)) for one in people), answer.next or "")


async def _today(record: Record, today: date, whose: Sequence[tuple[str, str]] = ()) -> Listing:
    day = [("date", today.isoformat()), *_WHOLE]
    booked = await record.search("Appointment", [*day, *whose, ("_include", "Appointment:patient")])
    visits = [] if whose else [await record.search("Encounter", [*day, ("_include", "Encounter:patient")])]
    pages = [booked, *visits]
    found = rows([one for page in pages for one in page.matches], [one for page in pages for one in page.included])
    one_each = {row.person.id: row for row in found}
    in_turn = tuple(sorted(one_each.values(), key=lambda row: row.since.at if row.since else _LAST))
    return Listing(in_turn, is_cut=any(page.next for page in pages))


def rows(items: Iterable[Any], people: Iterable[Any]) -> tuple[Row, ...]:
    """Contacts and bookings found, each with whom it is about; what is about nobody among `people` is left out."""
    by_id = {one.id: person(one.resource) for one in people if one.type == "Patient"}
    each = (_row(item.resource, by_id) for item in items if item.type in ("Encounter", "Appointment"))
    return tuple(row for row in each if row)


def _row(item: Mapping[str, Any], by_id: Mapping[str, Person]) -> Row | None:
    parts = item.get("participant", ())
    if item["resourceType"] == "Appointment":
        patient = next((p["actor"]["reference"] for p in parts if _names(p, "actor", "Patient/")), "")
        place, responsible = "", next((shown(p["actor"]) for p in parts if _names(p, "actor", "Practitioner")), "")
        kind, since = "booked", moment(item.get("start"))
    else:
        patient = item.get("subject", {}).get("reference", "")
        place = shown(item["location"][-1].get("location")) if item.get("location") else ""
        responsible = next((shown(p["individual"]) for p in parts if "individual" in p), "")
        kind = item.get("class", {}).get("code", "")
        since = moment(item.get("period", {}).get("start"))
    someone = by_id.get(patient.rpartition("/")[2])
    reason = label(item.get("reasonCode")) or str(item.get("description", "")) or label(item.get("type"))
    return Row(someone, reason, kind, since, place, responsible) if someone else None


def _names(participant: Mapping[str, Any], member: str, kind: str) -> bool:
    return str(participant.get(member, {}).get("reference", "")).startswith(kind)


def _parts(patient: Person) -> set[str]:
    return {part for part in patient.name.casefold().replace("-", " ").split() if len(part) > 1}


_LAST = datetime.max.replace(tzinfo=UTC)
