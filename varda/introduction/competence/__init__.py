"""Competence cards: where people stand in the tasks of their work, where they are to get, and what a unit needs."""

from varda.introduction.competence.cards import LEVELS, Card, Task, cards, cards_of
from varda.introduction.competence.skills import Competence, Plan, Skill, Supply

__all__ = ["LEVELS", "Card", "Competence", "Plan", "Skill", "Supply", "Task", "cards", "cards_of"]
