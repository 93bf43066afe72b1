"""Composition read into a note (http://hl7.org/fhir/R4/composition.html)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from varda.care.facts import Moment, code, extension, first_moment, label, moment, shown
from varda.care.notes.marks import REASON
from varda.care.notes.rules import plain, sections
from varda.record import discretion, signing

NOTE_TYPE = "https://varda.example/fhir/CodeSystem/note-type"
KEYWORD = "https://varda.example/fhir/CodeSystem/keyword"
COPIED = "https://varda.example/fhir/StructureDefinition/copied-from"
READ = "https://varda.example/fhir/StructureDefinition/read-from-text"


@dataclass(frozen=True, slots=True)
class Part:
    """One keyword of a note and what stands under it; `values` are its words that are entries of the record as well,
    `copied` the id of the note that it was copied from word for word, and `copied_from` what that note is called."""

    code: str
    title: str
    text: str
    values: tuple[str, ...] = ()
    copied: str = ""
    copied_from: str = ""


@dataclass(frozen=True, slots=True)
class Note:
    """A note. `status` is preliminary (unsigned), final, amended or entered-in-error; `authors` are references.

    `to_sign` is the reference of the one who is named to sign it, empty when nobody is and once it is signed;
    `signers` are the references of those who have. `reason` says why it was amended or struck, `counter` who is asked
    to countersign it. `is_withheld`: not shown to the patient, since it is unsigned or care keeps it back (PDL 5:5),
    which `is_kept_back` alone says.
    `function` is that of the catalogue: a certificate is a note of another function than notes.
    """

    id: str
    version: int
    template: str
    title: str
    status: str
    at: Moment | None
    patient: str
    encounter: str
    by: str
    authors: tuple[str, ...]
    unit: str
    to_sign: str
    to_sign_name: str
    signers: tuple[str, ...]
    signed_by: str
    signed: Moment | None
    reason: str
    parts: tuple[Part, ...]
    is_withheld: bool
    counter: str
    counter_name: str
    function: str = signing.NOTES
    is_kept_back: bool = False

    @property
    def is_certificate(self) -> bool:
        """Whether it is a certificate or a prescription of activity: never amended, but cancelled or replaced."""
        return self.function != signing.NOTES

    @property
    def values(self) -> tuple[str, ...]:
        """The words of the text that are entries of the record as well."""
        return tuple(word for part in self.parts for word in part.values)

    @property
    def is_signed(self) -> bool:
        """Whether somebody answers for it."""
        return self.status in ("final", "amended")

    @property
    def gist(self) -> str:
        """The start of what matters most: the assessment if there is one, else the first text."""
        best = next((p for p in self.parts if p.code == "bedomning" and p.text), None)
        best = best or next((p for p in self.parts if p.text), None)
        return " ".join(best.text.split())[:240] if best else ""


def note(resource: Mapping[str, Any]) -> Note:
    """Read a Composition resource, ours or another's."""
    is_signed = resource.get("status") in signing.SIGNED
    legal = [one for one in resource.get("attester", ()) if one.get("mode") == "legal"]
    # Elsewhere a signature may be without its time; while a note is unsigned that means who is to sign it.
    marks = [one for one in legal if one.get("time") or is_signed]
    wanted: Mapping[str, Any] = next((one for one in legal if not is_signed and not one.get("time")), {})
    return Note(
        id=str(resource.get("id", "")),
        version=int(resource.get("meta", {}).get("versionId", "0") or 0),
        template=code(resource.get("type"), NOTE_TYPE),
        title=str(resource.get("title") or label(resource.get("type"))),
        status=str(resource.get("status", "")),
        at=first_moment(resource, "date"),
        patient=resource.get("subject", {}).get("reference", "").rpartition("/")[2],
        encounter=resource.get("encounter", {}).get("reference", ""),
        by=", ".join(shown(one) for one in resource.get("author", ())),
        authors=tuple(one.get("reference", "") for one in resource.get("author", ())),
        unit=shown(resource.get("custodian")),
        to_sign=wanted.get("party", {}).get("reference", ""),
        to_sign_name=shown(wanted.get("party")),
        signers=tuple(one.get("party", {}).get("reference", "") for one in marks),
        signed_by=shown(marks[-1].get("party")) if marks else "",
        signed=moment(marks[-1].get("time")) if marks else None,
        reason=extension(resource, REASON),
        parts=tuple(_part(one) for one in sections(resource)) or _whole(resource),
        is_withheld=discretion.is_withheld(resource),
        counter=str(signing.counter(resource).get("reference", "")),
        counter_name=shown(signing.counter(resource)),
        function=signing.function(resource),
        is_kept_back=discretion.is_labelled(resource),
    )


def _part(section: Mapping[str, Any]) -> Part:
    text = plain(section.get("text", {}).get("div", "")) or label(section.get("emptyReason"))
    title = str(section.get("title") or label(section.get("code")))
    copied: Mapping[str, Any] = next(
        (one.get("valueReference", {}) for one in section.get("extension", ()) if one.get("url") == COPIED), {}
    )
    return Part(
        code(section.get("code"), KEYWORD),
        title,
        text,
        tuple(values(section)),
        str(copied.get("reference", "")).rpartition("/")[2],
        shown(copied),
    )


def values(section: Mapping[str, Any]) -> Iterator[str]:
    """The words of a section that are measures of the record as well."""
    return (str(one["display"]) for one in section.get("entry", ()) if is_read(one))


def is_read(entry: Mapping[str, Any]) -> bool:
    """Whether an entry of a section was read from its text, rather than referred to by somebody."""
    return any(one.get("url") == READ for one in entry.get("extension", ())) and bool(entry.get("display"))


def _whole(resource: Mapping[str, Any]) -> tuple[Part, ...]:
    # A note from elsewhere may carry its text in the narrative alone; it is shown rather than called empty.
    text = plain(resource.get("text", {}).get("div", ""))
    return (Part("", "", text),) if text else ()
