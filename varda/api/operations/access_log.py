"""The access log as FHIR AuditEvents, computed from the log: `GET AuditEvent` and `Patient/<id>/$access-log`.

http://hl7.org/fhir/R4/auditevent.html
"""

from dataclasses import replace
from datetime import datetime
from typing import Any

from varda.api import asked, bundle
from varda.api.answer import Answer
from varda.api.call import Call, Parameters, require_id, used
from varda.fhir import resource
from varda.kernel.errors import Malformed
from varda.record import Record, logbook
from varda.record.logbook import Question
from varda.search.kinds.date import span

_USUAL, _MOST = 100, 1000
_NAMES = frozenset({"patient", "date", "agent", "_count", "_page", "_format"})


async def audit_events(record: Record, call: Call) -> Answer:
    """A searchset of what is reviewed by who asks. Takes `patient`, `date` (with ge, gt, le, lt), `agent` (HSA-id)."""
    given = asked.understood(call, call.parameters, "AuditEvent", _NAMES)
    patient = used(given, "patient").removeprefix("Patient/")
    if patient:
        require_id(patient)
    return await _searched(record, call, "AuditEvent", given, patient)


async def access_log(record: Record, call: Call) -> Answer:
    """The log of a record that a citizen may read: the own, a child's or by mandate."""
    _, id_, _ = call.parts
    require_id(id_)
    given = asked.understood(call, await asked.given(call), "$access-log", _NAMES - {"patient", "agent"})
    await logbook.own_patient(record, id_)
    return await _searched(record, call, f"Patient/{id_}/$access-log", given, id_)


async def _searched(record: Record, call: Call, path: str, given: Parameters, patient: str) -> Answer:
    question = _question(given)
    events, following = await logbook.audit_events(record, question, patient)
    entries = [_entry(call.base, event) for event in events]
    links = [("self", bundle.address(call.base, path, given)), ("next", "")]
    if following:
        rest = [pair for pair in given if pair[0] != "_page"]
        links[1] = ("next", bundle.address(call.base, path, [*rest, ("_page", following)]))
    return Answer(200, bundle.bundle("searchset", entries, links=links))


def _question(given: Parameters) -> Question:
    most = asked.count(given, _USUAL, _MOST)
    if most == 0:
        raise Malformed("_count must be a whole number above 0.")
    found = Question(actor=used(given, "agent").rpartition("|")[2], after=used(given, "_page"), most=most)
    for name, value in given:
        if name == "date":
            found = _dated(found, value)
    return found


def _dated(asked_: Question, text: str) -> Question:
    how, day = (text[:2], text[2:]) if text[:2].isalpha() else ("eq", text)
    try:
        low, high = span(day.replace(" ", "+"))
    except ValueError:
        raise Malformed("date is written as ge2026-01-31, or 2026-01 for a whole month.") from None
    if how not in ("eq", "ge", "gt", "le", "lt"):
        raise Malformed("date takes eq, ge, gt, le and lt before the date.")
    first: datetime | None = {"eq": low, "ge": low, "gt": high}.get(how)
    last: datetime | None = {"eq": high, "le": high, "lt": low}.get(how)
    return replace(
        asked_, since=max(asked_.since, first or asked_.since), until=min(asked_.until, last or asked_.until)
    )


def _entry(base: str, event: dict[str, Any]) -> bytes:
    made = {"fullUrl": f"{base}/AuditEvent/{event['id']}", "resource": event, "search": {"mode": "match"}}
    return resource.dump(made)
