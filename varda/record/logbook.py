"""The access log as it is read through the door: by the patient, by who hands it to the patient, and by who reviews it.

Whoever reads the log is in the log. The patient sees unit, time, role, what kind of data and why (PDL 8:5; RULES
section 3); the names of staff only where the county's parameter says so. AuditEvents are computed, never stored.
"""

from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from varda.access import reach
from varda.access.session import Session
from varda.audit import fhir, reading
from varda.audit.fhir import Names
from varda.audit.reading import Logged, Question
from varda.fhir import resource
from varda.fhir.keys import key
from varda.kernel.db import Work
from varda.kernel.errors import Absent, Malformed, Refused
from varda.record.citizens import readable
from varda.search.narrowing import Narrowing
from varda.store import reading as store

if TYPE_CHECKING:
    from varda.record.door import Door
    from varda.record.opened import Record

__all__ = ["OwnLog", "Question", "Visit", "audit_events", "exported", "handed_out", "may_review", "own", "own_patient"]

REVIEW = "review-log"
WIDELY = "review-provider"
_EXPORT = Session(kind="job", actor="log-export", name="log-export", reach="county", scopes=("read",))
_TOGETHER = timedelta(minutes=30)
_MOST_VISITS_FROM = 2000  # rows that one page of the patient's view is made from


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """Rows of one person in one assignment that follow each other closely: what a patient calls somebody's reading.

    `role` is `citizen` for somebody who reads the own record, a child's or by mandate; nothing more is told of them.
    """

    first: datetime
    last: datetime
    unit: str
    provider: str
    role: str
    name: str
    on_behalf: str
    purpose: str
    actions: tuple[str, ...]
    categories: tuple[str, ...]
    refused: bool


@dataclass(frozen=True, slots=True)
class OwnLog:
    """The patient's own view, newest first. `elsewhere`: rows of other providers that this session may not show."""

    patient: str
    visits: list[Visit]
    next: str = ""
    elsewhere: int = 0


def may_review(record: "Record") -> bool:
    """Whether a session may read the log about others: by its role's special right, or a client's scope."""
    session = record.session
    if session.kind == "staff":
        return record.powers.has(REVIEW)
    return session.kind == "client" and REVIEW in session.scopes


def require_review(record: "Record") -> None:
    """Raise `Refused` for who may not review."""
    if not may_review(record):
        raise Refused("Reading the access log about others takes the right to review it.")


def reviewed(record: "Record") -> tuple[str, str]:
    """Whose reading a session reviews, as unit and provider: the own unit's, with a right to it the own provider's; a
    client all.
    """
    session = record.session
    if session.kind != "staff":
        return "", ""
    return ("", session.provider) if record.powers.has(WIDELY) else (session.unit, "")


# The patient's own view --------------------------------------------------------------------------------------------


async def own(record: "Record", patient: str = "", *, after: str = "", since: datetime | None = None) -> OwnLog:
    """What a record was used for that a citizen may read: the own, or a child's or by mandate where `patient` says so
    (A17); linked records included. Raises `Refused` for any other, `Absent` when there is none.
    """
    patient = await own_patient(record, patient)
    rows, following = await _about(record, patient, after, since, provider="")
    visits = await _visits(record, rows)
    await _noted(record, "my-log", patient, "own access log")
    return OwnLog(patient, visits, following)


async def own_patient(record: "Record", patient: str = "") -> str:
    """Whose log a citizen's session reads: the own, or `patient`'s whom it may read now. Raises `Refused` or, without a
    record of the own, `Absent`.
    """
    session = record.session
    if session.kind != "citizen":
        raise Refused("This is each person's own log. Staff print it at the patient's demand, from the chart.")
    found = await readable(record.door, session.actor, record.now)
    if patient and patient not in (one.patient for one in found):
        raise Refused("You may read the log of the records that you may read yourself.")
    own_ = patient or next((one.patient for one in found if one.role == "self"), "")
    if not own_:
        raise Absent("There is no record about you here that you may read.")
    return own_


async def handed_out(record: "Record", patient: str, to: str = "", *, after: str = "") -> OwnLog:
    """The same for a patient who asks at the desk: the own provider's reading, so that nothing is told of others (A7).

    `to` is who gets the copy (R6); empty when it is only shown. Raises `Absent` for a patient out of reach.
    """
    if record.session.kind != "staff":
        raise Refused("Only staff print a patient's access log.")
    await record.read("Patient", patient)
    rows, following = await _about(record, patient, after, None, provider=record.session.provider)
    others, _ = await _about(record, patient, after, None, provider="")
    visits = await _visits(record, rows)
    what = f"access log, copy handed to {to.strip()}" if to.strip() else "access log, shown at the patient's demand"
    await _noted(record, "log-copy" if to.strip() else "log", patient, what)
    return OwnLog(patient, visits, following, len(others) - len(rows))


async def _about(
    record: "Record", patient: str, after: str, since: datetime | None, *, provider: str
) -> tuple[list[Logged], str]:
    async with record.at_work() as work:
        compartments = await reach.linked(work, [key(f"Patient/{patient}")])
        asked = Question(
            patients=tuple(compartments), provider=provider, after=after, most=_MOST_VISITS_FROM,
            since=since or reading.EARLIEST,
        )  # fmt: skip
        rows, following = await reading.found(work, asked)
    return [row for row in rows if row.actor != record.session.actor or record.session.kind == "staff"], following


