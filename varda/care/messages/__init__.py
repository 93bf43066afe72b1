"""Messages between staff about a patient: questions, answers, a word in passing. They stand in the record."""

from varda.care.messages.actions import Wanted, answer, mark_read, mark_told, send, strike, tell, tell_back
from varda.care.messages.model import Message, message
from varda.care.messages.queries import (
    Thread,
    Waiting,
    colleagues,
    of_patient,
    one_talk,
    one_thread,
    talk,
    to_read,
    told,
    waiting,
    waits,
)
from varda.care.messages.rules import answered_to, as_text, may_read, may_strike

__all__ = [
    "Message",
    "Thread",
    "Waiting",
    "Wanted",
    "answer",
    "answered_to",
    "as_text",
    "colleagues",
    "mark_read",
    "mark_told",
    "may_read",
    "may_strike",
    "message",
    "of_patient",
    "one_talk",
    "one_thread",
    "send",
    "strike",
    "talk",
    "tell",
    "tell_back",
    "to_read",
    "told",
    "waiting",
    "waits",
]
