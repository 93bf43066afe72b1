"""What the patient has decided about the own data: informed, consent, blocks and their lifting (SVOD 2–3, PDL 4)."""

from varda.care.consents.actions import (
    answer,
    block_inside,
    block_outside,
    consent,
    consent_and_open,
    end,
    inform,
    lift,
)
from varda.care.consents.model import WAYS, Decision, Place, decision
from varda.care.consents.queries import duty, in_force, own_units
from varda.care.consents.rules import AREAS, VITAL, grounds, is_child, types_of

__all__ = [
    "AREAS",
    "VITAL",
    "WAYS",
    "Decision",
    "Place",
    "answer",
    "block_inside",
    "block_outside",
    "consent",
    "consent_and_open",
    "decision",
    "duty",
    "end",
    "grounds",
    "in_force",
    "inform",
    "is_child",
    "lift",
    "own_units",
    "types_of",
]
