"""Which programmes follow a patient, and where the patient stands in one."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from varda.care.facts import codes
from varda.care.patients import Person, person
from varda.care.pregnancies import Pregnancy, latest
from varda.care.programmes.model import AGE, BIRTH, GESTATION, PROGRAMMES, Programme
from varda.care.programmes.rules import Resources, Turn, drawn
from varda.kernel.clock import STOCKHOLM
from varda.kernel.errors import Absent
from varda.record import Record

WANTED = {
    "Patient": 20, "Encounter": 300, "Observation": 1000, "Immunization": 200, "Procedure": 300,
    "QuestionnaireResponse": 100, "Condition": 200,
}  # fmt: skip
"""How much of a record a course is drawn of."""
OWN = WANTED | {"AllergyIntolerance": 50}
"""And what is handed over with it."""
READS = ("Immunization",)
"""Who reads these reads courses: they are health records of their own (F13)."""
KIND = "https://varda.example/fhir/CodeSystem/organization-kind"


@dataclass(frozen=True, slots=True)
class Followed:
    """A programme that follows a patient, the days that its windows count from, and the kinds that are over."""

    programme: Programme
    since: Mapping[str, date]
    over: tuple[str, ...] = ()
    pregnancy: Pregnancy | None = None


@dataclass(frozen=True, slots=True)
class Course:
    """A patient's way through a programme. `resources` are those it was drawn of."""

    programme: Programme
    since: Mapping[str, date]
    pregnancy: Pregnancy | None
    turns: tuple[Turn, ...]
    resources: Mapping[str, list[dict[str, Any]]]
    over: tuple[str, ...] = ()

    @property
    def open(self) -> list[Turn]:
        """The visits of which something is due or overdue."""
        return [one for one in self.turns if one.missing]

    @property
    def coming(self) -> Turn | None:
        """The next visit that has not come yet."""
        return next((one for one in self.turns if one.state == "coming"), None)


def followed(who: Person, found: Resources, today: date) -> list[Followed]:
    """The programmes that follow somebody today, by age or by a pregnancy that is told of; never the dead."""
    if who.is_dead:
        return []
    some = [by_age(one, who, today) for one in PROGRAMMES.values() if one.counts == AGE]
    now = latest(found.get("Condition", ()), found.get("Observation", ()), today)
    if now:
        some += [_by_pregnancy(one, now) for one in PROGRAMMES.values() if one.counts == GESTATION]
    return [one for one in some if one]


def by_age(programme: Programme, who: Person, today: date) -> Followed | None:
    """How a programme follows somebody by age; None where it does not, and of the dead."""
    born = who.born.day if who.born and who.born.precision == "day" else None
    if who.is_dead or born is None or programme.until is None or not born <= today < programme.until.after(born):
        return None
    return Followed(programme, {AGE: born})


def _by_pregnancy(programme: Programme, now: Pregnancy) -> Followed:
    """Nothing more is asked for in a pregnancy that has ended, and nothing afterwards but where a child was born, be
    it living or dead: who has given birth is cared for all the same.
    """
    since = {GESTATION: now.began} if now.began else {}
    if now.ended and now.outcome in ("birth", "stillbirth"):
        since[BIRTH] = now.ended
    return Followed(programme, since, (GESTATION,) if now.ended else (), now)


async def here(record: Record, some: Iterable[Followed]) -> list[Followed]:
    """Those that the own kind of unit works with: the others are not shown unasked."""
    found = list(some)
    own = await mine(record) if found else []
    return [one for one in found if one.programme in own]


async def mine(record: Record) -> list[Programme]:
    """The programmes that the own kind of unit works with; none for a role that reads no courses."""
    if not record.session.organization or not record.powers.reads(*READS):
        return []
    unit = await record.read("Organization", record.session.organization)
    kinds = codes(unit.resource.get("type"), KIND)
    return [one for one in PROGRAMMES.values() if not one.units or kinds & {*one.units}]


async def require_mine(record: Record, code: str) -> Programme:
    """One of these; what the list and the figures of a unit begin with. Raises `Absent`, or `Refused` for a role that
    reads no courses.
    """
    record.powers.require_reading(*READS)
    found = next((one for one in await mine(record) if one.code == code), None)
    if found is None:
        raise Absent("Your unit has no such list.")
    return found


async def course(record: Record, patient_id: str, code: str, *, is_own: bool = False) -> Course:
    """Where a patient stands in a programme, of what this session may see; `is_own`: what the own care provider
    has written, allergies too. Raises `Absent` without a way to the patient, or where the programme does not follow
    them.
    """
    record.powers.require_reading(*READS)
    stored = await record.compartment(patient_id, OWN if is_own else WANTED)
    mine = (0, record.session.provider_key)
    found = {
        kind: [one.resource for one in items if not is_own or kind == "Patient" or one.provider in mine]
        for kind, items in stored.items()
    }
    if not found.get("Patient"):
        raise Absent("There is no such patient for you.")
    who = person(next((one for one in found["Patient"] if one["id"] == patient_id), found["Patient"][0]))
    today = record.now.astimezone(STOCKHOLM).date()
    followed_by = next((one for one in followed(who, found, today) if one.programme.code == code), None)
    if followed_by is None:
        raise Absent("There is no such programme for this patient.")
    turns = drawn(followed_by.programme, followed_by.since, found, today, followed_by.over)
    turns = [one for one in turns if one.visit.counts not in followed_by.over or any(row.evidence for row in one.rows)]
    return Course(
        followed_by.programme, followed_by.since, followed_by.pregnancy, tuple(turns), found, followed_by.over
    )
