"""Which letters an entry has, as a few numbers: what search in a record asks before it looks into the entry itself.

Each three letters (a–z, 0–9) that stand together in a word set one of 512 bits. An entry without all bits of what is
looked for cannot have it; the others are looked into. Nothing can be read from the bits, and they go with the index row
when an entry is changed, deleted or destroyed. What only machines read is passed over: addresses, ids, keys.
"""

import re
from collections.abc import Iterable
from functools import lru_cache
from struct import Struct

from varda.fhir.definitions import TYPES

NUMBERS = 8
"""How many 64-bit numbers the bits of one entry fill."""
_BITS = 64 * NUMBERS
_FOR_MACHINES = re.compile(
    rb"(?:https?://|urn:)\S*|(?:%s)/[A-Za-z0-9.\-]+(?:/_history/\d+)?|[A-Za-z0-9+/=]{200,}" % "|".join(TYPES).encode()
)
"""A value that is nothing but a system, a reference or attached data."""
_REPEATED = 80
"""Bytes up to which a value is likely to come again, as names and codes do."""
_PACKED = Struct(f"<{NUMBERS}q")  # bigints have a sign
_RUN = re.compile(rb"[a-z0-9]{3,}")
_NUMBER = re.compile(rb"[0-9]{3,}")


def letters(body: bytes) -> tuple[int, ...]:
    """The numbers of a resource as JSON."""
    if b"\\" in body:  # so that a quotation mark ends a text
        body = body.replace(b"\\\\", b"  ").replace(b'\\"', b"  ")
    parts = body.split(b'"')
    texts, between = parts[1::2], parts[2::2]
    own = texts.index(b"id") + 1 if texts[2:3] == [b"id"] else -1
    bits = 0
    for text in {
        text for n, (text, after) in enumerate(zip(texts, between, strict=False)) if after[:1] != b":" and n != own
    }:
        bits |= _repeated(text) if len(text) < _REPEATED else _said(text)
    for number in _NUMBER.findall(b" ".join(between)):
        bits |= _bits(number)
    return _PACKED.unpack(bits.to_bytes(_BITS // 8, "little"))


def asked(needles: Iterable[str]) -> tuple[int, ...]:
    """The numbers whose bits every entry has in which all these letters are; shorter than three they say nothing."""
    return _numbers({one.encode() for one in needles})


def _numbers(runs: set[bytes]) -> tuple[int, ...]:
    bits = 0
    for one in runs:
        bits |= _bits(one)
    return _PACKED.unpack(bits.to_bytes(_BITS // 8, "little"))


def _said(text: bytes) -> int:
    bits = 0
    if not _FOR_MACHINES.fullmatch(text):
        for one in _RUN.findall(text.lower()):
            bits |= _bits(one)
    return bits


_repeated = lru_cache(maxsize=1 << 15)(_said)


@lru_cache(maxsize=1 << 16)
def _bits(run: bytes) -> int:
    found = 0
    for n in range(len(run) - 2):
        found |= 1 << ((run[n] * 7919 + run[n + 1] * 271 + run[n + 2]) * 2654435761 >> 12) % _BITS
    return found
