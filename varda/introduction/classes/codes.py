"""The code that an instructor shows and a learner's phone reads: signed, for one class, good for a minute or two.

An HMAC of the installation's seal (RFC 2104) over the class and the minute: nothing is stored, and a picture of the
code that is sent to a colleague is soon worth nothing.
"""

import hmac
from datetime import datetime
from hashlib import sha256

LASTS = 60
"""Seconds of one code; the one before it counts as well."""


def code(seal: bytes, occasion: int, now: datetime) -> str:
    """The code of a class now."""
    return _made(seal, occasion, int(now.timestamp()) // LASTS)


def is_code(seal: bytes, occasion: int, said: str, now: datetime) -> bool:
    """Whether it is the code of a class now, or was just before."""
    turn = int(now.timestamp()) // LASTS
    good = [hmac.compare_digest(_made(seal, occasion, one).encode(), said.encode()) for one in (turn, turn - 1)]
    return any(good)


def _made(seal: bytes, occasion: int, turn: int) -> str:
    return hmac.new(seal, f"class\x00{occasion}\x00{turn}".encode(), sha256).hexdigest()[:20]
