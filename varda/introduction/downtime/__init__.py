"""Downtime: a pack for each unit, and how what was written on paper comes in again (F246; decision 48)."""

from varda.introduction.downtime.contents import Carried, Contents, Facts, gathered, session
from varda.introduction.downtime.folder import Folder
from varda.introduction.downtime.packs import LASTS, OLDEST, Pack, Packing, Packs, claimed
from varda.introduction.downtime.phrases import ROUNDS, Phrase, Phrases

__all__ = [
    "LASTS",
    "OLDEST",
    "ROUNDS",
    "Carried",
    "Contents",
    "Facts",
    "Folder",
    "Pack",
    "Packing",
    "Packs",
    "Phrase",
    "Phrases",
    "claimed",
    "gathered",
    "session",
]
