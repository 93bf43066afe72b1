"""Conditions and estimates read into the latest pregnancy: LOINC 11779-6 by the last period, 11781-2 by ultrasound."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from varda.care.facts import Moment, codes, first_moment, moment, newest_first, shown
from varda.care.pregnancies.rules import (
    LENGTH,
    TERM,
    Gestation,
    ends_one,
    gestation,
    goes_on,
    is_foetal_death,
    is_new,
    is_of_several,
    tells_of_one,
)
from varda.care.problems import problems as diagnoses

LOCAL = "https://varda.example/fhir/CodeSystem/pregnancy"
ENDED = "pregnancy-end"
"""The code of how and when a pregnancy ended, in `LOCAL`."""
METHODS = {"ultrasound": "11781-2", "period": "11779-6"}
"""How a day of birth was estimated, the surest first, and its LOINC."""
OUTCOMES = {
    "birth": ("Förlossning", "birth"),
    "miscarriage": ("Missfall", "miscarriage"),
    "termination": ("Avbruten graviditet", "termination"),
    "stillbirth": ("Dödfödsel", "stillbirth"),
    "other": ("Avslutad, annat", "ended, other"),
}
"""How a pregnancy may end: the words of the record, and English to translate."""
MEASURES = {
    # LOINC, Swedish, English, unit, UCUM, least and most that can be right
    "fundus": ("11881-0", "Symfys-fundusmått", "Symphysis-fundus measure", "cm", "cm", Decimal(10), Decimal(50)),
    "heart": ("55283-6", "Fosterljud", "Foetal heart rate", "slag/min", "/min", Decimal(60), Decimal(240)),
}
"""What is measured of a pregnancy beside the vital signs."""
AFTER = timedelta(weeks=20)
"""How long after its end a pregnancy is still shown."""
SAME = timedelta(weeks=6)
"""What is said of an ending within this time is said of the same one."""
_TOLD_BY = {"O03": "miscarriage", "O04": "termination"}
"""Diagnoses that say how it ended; a delivery does not say that the child lives."""
_REAL = ("final", "amended", "corrected")


@dataclass(frozen=True, slots=True)
class Pregnancy:
    """The latest pregnancy. `due` is None as long as nobody has estimated it; `method` is of `METHODS`, `ended` None as
    long as it goes on, `outcome` of `OUTCOMES` or empty where it is not told. `conditions` are the ids that say so.
    """

    conditions: tuple[str, ...]
    due: date | None
    method: str
    estimated: Moment | None
    by: str
    ended: date | None
    outcome: str

    @property
    def began(self) -> date | None:
        """The first day that weeks count from."""
        return self.due - LENGTH if self.due else None

    def on(self, day: date) -> Gestation | None:
        """How far it is on a day, at most to its end; None without an estimate."""
        return gestation(self.due, min(day, self.ended or day)) if self.due else None


def latest(
    conditions: Iterable[Mapping[str, Any]], observations: Iterable[Mapping[str, Any]], today: date
) -> Pregnancy | None:
    """The pregnancy that goes on, or that ended lately; None where the record tells of none."""
    some, seen = list(conditions), list(observations)
    ends = endings(some, seen, today)
    last = max(ends, default=date.min)
    now = tuple(str(one["id"]) for one in some if goes_on(one, today) and _is_after(one, last))
    if now:
        return Pregnancy(now, *_estimate(seen, last, today), None, "")
    if not ends or today - last > AFTER:
        return None
    ids = tuple(
        str(each["id"])
        for each in some
        for one in diagnoses([each])
        if tells_of_one(one.code) and one.is_sure and last - TERM <= began(each) <= last
    )
    estimate = _estimate(seen, max((day for day in ends if day < last), default=date.min), last)
    return Pregnancy(ids, *estimate, last, ends[last]) if ids or estimate[0] else None


def endings(
    conditions: Iterable[Mapping[str, Any]], observations: Iterable[Mapping[str, Any]], today: date
) -> dict[date, str]:
    """The days on which pregnancies ended, and how, empty where nobody says: as it was written; else by a diagnosis
    that is an ending, or says that the foetus has died where there is not more than one; else when the diagnosis of a
    pregnancy (Z32–Z36) was resolved, unless it had ended before.
    """
    told = [(day, how) for day, how in _ends(observations) if day <= today]
    lines = [(began(each), one) for each in conditions for one in diagnoses([each]) if one.is_sure]
    several = [since for since, one in lines if is_of_several(one.code)]
    diagnosed = [
        (since, _TOLD_BY.get(one.code[:3].upper(), ""))
        for since, one in lines
        if date.min < since <= today
        if ends_one(one.code)
        or (is_foetal_death(one.code) and not any(abs(since - other) <= TERM for other in several))
    ]
    firm = [day for day, _ in (*told, *diagnosed)]
    resolved = [
        (one.ended.day, "")
        for since, one in lines
        if one.code.startswith("Z3") and tells_of_one(one.code) and one.ended and one.ended.day <= today
        if not any(since <= day <= one.ended.day for day in firm)
    ]
    found: dict[date, str] = {}
    for day, how in (*sorted(told, reverse=True), *sorted(diagnosed), *sorted(resolved)):
        if not any(abs(day - other) <= SAME for other in found):
            found[day] = how
    return found


def _is_after(condition: Mapping[str, Any], last: date) -> bool:
    """Whether a Condition speaks of a pregnancy after the one that ended last, and not of what that one left behind."""
    return all(one.since is not None and is_new(one.code, one.since.day - last) for one in diagnoses([condition]))


def began(condition: Mapping[str, Any]) -> date:
    """The day that a Condition began; the first there is where it does not say."""
    return next((one.since.day for one in diagnoses([condition]) if one.since), date.min)


def _estimate(
    seen: Iterable[Mapping[str, Any]], before: date, today: date
) -> tuple[date | None, str, Moment | None, str]:
    """Day of birth, method, when and by whom: the newest of the surest method since the pregnancy before ended."""
    real = [one for one in seen if one.get("status") in _REAL]
    for method, loinc in METHODS.items():
        for one in newest_first(_Estimate.of(each) for each in real if loinc in codes(each.get("code"))):
            fits = one.due and today - (TERM - LENGTH) <= one.due <= today + LENGTH
            if fits and one.at and one.at.day > before:
                return one.due, method, one.at, one.by
    return None, "", None, ""


def _ends(seen: Iterable[Mapping[str, Any]]) -> list[tuple[date, str]]:
    """When pregnancies were said to have ended, and how."""
    found = []
    for one in seen:
        at = first_moment(one, "effectiveDateTime")
        if one.get("status") in _REAL and ENDED in codes(one.get("code"), LOCAL) and at:
            how = next((code for code in codes(one.get("valueCodeableConcept"), LOCAL) if code in OUTCOMES), "")
            found.append((at.day, how))
    return found


@dataclass(frozen=True, slots=True)
class _Estimate:
    at: Moment | None
    due: date | None
    by: str

    @classmethod
    def of(cls, one: Mapping[str, Any]) -> "_Estimate":
        said = moment(str(one.get("valueDateTime", ""))[:10])
        who = next((shown(part) for part in one.get("performer", ())), "")
        return cls(first_moment(one, "effectiveDateTime", "issued"), said.day if said else None, who)
