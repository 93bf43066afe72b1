"""Stable numbers for texts, so that index columns hold 8 bytes where FHIR writes an address of 60.

A key depends on the text alone: every process, release and machine gives the same. 63 bits keep it a positive
PostgreSQL bigint; among a thousand million texts the chance of one collision anywhere is about 5 %, and what is found
by key is read back and shown by its text.
"""

from functools import lru_cache
from hashlib import blake2b


@lru_cache(maxsize=1 << 18)
def key(text: str) -> int:
    """The 63-bit positive number of a text such as `Observation/7`, a HSA-id or `system|code`."""
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "big") >> 1
