"""Units, people and assignments from a directory of staff (HR, HSA-katalogen), by its export as text files."""

from varda.exchange.staff.rows import HSA_ID, Bad, Export, Row, table, understood
from varda.exchange.staff.taking import (
    FEWEST,
    MOST_GONE,
    Change,
    Difference,
    difference,
    require_believable,
    said_before,
    take,
)

__all__ = [
    "FEWEST",
    "HSA_ID",
    "MOST_GONE",
    "Bad",
    "Change",
    "Difference",
    "Export",
    "Row",
    "difference",
    "require_believable",
    "said_before",
    "table",
    "take",
    "understood",
]
