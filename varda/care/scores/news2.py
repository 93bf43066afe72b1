"""NEWS2, the National Early Warning Score in its version of 2017, from the bedside values of adults. Pure.

Royal College of Physicians: National Early Warning Score (NEWS) 2, 2017, charts 1 and 2: the table, and what each total
is answered with. Not for children under 16 and not in pregnancy; whoever asks sees to that.
"""

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal

from varda.care.scores.model import Band, Judgement, Score, Values

# Points by the upper limit of each band, as the chart of the college has them from top to bottom.
_BANDS: Mapping[str, tuple[tuple[str, int], ...]] = {
    "breathing": (("8", 3), ("11", 1), ("20", 0), ("24", 2), ("999", 3)),
    "saturation": (("91", 3), ("93", 2), ("95", 1), ("100", 0)),
    "systolic": (("90", 3), ("100", 2), ("110", 1), ("219", 0), ("999", 3)),
    "pulse": (("40", 3), ("50", 1), ("90", 0), ("110", 1), ("130", 2), ("999", 3)),
    "temperature": (("35.0", 3), ("36.0", 1), ("38.0", 0), ("39.0", 1), ("99", 2)),
}
_SCALE_2 = (("83", 3), ("85", 2), ("87", 1), ("92", 0))
_SCALE_2_ON_OXYGEN = (*_SCALE_2, ("94", 1), ("96", 2), ("100", 3))
_SCALE_2_ON_AIR = (*_SCALE_2, ("100", 0))
_HOUR = timedelta(hours=1)
_ALONE = "ett enskilt värde ger 3 poäng: bedöm patienten inom 1 timme, nya kontroller inom 1 timme"


def _judge(values: Values) -> Judgement | None:
    """The score; `scale` "2" is for those of whom a physician has decided so, `oxygen` not named means air."""
    if NEWS2.lacking(values):
        return None
    found = points(values)
    total = sum(found.values())
    scale = "2" if values.get("scale") == "2" else "1"
    return Judgement(NEWS2, total, found, risk(total, is_three=3 in found.values()), f"saturationsskala {scale}")


def risk(total: int, *, is_three: bool) -> str:
    """The band: none 0, low 1–4, one where `is_three` a single parameter gives 3, medium 5–6, high 7 or more."""
    if total >= 5:
        return "high" if total >= 7 else "medium"
    if is_three:
        return "one"
    return "low" if total else "none"


def points(values: Values) -> dict[str, int]:
    """The points of what was measured, be it all that the score needs or not."""
    is_on_oxygen = Decimal(values.get("oxygen", 0)) > 0
    bands = dict(_BANDS)
    if values.get("scale") == "2":
        bands["saturation"] = _SCALE_2_ON_OXYGEN if is_on_oxygen else _SCALE_2_ON_AIR
    found = {key: _within(Decimal(values[key]), limits) for key, limits in bands.items() if key in values}
    found["oxygen"] = 2 if is_on_oxygen else 0
    if "level" in values:
        found["level"] = 0 if values["level"] == "A" else 3
    return found


def limits(key: str, scale: str) -> tuple[tuple[Decimal, int], ...]:
    """The bands of one measure as (upper limit, points), lowest first; on scale 2 those for who is given oxygen."""
    found = _SCALE_2_ON_OXYGEN if (key, scale) == ("saturation", "2") else _BANDS[key]
    return tuple((Decimal(limit), given) for limit, given in found)


def alone(values: Values) -> tuple[str, ...]:
    """What by itself gives 3 points, be there all that a score needs or not."""
    return tuple(key for key, given in points(values).items() if given == 3)


def _within(value: Decimal, bands: tuple[tuple[str, int], ...]) -> int:
    return next(given for limit, given in bands if value <= Decimal(limit))


NEWS2 = Score(
    code="news2",
    name="NEWS2",
    version="2017",
    source="Royal College of Physicians",
    needs=(*_BANDS, "level"),
    bands={
        "none": Band("N", "Measure again within 12 hours.", timedelta(hours=12)),
        "low": Band("N", "Measure again within 4 hours.", timedelta(hours=4)),
        "one": Band(
            "A",
            "One value alone gives 3 points: assess the patient now, measure again within 1 hour.",
            _HOUR, _HOUR, f"NEWS2 {{total}}, {_ALONE}", "urgent",
        ),
        "medium": Band(
            "H",
            "A physician assesses the patient soon; measure again within 1 hour.",
            _HOUR, _HOUR,
            "NEWS2 {total}: läkare bedömer patienten skyndsamt, inom 1 timme, nya kontroller inom 1 timme", "urgent",
        ),
        "high": Band(
            "HH",
            "A physician assesses the patient at once; watch without a break.",
            timedelta(), timedelta(minutes=15),
            "NEWS2 {total}: läkare bedömer patienten omedelbart, inom 15 min, fortlöpande övervakning", "stat",
        ),
    },
    judge=_judge,
)  # fmt: skip
CALL_ALONE = f"Vitalparametrar: {_ALONE}"
"""What is told where one value gives 3 points and there is no total."""
