"""Answers – reports of laboratories, radiology and others, and results of their own – and who has signed which version.

A signature is a Provenance whose targets are versions: of the answer, of each result in it, and the patient. What
changes afterwards is a version that nobody has signed, so it waits again (decision 31).
http://hl7.org/fhir/R4/provenance.html
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from varda.access.session import Session
from varda.catalogue import is_countersigned
from varda.fhir.keys import key
from varda.kernel.errors import Problem
from varda.record import signing
from varda.search.parameters import meanings
from varda.search.plan import Unsigned
from varda.search.signed import SIGNATURE

ACTIVITY = {"system": "https://varda.example/fhir/CodeSystem/activity", "code": SIGNATURE}
FUNCTION = "F49"
"""The function whose right to sign the door asks for; `varda.care.results` asks for that of the very answer."""
TYPES = ("DiagnosticReport", "Observation")
"""What an answer is made of."""


def function_of(signature: Mapping[str, Any]) -> str:
    """The function whose right to sign the door asks for: notes' for the countersignature of one."""
    named = list(versions(signature))
    return signing.NOTES if named and all(one.startswith("Composition/") for one in named) else FUNCTION


def unsigned(session: Session, type_: str, saying: tuple[str, ...] = ()) -> Unsigned:
    """What makes an answer of a type wait for somebody of the session's unit; see `Record.unsigned`."""
    # What the unit itself measured was seen by who measured it.
    own = key(f"Organization/{session.organization}") ^ meanings("Observation")["performer"].salt
    return Unsigned(session.unit_key, (own,) if type_ == "Observation" else (), saying)


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
    if session.may("import") or not any(SIGNATURE in text for one in (before, after) for text in _texts(one)):
        return
    if before is not None:
        yield _problem("A signature is never changed, and nothing written becomes one: sign anew.", "target")
    if not signs:
        yield _problem("This session does not sign answers.", "agent")
    if [one.get("who", {}).get("reference") for one in after.get("agent", ())] != [session.practitioner]:
        yield _problem("Sign the answer yourself: be the one agent of the signature.", "agent")
    rest = {name: value for name, value in after.items() if name != "target"}
    activity = [text for text in _texts(after.get("activity")) if SIGNATURE in text]
    if not is_signature(after) or activity != [text for text in _texts(after) if SIGNATURE in text]:
        yield _problem(f"The word {SIGNATURE} is the code of a signature: write it as its activity alone.", "activity")
    if any("/_history/" in text for text in _texts(rest)):
        yield _problem("Name versions as targets alone.", "target")
    names = [str(one.get("reference", "")) for one in after.get("target", ())]
    is_note = any(name.startswith("Composition/") for name in names)
    if is_note and is_countersigned(session.role, session.assignment_purpose):
        yield _problem("What you sign is countersigned, so you countersign nothing: ask a colleague.", "agent")
    if not any("/_history/" in name for name in names):
        yield _problem("Name the versions that are signed, as in DiagnosticReport/7/_history/2.", "target")


def versions(after: Mapping[str, Any]) -> dict[str, str]:
    """The versions that a signature names, by their Type/id; of another Provenance none."""
    names = [str(one.get("reference", "")) for one in after.get("target", ())] if is_signature(after) else []
    return {item: version for item, is_one, version in (name.partition("/_history/") for name in names) if is_one}


def stale(after: Mapping[str, Any], current: Mapping[str, int]) -> Iterator[Problem]:
    """Why a signature names what does not stand now (`current`: the version of each Type/id): nobody has seen what is
    yet to come, and nobody answers for it beforehand.
    """
    for item, version in versions(after).items():
        if version != str(current.get(item)):
            yield _problem(
                f"{item} does not stand in version {version}: read it again, and sign what it says.", "target"
            )


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping | list):
        for one in value.values() if isinstance(value, Mapping) else value:
            yield from _texts(one)


def _problem(message: str, element: str) -> Problem:
    return Problem(message, f"Provenance.{element}", "forbidden")
