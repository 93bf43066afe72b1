"""A record opened for one session and one purpose: every read and every write of care data is a method here.

A read is decided by the narrowing, logged, and only then answered. What may not be seen looks absent (RULES A13); the
log tells the two apart. Writes gather in one transaction that `Door.opened` commits together with their log row.
"""

from collections.abc import AsyncIterator, Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import replace
from datetime import date, datetime
from operator import attrgetter
from typing import TYPE_CHECKING, Any

import msgspec

from varda.access import reach
from varda.access.policy import CHOICE_LASTS, Ground, InnerGround
from varda.access.reach import Choice, Decided, Place, Relation
from varda.access.session import Session, narrowing
from varda.audit.event import Event
from varda.audit.journal import Pen
from varda.fhir.keys import key
from varda.kernel import metrics
from varda.kernel.db import Work
from varda.kernel.errors import Absent, Fault, Gone, Malformed, NotAllowed, Refused, Unavailable
from varda.kernel.limits import TooMany
from varda.kernel.log import logger
from varda.record import (
    answers,
    cohort,
    copies,
    county,
    discretion,
    drafts,
    finding,
    following,
    granted,
    lifetime,
    lifting,
    looks,
    measures,
    opening,
    relatives,
    searching,
    seeking,
    tombstones,
    unfinished,
    views,
    writing,
)
from varda.record.cohort import T as Told
from varda.record.cohort import Wanted
from varda.record.copies import Copy, Way
from varda.record.county import County
from varda.record.discretion import RIGHT
from varda.record.drafts import Draft
from varda.record.finding import FoundPatient
from varda.record.lifetime import Life
from varda.record.lifting import Asked, Request
from varda.record.measures import Figures, Measure
from varda.record.opening import Open
from varda.record.powers import Powers
from varda.record.searching import Page
from varda.record.seeking import Fits, Seen
from varda.record.unfinished import Amount, LeftBehind, Unfinished
from varda.record.writing import Owner
from varda.search.compile import Statement
from varda.search.narrowing import Narrowing
from varda.search.plan import OfUnit
from varda.store import reading
from varda.store.destroying import is_tombstone
from varda.store.lifetime import Stretch
from varda.store.model import Stored
from varda.store.reading import Elsewhere, Matched, Sought

if TYPE_CHECKING:
    from varda.record.door import Door

_LOG = logger(__name__)
_COMPARTMENT, _ALSO, _UNIT = attrgetter("compartment"), attrgetter("also"), attrgetter("unit")
_LONGEST_NUMBER = 19  # digits that a bigint may have
_MOST_NAMED = 20  # items of a failed attempt that are named in the log


