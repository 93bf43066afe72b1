"""Notes: written from a template, kept from the first second, signed, amended – and never lost or erased."""

from varda.care.comparison import Change, changes
from varda.care.notes.actions import Written, discard, done_already, keep, mark_error, save_unsigned, sign, take_on
from varda.care.notes.model import Note, Part, note
from varda.care.notes.queries import (
    Unsigned,
    Versions,
    Waiting,
    my_drafts,
    one_note,
    signers,
    to_sign,
    unsigned,
    unsigned_of_unit,
    versions,
)
from varda.care.notes.reuse import Earlier, earlier
from varda.care.notes.rules import (
    clean,
    div,
    may_amend,
    may_sign,
    may_strike,
    may_take_on,
    may_write,
    plain,
    signs,
)
from varda.care.notes.templates import KEYWORDS, TEMPLATES, Keyword, Template, offered, template
from varda.care.notes.values import offered as offered_values

__all__ = [
    "KEYWORDS",
    "TEMPLATES",
    "Change",
    "Earlier",
    "Keyword",
    "Note",
    "Part",
    "Template",
    "Unsigned",
    "Versions",
    "Waiting",
    "Written",
    "changes",
    "clean",
    "discard",
    "div",
    "done_already",
    "earlier",
    "keep",
    "mark_error",
    "may_amend",
    "may_sign",
    "may_strike",
    "may_take_on",
    "may_write",
    "my_drafts",
    "note",
    "offered",
    "offered_values",
    "one_note",
    "plain",
    "save_unsigned",
    "sign",
    "signers",
    "signs",
    "take_on",
    "template",
    "to_sign",
    "unsigned",
    "unsigned_of_unit",
    "versions",
]
