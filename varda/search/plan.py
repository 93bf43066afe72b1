"""What a question means, as plain frozen values between the parser and the SQL.

A new sort of criterion (a composite, a filter) is a new value here, a way to read it in `criteria` and a way to answer
it in `conditions`; nothing else changes. They are Structs because every search makes a dozen: a frozen dataclass takes
eight times as long to make.
"""

from collections.abc import Mapping
from types import MappingProxyType, ModuleType
from typing import Any

import msgspec

from varda.search.kinds import column, date, number, quantity, reference, string, token, uri
from varda.search.parameters import ROW, Meaning

KINDS: Mapping[str, ModuleType] = MappingProxyType({
    "token": token,
    "reference": reference,
    "uri": uri,
    "string": string,
    "date": date,
    "number": number,
    "quantity": quantity,
})  # fmt: skip


def kind(meaning: Meaning) -> ModuleType:
    """The module that knows how to read and answer questions about a parameter."""
    return column if meaning.code in ROW else KINDS[meaning.kind]


class Ask(msgspec.Struct, frozen=True):
    """One parameter and the alternatives asked for (OR). `modifier` is empty, `not`, `missing`, `exact`, a type …"""

    meaning: Meaning
    modifier: str
    values: tuple[Any, ...]


class Chain(msgspec.Struct, frozen=True):
    """A reference to something of which a criterion is true: `subject:Patient.name=`. One of several types."""

    meaning: Meaning
    inside: tuple[tuple[str, "Criterion"], ...]


class Reverse(msgspec.Struct, frozen=True):
    """Something of another type points here, of which a criterion is true: `_has:Observation:patient:code=`.

    `is_home`: it lies in the same patient's compartment, as what the door asks of answers and their reports does.
    """

    source: str
    meaning: Meaning
    inside: "Criterion"
    is_home: bool = False


class Unsigned(msgspec.Struct, frozen=True):
    """Nobody has signed the version that stands now, and no report that waits itself holds it as new: what the door
    asks of a unit's answers, and no user can. `unit` owns the match; `own` are tokens of what is seen by who made it;
    with `saying`, what has one of these codes in its text, whether a report holds it or not.
    """

    unit: int
    own: tuple[int, ...] = ()
    saying: tuple[str, ...] = ()


class OfUnit(msgspec.Struct, frozen=True):
    """The unit owns the match: what the door asks for the lists of one's own unit. `is_left`: about a patient whom the
    session does not reach.
    """

    unit: int
    is_left: bool = False


Criterion = Ask | Chain | Reverse | Unsigned | OfUnit


class Order(msgspec.Struct, frozen=True):
    """One sort key."""

    meaning: Meaning
    descending: bool

    @property
    def is_of_row(self) -> bool:
        """Whether it is a column of the row itself, which every item has and an answer shows anyway."""
        return self.meaning.code in ROW


class Include(msgspec.Struct, frozen=True):
    """Items to give along: what the matches point to, or (`reverse`) what points to them. `target` empty: any type."""

    source: str
    meanings: tuple[Meaning, ...]
    target: str
    reverse: bool


class Cursor(msgspec.Struct, frozen=True):
    """Where the page before ended: the item, its version, its `born`, and the newest item of the first page.

    `keys` are the sort keys that are columns of the row itself; the others, None here, are looked up by the item.
    """

    item: int
    version: int
    born: int
    snapshot: int
    keys: tuple[Any, ...] = ()


class Question(msgspec.Struct, frozen=True):
    """A search that was understood. All of `criteria` must be true of a match.

    `used` are the parameters that had effect, for the self link; `ignored` the unknown ones that lenient handling
    passed over. `total` is none, estimate or accurate. `fingerprint` tells questions apart that a cursor may not mix;
    `shape` is what `varda.search.shapes` knows the question by.
    """

    type: str
    criteria: tuple[Criterion, ...] = ()
    includes: tuple[Include, ...] = ()
    order: tuple[Order, ...] = ()
    count: int = 50
    total: str = "none"
    counts_only: bool = False
    elements: tuple[str, ...] = ()
    cursor: Cursor | None = None
    used: tuple[tuple[str, str], ...] = ()
    ignored: tuple[str, ...] = ()
    fingerprint: str = ""
    shape: Any = None
