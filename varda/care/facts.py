"""What FHIR's datatypes say, as plain values: labels, codes, moments and amounts (http://hl7.org/fhir/R4/datatypes.html)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

from varda.kernel.clock import STOCKHOLM

Resource = dict[str, Any]

HSA_ID = "urn:oid:1.2.752.29.4.19"


@dataclass(frozen=True, slots=True, order=True)
class Moment:
    """A FHIR date or dateTime. `at` is its first instant (UTC); `precision` is year, month, day or time."""

    at: datetime
    precision: str = "time"

    @property
    def day(self) -> date:
        """The calendar day in Sweden."""
        return self.at.astimezone(STOCKHOLM).date()


@dataclass(frozen=True, slots=True)
class Amount:
    """A value with its unit; `value` keeps the decimals it was written with."""

    value: Decimal
    unit: str = ""
    comparator: str = ""


def moment(text: Any) -> Moment | None:
    """The moment a FHIR date, dateTime or instant names; None when there is none or it cannot be read."""
    if not isinstance(text, str) or not text:
        return None
    precision = {4: "year", 7: "month", 10: "day"}.get(len(text))
    try:
        if precision is None:
            at = datetime.fromisoformat(text)
            return Moment((at if at.tzinfo else at.replace(tzinfo=STOCKHOLM)).astimezone(UTC))
        day = date.fromisoformat(text + {"year": "-01-01", "month": "-01", "day": ""}[precision])
    except (ValueError, OverflowError):
        return None
    return Moment(datetime.combine(day, time(), STOCKHOLM).astimezone(UTC), precision)


def first_moment(resource: Mapping[str, Any], *names: str) -> Moment | None:
    """The first of the named elements that holds a moment; a Period counts by its start, else its end."""
    for name in names:
        said = resource.get(name)
        if isinstance(said, Mapping):
            said = said.get("start") or said.get("end")
        found = moment(said)
        if found:
            return found
    return None


def instant(at: datetime) -> str:
    """A FHIR dateTime of whole seconds, in UTC."""
    return at.astimezone(UTC).replace(microsecond=0).isoformat().replace("+00:00", "Z")


def codings(concept: Any) -> Iterable[Mapping[str, Any]]:
    """The codings of a CodeableConcept (or of a list of them)."""
    for one in concept if isinstance(concept, list) else [concept or {}]:
        yield from one.get("coding", ())


def codes(concept: Any, system: str = "") -> frozenset[str]:
    """Every code of a CodeableConcept or list of them, of one system if given."""
    return frozenset(
        coding["code"] for coding in codings(concept) if "code" in coding and system in ("", coding.get("system"))
    )


def code(concept: Any, system: str = "") -> str:
    """The first code, of one system if given; empty when there is none."""
    for coding in codings(concept):
        if "code" in coding and system in ("", coding.get("system")):
            return str(coding["code"])
    return ""


def label(concept: Any) -> str:
    """What a CodeableConcept (or the first of a list) says to a reader: its text, else a display, else a code."""
    for one in concept if isinstance(concept, list) else [concept or {}]:
        if not isinstance(one, Mapping):
            continue  # a plain code, as an allergy's category
        if one.get("text"):
            return str(one["text"])
        for coding in one.get("coding", ()):
            said = coding.get("display") or coding.get("code")
            if said:
                return str(said)
    return ""


def shown(reference: Any) -> str:
    """The display of a Reference, else the id it names."""
    said = reference or {}
    return str(said.get("display") or said.get("reference", "").rpartition("/")[2])


def amount(quantity: Any) -> Amount | None:
    """A Quantity as an amount; None when it has no value."""
    if not isinstance(quantity, Mapping) or "value" not in quantity:
        return None
    return Amount(
        Decimal(str(quantity["value"])),
        str(quantity.get("unit") or quantity.get("code") or ""),
        str(quantity.get("comparator", "")),
    )


def extension(resource: Mapping[str, Any], url: str) -> str:
    """The string or code of one extension; empty when it is not there."""
    for one in resource.get("extension", ()):
        if one.get("url") == url:
            return str(one.get("valueString") or one.get("valueCode", ""))
    return ""


def extended(resource: Mapping[str, Any], url: str, **value: str) -> list[Resource]:
    """The extensions of a resource with one of them set (`valueCode="main"`); without it where the value is empty."""
    others = [one for one in resource.get("extension", ()) if one.get("url") != url]
    return [*others, {"url": url, **value}] if any(value.values()) else others


def newest_first(items: Iterable[Any], name: str = "at") -> list[Any]:
    """Sorted by a Moment attribute, newest first; what has no moment comes last."""
    return sorted(
        items,
        key=lambda item: (getattr(item, name) is not None, getattr(getattr(item, name), "at", None) or _NEVER),
        reverse=True,
    )


_NEVER = datetime.min.replace(tzinfo=UTC)
