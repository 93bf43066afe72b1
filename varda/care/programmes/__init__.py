"""A speciality's programme of check-ups as declared data: child health, maternity, and whatever else has a file."""

from varda.care.programmes.actions import CONSENTS, hand_over, note_risks, note_step
from varda.care.programmes.counts import MEASURES, Counts, counted, counts, lines
from varda.care.programmes.model import AGE, PROGRAMMES, ROUTES, Programme, Span, Step, Vaccine, Visit, read
from varda.care.programmes.queries import KIND, READS, Course, Followed, course, followed, here, mine, require_mine
from varda.care.programmes.risks import CODES as RISKS
from varda.care.programmes.risks import Noted, of_course, risks
from varda.care.programmes.rules import STEP, VACCINE, Evidence, Row, Turn, dose_number, drawn, given, placed
from varda.care.programmes.unit import CHOICES, ORDERS, Due, Roll, awaited, chosen, fits, roll
from varda.care.programmes.waiting import Fact, Told, Wait, coming, fact, told, waits

__all__ = [
    "AGE",
    "CHOICES",
    "CONSENTS",
    "KIND",
    "MEASURES",
    "ORDERS",
    "PROGRAMMES",
    "READS",
    "RISKS",
    "ROUTES",
    "STEP",
    "VACCINE",
    "Counts",
    "Course",
    "Due",
    "Evidence",
    "Fact",
    "Followed",
    "Noted",
    "Programme",
    "Roll",
    "Row",
    "Span",
    "Step",
    "Told",
    "Turn",
    "Vaccine",
    "Visit",
    "Wait",
    "awaited",
    "chosen",
    "coming",
    "counted",
    "counts",
    "course",
    "dose_number",
    "drawn",
    "fact",
    "fits",
    "followed",
    "given",
    "hand_over",
    "here",
    "lines",
    "mine",
    "note_risks",
    "note_step",
    "of_course",
    "placed",
    "read",
    "require_mine",
    "risks",
    "roll",
    "told",
    "waits",
]
