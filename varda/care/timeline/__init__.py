"""The timeline of a patient's whole life: entries newest first by year, and how many there are each year."""

from varda.care.timeline.model import KINDS, TYPES, Row, Year, Years, by_year, years
from varda.care.timeline.queries import MOST, Question, Told, told

__all__ = ["KINDS", "MOST", "TYPES", "Question", "Row", "Told", "Year", "Years", "by_year", "told", "years"]
