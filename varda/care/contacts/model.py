"""Encounter and Appointment read into contacts (http://hl7.org/fhir/R4/encounter.html)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from varda.care.facts import Moment, codes, first_moment, label, moment, newest_first, shown

ACT_CODE = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
KINDS = {"AMB": "ambulatory", "EMER": "emergency", "IMP": "inpatient encounter", "HH": "home health", "VR": "virtual"}
OPEN = ("arrived", "triaged", "in-progress", "onleave")


@dataclass(frozen=True, slots=True)
class Contact:
    """One contact. `phase` is coming, open or over; `kind` a v3-ActCode, or `booked` for an appointment;
    `responsible_id` a reference; `codes` those of its reason."""

    id: str
    kind: str
    phase: str
    reason: str
    start: Moment | None
    end: Moment | None
    unit: str
    place: str
    responsible: str
    responsible_id: str
    codes: frozenset[str] = frozenset()

    @property
    def is_admission(self) -> bool:
        """Whether the patient is (or was) admitted to a ward."""
        return self.kind in ("IMP", "ACUTE", "NONAC")


def contacts(encounters: Iterable[Mapping[str, Any]], appointments: Iterable[Mapping[str, Any]]) -> list[Contact]:
    """Coming contacts soonest first, then open ones, then those that are over, newest first."""
    found = [_contact(one) for one in encounters if one.get("status") not in ("entered-in-error", "cancelled")]
    found += [
        _booking(one) for one in appointments if one.get("status") in ("booked", "pending", "proposed", "waitlist")
    ]
    coming = sorted((one for one in found if one.phase == "coming" and one.start), key=lambda one: one.start or _FAR)
    rest = newest_first((one for one in found if one.phase != "coming"), "start")
    undated = [one for one in found if one.phase == "coming" and not one.start]
    return coming + sorted(rest, key=lambda one: one.phase != "open") + undated


def _contact(one: Mapping[str, Any]) -> Contact:
    status = one.get("status", "")
    who: Mapping[str, Any] = next((p["individual"] for p in one.get("participant", ()) if "individual" in p), {})
    return Contact(
        one["id"],
        str(one.get("class", {}).get("code", "")),
        "open" if status in OPEN else "coming" if status == "planned" else "over",
        label(one.get("reasonCode")) or label(one.get("type")),
        first_moment(one, "period"),
        moment(one.get("period", {}).get("end")),
        shown(one.get("serviceProvider")),
        shown(one["location"][-1].get("location")) if one.get("location") else "",
        shown(who),
        str(who.get("reference", "")),
        codes(one.get("reasonCode")),
    )


def _booking(one: Mapping[str, Any]) -> Contact:
    actors = [p["actor"] for p in one.get("participant", ()) if "actor" in p]
    places = [a for a in actors if a.get("reference", "").startswith(("Location/", "HealthcareService/"))]
    people = [a for a in actors if a.get("reference", "").startswith("Practitioner")]
    return Contact(
        one["id"],
        "booked",
        "coming",
        str(one.get("description", "")) or label(one.get("reasonCode")) or label(one.get("serviceType")),
        moment(one.get("start")),
        moment(one.get("end")),
        shown(places[0]) if places else "",
        "",
        shown(people[0]) if people else "",
        str(people[0].get("reference", "")) if people else "",
    )


_FAR = Moment(datetime.max.replace(tzinfo=UTC))
