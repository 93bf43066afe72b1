"""Destruction by an authority's decision and by nothing else (PDL 8:4, RULES R4): one asks, another orders.

Asking and ordering are writes of the record's door, each with its log row. The taking away runs on a connection of its
own under varda_keeper, some hundred items a transaction, and may be repeated: what is gone already is passed over.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from varda.access import destroying as derived
from varda.access import reach
from varda.access.session import hsa_key
from varda.fhir.keys import key
from varda.kernel.db import Database, Row, Work
from varda.kernel.errors import Absent, Conflict, Problem, Refused, Unprocessable
from varda.kernel.sql import named
from varda.record import tombstones
from varda.record.copies import Copy, of_patient
from varda.store import destroying as store
from varda.store.destroying import Held

if TYPE_CHECKING:
    from varda.record.door import Door
    from varda.record.opened import Record

_SQL = named("varda.record")
_KEEPER = named("varda.record", "keeper.sql")
RIGHT = "decide-destruction"
AT_ONCE = 200
"""Items that go in one transaction."""
_NOT_YOURS = "There is no such entry of your provider's about this patient."


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What a decision says: whose, by which authority, when, and what goes: `entries` (Type/id) or the whole record."""

    patient: str
    case_number: str
    authority: str
    decided: date
    reason: str
    entries: tuple[str, ...] = ()
    is_whole: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Destruction(Decision):
    """One that was asked for. Its state is asked, ordered, finished or withdrawn."""

    number: int
    asked: datetime
    asked_by: str
    asked_name: str
    ordered: datetime | None
    ordered_by: str
    ordered_name: str
    withdrawn: datetime | None
    finished: datetime | None

    @property
    def state(self) -> str:
        """How far it has come."""
        if self.withdrawn:
            return "withdrawn"
        return "finished" if self.finished else "ordered" if self.ordered else "asked"


@dataclass(frozen=True, slots=True)
class Doomed:
    """What a destruction takes: the items, copies that are out and must be asked back, and whether the patient's own
    item goes too – it stays for as long as another provider has anything."""

    items: list[Held]
    copies: list[Copy]
    identity_goes: bool


def may_decide(record: "Record") -> bool:
    """Whether this person may ask for a destruction, or order one that somebody else has asked for."""
    return record.session.kind == "staff" and record.powers.has(RIGHT)


async def ask(record: "Record", decision: Decision) -> int:
    """Keep a request, to be ordered by somebody else. Gives its number. Raises `Unprocessable` with every problem."""
    _require(record)
    _require_whole(decision, record.now)
    work = await record.begun()
    doomed = await _doomed(record, work, decision)
    there = {one.reference for one in doomed.items}
    if strange := [name for name in decision.entries if name not in there]:
        raise Unprocessable(_NOT_YOURS, [Problem(_NOT_YOURS, name, "not-found") for name in strange])
    if not there:
        raise Unprocessable("Your provider has nothing about this patient.")
    entries = [] if decision.is_whole else [one.reference for one in doomed.items]
    row = await work.one(
        _SQL["destruction_asked"], key(f"Patient/{decision.patient}"), decision.patient, record.session.provider,
        decision.case_number.strip(), decision.authority.strip(), decision.decided, decision.reason.strip(),
        decision.is_whole, entries, record.now, record.session.actor, record.session.name,
    )  # fmt: skip
    number = int(row["destruction"])
    _note(record, "destruction-asked", decision.patient, f"destruction {number}: {' '.join(entries) or 'whole record'}")
    return number


async def listed(record: "Record") -> list[Destruction]:
    """Every destruction of the own provider's, the newest first."""
    _require(record)
    async with record.at_work() as work:
        rows = await work.all(_SQL["destructions"], record.session.provider)
    about = list(dict.fromkeys(row["compartment"] for row in rows))
    await record.note("destructions", [], "destruction", "list of destructions", patients=about)
    return [_read(row) for row in rows]


async def one(record: "Record", number: int) -> tuple[Destruction, Doomed]:
    """One of them, and what it takes as things are now. Raises `Absent`."""
    _require(record)
    async with record.at_work() as work:
        found = await _found(record, work, number)
        doomed = await _doomed(record, work, found)
    about = [key(f"Patient/{found.patient}")]
    await record.note("destructions", [], "destruction", f"destruction {number}", patients=about)
    return found, doomed


async def preview(record: "Record", patient: str) -> list[Held]:
    """What there is of the own provider's to choose among, in the order of writing; nothing of what it says."""
    _require(record)
    compartment = key(f"Patient/{patient}")
    async with record.at_work() as work:
        here = await store.held(work, await reach.linked(work, [compartment]))
    await record.note("destructions", [], "destruction", f"Patient/{patient} entries", patients=[compartment])
    own = [one for one in here if one.provider == record.session.provider_key and not one.is_destroyed]
    return sorted(own, key=lambda one: (one.at, one.reference))


async def withdraw(record: "Record", number: int) -> None:
    """Take a request back before it is ordered. Raises `Absent` or `Conflict`."""
    _require(record)
    work = await record.begun()
    found = await _found(record, work, number)
    row = await work.maybe(_SQL["destruction_withdrawn"], number, record.now, record.session.actor)
    if row is None:
        raise Conflict("It has been ordered or withdrawn already.")
    _note(record, "destruction-withdrawn", found.patient, f"destruction {number}")


