"""Who the patient is: identity, age, finding, registering, and two records that are one person."""

from varda.care.patients.actions import merge, register, register_unknown, separate
from varda.care.patients.model import Link, Person, person
from varda.care.patients.queries import Listing, Row, duplicates, found, in_county, known, listed, one, who
from varda.care.patients.rules import (
    INVENTED_BLOCK,
    UNKNOWN_BLOCK,
    Age,
    age,
    identity_system,
    is_whole_identity,
    normal_identity,
    shown_identity,
)

__all__ = [
    "INVENTED_BLOCK",
    "UNKNOWN_BLOCK",
    "Age",
    "Link",
    "Listing",
    "Person",
    "Row",
    "age",
    "duplicates",
    "found",
    "identity_system",
    "in_county",
    "is_whole_identity",
    "known",
    "listed",
    "merge",
    "normal_identity",
    "one",
    "person",
    "register",
    "register_unknown",
    "separate",
    "shown_identity",
    "who",
]
