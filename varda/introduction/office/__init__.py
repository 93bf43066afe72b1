"""What a programme office keeps besides the plan: risks and problems, documents, decisions, notes, and reminders."""

from varda.introduction.office.risks import (
    CONSEQUENCE,
    KINDS,
    LEVEL_WORDS,
    LEVELS,
    LONGEST_WAIT,
    PROBABILITY,
    STATES,
    Level,
    Risk,
    Risks,
    Wanted,
)

__all__ = [
    "CONSEQUENCE",
    "KINDS",
    "LEVELS",
    "LEVEL_WORDS",
    "LONGEST_WAIT",
    "PROBABILITY",
    "STATES",
    "Level",
    "Risk",
    "Risks",
    "Wanted",
]
