"""How everybody learns their own role: courses, each person's path, and exercises that the system itself judges."""

from varda.introduction.training.curriculum import Finished, Place, Reason
from varda.introduction.training.exercises import Doer, Judgement, judged
from varda.introduction.training.goals import Exercise, Goal, Patient
from varda.introduction.training.learning import Approval, Held, Learner, Learning, Remark, Standing, Taken
from varda.introduction.training.library import (
    KIND,
    content,
    file_of,
    files_in_use,
    files_of,
    known,
    proposed,
    read,
    shipped,
    unreadable,
)
from varda.introduction.training.model import DUTIES, Course, Step

__all__ = [
    "DUTIES",
    "KIND",
    "Approval",
    "Course",
    "Doer",
    "Exercise",
    "Finished",
    "Goal",
    "Held",
    "Judgement",
    "Learner",
    "Learning",
    "Patient",
    "Place",
    "Reason",
    "Remark",
    "Standing",
    "Step",
    "Taken",
    "content",
    "file_of",
    "files_in_use",
    "files_of",
    "judged",
    "known",
    "proposed",
    "read",
    "shipped",
    "unreadable",
]