async def order(record: "Record", number: int) -> Destruction:
    """Order what somebody else has asked for; `carry_out` does it. Raises `Refused` to who asked, `Absent`, `Conflict`.

    What goes is settled here: what is written about the patient afterwards is not touched.
    """
    _require(record)
    work = await record.begun()
    found = await _found(record, work, number)
    if found.asked_by == record.session.actor:
        raise Refused("Two persons destroy: somebody else than who asked must order it.")
    entries = [one.reference for one in (await _doomed(record, work, found)).items]
    session = record.session
    row = await work.maybe(_SQL["destruction_ordered"], number, entries, record.now, session.actor, session.name)
    if row is None:
        raise Conflict("It has been ordered or withdrawn already.")
    what = f"destruction {number}, case {found.case_number}: {' '.join(entries)}"
    _note(record, "destruction-ordered", found.patient, what)
    return _read(row)


async def carry_out(door: "Door", number: int) -> int:
    """Do what was ordered, or the rest of it after an interruption. Gives how many items went now.

    Raises `Refused` where this process may not, and `Absent` when nothing of that number is ordered and unfinished.
    """
    if door.keeper is None:
        raise Refused("Nothing is destroyed from here. Run on the server: varda destroy")
    keeper = await door.keeper()
    try:
        return await _carried_out(door, keeper, number)
    finally:
        await keeper.close()


async def unfinished(database: Database) -> list[int]:
    """Numbers of those that are ordered and not finished."""
    return [row["destruction"] for row in await database.all(_SQL["destructions_unfinished"])]


async def _carried_out(door: "Door", keeper: Database, number: int) -> int:
    gone, now = 0, door.clock.now()
    found = await keeper.maybe(_KEEPER["destruction_to_do"], number)
    if found is None:
        raise Absent("No destruction of that number is ordered and unfinished.")
    items = sorted(key(reference) for reference in found["entries"])
    by = f"{found['ordered_name']} ({found['ordered_by']})"
    said = tombstones.written(found["case_number"], found["authority"], by, now)
    for first in range(0, len(items), AT_ONCE):
        some = items[first : first + AT_ONCE]
        async with keeper.transaction() as work:
            await work.maybe(_KEEPER["destruction_to_do"], number)
            gone += await store.destroy(work, some, now, found["ordered_by"], said)
            await derived.derived(work, some)
    async with door.database.connection() as work:
        compartments = await reach.linked(work, [found["compartment"]])
        authors = [row["author"] for row in await work.all(_KEEPER["drafting"], compartments)]
        own = await derived.employed(work, authors, hsa_key(found["provider"])) if found["is_whole"] else []
    async with keeper.transaction() as work:
        await work.run(_KEEPER["drafts_destroyed"], compartments, found["entries"], own)
        if found["is_whole"]:
            await work.run(_KEEPER["looks_destroyed"], compartments)
        await work.run(_KEEPER["destruction_finished"], number, now)
    return gone


async def _doomed(record: "Record", work: Work, decision: Decision) -> Doomed:
    """What the decision takes as things are now, in the order of writing; what has gone already is left out."""
    own = record.session.provider_key
    compartments = await reach.linked(work, [key(f"Patient/{decision.patient}")])
    here = [one for one in await store.held(work, compartments) if not one.is_destroyed]
    is_others = any(one.provider not in (0, own) for one in here)
    takes = {one.reference: one for one in here if one.provider == own}
    if decision.is_whole:
        # An item of several patients is another's record as well: it goes only when the decision names it.
        found = [one for one in takes.values() if not one.is_shared]
        found += [one for one in here if one.provider == 0 and not is_others]
    else:
        found = [takes[name] for name in dict.fromkeys(decision.entries) if name in takes]
    found.sort(key=lambda one: (one.at, one.reference))
    copies = await of_patient(work, compartments, record.session.provider)
    named = {one.reference for one in found}
    out = [copy for copy in copies if not copy.entries or named & set(copy.entries)]
    return Doomed(found, out, identity_goes=decision.is_whole and not is_others)


def _require(record: "Record") -> None:
    if not may_decide(record):
        raise Refused("You have no right to handle decisions on destruction.")


def _require_whole(decision: Decision, now: datetime) -> None:
    said = {"case_number": decision.case_number, "authority": decision.authority, "reason": decision.reason}
    problems = [Problem("Fill this in.", name, "required") for name, text in said.items() if not text.strip()]
    if decision.decided > now.date():
        problems.append(Problem("The decision cannot have been made in the future.", "decided"))
    if decision.is_whole == bool(decision.entries):
        problems.append(Problem("Say which entries go, or that the whole record does.", "entries", "required"))
    if problems:
        raise Unprocessable("The request lacks something.", problems)


async def _found(record: "Record", work: Work, number: int) -> Destruction:
    row = await work.maybe(_SQL["destruction"], number, record.session.provider)
    if row is None:
        raise Absent("There is no such destruction.")
    return _read(row)


def _note(record: "Record", action: str, patient: str, what: str) -> None:
    event = record.event(action, "done", [key(f"Patient/{patient}")], "destruction", what, "")
    record.written.append(event)


def _read(row: Row) -> Destruction:
    same = ("patient", "case_number", "authority", "decided", "reason", "is_whole", "asked", "asked_by", "asked_name")
    more = ("ordered", "ordered_by", "ordered_name", "withdrawn", "finished")
    values = {name: row[name] for name in (*same, *more)}
    return Destruction(number=row["destruction"], entries=tuple(row["entries"]), **values)
