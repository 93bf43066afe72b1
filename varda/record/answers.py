"""Answers – reports of laboratories, radiology and others, and results of their own – and who has signed which version.

A signature is a Provenance whose targets are versions: of the answer, of each result in it, and the patient. What
changes afterwards is a version that nobody has signed, so it waits again (decision 31).
http://hl7.org/fhir/R4/provenance.html
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from varda.access.session import Session
from varda.fhir.keys import key
from varda.kernel.errors import Problem
from varda.record import searching
from varda.record.searching import Page
from varda.search.conditions import SIGNATURE
from varda.search.parameters import meanings
from varda.search.plan import Unsigned

if TYPE_CHECKING:
    from varda.record.opened import Record

ACTIVITY = {"system": "https://varda.example/fhir/CodeSystem/activity", "code": SIGNATURE}
FUNCTION = "F49"
"""The function whose right to sign the door asks for; `varda.care.results` asks for that of the very answer."""
TYPES = ("DiagnosticReport", "Observation")
"""What an answer is made of."""


async def unsigned(record: "Record", type_: str, parameters: Sequence[tuple[str, str]]) -> Page:
    """See `Record.unsigned`."""
    # What the unit itself measured was seen by who measured it.
    own = key(f"Organization/{record.session.organization}") ^ meanings("Observation")["performer"].salt
    more = Unsigned(record.session.unit_key, (own,) if type_ == "Observation" else ())
    return await searching.asked_for(record, type_, parameters, record.narrowing, more=more)


def is_signature(resource: Mapping[str, Any] | None) -> bool:
    """Whether a resource is the signature of an answer."""
    activity = (resource or {}).get("activity") or {}
    return any(one.get("code") == SIGNATURE for one in activity.get("coding") or ())


def signatures(provenances: Sequence[Mapping[str, Any]]) -> dict[str, list[Mapping[str, Any]]]:
    """Signatures by what they sign: `DiagnosticReport/7/_history/2`."""
    found: dict[str, list[Mapping[str, Any]]] = {}
    for one in filter(is_signature, provenances):
        for target in one.get("target", ()):
            found.setdefault(str(target.get("reference", "")), []).append(one)
    return found


def problems(
    session: Session, signs: bool, before: Mapping[str, Any] | None, after: Mapping[str, Any]
) -> Iterator[Problem]:
    """Why this session may not store a signature on top of `before` (None: a new one). Says nothing when it may."""
    if session.may("import") or not (is_signature(before) or is_signature(after)):
        return
    if before is not None:
        yield _problem("A signature is never changed, and nothing written becomes one: sign anew.", "target")
    if not signs:
        yield _problem("This session does not sign answers.", "agent")
    if [one.get("who", {}).get("reference") for one in after.get("agent", ())] != [session.practitioner]:
        yield _problem("Sign the answer yourself: be the one agent of the signature.", "agent")
    names = [str(one.get("reference", "")) for one in after.get("target", ())]
    if not any("/_history/" in name for name in names):
        yield _problem("Name the versions that are signed, as in DiagnosticReport/7/_history/2.", "target")


def _problem(message: str, element: str) -> Problem:
    return Problem(message, f"Provenance.{element}", "forbidden")
