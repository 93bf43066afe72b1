"""Keeping, signing, amending and striking notes. A signed note never changes; an amendment is a new version (R2)."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256
from types import MappingProxyType
from typing import Any

from varda.care import files, patients
from varda.care.facts import code, instant
from varda.care.notes import reuse, values
from varda.care.notes.marks import party, reasoned, signed, to_sign
from varda.care.notes.model import KEYWORD, NOTE_TYPE, Note, note
from varda.care.notes.queries import countersigners, signers, spoken_by
from varda.care.notes.rules import (
    LONGEST_MACRO,
    MACRO,
    clean,
    div,
    may_amend,
    may_strike,
    may_take_on,
    may_write,
    signs,
)
from varda.care.notes.templates import KEYWORDS, Template, known, template
from varda.kernel.errors import Absent, Conflict, Gone, Problem, Refused, Unprocessable
from varda.record import Draft, Record, favourites, phrases, signing
from varda.record.phrases import Phrase

_DONE = "This note has been signed or saved already. Your text is kept as a draft: open the note and go on there."


@dataclass(frozen=True, slots=True)
class Written:
    """What the writing panel holds: `texts` by keyword code, `base` the note it continues (empty for a new one),
    `version` of that note when writing began, `revision` of the draft that the writer has seen, `signer` who is to
    sign (a reference), where the writer's role does not, `counter` who is asked to countersign, `dictation` the task
    with what it is written from. `window` names the page that writes and `count` its changes: by them it knows its own
    text again when the answer to a save was lost. `values` are the words of the text that the writer wants as entries,
    `copied` by keyword the notes that texts were copied from, `said` what describes each file that is parked beside the
    draft."""

    draft: str
    patient: str
    template: str
    texts: Mapping[str, str] = field(default_factory=dict)
    encounter: str = ""
    base: str = ""
    version: int = 0
    reason: str = ""
    signer: str = ""
    revision: int = 0
    window: str = ""
    count: int = 0
    counter: str = ""
    dictation: str = ""
    values: tuple[str, ...] = ()
    copied: Mapping[str, str] = field(default_factory=dict)
    said: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        """Whether nothing at all has been written."""
        return not any(text.strip() for text in self.texts.values())


async def keep(record: Record, written: Written) -> Draft:
    """Put the text in safety as the writer's private draft. Raises `Conflict` when another window was there first."""
    content = {
        "template": clean(written.template),
        "texts": {clean(word): clean(text) for word, text in written.texts.items()},
        "encounter": clean(written.encounter),
        "version": written.version,
        "reason": clean(written.reason),
        "signer": clean(written.signer),
        "counter": clean(written.counter),
        "dictation": clean(written.dictation),
        "window": clean(written.window),
        "count": written.count,
        "values": [clean(one) for one in written.values],
        "copied": {clean(word): clean(origin) for word, origin in written.copied.items()},
        "said": {clean(file): clean(words) for file, words in written.said.items()},
    }
    return await record.keep_draft(
        Draft(
            id=written.draft,
            patient=written.patient,
            kind="note",
            content=content,
            base=f"Composition/{clean(written.base)}" if written.base else "",
            saved=record.now,
            revision=written.revision,
        )
    )


async def discard(record: Record, draft: str) -> None:
    """Throw a private draft away, at its writer's word."""
    await record.drop_draft(draft)


async def save_unsigned(record: Record, written: Written) -> Note:
    """Make the text a note that colleagues see, marked unsigned."""
    return await _store(record, written, "preliminary")


async def sign(record: Record, written: Written) -> Note:
    """Sign: the note is final, or amended when it continues a signed one (then a reason is asked for)."""
    return await _store(record, written, "final")


async def done_already(record: Record, written: Written) -> Note | None:
    """The note that this writing has become before, when nobody heard of it: by the same person, with the same text.

    Raises `Conflict` when the draft was signed with another text; None when it has become nothing.
    """
    try:
        found = note((await record.read("Composition", written.base or _id(record, written))).resource)
    except (Absent, Gone):
        return None
    me = record.session.practitioner
    said = {part.code or part.title: part.text for part in found.parts}
    wrote = {word: clean(text) for word, text in written.texts.items() if text.strip()}
    is_it = said == wrote and found.version > written.version and found.reason == clean(written.reason).strip()
    if is_it and me in (*found.authors, *found.signers):
        await record.drop_draft(written.draft)
        return found
    if not written.base:
        raise Conflict(_DONE)
    return None


