"""One row of the access log: who did what to whose data, from where and why (PDL 4:3; EHDS: category, origin)."""

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any

import msgspec

_encode = msgspec.json.Encoder().encode


class Event(msgspec.Struct, frozen=True):
    """`patients` are compartments; `category` the kind of data, `origin` the unit(s) they come from."""

    at: datetime
    action: str
    outcome: str
    actor: str
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


def bound(previous: bytes, place: int, build: str, event: Event | Any) -> bytes:
    """SHA-256 over the previous row's hash and every field of this row, in a fixed order."""
    return sha256(
        previous
        + _encode(
            (
                place,
                event.at.timestamp(),
                event.action,
                event.outcome,
                event.actor,
                event.role,
                event.assignment,
                event.unit,
                event.provider,
                event.purpose,
                event.patients,
                event.category,
                event.origin,
                event.what,
                build,
                event.request,
            )
        )
    ).digest()


def sealed(previous: bytes, place: int, heads: Sequence[Sequence[Any]]) -> bytes:
    """SHA-256 over the previous seal and the heads it seals: (chain, place, hash in hex) each."""
    return sha256(previous + _encode((place, heads))).digest()
