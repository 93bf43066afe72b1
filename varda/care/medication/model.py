"""MedicationRequest and MedicationStatement read into lines of the drug list."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from varda.care.facts import Moment, amount, code, first_moment, label, newest_first, shown


@dataclass(frozen=True, slots=True)
class Medicine:
    """One drug. `dose` is what the prescriber wrote; `is_needed` = as needed; `state` is a FHIR status."""

    id: str
    name: str
    code: str
    dose: str
    reason: str
    state: str
    is_current: bool
    is_needed: bool
    at: Moment | None
    by: str


def medicines(resources: Iterable[Mapping[str, Any]]) -> list[Medicine]:
    """The drug list: current first, as-needed after regular, newest prescription first. One line a drug and dose."""
    seen: dict[tuple[str, str, bool], Medicine] = {}
    for one in newest_first(_medicine(r) for r in resources if r.get("status") != "entered-in-error"):
        seen.setdefault((one.code or one.name, one.dose, one.is_current), one)
    return sorted(seen.values(), key=lambda one: (not one.is_current, one.is_needed))


def _medicine(one: Mapping[str, Any]) -> Medicine:
    named = one.get("medicationCodeableConcept")
    doses = one.get("dosageInstruction") or one.get("dosage") or ()
    state = str(one.get("status", ""))
    return Medicine(
        one["id"],
        label(named) or shown(one.get("medicationReference")) or "?",
        code(named),
        "; ".join(filter(None, (_dose(d) for d in doses))),
        label(one.get("reasonCode")),
        state,
        state in ("active", "on-hold", "draft", "intended"),
        any(d.get("asNeededBoolean") or "asNeededCodeableConcept" in d for d in doses),
        first_moment(one, "authoredOn", "effectiveDateTime", "effectivePeriod", "dateAsserted"),
        shown(one.get("requester") or one.get("informationSource")),
    )


def _dose(dose: Mapping[str, Any]) -> str:
    if dose.get("text") or dose.get("patientInstruction"):
        return str(dose.get("text") or dose["patientInstruction"])
    each = next((amount(rate.get("doseQuantity")) for rate in dose.get("doseAndRate", ())), None)
    repeat = dose.get("timing", {}).get("repeat", {})
    often = (
        f"{repeat['frequency']} × {repeat.get('period', 1)} {repeat.get('periodUnit', 'd')}"
        if "frequency" in repeat
        else ""
    )
    return " ".join(part for part in (f"{each.value} {each.unit}" if each else "", often) if part)