async def keep_macro(record: Record, macro: Phrase) -> None:
    """Keep a macro, the person's own or the unit's. Raises `Unprocessable` with what is wrong, or `Refused`."""
    word, text = macro.word.strip().lstrip(";").lower(), clean(macro.text).strip()
    found = []
    if not MACRO.fullmatch(word):
        found.append(Problem("Write one word of letters and figures, twenty at the most.", "word"))
    if not text or len(text) > LONGEST_MACRO:
        found.append(Problem("Write the text, of 4,000 characters at the most.", "text"))
    if found:
        raise Unprocessable("The macro was not kept.", found)
    _require_writing(record)
    await phrases.keep(record, replace(macro, word=word, text=text))


async def drop_macro(record: Record, word: str, *, is_own: bool) -> None:
    """Throw a macro away. Raises `Refused`."""
    _require_writing(record)
    await phrases.drop(record, word, is_own=is_own)


async def favour(record: Record, code: str, *, is_on: bool) -> None:
    """Put a template among the person's own favourites, or take it away. Raises `Absent` or `Refused`."""
    if code not in known(record.powers):
        raise Absent("There is no such template.")
    _require_writing(record)
    await favourites.keep(record, code, is_on=is_on)


def _require_writing(record: Record) -> None:
    if not record.powers.may("write", signing.NOTES):
        raise Refused("Your role writes no notes, and so keeps no macros.")


async def mark_error(record: Record, note_id: str, version: int, reason: str) -> Note:
    """Strike a note as entered in error; what it said stays in its history. Raises `Unprocessable` without a reason."""
    if not reason.strip():
        raise Unprocessable("Say why the note is struck.", [Problem("The reason is missing.", "reason")])
    stored = await record.read("Composition", note_id)
    before = note(stored.resource)
    if not may_strike(record.powers, record.session, before):
        raise Refused("Only the author or the one who signed may strike this note.")
    struck = reasoned({**stored.resource, "status": "entered-in-error"}, reason)
    await values.strike(record, stored.resource)
    await files.strike(record, note_id)
    return note((await record.update(struck, expected=version)).resource)


async def take_on(record: Record, note_id: str, version: int) -> Note:
    """Become the one who is to sign an unsigned note, when the one who was is away. Raises `Refused`."""
    stored = await record.read("Composition", note_id)
    if not may_take_on(record.powers, record.session, note(stored.resource)):
        raise Refused("Your role has no right to take on signing what somebody else has written.")
    return note((await record.update(to_sign(stored.resource, party(record.session)), expected=version)).resource)


async def _store(record: Record, written: Written, status: str) -> Note:
    if written.is_empty:
        raise Unprocessable("The note is empty.", [Problem("Write something before saving the note.", "texts")])
    before: dict[str, Any] = {}
    if written.base:
        before = (await record.read("Composition", written.base)).resource
        if not await patients.is_same(record, written.patient, note(before).patient):
            raise Conflict("The note belongs to another patient.")
        resource = _continued(record, written, before, status)
    else:
        await _require_new(record, written)
        resource = _composition(record, written)
    resource["section"] = await _with_marks(record, written, resource["section"])
    if status == "final":
        if not signs(record.powers):
            raise Refused("What a secretary has written is signed by somebody else. Save it unsigned.")
        resource = signed(record, await _with_entries(record, written, resource, before))
        resource = await _with_counter(record, resource, written.counter)
    elif not signs(record.powers):
        resource = to_sign(resource, await _chosen(record, written, before))
    if written.base:
        stored = await record.update(resource, expected=written.version)
    else:
        stored = await record.update({**resource, "status": status})
    kept = note(stored.resource)
    is_withheld = kept.is_withheld
    await files.keep(
        record, written.draft, stored.id, written.said, is_signed=status == "final", is_withheld=is_withheld
    )
    if status == "final":
        await files.sign(record, stored.id, is_withheld=is_withheld)
    await record.drop_draft(written.draft)
    return kept


async def _require_new(record: Record, written: Written) -> None:
    asked = [("_id", _id(record, written)), ("patient", f"Patient/{written.patient}"), ("_count", "1")]
    if (await record.search("Composition", asked)).matches:
        raise Conflict(_DONE)


def _id(record: Record, written: Written) -> str:
    """Follows from the draft, so that a button pressed twice makes one note."""
    return sha256(f"{record.session.actor}/{written.patient}/{written.draft}".encode()).hexdigest()[:32]


