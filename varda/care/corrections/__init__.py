"""When the patient says that an entry is wrong, and when a copy is handed out."""

from varda.care.corrections.actions import hand_out, note_view
from varda.care.corrections.model import Entry, View, entries, named, viewed

__all__ = ["Entry", "View", "entries", "hand_out", "named", "note_view", "viewed"]
