"""What a session's role may do and which functions stand still: known when a record is opened, asked at every write.

Staff have the rights of their role and no others. Systems and jobs are limited by scopes, not by roles; a stopped
function refuses their writes too, so that stopping one means the same by whatever way (architecture, idea 5).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from varda.access.session import Session, hsa_key
from varda.catalogue import (
    ACTIONS,
    FUNCTIONS,
    SPECIAL,
    Catalogue,
    InForce,
    Rights,
    Words,
    Worker,
    covered,
    covering,
    functions_of,
    parts_of,
)
from varda.fhir.definitions import TYPES
from varda.kernel.clock import Clock
from varda.kernel.errors import Lacking, Refused
from varda.store.writing import type_number

_LOOKING = Rights(frozenset((number, "read") for number in FUNCTIONS), {})
_NO_RIGHT = "Your role has no right to write this here: %(what)s. What may I do, in your menu, says what it has."
_NO_SPECIAL = "Your role has no right to this step: %(what)s. What may I do, in your menu, says what it has."
_NO_READING = (
    "Your role does not read this part of the record: %(what)s. What may I do, in your menu, says what it has."
)
_NO_LICENCE = "This takes the licence %(licence)s, which is not noted for you: %(what)s. Ask your manager."
_NO_COURSE = (
    "This right waits for the course %(course)s, which you have not finished: %(what)s. "
    "The unit's manager can give an exception."
)
_NOT_AT_ALL = "This kind of entry is written by nobody here."
_NO_PATIENTS = "Your role meets no patients, so it sees none. What may I do, in your menu, says what it has."
_CLOSED = "This function is not called off by the organisation, so that nothing is written in it here. Reading goes on."
_STOPPED = "This function is stopped, so that nothing is written in it now. Reading goes on. Use the paper routine."


@dataclass(frozen=True, slots=True)
class Powers:
    """`rights` None: no role limits this session."""

    rights: Rights | None
    in_force: InForce

    @property
    def types(self) -> tuple[int, ...] | None:
        """The resource types that may be read, by number; None: all."""
        readable = None if self.rights is None else self.rights.readable
        return None if readable is None else _numbers(readable)

    def may(self, act: str, what: str | Mapping[str, Any]) -> bool:
        """Whether an act (read, write, sign) is within the role's rights. See `Rights.may`."""
        return self.rights is None or self.rights.may(act, what)

    def does(self, action: str) -> bool:
        """Whether a verb of care, such as `notes.sign`, is within the role's rights. Pages offer nothing else."""
        function, act = ACTIONS[action]
        return self.may(act, function)

    def reads(self, *types: str) -> bool:
        """Whether any of the resource types may be read. What the county owns is everybody's to read."""
        readable = None if self.rights is None else self.rights.readable
        return readable is None or any(one in readable or one not in covered() for one in types)

    def require_reading(self, *types: str) -> None:
        """Raise `Refused` unless any of the types may be read: nothing is told of what is not, not even that it is
        empty."""
        if not self.reads(*types):
            functions = sorted({function for one in types for function in covering(one)})
            raise Lacking(_NO_READING, {"what": _joined([FUNCTIONS[one].words for one in functions])})

    def require_writing(self, type_: str) -> None:
        """Raise `Refused` unless items of the type may be written, for what is kept beside them."""
        if problem := self.refusal({"resourceType": type_}, ()):
            raise problem

    @property
    def meets_patients(self) -> bool:
        """Whether the role reads anything of patients at all. One that does not is told of nobody."""
        return self.rights is None or self.rights.meets_patients

    def require_patients(self) -> None:
        """Raise `Refused` when the role meets no patients (PDL 4:1: need, role and assignment)."""
        if not self.meets_patients:
            raise Refused(_NO_PATIENTS)

    def signs(self, what: str | Mapping[str, Any]) -> bool:
        """Whether an act of signing is within the role's rights. A system or a job has no role, and signs nothing."""
        return self.rights is not None and self.rights.may("sign", what)

    def has(self, special: str) -> bool:
        """Whether a special right of the catalogue, such as `open-emergency`, is held."""
        return self.rights is None or special in self.rights.special

    def require(self, special: str) -> None:
        """Raise `Refused` unless a special right is held."""
        if not self.has(special):
            raise Lacking(_NO_SPECIAL, {"what": _joined([SPECIAL[special].words])})

    def is_on(self, part: str, unit: str) -> bool:
        """Whether a part of a function, such as `F85.news2`, works as usual at a unit (HSA-id)."""
        return self.in_force.state(part, unit) == "on"

    def refusal(self, item: Mapping[str, Any], units: Sequence[int], switches: Sequence[str] = ()) -> Refused | None:
        """Why an item may not be written at the units (keys) that it concerns; None when it may. `switches`: the
        functions whose stop holds, where they are not the item's own.
        """
        if not self.may("write", item):
            assert self.rights is not None
            return _lacking(self.rights, item)
        parts = parts_of(item)
        for part in parts:
            if part.special and not self.has(part.special):
                return Lacking(_NO_SPECIAL, {"what": _joined([SPECIAL[part.special].words])})
        functions = (*(switches or functions_of(item)), *(one.number for one in parts))
        shut = {hsa_key(unit): closed for unit, closed in self.in_force.closed.items()}
        if any(function.partition(".")[0] in shut.get(unit, ()) for function in functions for unit in units):
            return Refused(_CLOSED)
        stopped = {(function, hsa_key(unit)) for function, unit in self.in_force.stopped}
        for function in functions if stopped else ():
            if any((function, unit) in stopped for unit in (0, *units)):
                return Refused(_STOPPED)
        return None


async def powers(catalogue: Catalogue, session: Session, clock: Clock) -> Powers:
    """The powers of a session now, as they are remembered."""
    now = clock.now()
    known = await catalogue.in_force(now)
    if session.kind == "synthetic":
        return Powers(_LOOKING, known)
    if session.kind != "staff":
        return Powers(None, known)
    return Powers(await catalogue.rights(worker(session), now), known)


def worker(session: Session) -> Worker:
    """Staff as the catalogue knows them: profession, licences, and unit and purpose of the chosen assignment."""
    licences = frozenset(session.licences)
    return Worker(session.role, session.actor, session.unit, session.assignment_purpose, licences)


@lru_cache(maxsize=1024)
def _numbers(readable: frozenset[str]) -> tuple[int, ...]:
    """Readable types with all those of the county, which are everybody's to read."""
    return tuple(sorted(type_number(name) for name in TYPES if name in readable or name not in covered()))


def _lacking(rights: Rights, item: Mapping[str, Any]) -> Refused:
    """What is missing for writing an item: a licence, a course, or the right altogether."""
    lacking = [right for right in rights.lacking("write", item) if right[0]]
    if not lacking:
        return Refused(_NOT_AT_ALL)
    right = lacking[0]
    what = _joined([FUNCTIONS[right[0]].words])
    if licence := rights.unlicensed.get(right):
        return Lacking(_NO_LICENCE, {"what": what, "licence": _alike(licence)})
    if course := rights.waiting.get(right):
        return Lacking(_NO_COURSE, {"what": what, "course": _alike(course)})
    return Lacking(_NO_RIGHT, {"what": what})


def _joined(words: Sequence[Words]) -> dict[str, str]:
    """Names in every language, as one text."""
    return {language: ", ".join(one.said(language) for one in words) for language in ("sv", "en")}


def _alike(name: str) -> dict[str, str]:
    """A name that is the same in every language."""
    return {"sv": name, "en": name}
