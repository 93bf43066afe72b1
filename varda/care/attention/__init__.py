"""What everybody must know first: what is not tolerated, and signals of disease, treatment, infection, restriction."""

from varda.care.attention.actions import (
    CATEGORIES,
    CERTAINTIES,
    SEVERITIES,
    end_signal,
    judge_allergy,
    none_known,
    note_allergy,
    raise_signal,
)
from varda.care.attention.model import (
    ATTENTION,
    KINDS,
    REASON,
    Allergies,
    Allergy,
    Signal,
    allergies,
    allergy,
    signal,
    signals,
)
from varda.care.attention.queries import ATC, SUBSTANCES, find, held, history

__all__ = [
    "ATC",
    "ATTENTION",
    "CATEGORIES",
    "CERTAINTIES",
    "KINDS",
    "REASON",
    "SEVERITIES",
    "SUBSTANCES",
    "Allergies",
    "Allergy",
    "Signal",
    "allergies",
    "allergy",
    "end_signal",
    "find",
    "held",
    "history",
    "judge_allergy",
    "none_known",
    "note_allergy",
    "raise_signal",
    "signal",
    "signals",
]
