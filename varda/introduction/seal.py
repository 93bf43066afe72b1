"""The installation's mark on what it writes down as evidence: the database does not know the secret that it takes."""

import hmac
import json
from datetime import datetime
from hashlib import sha256


class Seal:
    """`secret` is known to nobody but the installation's processes."""

    def __init__(self, secret: bytes) -> None:
        self._key = hmac.new(secret, b"readiness", sha256).digest()

    def mark(self, *said: object) -> bytes:
        """The mark on some values, instants in it as seconds of Unix time."""
        told = [one.timestamp() if isinstance(one, datetime) else one for one in said]
        return hmac.new(self._key, json.dumps(told, ensure_ascii=False).encode(), sha256).digest()

    def holds(self, mark: bytes, *said: object) -> bool:
        """Whether a mark is ours, on these values."""
        return hmac.compare_digest(mark, self.mark(*said))
