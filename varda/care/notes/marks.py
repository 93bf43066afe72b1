"""Who signs, who is to sign and why something was changed, as elements of a Composition: the same for notes and
certificates (http://hl7.org/fhir/R4/composition-definitions.html#Composition.attester).
"""

from typing import Any

from varda.care.facts import instant
from varda.care.notes.rules import clean
from varda.record import Record

REASON = "https://varda.example/fhir/StructureDefinition/change-reason"


def signed(record: Record, resource: dict[str, Any]) -> dict[str, Any]:
    """The Composition with the signature of the one who writes now."""
    mark = {"mode": "legal", "time": instant(record.now), "party": party(record.session)}
    return {**resource, "attester": [*without_wish(resource), mark]}


def to_sign(resource: dict[str, Any], who: dict[str, str]) -> dict[str, Any]:
    """The Composition with the one named who is to sign it: an attester that has not attested yet."""
    return {**resource, "attester": [*without_wish(resource), {"mode": "legal", "party": who}]}


def without_wish(resource: dict[str, Any]) -> list[dict[str, Any]]:
    """The attesters less whoever was to sign."""
    return [one for one in resource.get("attester", ()) if one.get("mode") != "legal" or one.get("time")]


def party(session: Any) -> dict[str, str]:
    """A Reference to the one who writes now, with title."""
    shown = f"{session.name}, {session.title}" if session.title else session.name
    return {"reference": session.practitioner, "display": shown}


def reasoned(resource: dict[str, Any], reason: str) -> dict[str, Any]:
    """The Composition with why it was changed, in place of an earlier reason."""
    others = [one for one in resource.get("extension", ()) if one.get("url") != REASON]
    return {**resource, "extension": [*others, {"url": REASON, "valueString": clean(reason).strip()}]}
