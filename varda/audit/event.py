"""One row of the access log: who did what to whose data, from where and why (PDL 4:3; EHDS: category, origin)."""

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any

import msgspec

_encode = msgspec.json.Encoder().encode


class Event(msgspec.Struct, frozen=True):
    """`patients` are compartments. `actor` did it, for `on_behalf` where that is somebody else (proxy, delegation).

    `category` is the kind of data (`none` where nothing of anybody's was shown) and `origin` says whose: keys of units
    between commas, `0` for the county's register, `-` where there is nothing with an owner. EHDS wants both in each.
    """

    at: datetime
    action: str
    outcome: str
    actor: str
    on_behalf: str
    role: str
    assignment: str
    unit: str
    provider: str
    purpose: str
    patients: tuple[int, ...]
    category: str
    origin: str
    what: str
    request: str


def genesis(chain: int) -> bytes:
    """What the first row of a chain is bound to."""
    return sha256(b"varda audit chain %d" % chain).digest()


def bound(previous: bytes, place: int, build: str, event: Event) -> bytes:
    """SHA-256 over the previous row's hash and every field of this row, in a fixed order."""
    *fields, request = msgspec.structs.astuple(event)[1:]
    return sha256(previous + _encode((place, event.at.timestamp(), *fields, build, request))).digest()


def bound_row(previous: bytes, row: Sequence[Any]) -> bytes:
    """The same of a stored row: place, at and the other columns in that order, the row's own hash last."""
    return sha256(previous + _encode((row[0], row[1].timestamp(), *row[2:-1]))).digest()


def sealed(previous: bytes, place: int, heads: Sequence[Sequence[Any]]) -> bytes:
    """SHA-256 over the previous seal and the heads it seals: (chain, place, hash in hex) each."""
    return sha256(previous + _encode((place, heads))).digest()
