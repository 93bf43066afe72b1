"""The cut-over: run-books with their forecast, go or no-go by two keys, and units that start in waves (decision 51)."""

from varda.introduction.cutover.books import Book, Books, Course, Event
from varda.introduction.cutover.forecast import Expected, Said, forecast, switch_of
from varda.introduction.cutover.going import FOUND, TWO, Attested, Going
from varda.introduction.cutover.notices import Notice, Notices
from varda.introduction.cutover.rehearsals import TOLERANCE, end, result, written
from varda.introduction.cutover.template import TEMPLATE, Circular, Step, Template, Wave, read
from varda.introduction.cutover.waves import Unit, Waves

__all__ = [
    "FOUND",
    "TEMPLATE",
    "TOLERANCE",
    "TWO",
    "Attested",
    "Book",
    "Books",
    "Circular",
    "Course",
    "Event",
    "Expected",
    "Going",
    "Notice",
    "Notices",
    "Said",
    "Step",
    "Template",
    "Unit",
    "Wave",
    "Waves",
    "end",
    "forecast",
    "read",
    "result",
    "switch_of",
    "written",
]
