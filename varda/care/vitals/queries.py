"""Vital signs out of observations, and whom NEWS2 is meant for (http://hl7.org/fhir/R4/observation-vitalsigns.html)."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from varda.care.attention import signal
from varda.care.facts import Moment, codes, extension, first_moment, moment, newest_first, shown
from varda.care.patients import Person, person
from varda.care.results import Reading, Series, readings, series
from varda.care.scores import NEWS2, Band, Judgement, is_on
from varda.care.scores.news2 import alone, risk
from varda.care.vitals.model import LEVEL, LOCAL, MEASURES, PRESSURE, SCALE_2, Bedside, Measure, SecondScale
from varda.care.vitals.rules import PROPOSED, minute, unsuited
from varda.kernel.clock import STOCKHOLM
from varda.kernel.errors import Absent
from varda.record import Record, Stored

ORDER = (
    "9279-1", "2708-6", "59408-5", "3151-8", "8480-6", PRESSURE, "8867-4", LEVEL, "8310-5", "29463-7", "8302-2",
    "9843-4", "39156-5",
)  # fmt: skip
"""LOINC: breathing, saturation, oxygen given, blood pressure, pulse, consciousness, temperature, weight, height, head,
body mass index."""
WHY = "https://varda.example/fhir/StructureDefinition/decision-reason"
ENDED_BY = "https://varda.example/fhir/StructureDefinition/decision-ended-by"
ENDED_WHY = "https://varda.example/fhir/StructureDefinition/decision-ended-reason"
NEWEST = 200
"""Values in which the last one of each measure is looked for at first."""
_SCALE = re.compile(r"saturationsskala (\d)")


def vital_signs(resources: Iterable[Mapping[str, Any]]) -> list[Series]:
    """One series a measure, in bedside order; measures not in the list come after, newest first."""
    found = series(readings(resources, only="vital-signs"))
    place = {code: number for number, code in enumerate(ORDER)}
    return sorted(found, key=lambda one: place.get(one.code, len(ORDER)))


async def newest(record: Record, people: Iterable[str]) -> list[Series]:
    """The newest values of each measure in the records of `people` (ids), however many of others came since."""
    asked = [("patient", ",".join(people)), ("status:not", "entered-in-error"), ("_sort", "-date")]
    page = await record.search("Observation", [*asked, ("code", ",".join(ORDER)), ("_count", str(NEWEST))])
    found = [one.resource for one in page.matches]
    rest = set(ORDER) - {one.code for one in vital_signs(found)}
    if page.next and rest:
        page = await record.search("Observation", [*asked, ("code", ",".join(sorted(rest))), ("_count", "200")])
        found += [one.resource for one in page.matches]
    return vital_signs(found)


@dataclass(frozen=True, slots=True)
class EarlyWarning:
    """NEWS2 over time. `scale` is the last one's scale for saturation, empty where it is not told; it is not
    `is_newest` where any vital sign is newer, so that it says nothing of how the patient is now.
    """

    series: Series
    scale: str
    is_newest: bool

    @property
    def total(self) -> int:
        """The last one."""
        return _total(self.series.last)

    @property
    def before(self) -> int | None:
        """The one before it."""
        return _total(self.series.readings[1]) if len(self.series.readings) > 1 else None

    @property
    def risk(self) -> str:
        """The band of the last one, by name."""
        return risk(self.total, is_three=self.series.last.mark == "abnormal")

    @property
    def band(self) -> Band:
        """What the last one means."""
        return NEWS2.bands[self.risk]

    @property
    def again(self) -> datetime | None:
        """When it is measured again at the latest; None where the time of the last one is not known."""
        at = self.series.last.at
        return at.at + self.band.again if at and self.band.again is not None else None


def early_warning(resources: Iterable[Mapping[str, Any]]) -> EarlyWarning | None:
    """The patient's NEWS2; None when there is none."""
    resources = list(resources)
    found = next((one for one in series(readings(resources, but="vital-signs")) if one.code == NEWS2.code), None)
    if found is None:
        return None
    at = found.last.at
    is_newest = at is not None and all(
        one.at is None or one.at <= at for one in readings(resources, only="vital-signs")
    )
    scale = _SCALE.search(found.last.method)
    return EarlyWarning(found, scale[1] if scale else "", is_newest)


