"""THE DOOR. Nobody reads or writes care data except through a record opened for one session and one purpose.

Every deed is decided, logged and done: a write shares its log row's transaction; a read's log row is durable before
the answer leaves.
"""

from varda.access.policy import Ground, InnerGround
from varda.access.reach import Decided, Place, Relation
from varda.record.cohort import Wanted
from varda.record.copies import Copy
from varda.record.counting import Counting
from varda.record.county import County
from varda.record.door import Door
from varda.record.drafts import Draft
from varda.record.finding import FoundPatient
from varda.record.lifetime import Life
from varda.record.lifting import Asked, Request
from varda.record.measures import FEWEST, Cell, Events, Figures, Measure, Parts
from varda.record.opened import Record
from varda.record.opening import Open
from varda.record.searching import Page
from varda.record.seeking import Seen
from varda.record.writing import Owner, Wish
from varda.store.lifetime import Counted, Sort, Stretch
from varda.store.model import Stored
from varda.store.reading import Elsewhere, Sought

__all__ = [
    "FEWEST",
    "Asked",
    "Cell",
    "Copy",
    "Counted",
    "Counting",
    "County",
    "Decided",
    "Door",
    "Draft",
    "Elsewhere",
    "Events",
    "Figures",
    "FoundPatient",
    "Ground",
    "InnerGround",
    "Life",
    "Measure",
    "Open",
    "Owner",
    "Page",
    "Parts",
    "Place",
    "Record",
    "Relation",
    "Request",
    "Seen",
    "Sort",
    "Sought",
    "Stored",
    "Stretch",
    "Wanted",
    "Wish",
]