def _continued(record: Record, written: Written, stored: dict[str, Any], status: str) -> dict[str, Any]:
    before = note(stored)
    if before.is_certificate:
        raise Conflict("This is a certificate. It is changed where certificates are written.")
    if before.is_signed:
        if status != "final":
            raise Refused("A signed note can only be amended by signing the amendment.")
        if not may_amend(record.powers, record.session, before):
            raise Refused("Only the author or the one who signed may amend this note. Write a note of your own.")
        if not written.reason.strip():
            raise Unprocessable("Say why the note is amended.", [Problem("The reason is missing.", "reason")])
        status = "amended"
    elif before.status != "preliminary":
        raise Conflict("The note has been struck and cannot be changed.")
    elif not may_write(record.powers, record.session, before):
        raise Refused("Only the author or the one who is to sign may change an unsigned note.")
    kind = template(written.template, known(record.powers))
    had = {code(one.get("code"), KEYWORD): one["entry"] for one in stored.get("section", ()) if one.get("entry")}
    changed = {**stored, "status": status, "section": _sections(written, kind, had)}
    return reasoned(changed, written.reason) if status == "amended" else changed


def _composition(record: Record, written: Written) -> dict[str, Any]:
    session, kind = record.session, template(written.template, known(record.powers))
    resource = {
        "resourceType": "Composition",
        "id": _id(record, written),
        "status": "preliminary",
        "type": {"coding": [{"system": NOTE_TYPE, "code": kind.code, "display": kind.title}], "text": kind.title},
        "title": kind.title,
        "subject": {"reference": f"Patient/{written.patient}"},
        "date": instant(record.now),
        "author": [party(session)],
        "custodian": {"reference": f"Organization/{session.organization}", "display": session.unit_name},
        "section": _sections(written, kind),
    }
    if written.encounter:
        resource["encounter"] = {"reference": f"Encounter/{written.encounter}"}
    return resource


async def _with_entries(
    record: Record, written: Written, resource: dict[str, Any], before: dict[str, Any]
) -> dict[str, Any]:
    """The note with what its text says in numbers as entries of the record."""
    texts = {word: clean(text) for word, text in written.texts.items()}
    entries = await values.coded(record, texts, written.values, resource, before)
    without = [{name: value for name, value in one.items() if name != "entry"} for one in resource["section"]]
    return {**resource, "section": [_with(one, "entry", entries) for one in without]}


async def _with_marks(record: Record, written: Written, sections: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The sections, those that are copies marked with where they come from."""
    made = await reuse.marks(record, written.patient, written.texts, written.copied)
    return [_with(one, "extension", {word: [mark] for word, mark in made.items()}) for one in sections]


def _with(section: dict[str, Any], name: str, found: Mapping[str, Any]) -> dict[str, Any]:
    more = found.get(code(section.get("code"), KEYWORD))
    return {**section, name: more} if more else section


def _sections(
    written: Written, kind: Template, entries: Mapping[str, Any] = MappingProxyType({})
) -> list[dict[str, Any]]:
    order = [*kind.keywords, *written.texts]
    return [
        {
            "title": KEYWORDS[word].title if word in KEYWORDS else word,
            "code": {"coding": [{"system": KEYWORD, "code": word}]},
            "text": {"status": "additional", "div": div(written.texts[word])},
        }
        | ({"entry": entries[word]} if entries.get(word) else {})
        for word in dict.fromkeys(order)
        if written.texts.get(word, "").strip()
    ]


async def _with_counter(record: Record, resource: dict[str, Any], reference: str) -> dict[str, Any]:
    """The note with the colleague who is asked to countersign it; as it was where nobody is chosen."""
    if not reference:
        return resource
    chosen = next((one for one in await countersigners(record) if one.reference == reference), None)
    if chosen is None:
        message = "Choose a colleague who works here now to countersign the note."
        raise Unprocessable(message, [Problem(message, "counter")])
    others = [one for one in resource["attester"] if one.get("mode") != "professional" or one.get("time")]
    who = {"reference": chosen.reference, "display": chosen.shown}
    return {**resource, "attester": [*others, {"mode": "professional", "party": who}]}


async def _chosen(record: Record, written: Written, before: dict[str, Any]) -> dict[str, str]:
    also = (await spoken_by(record, written.dictation), signing.named(before))
    chosen = next((one for one in await signers(record, *also) if one.reference == written.signer), None)
    if chosen is None:
        raise Unprocessable("Choose who is to sign the note.", [Problem("Choose who is to sign the note.", "signer")])
    return {"reference": chosen.reference, "display": chosen.shown}
