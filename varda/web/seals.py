"""Secrets made from the installation's seal: nothing has to be stored to know them again."""

import base64
import hmac
from hashlib import sha256


def form_token(seal: bytes, ticket: str) -> str:
    """The token that every form of one signed-in browser carries, so that no other site can post for it."""
    return _made(seal, "form", ticket).hex()[:40]


def is_form_token(seal: bytes, ticket: str, token: str) -> bool:
    """Whether a token belongs to the ticket; takes the same time either way."""
    return hmac.compare_digest(form_token(seal, ticket).encode(), token.encode("utf-8", "replace"))


def who(seal: bytes, actor: str, assignment: str) -> str:
    """Tells a window whether it is still the same person in the same assignment who is signed in, and nothing else."""
    return _made(seal, "who", actor, assignment).hex()[:32]


def salt(seal: bytes, ticket: str) -> str:
    """The public name of a session's text key; it stands beside the encrypted text in the browser."""
    return _made(seal, "salt", ticket).hex()[:32]


def text_key(seal: bytes, actor: str, salt: str) -> str:
    """The AES-256 key (base64) for text kept in a browser. Each session has its own, told by its salt; the same person
    gets it again after a crash or a new sign-in, anybody else who asks with that salt gets another key."""
    return base64.b64encode(_made(seal, "text", actor, salt)).decode()


def counted(seal: bytes, practitioner: str) -> str:
    """What the browser of somebody keeps who has asked that their tasks are counted; it is nobody else's word."""
    return _made(seal, "counted", practitioner).hex()[:32]


def mark(seal: bytes, practitioner: str, unit: str) -> bytes:
    """By which it is known that the same person is counted again at a unit, without their name."""
    return _made(seal, "mark", practitioner, unit)[:12]


def _made(seal: bytes, *words: str) -> bytes:
    return hmac.new(seal, "\x00".join(words).encode("utf-8", "replace"), sha256).digest()
