"""How far a pregnancy is, and whether a diagnosis says that there is one today. Pure.

40 weeks and 0 days, 280 days from the first day of the last period, is the estimated day of birth; a scan that dates a
pregnancy says the same day in other words, as the association of obstetricians (SFOG) has it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from varda.care.problems import problems as diagnoses

LENGTH = timedelta(days=280)
"""From the first day of the last period to the estimated day of birth."""
TERM = timedelta(days=300)
"""The longest that a pregnancy lasts; a diagnosis of it that is older speaks of one that is over."""

AGAIN, LATE_AGAIN = timedelta(weeks=6), timedelta(weeks=24)
"""The soonest after an ending that a pregnancy has a complication again, and one of its last months or of labour."""
_PLAIN = ("Z321", "Z33", "Z339", *(f"Z{kind}{one}" for kind in (34, 35, 36) for one in range(10)))
DIAGNOSES = tuple(form for one in _PLAIN for form in dict.fromkeys((one, f"{one[:3]}.{one[3:]}".rstrip("."))))
"""ICD-10-SE of a pregnancy that is followed, with point and without: what a unit's list of them begins from."""


@dataclass(frozen=True, slots=True)
class Gestation:
    """Whole weeks and the days over, as one says it: 24+3. Below zero before the reckoned first day."""

    weeks: int
    days: int

    def __str__(self) -> str:
        return f"{self.weeks}+{self.days}"


def gestation(due: date, day: date) -> Gestation:
    """How far a pregnancy with an estimated day of birth is on a day."""
    return Gestation(*divmod((day - (due - LENGTH)).days, 7))


def due_after(last_period: date) -> date:
    """The estimated day of birth by the first day of the last period."""
    return last_period + LENGTH


def is_pregnant(condition: Mapping[str, Any], today: date) -> bool:
    """Whether a Condition says so of today: it is active, sure, not ended, and began within one pregnancy's time."""
    return any(
        one.is_active
        and one.is_sure
        and one.ended is None
        and one.since is not None
        and timedelta() <= today - one.since.day <= TERM
        and is_pregnancy(one.code)
        for one in diagnoses([condition])
    )


def goes_on(condition: Mapping[str, Any], today: date) -> bool:
    """Whether a Condition says that a pregnancy goes on today. Narrower than `is_pregnant`, by which NEWS2 is barred:
    what ends a pregnancy, or follows birth at once, is no sign that there is one.
    """
    return is_pregnant(condition, today) and all(tells_of_one(one.code) for one in diagnoses([condition]))


def tells_of_one(code: str) -> bool:
    """ICD-10-SE of a pregnancy that goes on: not its end, nor tears, bleeding and placenta after birth (O70–O73)."""
    return is_pregnancy(code) and not ends_one(code) and code[:3].upper() not in ("O70", "O71", "O72", "O73")


def is_new(code: str, gap: timedelta) -> bool:
    """Whether a diagnosis so long after a pregnancy ended tells of another one. A complication that is written down
    after the birth (O10–O75) does not, as long as nobody can have come so far again.
    """
    if code[:1].upper() != "O":
        return gap > timedelta()
    return gap > (LATE_AGAIN if code[1:2] in ("4", "6", "7") else AGAIN)


def ends_one(code: str) -> bool:
    """ICD-10-SE of what ends a pregnancy: ectopic, mole, miscarriage, termination (O00–O08), delivery (O80–O84)."""
    chapter, rest = code[:1].upper(), code[1:3]
    return chapter == "O" and rest.isdigit() and (int(rest) <= 8 or 80 <= int(rest) <= 84)


def is_of_several(code: str) -> bool:
    """ICD-10-SE of more than one foetus (O30, O31): where one has died the pregnancy may go on."""
    return code[:3].upper() in ("O30", "O31")


def is_foetal_death(code: str) -> bool:
    """ICD-10-SE O36.4: the foetus has died in the womb."""
    return code.upper().replace(".", "").startswith("O364")


def is_pregnancy(code: str) -> bool:
    """ICD-10-SE: O00–O99 but what follows birth (O85–O99), and Z32.1, Z33–Z36."""
    chapter, rest = code[:1].upper(), code[1:].replace(".", "")
    if chapter == "O" and rest[:2].isdigit():
        return int(rest[:2]) < 85
    return chapter == "Z" and (rest.startswith("321") or rest[:2] in ("33", "34", "35", "36"))
