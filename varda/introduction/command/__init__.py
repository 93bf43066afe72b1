"""Go-live command: faults as told, support cases, figures with alarms (F237, F238, F243, F249; decision 53)."""

from varda.introduction.command.figures import FIGURES, Figure, Measured, Standing, standing
from varda.introduction.command.incidents import COMMAND, DECIDES, SUPPORT, Fault, Incidents, Sender, Step, Telling
from varda.introduction.command.measuring import SOURCES, Source, Values, World
from varda.introduction.command.rule import RULE, Rule
from varda.introduction.command.situation import Alarm, Situation, Tile, takers
from varda.introduction.command.support import Answered, Case, Cases
from varda.introduction.command.watching import Watch

__all__ = [
    "COMMAND",
    "DECIDES",
    "FIGURES",
    "RULE",
    "SOURCES",
    "SUPPORT",
    "Alarm",
    "Answered",
    "Case",
    "Cases",
    "Fault",
    "Figure",
    "Incidents",
    "Measured",
    "Rule",
    "Sender",
    "Situation",
    "Source",
    "Standing",
    "Step",
    "Telling",
    "Tile",
    "Values",
    "Watch",
    "World",
    "standing",
    "takers",
]
