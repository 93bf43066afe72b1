"""Next of kin read from RelatedPerson (http://hl7.org/fhir/R4/relatedperson.html), and what is measured at a birth."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from varda.care.facts import Moment, codes, moment
from varda.care.patients import IDENTITY_SYSTEMS, shown_identity

ROLE = "http://terminology.hl7.org/CodeSystem/v3-RoleCode"
MOTHER, CHILD = "MTH", "NCHILD"
NEAR = timedelta(days=1)
"""How far a birth date may be from the day on which the pregnancy ended: about midnight, and twins of two days."""
MEASURES = {
    # LOINC, Swedish, English, unit, UCUM, least and most that can be right
    "weight": (("29463-7", "8339-4"), "Födelsevikt", "Birth weight", "g", "g", Decimal(300), Decimal(7000)),
    "length": (("8302-2", "89269-5"), "Födelselängd", "Birth length", "cm", "cm", Decimal(20), Decimal(65)),
    "head": (
        ("9843-4", "8290-9"),
        "Huvudomfång vid födseln",
        "Head circumference at birth",
        "cm",
        "cm",
        Decimal(15),
        Decimal(45),
    ),
}
"""What is measured of the newborn: the general code that curves are drawn of, and the one of birth beside it."""


@dataclass(frozen=True, slots=True)
class Kin:
    """A next of kin with an identity number: no record of theirs is named, and nothing of it is told. `id` and
    `version` are of the entry.
    """

    id: str
    version: int
    name: str
    identity: str
    born: Moment | None


def mother_of(related: Iterable[Mapping[str, Any]]) -> Kin | None:
    """Who gave birth to the patient, where that is written."""
    return next(_kin(related, MOTHER), None)


def born_to(related: Iterable[Mapping[str, Any]]) -> list[Kin]:
    """The patient's children by birth, the youngest first."""
    return sorted(_kin(related, CHILD), key=lambda one: one.born.at.timestamp() if one.born else 0.0, reverse=True)


def is_of(kin: Kin, ended: date | None) -> bool:
    """Whether a child is of the birth on a day; twins may have two, about midnight."""
    return bool(ended and kin.born and abs(kin.born.day - ended) <= NEAR)


def _kin(related: Iterable[Mapping[str, Any]], role: str) -> Iterator[Kin]:
    for one in related:
        numbers = [each for each in one.get("identifier", ()) if each.get("system") in IDENTITY_SYSTEMS]
        if one.get("active", True) and role in codes(one.get("relationship"), ROLE) and numbers:
            name = next((str(each["text"]) for each in one.get("name", ()) if each.get("text")), "")
            version = int(one.get("meta", {}).get("versionId", "0") or 0)
            yield Kin(
                str(one.get("id", "")), version, name, shown_identity(str(numbers[0].get("value", ""))),
                moment(one.get("birthDate")),
            )  # fmt: skip
