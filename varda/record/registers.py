"""Quality registers and who has declined them (PDL 7, RULES R8): what a register must ask before it takes anything.

Declining is a Consent of the category `register-opt-out` that denies, in force, and names the register as its actor: by
reference (Organization/<id>) or by identifier (system|value).
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from varda.access import reach
from varda.access.decisions import CATEGORY
from varda.access.relations import lasting
from varda.fhir.keys import key
from varda.kernel.db import Work
from varda.kernel.errors import Absent, Problem, Refused, Unprocessable
from varda.record import reached
from varda.record.writing import Wish, by_own_rule
from varda.search.compile import compiled, next_page
from varda.search.narrowing import Narrowing
from varda.search.question import asked
from varda.store import reading
from varda.store.model import Stored

if TYPE_CHECKING:
    from varda.record.opened import Record

RIGHT = "register-decisions"
"""The special right to say it for a patient who has said it to staff."""
SCOPE = "http://terminology.hl7.org/CodeSystem/consentscope"
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


@dataclass(frozen=True, slots=True)
class Declined:
    """A register that a patient has declined: `Organization/<id>` or `system|value`, its name, and since when."""

    register: str
    name: str
    since: datetime


async def declined_by(record: "Record", patient: str) -> list[Declined]:
    """What a patient has declined that is in force, wherever it was said. Raises `Absent`; logged."""
    async with record.at_work() as work:
        await _require_open(record, work, patient)
        found = await _standing(record, work, patient)
    await record.note("registers", [], "Consent", f"Patient/{patient} registers", patients=[key(f"Patient/{patient}")])
    return [
        Declined(next(filter(_says, _names(actor))), actor.get("display", ""), lasting(_period(one.resource))[0])
        for one in found
        for actor in _actors(one.resource)
        if any(map(_says, _names(actor)))
    ]


async def decline(record: "Record", patient: str, register: str, *, name: str = "") -> None:
    """The patient wants nothing in a register (PDL 7:2; R8): said by the patient about the own record, or to staff with
    the right. Declined already: nothing is written. Raises `Refused`, `Absent` or `Unprocessable`.
    """
    work = await _deciding(record, patient)
    if any(_declines(one.resource, register, record.now) for one in await _standing(record, work, patient)):
        return
    who, session = {"reference": f"Patient/{patient}"}, record.session
    named = _reference(register) | ({"display": name} if name else {})
    at = record.now.isoformat(timespec="seconds").replace("+00:00", "Z")
    consent = {
        "resourceType": "Consent",
        "status": "active",
        "scope": {"coding": [{"system": SCOPE, "code": "patient-privacy"}]},
        "category": [{"coding": [{"system": CATEGORY, "code": OPT_OUT}]}],
        "patient": who,
        "dateTime": at,
        "performer": [who],
        "policyRule": {"text": "PDL 7:2"},
        "provision": {
            "type": "deny",
            "period": {"start": at},
            "actor": [{"role": {"text": "register"}, "reference": named}],
        },
    }
    await by_own_rule(record, Wish("create", consent), (session.provider_key, session.unit_key))


async def take_back(record: "Record", patient: str, register: str) -> None:
    """The patient lets a register have data again; what was said elsewhere ends too. Raises `Refused` or `Absent`."""
    work = await _deciding(record, patient)
    standing = await _standing(record, work, patient)
    found = [one for one in standing if _declines(one.resource, register, record.now)]
    if not found:
        raise Absent("The patient has not declined this register.")
    for one in found:
        await by_own_rule(record, Wish("update", _without(one.resource, register)), (one.provider, one.unit))


def _without(consent: dict[str, Any], register: str) -> dict[str, Any]:
    """A Consent that declines this register no more; what else it declines stays declined."""
    provision = consent["provision"]
    left = [one for one in provision["actor"] if register not in _names(one.get("reference") or {})]
    if not left:
        return {**consent, "status": "inactive"}
    return {**consent, "provision": {**provision, "actor": left}}


async def _deciding(record: "Record", patient: str) -> Work:
    """The work of a decision that this session may note."""
    work = await record.begun()
    await _require_open(record, work, patient)
    if record.session.kind == "citizen":
        if f"Patient/{patient}" not in record.own:
            raise Refused("Only the patient declines a register; a guardian or proxy says it to the clinic.")
    elif record.session.kind == "staff":
        record.powers.require(RIGHT)
    else:
        raise Refused("A register is declined by the patient, or by staff for the patient.")
    return work


async def _require_open(record: "Record", work: Work, patient: str) -> None:
    await reached.require(record, work, patient, "declined")


async def _standing(record: "Record", work: Work, patient: str) -> list[Stored]:
    """The Consents in force by which a patient declines registers, of whatever unit."""
    pairs = [("patient", patient), ("category", f"{CATEGORY}|{OPT_OUT}"), ("status", "active"), ("_count", str(_MOST))]
    statement = compiled(asked("Consent", pairs), record.narrowing.without_limit())
    found = (await reading.matched(work, statement)).stored
    return [one for one in found if _is_in_force(one.resource, record.now)]


async def remove_declined(record: "Record", register: str, remove: Remove) -> int:
    """Have a register take away what it holds of those who have declined; logged. Gives how many rows went."""
    work = await record.begun()
    about = await declined(work, register, record.now)
    gone = await remove(work, about) if about else 0
    what = f"{register}: {gone} removed of those who declined"
    record.written.append(record.event("register-removal", "done", sorted(about), "register", what, ""))
    return gone


def _declines(consent: dict[str, Any], register: str, now: datetime) -> bool:
    return _is_in_force(consent, now) and any(register in _names(one) for one in _actors(consent))


def _is_in_force(consent: dict[str, Any], now: datetime) -> bool:
    opens, closes = lasting(_period(consent))
    return (consent.get("provision") or {}).get("type") == "deny" and opens <= now < closes


def _period(consent: dict[str, Any]) -> dict[str, Any]:
    return (consent.get("provision") or {}).get("period") or {}


def _actors(consent: dict[str, Any]) -> list[dict[str, Any]]:
    return [one.get("reference") or {} for one in (consent.get("provision") or {}).get("actor") or []]


def _says(name: str) -> bool:
    return name.strip("|") != ""


def _reference(register: str) -> dict[str, Any]:
    """A register as a FHIR Reference. Raises `Unprocessable` for what names none."""
    system, bar, value = register.partition("|")
    if bar and system and value:
        return {"identifier": {"system": system, "value": value}}
    if not register.startswith("Organization/"):
        message = "Name the register as Organization/<id> or system|value."
        raise Unprocessable(message, [Problem(message, "register", "required")])
    return {"reference": register}


def _names(reference: dict[str, Any]) -> tuple[str, str]:
    identifier = reference.get("identifier") or {}
    return str(reference.get("reference", "")), f"{identifier.get('system', '')}|{identifier.get('value', '')}"
