"""The pass phrase of a unit's packs: made of the installation's seal, so that it is stored nowhere and never guessed.

Sixteen signs of Crockford's alphabet are 80 random bits. A phrase that a person chooses needs a slow derivation; this
one would hold without, so that `ROUNDS` may be few enough for an old computer on a bad day.
"""

import hmac
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from hashlib import pbkdf2_hmac, sha256

from varda.kernel.db import Database
from varda.kernel.sql import named

_SQL = named("varda.introduction.downtime")
_SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_READ_AS = str.maketrans("OIL", "011")
_LONG = 16
ROUNDS = 100_000
"""Of PBKDF2 with HMAC-SHA-256 (RFC 8018)."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """Which phrase a unit uses. `since` None: the first one, which nobody has changed."""

    unit: str
    number: int = 1
    name: str = ""
    since: datetime | None = None

    def said(self, seal: bytes) -> str:
        """The phrase as it is written down: `7QKD-0MXE-…`."""
        bits = int.from_bytes(_made(seal, "phrase", self.unit, self.number))
        signs = "".join(_SIGNS[bits >> 5 * place & 31] for place in range(_LONG))
        return "-".join(signs[at : at + 4] for at in range(0, _LONG, 4))

    def salt(self, seal: bytes) -> bytes:
        """What is mixed into the key; it stands open in the pack."""
        return _made(seal, "salt", self.unit, self.number)[:16]

    def key(self, seal: bytes) -> bytes:
        """The AES-256 key of the unit's packs."""
        return derived(self.said(seal), self.salt(seal))


@lru_cache(maxsize=10_000)
def derived(phrase: str, salt: bytes) -> bytes:
    """The key of a phrase as somebody types it: small letters, spaces, O for 0 and l for 1 are all the same."""
    signs = "".join(one for one in phrase.upper().translate(_READ_AS) if one in _SIGNS)
    return pbkdf2_hmac("sha256", signs.encode(), salt, ROUNDS)


class Phrases:
    """Of one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(self, units: list[str]) -> dict[str, Phrase]:
        """The phrases of units, by HSA-id."""
        rows = await self._database.all(_SQL["downtime_phrases"], units)
        changed = {row["unit"]: Phrase(row["unit"], row["number"], row["set_name"], row["set_at"]) for row in rows}
        return {one: changed.get(one, Phrase(one)) for one in units}

    async def change(self, unit: str, by: tuple[str, str], now: datetime) -> int:
        """From the next pack on another phrase opens it; `by` is an HSA-id and a name. Gives its number."""
        row = await self._database.one(_SQL["downtime_phrase_changed"], unit, *by, now)
        return int(row["number"])


def _made(seal: bytes, *parts: object) -> bytes:
    return hmac.new(seal, "\x1f".join(["downtime", *map(str, parts)]).encode(), sha256).digest()
