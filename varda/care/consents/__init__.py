"""What the patient has decided about the own data: informed, consent, blocks and their lifting (SVOD 2–3, PDL 4)."""

from varda.care.consents.actions import (
    answer,
    block_inside,
    block_outside,
    consent,
    consent_and_open,
    decline,
    end,
    inform,
    lift,
    take_back,
)
from varda.care.consents.model import WAYS, Decision, Place, decision
from varda.care.consents.queries import declined, duty, in_force, known_registers, own_units
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
    "decline",
    "declined",
    "duty",
    "end",
    "grounds",
    "in_force",
    "inform",
    "is_child",
    "known_registers",
    "lift",
    "own_units",
    "take_back",
    "types_of",
]
