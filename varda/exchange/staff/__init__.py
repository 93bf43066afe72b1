"""Units, people and assignments from a directory of staff (HR, HSA-katalogen), by its export as text files."""

from varda.exchange.staff.rows import Bad, Export, Row, understood
from varda.exchange.staff.taking import Change, Difference, difference, require_believable, said_before, take

__all__ = [
    "Bad",
    "Change",
    "Difference",
    "Export",
    "Row",
    "difference",
    "require_believable",
    "said_before",
    "take",
    "understood",
]
