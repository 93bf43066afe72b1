"""The catalogue: functions and roles as declared data, the rights that follow, and the county's dated changes of them.

Rights, menus, courses, readiness and switches are derived from it; none of them has a list of its own (architecture,
idea 5). It is a stranger to sessions: the door tells it who works as what.
"""

from varda.catalogue.declared import (
    ACTIONS,
    ACTS,
    AREAS,
    FUNCTIONS,
    ROLES,
    SPECIAL,
    Act,
    Function,
    Right,
    Role,
    Special,
    Words,
    covered,
    covering,
    functions_of,
    right_words,
    role_of,
)
from varda.catalogue.overlay import Catalogue, Deciding, Exempt, InForce, Proposal, Proposed, Worker
from varda.catalogue.rights import LONGEST_EXCEPTION, NOTHING, Change, Rights, Standing, State, rights_from, standings
from varda.catalogue.switches import Switch, Switched

__all__ = [
    "ACTIONS",
    "ACTS",
    "AREAS",
    "FUNCTIONS",
    "LONGEST_EXCEPTION",
    "NOTHING",
    "ROLES",
    "SPECIAL",
    "Act",
    "Catalogue",
    "Change",
    "Deciding",
    "Exempt",
    "Function",
    "InForce",
    "Proposal",
    "Proposed",
    "Right",
    "Rights",
    "Role",
    "Special",
    "Standing",
    "State",
    "Switch",
    "Switched",
    "Words",
    "Worker",
    "covered",
    "covering",
    "functions_of",
    "right_words",
    "rights_from",
    "role_of",
    "standings",
]
