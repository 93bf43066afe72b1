"""Finding in one patient's record: entries as lines, and what answers a question in free text."""

from varda.care.finding.model import KINDS, TYPES, Line, line
from varda.care.finding.queries import MOST, Found, Hit, Question, entry, found

__all__ = ["KINDS", "MOST", "TYPES", "Found", "Hit", "Line", "Question", "entry", "found", "line"]
