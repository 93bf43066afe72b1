"""Finding a patient: by name in any order, by birth date, by identity number with or without century and dash.

A name finds own patients only; a full identity number finds anyone in the county, with name and age and no content; a
name finds the county's after an active choice, which says why (PDL 4:1; A1). Å, ä and ö may be typed or not: the
search's words are normalised.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from varda.access import reach
from varda.access.projection import spoken_name
from varda.fhir.keys import key
from varda.kernel.errors import Absent
from varda.record import searching
from varda.search.compile import compiled
from varda.search.escapes import escaped
from varda.search.narrowing import Narrowing
from varda.search.question import asked
from varda.store import reading
from varda.store.model import Stored

if TYPE_CHECKING:
    from varda.record.door import Door
    from varda.record.opened import Record

IDENTITIES = (
    "http://electronichealth.se/identifier/personnummer",
    "http://electronichealth.se/identifier/samordningsnummer",
    "http://electronichealth.se/identifier/nationelltReservnummer",
)
_PEOPLE = frozenset({"Patient", "Person", "RelatedPerson"})
_NUMBER = re.compile(r"^(\d{2})?(\d{6})[-+]?([0-9A-HJ-NPR-UX-Z]{4})$", re.IGNORECASE)
_BEARERS_AT_ONCE, _MOST_BEARERS = 30, "200"
_DATE = re.compile(r"^(\d{4})(?:-?(\d{2}))?(?:-?(\d{2}))?$")


@dataclass(frozen=True, slots=True)
class FoundPatient:
    """Name and age, nothing more. `reached` says whether this session may open the record as it is."""

    id: str
    name: str
    identity: str
    born: date | None
    sex: str
    reached: bool


def is_number(text: str) -> bool:
    """Whether somebody is looked for by a whole identity number."""
    return _NUMBER.match(text.replace(",", " ").strip()) is not None


def numbers_in(type_: str, parameters: Sequence[tuple[str, str]]) -> int:
    """How many identifiers of people a search asks for, by itself or along a chain."""
    return sum(len(value.split(",")) for name, value in parameters if _is_of_a_person(type_, name))


def _is_of_a_person(type_: str, name: str) -> bool:
    return ".identifier" in name or name.endswith(":identifier") or (type_ in _PEOPLE and name.startswith("identifier"))


async def patients(record: "Record", text: str, most: int) -> list[FoundPatient]:
    """Those whom the text may mean, own patients first by name. Nothing for less than two characters."""
    words = text.replace(",", " ").split()
    if len("".join(words)) < 2:
        return []
    if any(_is_no_day(word) for word in words):
        return []
    if len(words) == 1 and (numbers := list(_numbers(words[0]))):
        wanted = [("identifier", ",".join(numbers)), ("_count", str(most))]
        page = await searching.asked_for(record, "Patient", wanted, replace(record.narrowing, everything=True))
    else:
        wanted = [*(_wanted(word) for word in words), ("_sort", "family"), ("_count", str(most))]
        page = await searching.asked_for(record, "Patient", wanted, record.narrowing)
    return await told(record, page.matches)


async def bearing(door: "Door", type_: str, identities: Sequence[str], rule: Narrowing) -> list[Stored]:
    """Those of a type who bear one of some identities (`system|value`), for the door's own questions; not logged.

    A number is written with its dash or without, whoever wrote it.
    """
    found: list[Stored] = []
    for first in range(0, len(identities), _BEARERS_AT_ONCE):
        forms = [form for one in identities[first : first + _BEARERS_AT_ONCE] for form in _forms(one)]
        statement = compiled(asked(type_, [("identifier", ",".join(forms)), ("_count", _MOST_BEARERS)]), rule)
        async with door.population.connection() as work:
            found += (await reading.matched(work, statement)).stored
    return found


def _forms(identity: str) -> set[str]:
    system, _, value = identity.partition("|")
    bare = value.replace("-", "")
    return {f"{escaped(system)}|{escaped(form)}" for form in (value, bare, f"{bare[:-4]}-{bare[-4:]}")}


async def who(record: "Record", patient: str) -> FoundPatient:
    """Name and age of one patient in the county. Raises `Absent`."""
    rule = replace(record.narrowing, everything=True)
    async with record.at_work() as work:
        (found,) = await reading.read(work, [(key(f"Patient/{patient}"), rule)])
    if found.stored is None or found.stored.deleted:
        raise Absent("There is no such patient.")
    (one,) = await told(record, [found.stored])
    return one


async def told(record: "Record", stored: list[Stored]) -> list[FoundPatient]:
    """What is told of Patients before any relation, and whether this session reaches them already."""
    async with record.at_work() as work:
        reached = await reach.reached(work, record.narrowing, [s.compartment for s in stored])
    return [_found(s.resource, s.compartment in reached) for s in stored]


def _found(patient: dict[str, Any], reached: bool) -> FoundPatient:
    identity = next((i.get("value", "") for i in patient.get("identifier") or [] if i.get("system") in IDENTITIES), "")
    return FoundPatient(
        id=patient["id"],
        name=spoken_name(patient),
        identity=identity,
        born=_day(patient.get("birthDate", "")),
        sex=patient.get("gender", "unknown"),
        reached=reached,
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _numbers(word: str) -> Iterator[str]:
    """The ways in which a complete identity number may be stored; nothing when the word is not one."""
    match = _NUMBER.match(word)
    if match is None:
        return
    century, six, last = match.groups()
    for century_ in [century] if century else ["19", "20"]:
        yield f"{century_}{six}-{last.upper()}"
        yield f"{century_}{six}{last.upper()}"


def _is_no_day(word: str) -> bool:
    """Whether digits that can only mean a birth date mean a day that never was."""
    match = _DATE.match(word)
    if match is None:
        return False
    year, month, day = match.groups()
    return _day(f"{year}-{month or '01'}-{day or '01'}") is None


def _wanted(word: str) -> tuple[str, str]:
    if match := _DATE.match(word):
        return "birthdate", "-".join(part for part in match.groups() if part)
    return "name", escaped(word)
