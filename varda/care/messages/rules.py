"""Whose a message is to read, to whom an answer goes, and what it becomes in a note. Pure."""

import re
from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import Any

from varda.care import patients
from varda.care.messages.model import Message
from varda.kernel.clock import STOCKHOLM

LONGEST = 4000
"""Characters that a message may have: what is longer belongs in a note."""


_NUMBERS = re.compile(r"(?<![\w-])(?:\d{2})?\d{6}[-+]?[\dA-Za-z]{4}(?![\w])")


def may_read(session: Any, message: Message, covered: Collection[str] = ()) -> bool:
    """Whether it waits for this person: it went to them, or from somebody else to the unit or to one whom they cover
    (references), and nobody has read it.
    """
    is_mine = message.to == session.practitioner
    is_ours = (
        message.to in (f"Organization/{session.organization}", *covered) and message.sender != session.practitioner
    )
    return (is_mine or is_ours) and message.read is None and not message.is_struck


def may_strike(session: Any, message: Message) -> bool:
    """Whether this person may strike it: whoever sent it."""
    return message.sender == session.practitioner and not message.is_struck


def answered_to(session: Any, thread: Sequence[Message], here: Iterable[str]) -> str:
    """To whom an answer goes: whoever wrote last, else to whom one wrote oneself; the unit (empty) where that is
    nobody who works `here` (references) now.
    """
    last = next((one for one in reversed(thread) if one.sender != session.practitioner), thread[-1])
    to = last.to if last.sender == session.practitioner else last.sender
    return to if to in set(here) and to != session.practitioner else ""


def names_somebody(text: str, today: date) -> bool:
    """Whether a text has an identity number in it: then it is about somebody, and belongs in a record."""
    return any(patients.normal_identity(one, today) for one in _NUMBERS.findall(text))


def as_text(thread: Iterable[Message]) -> str:
    """A thread as text for a note: each message word for word, below who wrote it and when."""
    told = (f"{_day(one)} {one.sender_name} till {one.to_name}:\n{one.text}" for one in thread if not one.is_struck)
    return "\n\n".join(told)


def _day(message: Message) -> str:
    return message.sent.at.astimezone(STOCKHOLM).strftime("%Y-%m-%d %H:%M") if message.sent else ""
