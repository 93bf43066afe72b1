"""The chapters of a life, each a disease or a time of life, and whom they happen to.

A chapter is `tell(life, bed)`: with a bed the patient lies on that ward now because of it. Shares are rough Swedish
prevalences by age, meant to be recognised, not cited.
"""

from bisect import bisect
from collections.abc import Callable
from dataclasses import dataclass, replace
from random import Random

from varda.region.body import Body
from varda.region.chapters import (
    answers,
    asthma,
    atrial_fibrillation,
    breast_cancer,
    childhood,
    copd,
    decisions,
    dementia,
    depression,
    diabetes,
    everyday,
    heart_failure,
    hip_fracture,
    home_help,
    hypertension,
    municipal,
    pregnancy,
    present,
    sepsis,
    stroke,
    warnings,
)
from varda.region.chronicle import Chronicle
from varda.region.model import Bed
from varda.region.population import stream

Tell = Callable[[Chronicle, Bed | None], None]


@dataclass(frozen=True, slots=True)
class Chapter:
    """Whom it happens to: per cent of each age from 0, 18, 40, 55, 65, 75 and 85 years, and a sex where only one."""

    name: str
    tell: Tell
    per_cent: tuple[float, float, float, float, float, float, float]
    sex: str = ""


AGES = (18, 40, 55, 65, 75, 85)
CHAPTERS: tuple[Chapter, ...] = (
    Chapter("hypertension", hypertension.tell, (0, 2, 14, 32, 46, 58, 60)),
    Chapter("diabetes", diabetes.tell, (0, 0.6, 5, 10, 15, 18, 15)),
    Chapter("atrial fibrillation", atrial_fibrillation.tell, (0, 0, 0.8, 3, 7, 13, 18)),
    Chapter("heart failure", heart_failure.tell, (0, 0, 0.5, 1.6, 4, 9, 16)),
    Chapter("copd", copd.tell, (0, 0, 1.5, 5, 9, 9, 6)),
    Chapter("asthma", asthma.tell, (7, 8, 7, 7, 6, 5, 4)),
    Chapter("depression", depression.tell, (0, 12, 11, 9, 7, 7, 7)),
    Chapter("hip fracture", hip_fracture.tell, (0, 0, 0, 0.6, 2, 6, 13)),
    Chapter("stroke", stroke.tell, (0, 0, 0.7, 2, 4, 8, 12)),
    Chapter("sepsis", sepsis.tell, (0, 0.3, 1, 2, 4, 7, 10)),
    Chapter("breast cancer", breast_cancer.tell, (0, 0.1, 2, 4, 5, 5, 4), "female"),
    Chapter("dementia", dementia.tell, (0, 0, 0, 0.5, 2, 9, 24)),
    Chapter("pregnancy", pregnancy.tell, (0, 22, 0, 0, 0, 0, 0), "female"),
)

IN_BED: dict[str, tuple[Tell, ...]] = {
    # specialty of the ward: why its patients lie there
    "kardiologi": (heart_failure.tell,),
    "stroke": (stroke.tell,),
    "neurologi": (stroke.tell,),
    "lung": (copd.tell,),
    "infektion": (sepsis.tell,),
    "intensiv": (sepsis.tell,),
    "ortopedi": (hip_fracture.tell,),
    "geriatrik": (hip_fracture.tell, heart_failure.tell),
    "kirurgi": (everyday.tell,),
    "kvinna": (pregnancy.tell,),
    "psykiatri": (depression.tell,),
    "onkologi": (breast_cancer.tell,),
    "medicin": (heart_failure.tell, sepsis.tell, copd.tell),
}


def fate(age: int, sex: str, chance: Random) -> frozenset[str]:
    """Which chapters happen to someone of this age and sex: one draw a chapter, so that none disturbs another."""
    column = bisect(AGES, age)
    drawn = [(chance.random() * 100, chapter) for chapter in CHAPTERS]
    return frozenset(one.name for draw, one in drawn if draw < one.per_cent[column] and one.sex in ("", sex))


def tell(life: Chronicle) -> None:
    """Write the whole life: everyday first, then what the age brings, then care at home and what is booked."""
    bed = life.person.bed
    cause = _cause(life, bed)
    fated = fate(life.age, life.person.sex, stream(life.county.seed, life.person.index, "fate"))
    life.body = _shaped(life.body, fated)
    warnings.allergies(life)
    if life.age < 19:
        childhood.tell(life, bed if cause is childhood.tell else None)
    everyday.tell(life, bed if cause is everyday.tell else None, controlled=bool(fated & CONTROLLED))
    for chapter in CHAPTERS:
        if chapter.tell is cause:
            chapter.tell(life, bed)
        elif chapter.name in fated and not _takes_the_child(life, chapter):
            chapter.tell(life, None)
    if life.person.child is not None and life.child_born:
        pregnancy.expect(life, life.child_born)
    if life.age >= 80 and life.happens(0.3 if bed is None else 0.6):
        life.home_care(life.years_ago(0.4, 3))
    warnings.signals(life)
    municipal.tell(life)
    home_help.tell(life)
    present.tell(life)
    answers.tell(life)


def decide(life: Chronicle) -> None:
    """What the patient has decided about all that was written."""
    decisions.tell(life)


CONTROLLED = {"hypertension", "diabetes", "atrial fibrillation", "heart failure", "copd", "stroke", "dementia"}
"""Those who are seen for these are not called to general health checks."""


def _shaped(body: Body, fated: frozenset[str]) -> Body:
    """A body that agrees with what will happen to it."""
    if "diabetes" in fated:
        body = replace(body, bmi=max(27.0, body.bmi))
    if "hypertension" in fated:
        body = replace(body, systolic=max(133.0, body.systolic))
    return body


def _cause(life: Chronicle, bed: Bed | None) -> Tell | None:
    if bed is None:
        return None
    specialty = life.county.units[bed.ward].specialty
    if specialty == "barn":
        return childhood.tell if life.age < 3 else asthma.tell
    causes = IN_BED[specialty]
    return causes[life.person.index // 8 % len(causes)]


def _takes_the_child(life: Chronicle, chapter: Chapter) -> bool:
    return chapter.name == "pregnancy" and life.person.child is not None
