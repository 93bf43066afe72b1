"""Code systems that a county brings itself: a list as its owner publishes it becomes a FHIR CodeSystem.

Nobody's list is in the package. The invented county has a small vocabulary of its own in `varda.region.terms`.
https://hl7.org/fhir/R4/codesystem.html
"""

from varda.terminology.finding import Choice, Codes
from varda.terminology.habits import Habit, habits, note_use, set_favourite
from varda.terminology.lists import Bad, Concept, Shape, entries, shape
from varda.terminology.systems import Difference, code_system, difference, id_of, is_same, loose_parents

__all__ = [
    "Bad",
    "Choice",
    "Codes",
    "Concept",
    "Difference",
    "Habit",
    "Shape",
    "code_system",
    "difference",
    "entries",
    "habits",
    "id_of",
    "is_same",
    "loose_parents",
    "note_use",
    "set_favourite",
    "shape",
]
