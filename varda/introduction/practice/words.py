"""Signed words that a browser carries between home and the training environment (decision 38).

ES256 by joserfc. Each side signs with a key of its own and believes the other's public half, and nothing else: who may
practise what, on which build, and what was shown there. A word is good for a while; what it leads to happens once.
"""

import json
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import uuid4

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey

from varda.kernel.errors import Refused

LASTS = timedelta(hours=12)
"""A shift: whoever was called away in the middle of an exercise goes on with the same word."""
_ALGORITHM = "ES256"
NOT_OURS = (
    "This link was not made by Varda, or has been changed on the way. Go back to the course and follow the link again."
)
Kind = Literal["come", "home"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """What one environment says to the other. Persons and courses by HSA-id and code; `material` is the fingerprint of
    the course as it was read. "come": who may practise, in which role and with which licences, at which kind of unit,
    perhaps in a class. "home": which exercise was solved, in how many actions and seconds, on which build."""

    kind: Kind
    build: str
    person: str
    name: str = ""
    role: str = ""
    title: str = ""
    licences: tuple[str, ...] = ()
    unit_kind: str = ""
    unit_class: str = ""
    course: str = ""
    exercise: str = ""
    material: str = ""
    actions: int = 0
    seconds: int = 0
    number: str = ""


def new_key() -> bytes:
    """A fresh private key as JSON, to be kept by the installation."""
    return json.dumps(ECKey.generate_key("P-256", private=True).as_dict(private=True)).encode()


def public_half(key: bytes) -> bytes:
    """What the other side is given, once."""
    return json.dumps(ECKey.import_key(json.loads(key)).as_dict(private=False)).encode()


def signed(word: Word, key: bytes, now: datetime) -> str:
    """The word as it travels."""
    said = {name: value for name, value in asdict(word).items() if value} | {"number": word.number or uuid4().hex}
    claims = said | {"iat": int(now.timestamp()), "exp": int((now + LASTS).timestamp())}
    return jwt.encode({"alg": _ALGORITHM}, claims, ECKey.import_key(json.loads(key)), algorithms=[_ALGORITHM])


def heard(text: str, kind: Kind, key: bytes, now: datetime) -> Word:
    """What the other side has said. Raises `Refused` for what it did not say, or said too long ago."""
    try:
        claims: dict[str, Any] = jwt.decode(text, ECKey.import_key(json.loads(key)), algorithms=[_ALGORITHM]).claims
    except (JoseError, ValueError, TypeError) as wrong:
        raise Refused(NOT_OURS) from wrong
    until = claims.pop("exp", 0)
    if claims.get("kind") != kind or not isinstance(until, int):
        raise Refused(NOT_OURS)
    if until <= now.timestamp():
        raise Refused("This link is too old. Go back to the course and follow it again; what you have done is kept.")
    claims.pop("iat", None)
    try:
        return Word(**claims | {"licences": tuple(claims.get("licences", ()))})
    except TypeError as wrong:
        raise Refused(NOT_OURS) from wrong
