"""Which certificates somebody is offered about a patient, and what the answers begin with. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from varda.care import forms
from varda.care.certificates.model import CERTIFICATES, Certificate
from varda.care.contacts import Contact
from varda.care.facts import Moment
from varda.care.forms import Fact
from varda.care.notes import KEYWORDS, Note
from varda.care.problems import Problem

_SIDES = {"left": "vänster sida", "right": "höger sida", "both": "båda sidor"}
"""What a certificate says of a side, in Swedish as the paper (R7)."""


@dataclass(frozen=True, slots=True)
class Source:
    """A text of the record that an answer may begin with: `reference` is the entry, `shown` what it is called."""

    value: str
    at: Moment | None
    reference: str
    shown: str

    @property
    def fact(self) -> Fact:
        """It as a form shows it beside the question."""
        return Fact(self.value, self.at, self.shown)


def in_force(day: date) -> list[Certificate]:
    """The version of each certificate that holds on a day, in the order of the files."""
    newest = {one.code: one for one in CERTIFICATES if one.valid <= day}
    return list(newest.values())


def offered(powers: Any, born: Moment | None, day: date) -> list[Certificate]:
    """The certificates that a role may prepare for somebody of this age: what it signs itself first."""
    years = _years(born.day, day) if born else None
    found = [
        one for one in in_force(day) if powers.may("write", one.function) and (years is None or years >= one.least_age)
    ]
    return sorted(found, key=lambda one: not powers.signs(one.function))


def sources(note: Note, contacts: Iterable[Contact], diagnoses: Iterable[Problem]) -> dict[str, Source]:
    """What a certificate may begin with, by name: the note's keywords and day, its contact's `diagnoses` and days.

    Nothing that a note says which is kept back from the patient: who has the certificate reads it (A17).
    """
    reference, named = f"Composition/{note.id}", " ".join(filter(None, (note.title, _day(note.at))))
    shown = ", ".join(filter(None, (named, note.by)))
    parts = () if note.is_kept_back else note.parts
    found = {part.code: Source(part.text, note.at, reference, shown) for part in parts if part.code in KEYWORDS}
    if note.at:
        found["written"] = Source(note.at.day.isoformat(), note.at, reference, shown)
    first = sorted(diagnoses, key=lambda one: (one.rank != "main", not one.is_sure))
    if first:
        texts = [_diagnosis(one) for one in first]
        named = ", ".join(filter(None, (_day(first[0].since), first[0].by)))
        found["diagnosis"] = Source("\n".join(texts), first[0].since, f"Condition/{first[0].id}", f"Diagnos {named}")
    contact = next((one for one in contacts if note.encounter and one.id == note.encounter.rpartition("/")[2]), None)
    begun = (contact.start if contact else None) or note.at
    if begun:
        found["from"] = Source(begun.day.isoformat(), begun, *_of(contact, reference, shown))
    if contact and contact.end and contact.phase == "over":
        found["until"] = Source(contact.end.day.isoformat(), contact.end, *_of(contact, reference, shown))
    return {name: one for name, one in found.items() if one.value.strip()}


def beginning(kind: Certificate, known: Mapping[str, Source]) -> dict[str, Source]:
    """By question the source that its answer begins with: the best of those that say anything."""
    found = {link: next((known[one] for one in names if one in known), None) for link, names in kind.begins.items()}
    return {link: one for link, one in found.items() if one is not None}


def said(kind: Certificate, begun: Mapping[str, Source]) -> dict[str, str]:
    """What stands in the fields before anybody has typed."""
    return {
        **forms.fields(kind.form, forms.beginning(kind.form, {})),
        **{link: one.value for link, one in begun.items()},
    }


def same(one: Mapping[str, Sequence[Any]], other: Mapping[str, Sequence[Any]]) -> bool:
    """Whether two sets of answers say the same."""
    return {link: list(given) for link, given in one.items() if given} == {
        link: list(given) for link, given in other.items() if given
    }


def _diagnosis(one: Problem) -> str:
    """A diagnosis with its side and its code, and that it is not sure where it is not."""
    text = ", ".join(filter(None, (one.text, _SIDES.get(one.side, ""))))
    return f"{text}{f' ({one.code})' if one.code else ''}{'' if one.is_sure else ', misstänkt'}"


def _of(contact: Contact | None, reference: str, shown: str) -> tuple[str, str]:
    if contact is None:
        return reference, shown
    return f"Encounter/{contact.id}", ", ".join(filter(None, (f"Kontakt {contact.reason}".strip(), contact.unit)))


def _day(at: Moment | None) -> str:
    return at.day.isoformat() if at else ""


def _years(born: date, day: date) -> int:
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))
