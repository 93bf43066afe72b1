"""Notes: written from a template, kept from the first second, signed, amended – and never lost or erased."""

from varda.care.notes.actions import Written, discard, keep, mark_error, save_unsigned, sign
from varda.care.notes.model import Note, Part, note
from varda.care.notes.queries import Versions, my_drafts, one_note, unsigned, versions
from varda.care.notes.rules import Change, changes, clean, div, may_amend, may_sign, plain
from varda.care.notes.templates import KEYWORDS, TEMPLATES, Keyword, Template, offered, template

__all__ = [
    "KEYWORDS",
    "TEMPLATES",
    "Change",
    "Keyword",
    "Note",
    "Part",
    "Template",
    "Versions",
    "Written",
    "changes",
    "clean",
    "discard",
    "div",
    "keep",
    "mark_error",
    "may_amend",
    "may_sign",
    "my_drafts",
    "note",
    "offered",
    "one_note",
    "plain",
    "save_unsigned",
    "sign",
    "template",
    "unsigned",
    "versions",
]
