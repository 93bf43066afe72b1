"""The body that a life is lived in: height, weight, kidneys, a child's growth. Rounded averages, not medicine."""

from dataclasses import dataclass
from itertools import pairwise
from random import Random


@dataclass(frozen=True, slots=True)
class Body:
    """Height in cm, body mass index, creatinine (µmol/l) at 50 years, usual systolic pressure (mmHg) and Hb (g/l)."""

    female: bool
    height: float
    bmi: float
    creatinine: float
    systolic: float
    haemoglobin: float

    @property
    def weight(self) -> float:
        """Adult weight in kg."""
        return self.bmi * (self.height / 100) ** 2

    def kidney(self, age: int, strain: float = 0) -> tuple[float, float]:
        """Creatinine (µmol/l) at an age, with a disease's strain added, and the eGFR that follows (CKD-EPI 2009)."""
        creatinine = self.creatinine + max(0, age - 50) * 0.35 + strain
        ratio = creatinine / 88.4 / (0.7 if self.female else 0.9)
        below = min(ratio, 1) ** (-0.329 if self.female else -0.411)
        filtered = 141 * below * max(ratio, 1) ** -1.209 * 0.993**age * (1.018 if self.female else 1)
        return creatinine, min(filtered, 90)

    def grown(self, days: int) -> tuple[float, float, float]:
        """A child's height (cm), weight (kg) and head circumference (cm) at an age in days, near the middle curve."""
        lean = (self.height - (166 if self.female else 180)) / (166 if self.female else 180)
        at = max(0, days) / 365.25
        height, weight, head = (_between(curve, at) * (1 + lean * share) for curve, share in _CURVES)
        return height, weight, head


_Curve = tuple[tuple[float, float], ...]
_HEIGHT: _Curve = ((0, 50), (0.25, 61), (0.5, 67.5), (1, 76), (1.5, 82), (2.5, 92), (4, 104), (5.5, 114), (8, 130),
                   (10, 141), (12, 152), (14, 163), (16, 171), (18, 173))  # fmt: skip
_WEIGHT: _Curve = ((0, 3.5), (0.25, 6.2), (0.5, 7.9), (1, 9.9), (1.5, 11.3), (2.5, 13.8), (4, 17), (5.5, 20.5), (8, 27),
                   (10, 34), (12, 42), (14, 52), (16, 61), (18, 66))  # fmt: skip
_HEAD: _Curve = ((0, 35), (0.25, 40.5), (0.5, 43.3), (1, 46.3), (1.5, 47.6), (2.5, 49.3), (4, 50.6), (18, 55))
_CURVES: tuple[tuple[_Curve, float], ...] = ((_HEIGHT, 0.8), (_WEIGHT, 2.0), (_HEAD, 0.3))


def _between(curve: _Curve, at: float) -> float:
    for (start, low), (end, high) in pairwise(curve):
        if at <= end:
            return low + (high - low) * (at - start) / (end - start)
    return curve[-1][1]


def body(chance: Random, female: bool, age: int) -> Body:
    """A body of ordinary Swedish size."""
    return Body(
        female=female,
        height=chance.gauss(166 if female else 180, 6),
        bmi=min(42, max(18.6, chance.gauss(26, 4))),
        creatinine=chance.gauss(66 if female else 80, 8),
        systolic=min(140, max(100, chance.gauss(114 + age * 0.2, 6))),
        haemoglobin=chance.gauss(135 if female else 149, 5),
    )
