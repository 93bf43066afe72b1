"""Go-live command: faults as they are told, support cases, and who decides (F237, F243, F249; decision 53)."""

from varda.introduction.command.incidents import COMMAND, SUPPORT, Fault, Incidents, Sender, Step, Telling
from varda.introduction.command.rule import RULE, Rule
from varda.introduction.command.support import Answered, Case, Cases

__all__ = [
    "COMMAND",
    "RULE",
    "SUPPORT",
    "Answered",
    "Case",
    "Cases",
    "Fault",
    "Incidents",
    "Rule",
    "Sender",
    "Step",
    "Telling",
]
