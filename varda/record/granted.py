"""What the token of an app may do at the door: its grants narrow the person's or system's own rights, never widen them.

Searches obey by their narrowing alone. Here is what a search is not: reads by id, versions, and writes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from varda.access.scopes import within
from varda.access.session import Session
from varda.fhir.keys import key
from varda.kernel.errors import Absent, Refused
from varda.search.compile import compiled
from varda.search.question import asked
from varda.search.within import Within
from varda.store.model import Held, Stored

if TYPE_CHECKING:
    from varda.record.opened import Record
    from varda.record.writing import Prepared

_LETTERS = {"create": "c", "update": "u", "delete": "d"}
_DEEDS = {"c": "create", "r": "read", "u": "update", "d": "delete", "s": "search"}


def require(session: Session, letter: str, type_: str) -> None:
    """Raise `Refused` naming the scope unless an app may do this to some items of the type."""
    if session.is_app and not any(grant.is_for(type_, letter) for grant in session.grants):
        raise _lacking(session, letter, type_)


async def require_item(record: "Record", action: str, type_: str, id_: str) -> None:
    """Raise `Refused` where an app may not read the type, `Absent` where this item is beyond its limits."""
    require(record.session, "r", type_)
    limits = _limits(record.session, type_)
    if not record.session.is_app or any(limit.is_whole for limit in limits):
        return
    rule = replace(record.narrowing, within=limits)
    if await record.matched(compiled(asked(type_, [("_id", id_)]), rule), population=False):
        return
    await record.note(action, [], type_, f"{type_}/{id_}", outcome="refused")
    raise Absent(f"There is no {type_}/{id_} that you can see.")


def versions(session: Session, type_: str, found: Sequence[Stored], newest: int) -> list[Stored]:
    """Those versions of an item that an app may see: it may be limited to a patient whom older ones do not name, or to
    search parameters, of which only the newest version is known to be true.
    """
    limits = _limits(session, type_)
    if not session.is_app or any(limit.is_whole for limit in limits):
        return list(found)
    patients = {one for limit in limits if not limit.criteria for one in limit.compartments}
    return [s for s in found if s.version == newest or (s.patients and set(s.patients) <= patients)]


def require_writes(session: Session, drafts: Sequence["Prepared"], held: Mapping[int, Held]) -> None:
    """Raise `Refused` naming the scope unless every write is within the grants of the app."""
    if not session.is_app:
        return
    own = {key(f"Patient/{session.launch}")} if session.launch else set()
    for draft in drafts:
        before = held.get(draft.item)
        # The scope of updates covers one that makes a new item (SMART 2.2). Were another asked for, an app would learn
        # whether there is an item that it may not see.
        letter = _LETTERS[draft.wish.kind]
        require(session, letter, draft.type)
        patients = set(draft.compartments)
        patients |= {c for c in (before.compartment, *before.also) if c} if before else set()
        is_own = bool(patients) and patients <= own
        if not any(g.is_for(draft.type, letter) and (g.level != "patient" or is_own) for g in session.grants):
            raise Refused(
                f"The app may {_DEEDS[letter]} {draft.type} only for the patient that it was opened for: "
                f"it lacks the scope user/{draft.type}.{letter}."
            )


def _limits(session: Session, type_: str) -> tuple[Within, ...]:
    return tuple(one for one in within(session.grants, "r", session.launch) if one.type in ("", type_))


def _lacking(session: Session, letter: str, type_: str) -> Refused:
    level = session.grants[0].level if session.grants else "user"
    return Refused(f"The app may not {_DEEDS[letter]} {type_}: it lacks the scope {level}/{type_}.{letter}.")