async def _visits(record: "Record", rows: Sequence[Logged]) -> list[Visit]:
    async with record.at_work() as work:
        called = await reach.names(work, {h for row in rows for h in (row.unit, row.provider, row.actor)})
    return list(visits(rows, called, with_people=record.door.names_in_log))


def visits(rows: Sequence[Logged], called: dict[str, str], *, with_people: bool) -> Iterable[Visit]:
    """Rows, newest first, as visits, newest first. Somebody's rows less than half an hour apart are one."""
    going: dict[tuple[str, ...], list[Logged]] = {}
    done: list[list[Logged]] = []
    for row in rows:
        who = (row.actor, row.assignment, row.unit, row.on_behalf, row.purpose)
        before = going.get(who)
        if before is not None and before[-1].at - row.at <= _TOGETHER:
            before.append(row)
        else:
            going[who] = [row]
            done.append(going[who])
    return [_visit(some, called, with_people) for some in done]


def _visit(rows: list[Logged], called: dict[str, str], with_people: bool) -> Visit:
    newest = rows[0]
    categories = {one for row in rows for one in row.category.split(",") if one not in ("none", "existence")}
    # A private person is told of as such: not the number, nor whose guardian or proxy it is.
    is_citizen = not newest.role and "|" in newest.actor
    return Visit(
        first=rows[-1].at,
        last=newest.at,
        unit=called.get(newest.unit, newest.unit),
        provider=called.get(newest.provider, newest.provider),
        role="citizen" if is_citizen else newest.role,
        name=called.get(newest.actor, newest.actor) if with_people and not is_citizen else "",
        on_behalf=newest.on_behalf if with_people else "",
        purpose=newest.purpose,
        actions=tuple(sorted({row.action for row in rows})),
        categories=tuple(sorted(categories)),
        refused=all(row.outcome in ("refused", "absent", "undone") for row in rows),
    )


# AuditEvents -------------------------------------------------------------------------------------------------------


async def audit_events(record: "Record", asked: Question, patient: str = "") -> tuple[list[dict[str, Any]], str]:
    """A page of the log as FHIR AuditEvents, and where the next begins. Who may review sees what they review; a citizen
    what `own` shows, without names unless the county gives them. Raises `Refused`, `Absent` or `Malformed`.
    """
    session = record.session
    is_own = session.kind == "citizen"
    if is_own:
        patient = await own_patient(record, patient)
    else:
        require_review(record)
        if not patient and asked.since == reading.EARLIEST:
            raise Malformed("Say whose log or from when: patient=… or date=ge2026-01-31, or both.")
        unit, provider = reviewed(record)
        asked = replace(asked, unit=unit, provider=provider)
    async with record.at_work() as work:
        compartments = tuple(await reach.linked(work, [key(f"Patient/{patient}")])) if patient else None
        rows, following = await reading.found(work, replace(asked, patients=compartments))
        names = await names_in(work, record.now, rows, with_people=not is_own or record.door.names_in_log)
    if is_own:
        names = replace(names, is_own=True)
    made = [event for row in rows for event in fhir.audit_events(row, names, compartments)]
    shown = compartments or tuple(dict.fromkeys(p for row in rows for p in row.patients))
    await record.note("log", [], "AuditEvent", f"AuditEvent {patient}".strip(), patients=shown, origin="0")
    return made, following


async def exported(door: "Door", since: datetime, until: datetime) -> AsyncIterator[list[bytes]]:
    """The log of a time as AuditEvents in bytes, oldest first, some thousand at a time. The export itself is logged
    before anything is given.
    """
    async with door.opened(_EXPORT, "log-export") as record:
        await record.note("log", [], "AuditEvent", f"export {since.isoformat()} to {until.isoformat()}", origin="0")
        async with door.database.transaction() as work:
            async for rows in reading.every(work, since, until):
                names = await names_in(work, record.now, rows)
                yield [resource.dump(event) for row in rows for event in fhir.audit_events(row, names)]


async def names_in(work: Work, now: datetime, rows: Sequence[Logged], *, with_people: bool = True) -> Names:
    """The names of everybody and everything that rows of the log mention."""
    keys = {int(one) for row in rows for one in row.origin.split(",") if one.isdigit() and one != "0"}
    called = await reach.names(work, {h for row in rows for h in (row.unit, row.provider, row.actor)}, keys)
    patients = await patient_ids(work, now, {p for row in rows for p in row.patients})
    return Names(patients, called, called, with_people)


async def patient_ids(work: Work, now: datetime, compartments: Iterable[int]) -> dict[int, str]:
    """The ids of Patients by their compartments. Only for who has logged, or will log, that they are shown."""
    wanted = list(compartments)
    rule = Narrowing(everything=True, unit=0, provider=0, grantees=(), now=now)
    found = await store.read(work, [(one, rule) for one in wanted])
    return {c: f.stored.id for c, f in zip(wanted, found, strict=True) if f.stored and f.stored.type == "Patient"}


async def _noted(record: "Record", action: str, patient: str, what: str) -> None:
    await record.note(action, [], "AuditEvent", what, patients=[key(f"Patient/{patient}")], origin="0")
