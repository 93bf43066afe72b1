"""A Patient resource read into what the screen's banner needs (http://hl7.org/fhir/R4/patient.html)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from varda.care.facts import Moment, codes, moment
from varda.care.patients.rules import IDENTITY_SYSTEMS, RESERVE, shown_identity

UNIDENTIFIED = "https://varda.example/fhir/CodeSystem/patient-tag"
PROTECTED = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality"


@dataclass(frozen=True, slots=True)
class Link:
    """That another record is of the same person: `kind` is replaced-by, replaces, refer or seealso."""

    other: str
    kind: str


@dataclass(frozen=True, slots=True)
class Person:
    """Who this is. `identity` is written with its dash; `sex` is a FHIR administrative gender, `phone` may be empty."""

    id: str
    name: str
    family: str
    identity: str
    kind: str
    born: Moment | None
    died: Moment | None
    is_dead: bool
    sex: str
    phone: str
    address: str
    is_unidentified: bool
    is_protected: bool
    links: tuple[Link, ...]

    @property
    def initials(self) -> str:
        """Two letters for the banner, where a photo is missing."""
        words = [word for word in self.name.split() if word[0].isalpha()]
        return "".join(word[0] for word in (words[:1] + words[-1:] if len(words) > 1 else words)).upper() or "?"

    @property
    def replaced_by(self) -> str:
        """The id of the record that has taken over this one; empty when it stands for itself."""
        return next((link.other for link in self.links if link.kind == "replaced-by"), "")

    @property
    def replaces(self) -> tuple[str, ...]:
        """The ids of the records that this one has taken over."""
        return tuple(link.other for link in self.links if link.kind == "replaces")


def person(resource: Mapping[str, Any]) -> Person:
    """Read a Patient resource."""
    name, family = _name(resource.get("name", ()))
    identity, kind = _identity(resource.get("identifier", ()))
    tags = codes({"coding": resource.get("meta", {}).get("tag", ())}, UNIDENTIFIED)
    security = codes({"coding": resource.get("meta", {}).get("security", ())}, PROTECTED)
    return Person(
        id=resource["id"],
        name=name,
        family=family,
        identity=identity,
        kind=kind,
        born=moment(resource.get("birthDate")),
        died=moment(resource.get("deceasedDateTime")),
        is_dead="deceasedDateTime" in resource or bool(resource.get("deceasedBoolean")),
        sex=resource.get("gender", "unknown"),
        phone=next((t["value"] for t in resource.get("telecom", ()) if "value" in t), ""),
        address=_address(resource.get("address", ())),
        is_unidentified="unidentified" in tags,
        is_protected=bool(security & {"R", "V"}),
        links=tuple(
            Link(link["other"].get("reference", "").rpartition("/")[2], link.get("type", "seealso"))
            for link in resource.get("link", ())
            if "other" in link
        ),
    )


def _name(names: Any) -> tuple[str, str]:
    best: dict[str, Any] = min(
        names, key=lambda one: {"official": 0, "usual": 1}.get(one.get("use", ""), 2), default={}
    )
    family = str(best.get("family", ""))
    whole = " ".join([*best.get("given", ()), family]).strip()
    return str(best.get("text") or whole or "—"), family or str(best.get("text", ""))


def _identity(identifiers: Any) -> tuple[str, str]:
    for system in IDENTITY_SYSTEMS:
        for one in identifiers:
            if one.get("system") == system and one.get("value"):
                return shown_identity(str(one["value"])), "reserve" if system == RESERVE else "national"
    other = next((str(one["value"]) for one in identifiers if "value" in one), "")
    return other, "other" if other else "none"


def _address(addresses: Any) -> str:
    for one in addresses:
        if one.get("text"):
            return str(one["text"])
        parts = [*one.get("line", ()), " ".join(p for p in (one.get("postalCode"), one.get("city")) if p)]
        return ", ".join(part for part in parts if part)
    return ""
