"""What the pages of command share: who reads, and what a page is about."""

from collections.abc import Mapping

from varda.catalogue import FUNCTIONS, Words
from varda.introduction.command import COMMAND, DECIDES, SUPPORT, Cases, Incidents
from varda.introduction.programme import OFFICE
from varda.web.introduction.reader import mandates, may
from varda.web.visit import Visit

AT = "/command"
FUNCTION: Mapping[str, str] = {
    "inbox": "F87",
    "patients": "F72",
    "messages": "F283",
    "answers": "F49",
    "unsigned": "F19",
    "chart/overview": "F10",
    "chart/notes": "F19",
    "chart/problems": "F151",
    "chart/medication": "F38",
    "chart/results": "F49",
    "chart/vitals": "F85",
    "chart/contacts": "F72",
    "chart/attention": "F10",
    "chart/plan": "F103",
    "chart/decisions": "F8",
    "chart/tasks": "F87",
    "chart/messages": "F283",
    "chart/forms": "F26",
    "chart/certificates": "F28",
    "chart/answers": "F49",
}
"""The function that a kind of page is about, so that whoever tells a fault there need not say it."""


def incidents(visit: Visit) -> Incidents:
    """Faults."""
    return Incidents(visit.parts.door.database)


def cases(visit: Visit) -> Cases:
    """Cases of the support."""
    return Cases(visit.parts.door.database)


async def commands(visit: Visit, organisation: str = "") -> bool:
    """Whether the reader commands the start at an organisation, or everywhere."""
    return await may(visit, (COMMAND, OFFICE), organisation)


async def sees_picture(visit: Visit) -> bool:
    """Whether the reader commands, or answers for the support, somewhere: the situation picture is offered to them."""
    held = await mandates(visit).of(visit.session.actor, visit.parts.clock.now())
    return any(one.role.code in (*DECIDES, SUPPORT) for one in held)


def function_words(visit: Visit) -> dict[str, str]:
    """What the functions are called, by number."""
    return {number: one.words.said(visit.language) for number, one in FUNCTIONS.items()}


def in_words(some: Mapping[str, Words], visit: Visit) -> dict[str, str]:
    """Declared words in the reader's language."""
    return {code: words.said(visit.language) for code, words in some.items()}
