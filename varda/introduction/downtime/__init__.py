"""Downtime: a pack for each unit, and how what was written on paper comes in again (F246; decision 48)."""

from varda.introduction.downtime.board import Board, Part, Standing
from varda.introduction.downtime.contents import Carried, Contents, Facts, gathered, session
from varda.introduction.downtime.drills import Drill, Drills
from varda.introduction.downtime.folder import Folder
from varda.introduction.downtime.packs import LASTS, OLDEST, Pack, Packing, Packs, claimed
from varda.introduction.downtime.paper import Noted, Paper, Queue, Sheet
from varda.introduction.downtime.phrases import ROUNDS, Phrase, Phrases

__all__ = [
    "LASTS",
    "OLDEST",
    "ROUNDS",
    "Board",
    "Carried",
    "Contents",
    "Drill",
    "Drills",
    "Facts",
    "Folder",
    "Noted",
    "Pack",
    "Packing",
    "Packs",
    "Paper",
    "Part",
    "Phrase",
    "Phrases",
    "Queue",
    "Sheet",
    "Standing",
    "claimed",
    "gathered",
    "session",
]
