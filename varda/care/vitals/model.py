"""What is measured at the bedside: the measures of the form, and one patient's values of one moment."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from varda.care.facts import Moment
from varda.care.scores import CODES, Values

LOINC = "http://loinc.org"
UCUM = "http://unitsofmeasure.org"
LOCAL = CODES
LEVELS = {"A": "Alert", "C": "New confusion", "V": "Responds to voice", "P": "Responds to pain", "U": "Unresponsive"}
"""ACVPU, the level of consciousness as NEWS2 asks for it."""
LEVEL = "67775-7"
"""LOINC: level of responsiveness."""
PRESSURE = "85354-9"
"""LOINC: blood pressure, whose parts are the systolic and the diastolic."""
SCALE_2 = "saturation-scale-2"
"""Of our own: a physician's decision that NEWS2 is computed on saturation scale 2."""


@dataclass(frozen=True, slots=True)
class Measure:
    """One number of the form. `text` is its Swedish name in the record, `label` the one on the screen (to translate);
    outside `least` to `most` nobody has it, the dying included, and `usual` is what adults have. `also` are codes that
    the profile of vital signs wants beside.
    """

    key: str
    code: str
    text: str
    label: str
    unit: str
    ucum: str
    least: Decimal
    most: Decimal
    usual: tuple[Decimal | None, Decimal | None] = (None, None)
    also: tuple[str, ...] = ()


def _measure(
    key: str, code: str, text: str, label: str, unit: str, ucum: str, span: str, usual: str = "–", *also: str
) -> Measure:
    least, most = map(Decimal, span.split("–"))
    low, high = (Decimal(one) if one else None for one in usual.split("–"))
    return Measure(key, code, text, label, unit, ucum, least, most, (low, high), also)


MEASURES = {
    one.key: one
    for one in (
        _measure("breathing", "9279-1", "Andningsfrekvens", "Respiratory rate", "andetag/min", "/min", "0–80", "12–20"),
        _measure(
            "saturation",
            "59408-5",
            "Syremättnad (pulsoximetri)",
            "Oxygen saturation",
            "%",
            "%",
            "0–100",
            "95–",
            "2708-6",
        ),
        _measure("oxygen", "3151-8", "Syrgasflöde", "Oxygen given", "l/min", "L/min", "0–80"),
        _measure("systolic", "8480-6", "Systoliskt blodtryck", "Systolic pressure", "mmHg", "mm[Hg]", "0–300"),
        _measure("diastolic", "8462-4", "Diastoliskt blodtryck", "Diastolic pressure", "mmHg", "mm[Hg]", "0–200"),
        _measure("pulse", "8867-4", "Puls", "Pulse", "slag/min", "/min", "0–300", "50–100"),
        _measure("temperature", "8310-5", "Kroppstemperatur", "Temperature", "°C", "Cel", "13–45", "36.0–37.8"),
        _measure("pain", "72514-3", "Smärtskattning (NRS)", "Pain (NRS)", "poäng", "{score}", "0–10"),
        _measure("weight", "29463-7", "Kroppsvikt", "Weight", "kg", "kg", "0.2–450"),
        _measure("height", "8302-2", "Kroppslängd", "Height", "cm", "cm", "20–250"),
        _measure("head", "9843-4", "Huvudomfång", "Head circumference", "cm", "cm", "15–70"),
    )
}
"""In the order of the form, which is that of the bedside: breathing first."""


@dataclass(frozen=True, slots=True)
class Bedside:
    """What was measured at one moment (`at` None: now); what was not is missing. An `oxygen` of 0, or none, is air."""

    numbers: dict[str, Decimal]
    level: str = ""
    at: datetime | None = None

    @property
    def is_empty(self) -> bool:
        """Whether nothing was measured."""
        return not self.numbers and not self.level

    @property
    def values(self) -> Values:
        """What a score is computed from."""
        return {**self.numbers, "level": self.level} if self.level else dict(self.numbers)


@dataclass(frozen=True, slots=True)
class SecondScale:
    """A physician's decision that NEWS2 is computed on saturation scale 2, for who retains carbon dioxide: since when,
    by whom and why; where it has ended, when, by whom and why."""

    id: str
    since: Moment | None
    by: str
    why: str
    ended: Moment | None = None
    ended_by: str = ""
    ended_why: str = ""

    @property
    def is_in_force(self) -> bool:
        """Whether scale 2 is used."""
        return self.ended is None