class Record:
    """See the module. Made by `Door.opened` only."""

    def __init__(
        self, door: "Door", session: Session, powers: Powers, purpose: str, request: str, base: str = ""
    ) -> None:
        self.door = door
        self.session = session
        self.powers = powers
        self.purpose = purpose
        self.request = request
        self.base = base
        self._stack: AsyncExitStack | None = None
        self._work: Work | None = None
        self._pen: Pen | None = None
        self.written: list[Event] = []
        self.attempts: list[Event] = []
        self.wanted: list[writing.Prepared] = []
        self.failed: BaseException | None = None
        self.people: tuple[int, ...] = ()
        self.own: frozenset[str] = frozenset()
        self._seen: list[Event] = []
        self._before: frozenset[int] | None = None
        self.told: set[int] = set()

    @property
    def now(self) -> datetime:
        """The instant of the session's clock, UTC."""
        return self.door.clock.now(self.session.ahead)

    @property
    def has_begun(self) -> bool:
        """Whether anything has been written in this block."""
        return self._work is not None

    @property
    def narrowing(self) -> Narrowing:
        """What this session can see, now."""
        rule = narrowing(self.session, self.now, self.powers.types)
        return replace(rule, people=self.people) if self.people else rule

    async def shown(self, stored: Sequence[Stored], *, is_export: bool = False) -> list[Stored]:
        """What this session is shown of what it may see: a protected person, and relatives of one, without the
        whereabouts (A14), staff without their private life.

        `is_export`: what is taken out of here keeps whereabouts back from staff with the right as well.
        """
        if self.session.reach != "county":
            stored = [discretion.at_work(one) for one in stored]
        if self.sees_whereabouts and not (is_export and self.session.kind == "staff"):
            return list(stored)
        hidden = await relatives.hidden(self, stored)
        return [
            one if one.reference in self.own else discretion.shown(one, also_if=one.reference in hidden)
            for one in stored
        ]

    @property
    def sees_whereabouts(self) -> bool:
        """Whether it is shown where protected people live: a system of the county's, and staff with the right.

        A citizen sees only the own: a guardian or relative may be the one from whom they are kept.
        """
        s = self.session
        return s.reach == "county" or s.kind == "job" or (s.kind == "staff" and self.powers.has(RIGHT))

    # Reading ---------------------------------------------------------------------------------------------------------

    async def read(self, type_: str, id_: str) -> Stored:
        """The newest version. Raises `Absent` (also when the rules deny it) or `Gone`."""
        found = await self._find("read", type_, id_)
        assert found.stored is not None
        return (await self.shown([found.stored]))[0]

    async def version(self, type_: str, id_: str, number: int) -> Stored:
        """One version by number. Raises `Absent` or, for a version that is a deletion, `Gone`."""
        found = await self._find("vread", type_, id_, deleted_too=True, version=number)
        async with self.at_work() as work:
            item = key(f"{type_}/{id_}")
            stored = await reading.version(work, found.compartment, item, number, self.narrowing)
        newest = found.stored.version if found.stored else 0
        if found.stored is not None and found.stored.deleted and is_tombstone(found.stored.body):
            raise tombstones.gone(found.stored)
        if stored is None or not granted.versions(self.session, type_, [stored], newest):
            raise Absent(f"{type_}/{id_} has no version {number} that you can see.")
        if stored.deleted:
            raise Gone(f"Version {number} of {type_}/{id_} is its deletion.")
        await self._note_others("vread", found, [stored])
        return (await self._then(found, [stored]))[0]

    async def history(self, type_: str, id_: str, *, before: int = 0) -> list[Stored]:
        """Versions newest first, deletions included; at most 1,000, below number `before`. Raises `Absent`."""
        found = await self._find("history", type_, id_, deleted_too=True)
        async with self.at_work() as work:
            versions = await reading.history(work, found.compartment, key(f"{type_}/{id_}"), before, self.narrowing)
        versions = granted.versions(self.session, type_, versions, found.stored.version if found.stored else 0)
        await self._note_others("history", found, versions)
        return await self._then(found, versions)

    async def search(
        self, type_: str, parameters: Sequence[tuple[str, str]], *, lenient: bool = False, is_own: bool = False
    ) -> Page:
        """One page of what the question matches and this session may see; `is_own`: of what the own unit owns alone.
        Raises `Malformed` naming every problem.
        """
        granted.require(self.session, "s", type_)
        self._count_search(type_, finding.numbers_in(type_, parameters))
        try:
            more = [OfUnit(self.session.unit_key)] if is_own else []
            page = await searching.asked_for(self, type_, parameters, self.narrowing, lenient=lenient, more=more)
        except Fault:
            # Names of parameters only: what was typed into them may be about somebody.
            self.attempts.append(
                self.event("search", "undone", [], type_, " ".join(name for name, _ in parameters), "")
            )
            raise
        await self.note("search", [*page.matches, *page.included], type_, page.what, patients=page.about)
        return await self._page_shown(page)

    async def count(self, type_: str, parameters: Sequence[tuple[str, str]], *, is_own: bool = False) -> int:
        """How many `search` would match. A number, about nobody: not logged, so that what an open page asks by itself
        does not fill the log. Raises `Malformed` where the question names a patient.
        """
        granted.require(self.session, "s", type_)
        more = [OfUnit(self.session.unit_key)] if is_own else []
        counted = [*parameters, ("_summary", "count")]
        page = await searching.asked_for(self, type_, counted, self.narrowing, more=more)
        if page.about:
            raise Malformed("How many of a patient's there are tells of the patient. Search instead.")
        return page.total or 0

    async def count_left(self, asked: Sequence[Unfinished]) -> Amount:
        """How much of the own unit's work is left about patients whom this session does not reach. A number, about
        nobody, as `count`. Raises `Refused`.
        """
        return await unfinished.counted(self, asked)

    async def left_behind(self, asked: Sequence[Unfinished]) -> LeftBehind:
        """About whom it is: told as to whoever types a whole number (A1), with the kinds of work and nothing that it
        says. Raises `Refused`.
        """
        self._count_search("Patient", 0)
        found = await unfinished.told(self, asked)
        shown = [key(f"Patient/{one.patient.id}") for one in found.patients]
        kinds = sorted({kind for one in found.patients for kind in one.kinds})
        what, own = f"work left behind: {', '.join(kinds)}", str(self.session.unit_key)
        await self.note("find", [], "Patient", what, patients=shown, origin=own)
        return found

    def renews(self, shown: Collection[int]) -> None:
        """What is searched for from here on renews a list that stays open. It has `shown` these compartments and logged
        them when it did: only who is new to it is logged (RULES §3).
        """
        self._before = frozenset(shown)

    async def unsigned(
        self, type_: str, parameters: Sequence[tuple[str, str]], *, saying: tuple[str, ...] = ()
    ) -> Page:
        """One page of the own unit's answers (DiagnosticReport, or Observation: changed ones, and those in no report)
        that nobody has signed in the version that stands now; with `saying`, every one that says one of these codes.
        Raises as `search`.
        """
        self._count_search(type_, 0)
        more = [answers.unsigned(self.session, type_, saying)]
        page = await searching.asked_for(self, type_, parameters, self.narrowing, more=more, is_home=True)
        if ("_summary", "count") in parameters and not page.about:
            return page  # as `count`
        await self.note("search", [*page.matches, *page.included], type_, f"{page.what} unsigned", patients=page.about)
        return await self._page_shown(page)

    async def everything(
        self,
        patient: str,
        *,
        most: int = 1000,
        after: str = "",
        types: frozenset[str] = frozenset(),
        since: datetime | None = None,
    ) -> Page:
        """The patient and all items of the compartment, page by page. Raises `Absent`, `Gone` or `Malformed`."""
        if after and not (after.isascii() and after.isdigit() and len(after) < _LONGEST_NUMBER):
            raise Malformed("This is not a page of $everything; start again from the first one.")
        await self._find("read", "Patient", patient)
        wanted = reading.Wanted(int(after or 0), types, since)
        page = await searching.everything(self, patient, most, wanted)
        await self.note("everything", [*page.matches, *page.included], "Patient", f"Patient/{patient}/$everything")
        return await self._page_shown(page, is_export=True)

    async def compartment(self, patient: str, wanted: Mapping[str, int]) -> dict[str, list[Stored]]:
        """For each type the newest of a patient's items by main date, at most as many as wanted: the chart's one trip.

        Records linked as the same person are read together.
        """
        rule = self.narrowing
        async with self.at_work() as work:
            compartments = await reach.linked(work, [key(f"Patient/{patient}")])
            found = await reading.chart(work, compartments, wanted, rule)
            shown = [stored for items in found.values() for stored in items]
            is_open = bool(shown) or bool(await reach.reached(work, rule, compartments))
        outcome = "given" if is_open else "refused"
        await self.note("chart", shown, ",".join(wanted), f"Patient/{patient}", patients=compartments, outcome=outcome)
        return {type_: await self.shown(items) for type_, items in found.items()}

    async def sought(self, patient: str, wanted: Sought, fits: Fits, *, most: int = 30) -> Seen:
        """Entries of a patient that have the letters wanted in them and of which `fits` says yes, newest first, at most
        `most`. Raises `Absent` out of reach, and `Refused` to all but staff.
        """
        self._count_search("record", 0)
        return await seeking.sought(self, patient, wanted, fits, most)

    async def cohort(
        self, since: Mapping[str, date], wanted: Sequence[Wanted], reading: Callable[[list[dict[str, Any]]], Told]
    ) -> dict[str, Told]:
        """For each patient (by id) what `reading` makes of the entries wanted, of its own day and later, in no order;
        of who is not reached, what it makes of none. `reading` is pure, a function of a module: what it makes of some
        versions is kept. Raises `Refused` to all but staff and jobs.
        """
        self._count_search("record", 0)
        return await cohort.read(self, since, wanted, reading)

    async def measured(self, purpose: str, measure: Measure) -> Figures:
        """What a measure tells of the own unit this month, the same to whoever may ask; logged once, about nobody.
        Raises `Refused` to all but staff who read some of what it is reckoned of, and for another purpose (PDL 2:4).
        """
        found = await measures.measured(self, purpose, measure)
        await self._note_measure(purpose, measure, f"as of {found.as_of}", str(self.session.unit_key))
        return found

    async def compared(self, purpose: str, measure: Measure, units: Sequence[str]) -> dict[str, Figures]:
        """What an open measure tells of units, by HSA-id: those that have been reckoned. Logged once, about nobody.
        Raises `Refused` to all but staff, for another purpose, and for a measure that is a unit's own.
        """
        found = await measures.compared(self, purpose, measure, units)
        await self._note_measure(purpose, measure, f"of {len(units)} units", "-")
        return found

    async def _note_measure(self, purpose: str, measure: Measure, what: str, origin: str) -> None:
        event = self.event("measure", "given", [], ",".join(measure.types), f"{measure.code} {what}", origin)
        await self._logged(msgspec.structs.replace(event, purpose=purpose))

    async def life(self, patient: str, wanted: Stretch, *, most: int = 100, counted: bool = False) -> Life:
        """One page of a patient's life in the order of time, at most `most` entries, newest first; with `counted` how
        many of the sorts there are to see each year. Raises `Absent` out of reach, and `Refused` to all but staff.
        """
        return await lifetime.told(self, patient, wanted, most, counted=counted)

    async def elsewhere(self, patient: str) -> Elsewhere:
        """THAT other units or providers have data about a reached patient which are not shown."""
        rule = self.narrowing
        async with self.at_work() as work:
            compartments = await reach.linked(work, [key(f"Patient/{patient}")])
            if not await reach.reached(work, rule, compartments):
                found, outcome = Elsewhere(False, False, False, False), "refused"
            else:
                found, outcome = await reading.elsewhere(work, compartments, rule), "given"
        await self.note("elsewhere", [], "existence", f"Patient/{patient}", patients=compartments, outcome=outcome)
        # Whether something is blocked elsewhere is told to care providers only (SVOD 2:5).
        return replace(found, blocked_providers=False) if self.session.is_social else found

    async def relation(self, patient: str) -> Relation | None:
        """Why this session reaches the patient; None when it does not."""
        async with self.at_work() as work:
            return await reach.relation(work, self.narrowing, key(f"Patient/{patient}"), self.session.assignment)

    async def find_patients(self, text: str, *, most: int = 20) -> list[FoundPatient]:
        """Own patients by name, birth date or number; a full identity number finds anyone (name and age only, A1)."""
        self._require_reader()
        self._count_search("Patient", int(finding.is_number(text)))
        found = await finding.patients(self, text, most)
        shown = [key(f"Patient/{f.id}") for f in found]
        await self.note("find", [], "Patient", "patient by name or number", patients=shown, origin="0")
        return found

    async def find_in_county(self, name: str, born: date | None, *, reason: str) -> County:
        """Anybody in the county by name or birth date, on an active choice that says why (A1): name, identity and age,
        nobody protected, and nobody at all where too many fit. Raises `Refused` or `Unprocessable`.
        """
        self._count_search("Patient", 1)
        found = await county.found(self, name, born, reason)
        if found.people:
            self._count_search("Patient", len(found.people))
        shown = [key(f"Patient/{one.id}") for one in found.people]
        what = f"in the county, by name or birth date: {reason.strip()}"
        await self.note("find-in-county", [], "Patient", what, patients=shown, origin="0")
        return found

    async def who(self, patient: str) -> FoundPatient:
        """Name and age of one patient in the county, before any relation or choice. Raises `Absent`."""
        self._require_reader()
        self._count_search("Patient", 1)
        try:
            found = await finding.who(self, patient)
        except Absent:
            await self.note("find", [], "Patient", f"Patient/{patient}", outcome="absent")
            raise
        await self.note("find", [], "Patient", "name and age", patients=[key(f"Patient/{patient}")], origin="0")
        return found

    def _count_search(self, category: str, numbers: int) -> None:
        """Count a search and the whole identity numbers in it. Raises `TooMany`, which is logged for review."""
        limits, who = self.door.limits, self.session.actor
        try:
            if self.session.kind in ("client", "job"):
                limits.systems.take(who)
                return
            limits.searches.take(who)
            if numbers:
                limits.numbers.take(who, numbers)
        except TooMany as many:
            self.attempts.append(self.event("search", "refused", [], category, f"too many {many.limit}", ""))
            if many.is_first:
                # Whose it was stands in the access log, under the same number.
                _LOG.warning("limit", limit=many.limit, request=self.request)
            raise

    def _require_reader(self) -> None:
        """No citizen or synthetic user finds anybody, nor a role that meets no patients; a system must be let read."""
        self.powers.require_patients()
        if self.session.kind in ("citizen", "synthetic") or not self.session.may("read"):
            raise Refused("You may not look for patients here.")

    async def _find(
        self, action: str, type_: str, id_: str, *, deleted_too: bool = False, version: int = 0
    ) -> reading.Found:
        rule = self.narrowing
        if self.session.is_app:
            await granted.require_item(self, action, type_, id_)
        item = key(f"{type_}/{id_}")
        if self._work is not None:
            (found,) = await reading.read(self._work, [(item, rule)])
        else:
            found = await self.door.reads.one(item, rule)
        stored = found.stored
        if stored is not None and (stored.type, stored.id) != (type_, id_):
            stored = None  # two names met in one key: what is under it is not what was asked for
        patients = stored.patients if stored else [found.compartment] if found.compartment else []
        outcome = "given" if stored else "refused" if found.exists else "absent"
        what = f"{type_}/{id_}/{version}" if version else f"{type_}/{id_}"
        await self._logged(self.event(action, outcome, patients, type_, what, str(stored.unit) if stored else ""))
        if stored is None:
            raise Absent(f"There is no {type_}/{id_} that you can see.")
        if stored.deleted and not deleted_too:
            raise tombstones.gone(stored)
        return found

    async def _page_shown(self, page: Page, *, is_export: bool = False) -> Page:
        matches = await self.shown(page.matches, is_export=is_export)
        return msgspec.structs.replace(page, matches=matches, included=await self.shown(page.included))

    async def _then(self, found: reading.Found, versions: Sequence[Stored]) -> list[Stored]:
        """Older versions of somebody who is protected now keep the whereabouts back as well."""
        if self.sees_whereabouts or not _is_protected(found):
            return await self.shown(versions)
        return [one if one.reference in self.own else discretion.shown(one, also_if=True) for one in versions]

    async def _note_others(self, action: str, found: reading.Found, versions: Sequence[Stored]) -> None:
        """Log patients whom an older version names and the newest, logged already, does not."""
        logged = found.stored.patients if found.stored else ()
        if others := [v for v in versions if set(v.patients) - set(logged)]:
            await self.note(action, others, others[0].type, others[0].reference)

    # Writing ---------------------------------------------------------------------------------------------------------

    async def create(self, resource: dict[str, Any] | bytes, *, owner: Owner | None = None) -> Stored:
        """Store a new item under an id of ours. Raises `Unprocessable` with every problem, or `Refused`."""
        (stored,) = await writing.write(self, [writing.Wish("create", resource, owner=owner)])
        return stored

    async def create_alone(self, resource: dict[str, Any] | bytes) -> Stored:
        """A create that is committed by itself, before this returns, whatever becomes of the rest of the block."""
        (draft,) = writing.understood(self, [writing.Wish("create", resource)])
        if draft.type in following.TYPES:
            (stored,) = await writing.written(self, [draft])  # with the block: what is there may have to follow it
            return stored
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
        self.powers.require_patients()
        compartment, now = key(f"Patient/{patient}"), self.now
        choice = Choice(
            self.session.assignment, self.session.actor, "need", reason.strip(), int(all_units), now, now + CHOICE_LASTS
        )  # fmt: skip
        await reach.choose(await self.begun(), compartment, choice)
        what = f"Patient/{patient} ({'other units' if all_units else 'own unit'}): {reason.strip()}"
        self.written.append(self.event("choice", "done", [compartment], "Patient", what, ""))

    async def open_others(
        self,
        patient: str,
        *,
        ground: Ground,
        reason: str,
        providers: Sequence[str] = (),
        units: Sequence[str] = (),
        types: Sequence[str] = (),
    ) -> None:
        """Open other providers' data on a ground of SVOD 3 (A8–A11): all that it allows, or what is named (HSA-ids,
        resource types). Raises `Refused` with what is lacking, or `Malformed`.
        """
        with self._trying("emergency" if ground == "emergency" else "choice", patient):
            await opening.others(self, patient, ground, reason, providers, units, types)

    async def open_blocked(
        self, patient: str, *, units: Sequence[str], ground: InnerGround, reason: str, types: Sequence[str] = ()
    ) -> None:
        """Open what an inner block hides, of the units named, with the patient's consent or when the care is vital
        (PDL 4:5; A5). Ends by itself; the vital ones go to log review.
        """
        with self._trying("emergency" if ground == "vital" else "choice", patient):
            await opening.blocked(self, patient, ground, reason, units, types)

    async def units_blocked(self, patient: str, *, reason: str = "") -> list[Decided]:
        """Which units of the own provider the patient has blocked, before any is opened (A5, step 1).

        `reason`: why the care is absolutely needed, for a patient who is not open to the session. Raises `Refused`.
        """
        with self._trying("blocks", patient):
            return await opening.units_blocked(self, patient, reason)

    async def providers_with(self, patient: str, *, ground: Ground, reason: str) -> list[Place]:
        """Which other providers have data that the ground may open (A10, A11: the list comes first)."""
        with self._trying("providers", patient):
            return await opening.providers_with(self, patient, ground, reason)

    async def providers_blocking(self, patient: str, *, reason: str) -> list[Place]:
        """Which other providers the patient has blocked, in danger to life or health (A12). Nothing opens them here."""
        with self._trying("blocks", patient):
            return await lifting.providers_blocking(self, patient, reason)

    async def ask_to_lift(self, patient: str, *, provider: str, reason: str) -> None:
        """Ask the provider (HSA-id) to lift its outer block (A12)."""
        with self._trying("request", patient):
            await lifting.ask_to_lift(self, patient, provider, reason)

    async def asked(self, patient: str) -> list[Asked]:
        """What the own unit has asked other providers to lift, and what they answered. Raises `Absent`."""
        return await lifting.asked(self, patient)

    async def openings(self, patient: str) -> list[Open]:
        """What this session has opened behind the walls and may read now: ground, places, types, end."""
        return await opening.openings(self, patient)

    async def close_openings(self, patient: str) -> None:
        """Close what this session has opened behind the walls, before its time; logged."""
        await opening.close(self, patient)

    async def requests(self) -> list[Request]:
        """What other providers ask the own one to lift, the oldest first."""
        return await lifting.requests(self)

    async def requests_waiting(self) -> int:
        """How many of them this session may answer; 0 without the right."""
        return await lifting.waiting(self)

    async def answer_request(self, request: str, text: str) -> None:
        """Note the own provider's answer to a request. Raises `Absent`."""
        await lifting.answer(self, request, text)

    async def decisions(self, patient: str) -> list[Stored]:
        """The patient's Consents about the own provider's data, blocks of every unit included. Raises `Absent`."""
        return await opening.decisions(self, patient)

    async def note_view(self, type_: str, id_: str, text: str) -> Stored:
        """Note on an entry that the patient thinks it is wrong, in the patient's words (PDL 3:8; R3): a new version
        whose author's text is untouched. Raises `Absent`, `Refused` or `Unprocessable`.
        """
        return await views.note(self, type_, id_, text)

    async def handed_out(
        self, patient: str, *, to: str, way: Way = "paper", entries: Sequence[str] = (), reason: str = ""
    ) -> None:
        """Note that a copy of the patient's record, or of these entries (Type/id), is handed out `to` somebody (R6).

        Say it before the copy leaves. Raises `Malformed` without a recipient, `Absent` out of reach.
        """
        await copies.note(self, patient, to, way, entries, reason)

    async def copies(self, patient: str) -> list[Copy]:
        """The copies that the own provider has handed out about a patient, the newest first. Raises `Absent`."""
        return await copies.handed_out(self, patient)

    async def looked(self, patient: str) -> datetime | None:
        """Note that the signed-in person looks into a chart that was shown. Gives when the last look before this
        sitting was; None when there was none, or nobody is signed in.
        """
        if self.session.kind != "staff":
            return None
        try:
            async with self.at_work() as work:
                return await looks.looked(work, key(f"Patient/{patient}"), self.session.actor, self.now)
        except Unavailable:
            return None  # on a full disk one reads on, without marks

    async def keep_draft(self, draft: Draft) -> Draft:
        """Save a private draft. Raises `Conflict` when another window saved it since `draft.revision`."""
        work = await self.begun()
        await writing.require(self, work, {key(f"Patient/{draft.patient}")})
        kept = await drafts.keep(work, self.session.actor, draft, self.now)
        own = str(self.session.unit_key)
        self.written.append(
            self.event("draft", "done", [key(f"Patient/{draft.patient}")], draft.kind, f"draft {draft.id}", own)
        )
        return kept

    async def drafts(self, patient: str = "") -> list[Draft]:
        """The signed-in person's own drafts, newest first."""
        async with self.at_work() as work:
            kept = await drafts.kept(work, self.session.actor, patient)
        shown = [key(f"Patient/{d.patient}") for d in kept]
        if shown:
            own, about = str(self.session.unit_key), list(dict.fromkeys(shown))
            await self.note("drafts", [], "draft", "own drafts", patients=about, origin=own)
        return kept

    async def drop_draft(self, draft: str) -> None:
        """Throw one of the person's own drafts away."""
        await drafts.drop(await self.begun(), self.session.actor, draft)
        self.written.append(self.event("draft", "done", [], "draft", f"dropped {draft}", str(self.session.unit_key)))

    # The work and its log --------------------------------------------------------------------------------------------

    @contextmanager
    def _trying(self, action: str, patient: str) -> Iterator[None]:
        """Say in the log about whom it was, when what is tried behind the walls is refused."""
        try:
            yield
        except Refused:
            about = [key(f"Patient/{patient}")]
            self.attempts.append(self.event(action, "refused", about, "Patient", f"Patient/{patient}", ""))
            raise

    @asynccontextmanager
    async def at_work(self, *, population: bool = False) -> AsyncIterator[Work]:
        """The open transaction, or a connection of the moment: of those for the whole population where it is asked."""
        if self._work is not None:
            yield self._work
        else:
            database = self.door.population if population else self.door.database
            async with database.connection() as work:
                yield work

    async def matched(self, statement: Statement, *, population: bool) -> Matched:
        """A compiled search; one within a patient shares its trip with others that wait."""
        if self._work is None and not population:
            return await self.door.searches.one(statement)
        async with self.at_work(population=population) as work:
            return await reading.matched(work, statement)

    async def begun(self) -> Work:
        """The transaction of this record's writes, begun at the first one."""
        if self._work is None:
            self._stack = AsyncExitStack()
            self._pen = await self._stack.enter_async_context(self.door.journal.sharing())
            self._work = await self._stack.enter_async_context(self.door.database.transaction())
        return self._work

    async def done(self) -> None:
        """Store what was written, with its log rows. A failure that the block passed over is raised here instead."""
        if self._stack is None:
            return
        if self.failed is not None:
            raise self.failed
        stack, self._stack = self._stack, None
        async with stack:
            assert self._work is not None
            assert self._pen is not None
            if rows := [*self._seen, *self.written]:
                await self._pen.note(self._work, *rows)
        self._work = None
        self._seen.clear()

    async def undone(self, failed: BaseException) -> None:
        """Leave nothing of what was written; what was read was read, and its log rows stay."""
        stack, self._stack, self._work = self._stack, None, None
        try:
            if stack is not None:
                await stack.__aexit__(type(failed), failed, failed.__traceback__)
        finally:
            if self._seen:
                await self.door.journal.note(*self._seen)

    async def note_refusal(self, fault: Fault) -> None:
        """Log a refused or failed attempt, which stays though its work is undone."""
        tried = [*self.attempts, *map(writing.attempt, self.wanted), *self.written]
        if not tried and not isinstance(fault, Refused):
            return
        patients = list(dict.fromkeys(p for event in tried for p in event.patients))
        category = ",".join(sorted({event.category for event in tried}))
        what = " ".join([fault.number, *(f"{event.action} {event.what}" for event in tried[:_MOST_NAMED])])
        outcome = "refused" if isinstance(fault, Refused | NotAllowed) else "undone"
        metrics.ATTEMPTS.labels(outcome).inc()
        await self.door.journal.note(self.event("attempt", outcome, patients, category, what, ""))

    async def note(
        self,
        action: str,
        shown: Sequence[Stored],
        category: str,
        what: str,
        patients: Sequence[int] = (),
        outcome: str = "given",
        origin: str = "",
    ) -> None:
        """Log what is about to be shown, durably. `origin` is said where what is shown does not tell it."""
        if action == "search" and self._before is not None:
            shown = [one for one in shown if not self._before.issuperset(one.patients)]
            patients = [one for one in patients if one not in self._before]
            if not shown and not patients:
                return
        seen = dict.fromkeys([*patients, *map(_COMPARTMENT, shown)])
        for also in filter(None, map(_ALSO, shown)):
            seen.update(dict.fromkeys(also))
        seen.pop(0, None)
        origin = origin or ",".join(sorted(map(str, set(map(_UNIT, shown)))))
        await self._logged(self.event(action, outcome, list(seen), category, what, origin))
        self.told.update(seen)

    async def _logged(self, event: Event) -> None:
        """Durable before this returns; in a transaction, before the block that would answer ends."""
        if self._work is not None:
            self._seen.append(event)
        else:
            await self.door.journal.note(event)

    def event(self, action: str, outcome: str, patients: Sequence[int], category: str, what: str, origin: str) -> Event:
        """A log row about this session."""
        s = self.session
        return Event(
            at=self.now,
            action=action,
            outcome=outcome,
            actor=s.actor,
            on_behalf=s.on_behalf,
            role=s.role,
            assignment=s.assignment,
            unit=s.unit,
            provider=s.provider,
            purpose=self.purpose,
            patients=tuple(patients),
            category=category or "none",
            origin=origin or "-",
            what=_storable(what),
            request=self.request,
        )


def _is_protected(found: reading.Found) -> bool:
    """Whether the person is protected now."""
    newest = found.stored
    return newest is not None and not newest.deleted and discretion.is_protected(newest.resource)


def _storable(text: str) -> str:
    """What somebody put into an address, as PostgreSQL can keep it: one odd request must not stop the others' log."""
    return text.replace("\x00", "␀")
