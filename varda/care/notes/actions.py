"""Keeping, signing, amending and striking notes. A signed note never changes; an amendment is a new version (R2)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from varda.care.facts import instant
from varda.care.notes.model import KEYWORD, NOTE_TYPE, REASON, Note, note
from varda.care.notes.queries import signers
from varda.care.notes.rules import clean, div, may_amend, may_strike, may_take_on, may_write, signs
from varda.care.notes.templates import KEYWORDS, template
from varda.kernel.errors import Conflict, Problem, Refused, Unprocessable
from varda.record import Draft, Record


@dataclass(frozen=True, slots=True)
class Written:
    """What the writing panel holds: `texts` by keyword code, `base` the note it continues (empty for a new one),
    `version` of that note when writing began, `revision` of the draft that the writer has seen, `signer` who is to
    sign (a reference), where the writer's role does not."""

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

    @property
    def is_empty(self) -> bool:
        """Whether nothing at all has been written."""
        return not any(text.strip() for text in self.texts.values())


async def keep(record: Record, written: Written) -> Draft:
    """Put the text in safety as the writer's private draft. Raises `Conflict` when another window was there first."""
    content = {
        "template": written.template,
        "texts": {word: clean(text) for word, text in written.texts.items()},
        "encounter": written.encounter,
        "version": written.version,
        "reason": clean(written.reason),
        "signer": written.signer,
    }
    return await record.keep_draft(
        Draft(
            id=written.draft,
            patient=written.patient,
            kind="note",
            content=content,
            base=f"Composition/{written.base}" if written.base else "",
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


async def mark_error(record: Record, note_id: str, version: int, reason: str) -> Note:
    """Strike a note as entered in error; what it said stays in its history. Raises `Unprocessable` without a reason."""
    if not reason.strip():
        raise Unprocessable("Say why the note is struck.", [Problem("The reason is missing.", "reason")])
    stored = await record.read("Composition", note_id)
    before = note(stored.resource)
    if not may_strike(record.powers, record.session, before):
        raise Refused("Only the author or the one who signed may strike this note.")
    struck = _reasoned({**stored.resource, "status": "entered-in-error"}, reason)
    return note((await record.update(struck, expected=version)).resource)


async def take_on(record: Record, note_id: str, version: int) -> Note:
    """Become the one who is to sign an unsigned note, when the one who was is away. Raises `Refused`."""
    stored = await record.read("Composition", note_id)
    if not may_take_on(record.powers, record.session, note(stored.resource)):
        raise Refused("Your role has no right to take on signing what somebody else has written.")
    return note((await record.update(_to_sign(stored.resource, _party(record.session)), expected=version)).resource)


async def _store(record: Record, written: Written, status: str) -> Note:
    if written.is_empty:
        raise Unprocessable("The note is empty.", [Problem("Write something before saving the note.", "texts")])
    resource = _composition(record, written) if not written.base else await _continued(record, written, status)
    if status == "final":
        if not signs(record.powers):
            raise Refused("What a secretary has written is signed by somebody else. Save it unsigned.")
        resource = _signed(record, resource)
    elif not signs(record.powers):
        resource = _to_sign(resource, await _chosen(record, written.signer))
    if written.base:
        stored = await record.update(resource, expected=written.version)
    else:
        stored = await record.create({**resource, "status": status})
    await record.drop_draft(written.draft)
    return note(stored.resource)


async def _continued(record: Record, written: Written, status: str) -> dict[str, Any]:
    stored = await record.read("Composition", written.base)
    before = note(stored.resource)
    if before.patient != written.patient:
        raise Conflict("The note belongs to another patient.")
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
    changed = {**stored.resource, "status": status, "section": _sections(written)}
    return _reasoned(changed, written.reason) if status == "amended" else changed


def _composition(record: Record, written: Written) -> dict[str, Any]:
    session, kind = record.session, template(written.template)
    resource = {
        "resourceType": "Composition",
        "status": "preliminary",
        "type": {"coding": [{"system": NOTE_TYPE, "code": kind.code, "display": kind.title}], "text": kind.title},
        "title": kind.title,
        "subject": {"reference": f"Patient/{written.patient}"},
        "date": instant(record.now),
        "author": [_party(session)],
        "custodian": {"reference": f"Organization/{session.organization}", "display": session.unit_name},
        "section": _sections(written),
    }
    if written.encounter:
        resource["encounter"] = {"reference": f"Encounter/{written.encounter}"}
    return resource


def _sections(written: Written) -> list[dict[str, Any]]:
    order = [*template(written.template).keywords, *written.texts]
    return [
        {
            "title": KEYWORDS[word].title if word in KEYWORDS else word,
            "code": {"coding": [{"system": KEYWORD, "code": word}]},
            "text": {"status": "additional", "div": div(written.texts[word])},
        }
        for word in dict.fromkeys(order)
        if written.texts.get(word, "").strip()
    ]


def _signed(record: Record, resource: dict[str, Any]) -> dict[str, Any]:
    mark = {"mode": "legal", "time": instant(record.now), "party": _party(record.session)}
    return {**resource, "attester": [*_without_wish(resource), mark]}


def _to_sign(resource: dict[str, Any], who: dict[str, str]) -> dict[str, Any]:
    """The note with the one named who is to sign it: an attester that has not attested yet."""
    return {**resource, "attester": [*_without_wish(resource), {"mode": "legal", "party": who}]}


def _without_wish(resource: dict[str, Any]) -> list[dict[str, Any]]:
    return [one for one in resource.get("attester", ()) if one.get("mode") != "legal" or one.get("time")]


async def _chosen(record: Record, reference: str) -> dict[str, str]:
    chosen = next((one for one in await signers(record) if one.reference == reference), None)
    if chosen is None:
        raise Unprocessable("Choose who is to sign the note.", [Problem("Choose who is to sign the note.", "signer")])
    return {"reference": chosen.reference, "display": chosen.shown}


def _party(session: Any) -> dict[str, str]:
    shown = f"{session.name}, {session.title}" if session.title else session.name
    return {"reference": session.practitioner, "display": shown}


def _reasoned(resource: dict[str, Any], reason: str) -> dict[str, Any]:
    others = [one for one in resource.get("extension", ()) if one.get("url") != REASON]
    return {**resource, "extension": [*others, {"url": REASON, "valueString": clean(reason).strip()}]}
