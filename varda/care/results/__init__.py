"""Answers from laboratories and others, and what is measured at the bedside, as single values and as trends."""

from varda.care.results.actions import may_sign, named, sign, sign_normal
from varda.care.results.model import (
    Answer,
    Original,
    Reading,
    Series,
    Signature,
    Words,
    answer,
    readable,
    readings,
    series,
)
from varda.care.results.queries import Before, Inbox, Table, Waiting, before, one_answer, table, to_sign, waiting
from varda.care.results.rules import URGENCIES, gist, spoken, urgency

__all__ = [
    "URGENCIES",
    "Answer",
    "Before",
    "Inbox",
    "Original",
    "Reading",
    "Series",
    "Signature",
    "Table",
    "Waiting",
    "Words",
    "answer",
    "before",
    "gist",
    "may_sign",
    "named",
    "one_answer",
    "readable",
    "readings",
    "series",
    "sign",
    "sign_normal",
    "spoken",
    "table",
    "to_sign",
    "urgency",
    "waiting",
]
