"""Quality registers and who has declined them (PDL 7, RULES R8): what a register must ask before it takes anything.

Declining is a Consent of the category `register-opt-out` that denies, in force, and names the register as its actor: by
reference (Organization/<id>) or by identifier (system|value).
"""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from varda.access import reach
from varda.access.decisions import CATEGORY
from varda.access.relations import lasting
from varda.kernel.db import Work
from varda.search.compile import compiled, next_page
from varda.search.narrowing import Narrowing
from varda.search.question import asked
from varda.store import reading

if TYPE_CHECKING:
    from varda.record.opened import Record

OPT_OUT = "register-opt-out"
_MOST = 1000
Remove = Callable[[Work, set[int]], Awaitable[int]]
"""Takes away what a register holds of these compartments, in the caller's transaction; gives how many rows went."""


async def declined(work: Work, register: str, now: datetime) -> set[int]:
    """The compartments of everybody who declines a register at this instant, linked records included.

    `register` is `Organization/<id>` or `system|value`. Nothing of theirs may be taken into it.
    """
    everything = Narrowing(everything=True, unit=0, provider=0, grantees=(), now=now)
    pairs = [("category", f"{CATEGORY}|{OPT_OUT}"), ("status", "active"), ("_count", str(_MOST))]
    found, question = set[int](), asked("Consent", pairs)
    while True:
        statement = compiled(question, everything)
        matches = await reading.matched(work, statement)
        shown = matches.stored[: question.count]
        found |= {patient for one in shown if _declines(one.resource, register, now) for patient in one.patients}
        if len(matches.stored) == len(shown):
            return set(await reach.linked(work, sorted(found)))
        first, last = (dict(zip(statement.columns, matches.row(n), strict=True)) for n in (0, len(shown) - 1))
        question = asked("Consent", [*pairs, ("_page", next_page(question, first, last))])


async def remove_declined(record: "Record", register: str, remove: Remove) -> int:
    """Have a register take away what it holds of those who have declined; logged. Gives how many rows went."""
    work = await record.begun()
    about = await declined(work, register, record.now)
    gone = await remove(work, about) if about else 0
    what = f"{register}: {gone} removed of those who declined"
    record.written.append(record.event("register-removal", "done", sorted(about), "register", what, ""))
    return gone


def _declines(consent: dict[str, Any], register: str, now: datetime) -> bool:
    provision = consent.get("provision") or {}
    opens, closes = lasting(provision.get("period"))
    names = [(one.get("reference") or {}) for one in provision.get("actor") or []]
    return provision.get("type") == "deny" and opens <= now < closes and any(register in _names(one) for one in names)


def _names(reference: dict[str, Any]) -> tuple[str, str]:
    identifier = reference.get("identifier") or {}
    return str(reference.get("reference", "")), f"{identifier.get('system', '')}|{identifier.get('value', '')}"
