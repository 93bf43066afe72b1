"""What every score is: name, version and source, what it needs, how it judges, and what each band of it advises."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from varda.catalogue import PARTS
from varda.record.powers import Powers

CODES = "https://varda.example/fhir/CodeSystem/measure"
"""The code system of scores; a score's code is also that of its part, and so of its switch, in the catalogue."""
Values = Mapping[str, Decimal | str]
"""What a score is computed from, by the names in `needs`; what was not measured is missing."""
_CATEGORY = "http://terminology.hl7.org/CodeSystem/observation-category"
_INTERPRETATION = "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation"
_UCUM = "http://unitsofmeasure.org"


@dataclass(frozen=True, slots=True)
class Band:
    """What a total means. `mark` is FHIR's interpretation (N, A, H, HH), `advice` is told to the reader (to translate).

    `again`: how soon it is measured again at the latest, zero: all the time. `within`: how soon somebody who may decide
    is to answer, None: nobody is called; `call` is what they are told, in Swedish, as a task of the `urgency`.
    """

    mark: str
    advice: str
    again: timedelta | None = None
    within: timedelta | None = None
    call: str = ""
    urgency: str = "routine"


@dataclass(frozen=True, slots=True)
class Judgement:
    """A total, the points that it is the sum of, and its band (`risk` is the band's name).

    `variant` tells which way of the method was used, where it has several: of NEWS2 the scale for saturation.
    """

    score: "Score"
    total: int
    points: Mapping[str, int]
    risk: str
    variant: str = ""

    @property
    def band(self) -> Band:
        """What it means."""
        return self.score.bands[self.risk]

    @property
    def needs_answer(self) -> bool:
        """Whether somebody who may decide must be told."""
        return self.band.within is not None


@dataclass(frozen=True, slots=True)
class Score:
    """One version of one score. `judge` gives None where something is missing of what it `needs`."""

    code: str
    name: str
    version: str
    source: str
    needs: tuple[str, ...]
    bands: Mapping[str, Band]
    judge: Callable[[Values], Judgement | None]

    def lacking(self, values: Values) -> tuple[str, ...]:
        """What is missing, of what it needs."""
        return tuple(one for one in self.needs if one not in values)


def is_on(powers: Powers, unit: str, score: Score) -> bool:
    """Whether a score may be used at a unit (HSA-id): a county or a unit can stop each alone."""
    part = next(one.number for one in PARTS.values() if one.code == score.code)
    return powers.is_on(part, unit)


def entry(judged: Judgement, common: Mapping[str, Any], named: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """The Observation of a score: total, version, and its points by what they are for (`named`: a code for each).

    `common` is what the entry shares with others: subject, time, performer.
    """
    score = judged.score
    by = f"{score.name} {score.version}" + (f", {judged.variant}" if judged.variant else "")
    return {
        **common,
        "category": [{"coding": [{"system": _CATEGORY, "code": "survey"}]}],
        "code": {"coding": [{"system": CODES, "code": score.code, "version": score.version}], "text": score.name},
        "method": {"text": by},
        "valueQuantity": _points(judged.total),
        "interpretation": [{"coding": [{"system": _INTERPRETATION, "code": judged.band.mark}]}],
        "component": [
            {"code": named[key], "valueQuantity": _points(points)} for key, points in judged.points.items()
        ],
    }  # fmt: skip


def _points(number: int) -> dict[str, Any]:
    return {"value": number, "unit": "poäng", "system": _UCUM, "code": "{score}"}