def _total(reading: Reading) -> int:
    return int(reading.value.value) if reading.value else 0


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a device has measured and nobody has confirmed yet: its numbers by measure, when, and which device."""

    resource: Mapping[str, Any]
    numbers: Mapping[str, Decimal]
    at: Moment | None
    device: str


def proposals(resources: Iterable[Mapping[str, Any]], now: datetime) -> list[Proposal]:
    """Preliminary vital signs of devices of the last hours, newest first."""
    found = (
        Proposal(one, numbers(one), first_moment(one, "effectiveDateTime", "effectivePeriod"), shown(one["device"]))
        for one in resources
        if one.get("resourceType") == "Observation" and one.get("status") == "preliminary" and one.get("device")
    )
    return newest_first(
        one
        for one in found
        if one.numbers and one.at and one.at.precision == "time" and timedelta() <= now - one.at.at <= PROPOSED
    )


async def waiting(record: Record, patient_id: str) -> list[tuple[Stored, Proposal]]:
    """What devices of this unit have measured, newest first; what another unit's have is its own to confirm."""
    wanted = [("patient", patient_id), ("status", "preliminary"), ("category", "vital-signs")]
    found = (await record.search("Observation", wanted)).matches
    own = {one.id: one for one in found if one.unit == record.session.unit_key}
    return [(own[one.resource["id"]], one) for one in proposals([one.resource for one in own.values()], record.now)]


async def offered(record: Record, patient_id: str) -> list[Proposal]:
    """The newest of what waits, all of one minute: values of several times are no state of the patient."""
    found = [one for _, one in await waiting(record, patient_id)]
    return [one for one in found if one.at and found[0].at and minute(one.at.at) == minute(found[0].at.at)]


def numbers(observation: Mapping[str, Any]) -> dict[str, Decimal]:
    """The numbers of an entry by measure, where they are in the measure's unit."""
    by_code = {code: one for one in MEASURES.values() for code in (one.code, *one.also)}
    found = {}
    for part in (observation, *observation.get("component", ())):
        value = part.get("valueQuantity", {})
        measure = next((by_code[code] for code in sorted(codes(part.get("code"))) if code in by_code), None)
        if measure and "value" in value and _unit(value, measure) in (measure.ucum, measure.unit):
            found[measure.key] = Decimal(str(value["value"]))
    return found


def _unit(quantity: Mapping[str, Any], measure: Measure) -> str:
    """The code of the unit, or its words; what says neither is in the measure's unit."""
    return str(quantity.get("code") or quantity.get("unit") or measure.ucum)


def second_scales(flags: Iterable[Mapping[str, Any]]) -> list[SecondScale]:
    """Decisions on saturation scale 2, newest first; those entered in error are left out."""
    return newest_first(
        [
            SecondScale(
                one["id"],
                moment(one.get("period", {}).get("start")),
                shown(one.get("author")),
                extension(one, WHY),
                _ended(one),
                extension(one, ENDED_BY) or signal(one).by,
                extension(one, ENDED_WHY) or signal(one).reason,
            )
            for one in flags
            if SCALE_2 in codes(one.get("code"), LOCAL) and one.get("status") != "entered-in-error"
        ],
        "since",
    )


def _ended(flag: Mapping[str, Any]) -> Moment | None:
    """When it ended, by the form here or as an attention signal; None while it is in force."""
    found = signal(flag)
    return None if found.state == "active" else found.until or found.written or moment("1900")


@dataclass(frozen=True, slots=True)
class Fit:
    """Whether NEWS2 is meant for a patient here: `why_not` is child, pregnant, off (stopped at the unit) or empty.
    `second` is the decision on saturation scale 2 that is in force."""

    why_not: str
    is_adult: bool
    second: SecondScale | None

    @property
    def scale(self) -> str:
        """The scale for saturation, 1 or 2."""
        return "2" if self.second else "1"

    def judged(self, seen: Bedside) -> Judgement | None:
        """The score; None where something is missing of what it needs, or it is not meant for this patient here."""
        return None if self.why_not else NEWS2.judge({**seen.values, "scale": self.scale})

    def alone(self, seen: Bedside) -> tuple[str, ...]:
        """What gives 3 points by itself, if the score is meant for this patient here."""
        return () if self.why_not else alone({**seen.values, "scale": self.scale})


def fit(
    record: Record, who: Person, conditions: Iterable[Mapping[str, Any]], flags: Iterable[Mapping[str, Any]]
) -> Fit:
    """Whether and how NEWS2 is meant for a patient whose diagnoses and flags have been read."""
    why_not = unsuited(who, conditions, record.now.astimezone(STOCKHOLM).date())
    second = next((one for one in second_scales(flags) if one.is_in_force), None)
    return Fit(
        why_not or ("" if is_on(record.powers, record.session.unit, NEWS2) else "off"), why_not != "child", second
    )


async def fitting(record: Record, patient_id: str) -> tuple[Person, Fit]:
    """Who the patient is, and whether NEWS2 is meant for them. Raises `Absent` where this session has no way there."""
    found = await record.compartment(patient_id, {"Patient": 1, "Condition": 200, "Flag": 100})
    if not found.get("Patient"):
        raise Absent("There is no such patient for you.")
    who = person(found["Patient"][0].resource)
    conditions, flags = ([one.resource for one in found.get(kind, ())] for kind in ("Condition", "Flag"))
    return who, fit(record, who, conditions, flags)
