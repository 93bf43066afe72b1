"""A record opened for one session and one purpose: every read and every write of care data is a method here.

A read is decided by the narrowing, logged, and only then answered. What may not be seen looks absent (RULES A13); the
log tells the two apart. Writes gather in one transaction that `Door.opened` commits together with their log row.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from varda.access import projection
from varda.access.session import Session, choice_grantee, narrowing
from varda.audit.event import Event
from varda.audit.journal import Pen
from varda.fhir.keys import key
from varda.kernel.db import Work
from varda.kernel.errors import Absent, Fault, Gone, Malformed, Refused
from varda.kernel.sql import named
from varda.record import drafts, finding, searching, writing
from varda.record.drafts import Draft
from varda.record.finding import FoundPatient
from varda.record.searching import Page
from varda.record.writing import Owner
from varda.search.narrowing import Narrowing
from varda.store import reading
from varda.store.model import Stored

if TYPE_CHECKING:
    from varda.record.door import Door

_ACCESS = named("varda.access")
CHOICE_LASTS = timedelta(hours=12)
"""How long an active choice opens a patient: a working shift and its handover."""


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """THAT there is more than what is shown, never whose nor what (RULES A3, A7)."""

    units: bool
    providers: bool


@dataclass(frozen=True, slots=True)
class Relation:
    """Why a patient's record is open to this session: a care relation, or a choice of this person's own."""

    chosen: bool
    all_units: bool
    closes: datetime


class Record:
    """See the module. Made by `Door.opened` only."""

    def __init__(self, door: "Door", session: Session, purpose: str, request: str) -> None:
        self.door = door
        self.session = session
        self.purpose = purpose
        self.request = request
        self._stack: AsyncExitStack | None = None
        self._work: Work | None = None
        self._pen: Pen | None = None
        self.written: list[Event] = []

    @property
    def now(self) -> datetime:
        """The instant of the session's clock, UTC."""
        return self.door.clock.now()

    @property
    def narrowing(self) -> Narrowing:
        """What this session can see, now."""
        return narrowing(self.session, self.now)

    # Reading ---------------------------------------------------------------------------------------------------------

    async def read(self, type_: str, id_: str) -> Stored:
        """The newest version. Raises `Absent` (also when the rules deny it) or `Gone`."""
        found = await self._find("read", type_, id_)
        assert found.stored is not None
        return found.stored

    async def version(self, type_: str, id_: str, number: int) -> Stored:
        """One version by number. Raises `Absent` or, for a version that is a deletion, `Gone`."""
        found = await self._find("vread", type_, id_, deleted_too=True)
        async with self.at_work() as work:
            stored = await reading.version(work, found.compartment, key(f"{type_}/{id_}"), number)
        if stored is None:
            raise Absent(f"{type_}/{id_} has no version {number}.")
        if stored.deleted:
            raise Gone(f"Version {number} of {type_}/{id_} is its deletion.")
        return stored

    async def history(self, type_: str, id_: str, *, most: int = 1000) -> list[Stored]:
        """Every version, newest first, deletions included. Raises `Absent`."""
        found = await self._find("history", type_, id_, deleted_too=True)
        async with self.at_work() as work:
            return await reading.history(work, found.compartment, key(f"{type_}/{id_}"), most)

    async def search(self, type_: str, parameters: Sequence[tuple[str, str]], *, lenient: bool = False) -> Page:
        """One page of what the question matches and this session may see. Raises `Malformed` naming every problem."""
        page = await searching.search(self, type_, parameters, lenient=lenient)
        await self.note("search", [*page.matches, *page.included], type_, page.what)
        return page

    async def everything(self, patient: str, *, most: int = 1000, after: str = "") -> Page:
        """The patient and all items of the compartment, page by page. Raises `Absent` or `Gone`."""
        await self._find("read", "Patient", patient)
        page = await searching.everything(self, patient, most=most, after=after)
        await self.note("everything", [*page.matches, *page.included], "Patient", f"Patient/{patient}/$everything")
        return page

    async def compartment(self, patient: str, wanted: Mapping[str, int]) -> dict[str, list[Stored]]:
        """For each type the newest of a patient's items by main date, at most as many as wanted: the chart's one trip.

        Records linked as the same person are read together.
        """
        async with self.at_work() as work:
            compartments = await self.linked(work, patient)
            found = await reading.chart(work, compartments, wanted, self.narrowing)
        shown = [stored for items in found.values() for stored in items]
        await self.note("chart", shown, ",".join(wanted), f"Patient/{patient}", patients=compartments)
        return found

    async def elsewhere(self, patient: str) -> Elsewhere:
        """THAT other units or providers have data about the patient which are not shown."""
        async with self.at_work() as work:
            units, providers = await reading.elsewhere(work, await self.linked(work, patient), self.narrowing)
        return Elsewhere(units, providers)

    async def relation(self, patient: str) -> Relation | None:
        """Why this session reaches the patient; None when it does not."""
        rule = self.narrowing
        async with self.at_work() as work:
            row = await work.maybe(_ACCESS["relation"], key(f"Patient/{patient}"), list(rule.grantees), rule.now)
        if row is None:
            return None
        chosen = row["grantee"] == choice_grantee(self.session.assignment)
        return Relation(chosen, row["width"] > 0, row["closes"])

    async def find_patients(self, text: str, *, most: int = 20) -> list[FoundPatient]:
        """Own patients by name, birth date or number; a full identity number finds anyone (name and age only, A1)."""
        found = await finding.patients(self, text, most)
        shown = [key(f"Patient/{f.id}") for f in found]
        await self.note("find", [], "Patient", "patient by name or number", patients=shown)
        return found

    async def who(self, patient: str) -> FoundPatient:
        """Name and age of one patient in the county, before any relation or choice. Raises `Absent`."""
        found = await finding.who(self, patient)
        await self.note("find", [], "Patient", "name and age", patients=[key(f"Patient/{patient}")])
        return found

    async def linked(self, work: Work, patient: str) -> list[int]:
        """The compartments of one person: the patient's own and those linked as the same."""
        own = key(f"Patient/{patient}")
        rows = await work.all(_ACCESS["same_of"], [own])
        return [own, *(row["other"] for row in rows)]

    async def _find(self, action: str, type_: str, id_: str, *, deleted_too: bool = False) -> reading.Found:
        rule = self.narrowing
        item = key(f"{type_}/{id_}")
        if self._work is not None:
            (found,) = await reading.read(self._work, [(item, rule)])
        else:
            found = await self.door.reads.one(item, rule)
        stored = found.stored
        if stored is not None and (stored.type, stored.id) != (type_, id_):
            stored = None  # two names met in one key: what is under it is not what was asked for
        patients = [c for c in (found.compartment, *found.also) if c]
        outcome = "given" if stored else "refused" if found.exists else "absent"
        await self.door.journal.note(
            self.event(action, outcome, patients, type_, f"{type_}/{id_}", str(stored.unit) if stored else "")
        )
        if stored is None:
            raise Absent(f"There is no {type_}/{id_} that you can see.")
        if stored.deleted and not deleted_too:
            raise Gone(f"{type_}/{id_} has been deleted; its history remains.")
        return found

    # Writing ---------------------------------------------------------------------------------------------------------

    async def create(self, resource: dict[str, Any] | bytes, *, owner: Owner | None = None) -> Stored:
        """Store a new item under an id of ours. Raises `Unprocessable` with every problem, or `Refused`."""
        (stored,) = await writing.write(self, [writing.Wish("create", resource, owner=owner)])
        return stored

    async def create_alone(self, resource: dict[str, Any] | bytes) -> Stored:
        """A create that is committed by itself, before this returns, whatever becomes of the rest of the block."""
        (draft,) = writing.understood(self, [writing.Wish("create", resource)])
        return await self.door.gathering.create(draft)

    async def update(self, resource: dict[str, Any] | bytes, *, expected: int | None = None) -> Stored:
        """Store a new version, or a new item under the caller's id. Raises `Stale` when `expected` is not newest."""
        (stored,) = await writing.write(self, [writing.Wish("update", resource, expected=expected)])
        return stored

    async def delete(self, type_: str, id_: str, *, expected: int | None = None) -> None:
        """Write a version that is a deletion. Staff may not (R2): raises `NotAllowed` and names entered-in-error."""
        await writing.write(self, [writing.Wish("delete", {"resourceType": type_, "id": id_}, expected=expected)])

    async def write(self, wishes: Sequence[writing.Wish]) -> list[Stored]:
        """Many writes at once, all or nothing; the problems of all are told together."""
        return await writing.write(self, wishes)

    async def choose(self, patient: str, *, reason: str, all_units: bool = False) -> None:
        """The active, reasoned, recorded choice to open a patient (A1) or to see other units' data as well (A3)."""
        if self.session.kind != "staff":
            raise Refused("Only staff in an assignment may open a patient by choice.")
        if not reason.strip():
            raise Malformed("Say why you need to open this patient's record.")
        compartment, now = key(f"Patient/{patient}"), self.now
        width, closes = int(all_units), now + CHOICE_LASTS
        grantee = choice_grantee(self.session.assignment)
        work = await self.begun()
        values = (compartment, self.session.assignment, reason.strip(), width, now, closes)
        await work.run(_ACCESS["chosen"], *values)
        source = key(f"choice:{self.session.assignment}:{patient}:{width}")
        compartments = await self.linked(work, patient)
        await projection.give(work, [(c, grantee, source, width, now, closes) for c in compartments])
        what = f"Patient/{patient} ({'other units' if all_units else 'own unit'}): {reason.strip()}"
        self.written.append(self.event("choice", "done", [compartment], "Patient", what, ""))

    async def keep_draft(self, draft: Draft) -> Draft:
        """Save a private draft. Raises `Conflict` when another window saved it since `draft.revision`."""
        work = await self.begun()
        await writing.require(self, work, {key(f"Patient/{draft.patient}")})
        kept = await drafts.keep(work, self.session.actor, draft, self.now)
        self.written.append(
            self.event("draft", "done", [key(f"Patient/{draft.patient}")], draft.kind, f"draft {draft.id}", "")
        )
        return kept

    async def drafts(self, patient: str = "") -> list[Draft]:
        """The signed-in person's own drafts, newest first."""
        async with self.at_work() as work:
            kept = await drafts.kept(work, self.session.actor, patient)
        shown = [key(f"Patient/{d.patient}") for d in kept]
        if shown:
            await self.note("drafts", [], "draft", "own drafts", patients=list(dict.fromkeys(shown)))
        return kept

    async def drop_draft(self, draft: str) -> None:
        """Throw one of the person's own drafts away."""
        await drafts.drop(await self.begun(), self.session.actor, draft)
        self.written.append(self.event("draft", "done", [], "draft", f"dropped {draft}", ""))

    # The work and its log --------------------------------------------------------------------------------------------

    @asynccontextmanager
    async def at_work(self) -> AsyncIterator[Work]:
        """The open transaction, or a connection of the moment."""
        if self._work is not None:
            yield self._work
        else:
            async with self.door.database.connection() as work:
                yield work

    async def begun(self) -> Work:
        """The transaction of this record's writes, begun at the first one."""
        if self._work is None:
            self._stack = AsyncExitStack()
            self._pen = await self._stack.enter_async_context(self.door.journal.sharing())
            self._work = await self._stack.enter_async_context(self.door.database.transaction())
        return self._work

    async def done(self) -> None:
        """Store what was written, with its log rows."""
        if self._stack is None:
            return
        stack, self._stack = self._stack, None
        async with stack:
            assert self._work is not None
            assert self._pen is not None
            if self.written:
                await self._pen.note(self._work, *self.written)
        self._work = None

    async def undone(self, failed: BaseException) -> None:
        """Leave nothing of what was written."""
        if self._stack is not None:
            stack, self._stack, self._work = self._stack, None, None
            await stack.__aexit__(type(failed), failed, failed.__traceback__)

    async def note_refusal(self, fault: Fault) -> None:
        """Log a refused or failed attempt, which stays though its work is undone."""
        if isinstance(fault, Refused) or self.written:
            patients = list(dict.fromkeys(p for event in self.written for p in event.patients))
            outcome = "refused" if isinstance(fault, Refused) else "undone"
            await self.door.journal.note(self.event("attempt", outcome, patients, "", fault.number, ""))

    async def note(
        self, action: str, shown: Sequence[Stored], category: str, what: str, patients: Sequence[int] = ()
    ) -> None:
        """Log what is about to be shown, durably."""
        seen = dict.fromkeys([*patients, *(s.compartment for s in shown if s.compartment)])
        origin = ",".join(sorted({str(s.unit) for s in shown}))
        await self.door.journal.note(self.event(action, "given", list(seen), category, what, origin))

    def event(self, action: str, outcome: str, patients: Sequence[int], category: str, what: str, origin: str) -> Event:
        """A log row about this session."""
        s = self.session
        return Event(
            at=self.now,
            action=action,
            outcome=outcome,
            actor=s.actor,
            role=s.role,
            assignment=s.assignment,
            unit=s.unit,
            provider=s.provider,
            purpose=self.purpose,
            patients=tuple(patients),
            category=category,
            origin=origin,
            what=what,
            request=self.request,
        )
