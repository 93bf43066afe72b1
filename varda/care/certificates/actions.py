"""Drafting, preparing, signing, cancelling and replacing certificates (R1, R2, F28, F30)."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Any
from uuid import uuid4

from varda.care import forms, overview, patients
from varda.care.certificates.model import ANSWERS, KIND, QUESTION, Certificate, Issued, declared, issued
from varda.care.certificates.queries import BREADTH, known_of, my_drafts, of_chart, one_certificate, origin_of, signers
from varda.care.certificates.queries import KIND as DRAFT
from varda.care.certificates.rules import beginning, in_force, offered, said, same
from varda.care.facts import instant
from varda.care.forms import Settled
from varda.care.notes import COPIED, clean, div, marks, may_strike, may_write, one_note
from varda.kernel.clock import STOCKHOLM
from varda.kernel.errors import Absent, Conflict, Gone, Problem, Refused, Unprocessable
from varda.record import Draft, Record, signing

_STRUCK = "The note that this was drafted from is entered in error. Draft the certificate anew, from what applies."
_DONE = "This certificate has been signed or saved already. What you wrote is kept as a draft: open it and go on there."
_NOT_THEIRS = "Only the author or the one who is to sign may change this certificate. Take on signing it first."
_NOT_REPLACED = (
    "A certificate is replaced by its author or the one who signed it. Draft a new one from the note instead."
)


@dataclass(frozen=True, slots=True)
class Prepared:
    """What the panel holds: `said` by field of the form (see `forms.typed`), `form` its canonical, `base` the prepared
    certificate that it continues (empty: a new one) and `version` of that, `revision` of the draft, `signer` who is to
    sign where the writer does not. `origin` is the note in the version that it was drafted from
    (`Composition/7/_history/2`), `replaces` the id of the certificate that it is to replace and `reason` why. `window`
    names the page that writes and `count` its changes.
    """

    draft: str
    patient: str
    form: str
    said: Mapping[str, str] = field(default_factory=dict)
    encounter: str = ""
    base: str = ""
    version: int = 0
    revision: int = 0
    signer: str = ""
    origin: str = ""
    replaces: str = ""
    reason: str = ""
    window: str = ""
    count: int = 0

    @property
    def kind(self) -> Certificate:
        """The certificate that it is. Raises `Absent`."""
        found = declared(self.form)
        if found is None:
            raise Absent("There is no such certificate.")
        return found


async def begin(record: Record, patient: str, note_id: str, code: str) -> Draft:
    """Draft a certificate from a note, in the version that holds today; the one that was begun already, if there is.

    Raises `Absent`, `Conflict`, or `Refused` for a role that prepares none.
    """
    kind = next((one for one in in_force(record.now.astimezone(STOCKHOLM).date()) if one.code == code), None)
    if kind is None:
        raise Absent("There is no such certificate.")
    _require_writing(record, kind)
    note = await one_note(record, note_id)
    if note.is_certificate or not await patients.is_same(record, patient, note.patient):
        raise Absent("There is no such note in this record.")
    if note.status == "entered-in-error":
        raise Conflict(_STRUCK)
    origin = f"Composition/{note.id}/_history/{note.version}"
    for one in await my_drafts(record, patient):
        is_new = not one.base and not one.content.get("replaces")
        if is_new and (one.content.get("template"), one.content.get("origin")) == (kind.form.canonical, origin):
            return one
    chart = await overview.chart(record, patient, BREADTH)
    if kind not in offered(record.powers, chart.person.born, record.now.astimezone(STOCKHOLM).date()):
        raise Conflict("The patient is too young for this certificate. Choose another one.")
    begun = beginning(kind, of_chart(note, chart))
    wanted = Prepared(
        uuid4().hex, patient, kind.form.canonical, said(kind, begun), note.encounter.rpartition("/")[2], origin=origin
    )
    return await keep(record, wanted)


async def begin_again(record: Record, certificate: str, reason: str) -> Draft:
    """Draft what is to replace a signed certificate, beginning with its answers. Raises `Unprocessable`, `Conflict`, or
    `Refused` for who neither wrote nor signed it.
    """
    found = await one_certificate(record, certificate)
    if found.state != "signed" or found.kind is None:
        raise Conflict("Only a signed certificate, in a form that is known here, is replaced.")
    _require_writing(record, found.kind)
    if not may_replace(record, found):
        raise Refused(_NOT_REPLACED)
    _require_reason(reason, "Say why the certificate is replaced.")
    newest = next(one for one in in_force(record.now.astimezone(STOCKHOLM).date()) if one.code == found.kind.code)
    fields = {
        name: text
        for name, text in forms.fields(found.kind.form, found.answers.answers).items()
        if name.partition("#")[0] in newest.form.by_link
    }
    origin = f"{found.origin}/_history/{found.origin_version}" if found.origin else ""
    wanted = Prepared(
        uuid4().hex, found.note.patient, newest.form.canonical, fields, found.note.encounter.rpartition("/")[2],
        origin=origin, replaces=found.note.id, reason=clean(reason).strip(),
    )  # fmt: skip
    return await keep(record, wanted)


async def keep(record: Record, wanted: Prepared) -> Draft:
    """Put what is typed in safety as a private draft. Raises `Conflict` when another window was there first."""
    wanted = await _anchored(record, wanted) if wanted.revision and not wanted.base else wanted
    content = {
        "template": wanted.form, "texts": dict(wanted.said), "encounter": wanted.encounter, "version": wanted.version,
        "signer": wanted.signer, "origin": wanted.origin, "replaces": wanted.replaces, "reason": wanted.reason,
        "window": wanted.window, "count": wanted.count,
    }  # fmt: skip
    base = f"Composition/{wanted.base}" if wanted.base else ""
    draft = Draft(id=wanted.draft, patient=wanted.patient, kind=DRAFT, content=content, base=base, saved=record.now,
                  revision=wanted.revision)  # fmt: skip
    return await record.keep_draft(draft)


async def discard(record: Record, draft: str) -> None:
    """Throw a private draft away, at its writer's word."""
    await record.drop_draft(draft)


async def prepare(record: Record, wanted: Prepared) -> Issued:
    """Make it a certificate that waits to be signed. What is required may be missing; who signs may not."""
    return await _store(record, wanted, "preliminary")


async def sign(record: Record, wanted: Prepared) -> Issued:
    """Sign it: from now on it is cancelled or replaced. Raises `Unprocessable`, `Refused` or `Conflict`."""
    return await _store(record, wanted, "final")


async def done_already(record: Record, wanted: Prepared) -> Issued | None:
    """The certificate that this has become before, when nobody heard of it: by the same person, as it stands."""
    try:
        found = issued((await record.read("Composition", wanted.base or _id(record, wanted))).resource)
    except (Absent, Gone):
        return None
    answers, _ = forms.answers(wanted.kind.form, wanted.said)
    is_same = same(forms.settled(wanted.kind.form, answers).answers, found.answers.answers)
    is_mine = record.session.practitioner in (*found.note.authors, *found.note.signers)
    if is_same and is_mine and found.note.version > wanted.version:
        await record.drop_draft(wanted.draft)
        return found
    return None


def about(one: Issued) -> dict[str, str]:
    """What it was drafted from, what it replaces and why."""
    origin = f"{one.origin}/_history/{one.origin_version}" if one.origin else ""
    return {"origin": origin, "replaces": one.replaces.rpartition("/")[2], "reason": one.note.reason}


def may_replace(record: Record, old: Issued) -> bool:
    """Whether this person may replace a signed certificate: its author or who signed it, in a role that signs (R2)."""
    return may_strike(record.powers, record.session, old.note)


def require_own(record: Record, one: Issued) -> None:
    """Raise `Refused` unless a prepared certificate is this person's to go on with (R1)."""
    if not may_write(record.powers, record.session, one.note):
        raise Refused(_NOT_THEIRS)


async def cancel(record: Record, certificate: str, version: int, reason: str) -> Issued:
    """Cancel a certificate; what it said stays in the record. Raises `Unprocessable` without a reason."""
    _require_reason(reason, "Say why the certificate is cancelled.")
    stored = await record.read("Composition", certificate)
    if not issued(stored.resource).note.is_certificate:
        raise Absent("There is no such certificate.")
    cancelled = marks.reasoned({**stored.resource, "status": "entered-in-error"}, reason)
    return issued((await record.update(cancelled, expected=version)).resource)


async def _store(record: Record, wanted: Prepared, status: str) -> Issued:
    kind, is_final = wanted.kind, status == "final"
    _require_writing(record, kind)
    before = (await record.read("Composition", wanted.base)).resource if wanted.base else None
    if before is not None:
        await _require_open(record, wanted, issued(before))
    else:
        await _require_new(record, wanted)
    wanted = await _anchored(record, wanted, before)
    found = forms.judged(kind.form, wanted.said, {}, is_whole=is_final)
    _require_period(found, is_final=is_final)
    resource = {**(before or _new(record, wanted, kind)), "status": status}
    resource |= {"contained": [_answers(record, kind, resource, found, is_final=is_final)]}
    resource |= {"section": await _sections(record, kind, wanted, found)}
    if is_final:
        if not record.powers.signs(kind.function):
            raise Refused("Your role does not sign this certificate. Save it, and say who is to sign.")
        await _require_standing(record, wanted)
        old = await _replaced(record, wanted) if wanted.replaces else None
        resource = marks.signed(record, resource)
    elif not record.powers.signs(kind.function) or wanted.signer:
        resource = marks.to_sign(resource, await _chosen(record, kind, wanted))
    stored = await record.update(resource, expected=wanted.version) if before else await record.update(resource)
    if is_final and old is not None:
        why = f"Ersatt av nytt intyg: {wanted.reason}"
        await record.update(
            marks.reasoned({**old, "status": "entered-in-error"}, why), expected=issued(old).note.version
        )
    await record.drop_draft(wanted.draft)
    return issued(stored.resource)


def _require_writing(record: Record, kind: Certificate) -> None:
    if problem := record.powers.refusal(_kind(kind), [record.session.unit_key]):
        raise problem


def _require_reason(reason: str, message: str) -> None:
    if not reason.strip():
        raise Unprocessable(message, [Problem("The reason is missing.", "reason")])


async def _require_open(record: Record, wanted: Prepared, before: Issued) -> None:
    if not before.note.is_certificate or not await patients.is_same(record, wanted.patient, before.note.patient):
        raise Absent("There is no such certificate.")
    if before.state != "prepared":
        raise Conflict(
            "This certificate is signed or cancelled already. Replace what is signed, and draft what is cancelled anew."
        )
    require_own(record, before)
    if before.answers.form != wanted.form:
        raise Conflict("The answers belong to another version of the form; go on in that one.")


def _require_period(found: Settled, *, is_final: bool) -> None:
    """That the last day is not before the first, where a certificate has both."""
    days = [next((str(one.value) for one in found.answers.get(link, ())), "") for link in ("fran", "till")]
    if is_final and all(days) and days[1] < days[0]:
        message = "The last day is before the first."
        raise Unprocessable("Some answers cannot be so; see them in the form.", [Problem(message, "till")])


async def _require_new(record: Record, wanted: Prepared) -> None:
    asked = [("_id", _id(record, wanted)), ("patient", f"Patient/{wanted.patient}"), ("_count", "1")]
    if (await record.search("Composition", asked)).matches:
        raise Conflict(_DONE)


async def _require_standing(record: Record, wanted: Prepared) -> None:
    reference, _, version = wanted.origin.partition("/_history/")
    found = await origin_of(record, reference, int(version) if version.isdecimal() else 0)
    if found is not None and found.note.status == "entered-in-error":
        raise Conflict(_STRUCK)


async def _replaced(record: Record, wanted: Prepared) -> dict[str, Any]:
    """The certificate that the new one takes the place of. Raises `Absent`, `Conflict` where somebody has cancelled it,
    or `Refused`.
    """
    resource = (await record.read("Composition", wanted.replaces)).resource
    old = issued(resource)
    is_kind = old.note.is_certificate and old.kind is not None and old.kind.code == wanted.kind.code
    if not is_kind or not await patients.is_same(record, wanted.patient, old.note.patient):
        raise Absent("There is no such certificate.")
    if old.state != "signed":
        raise Conflict("The certificate that this was to replace is cancelled already. Draft a new one from the note.")
    if not may_replace(record, old):
        raise Refused(_NOT_REPLACED)
    return resource


async def _anchored(record: Record, wanted: Prepared, before: Mapping[str, Any] | None = None) -> Prepared:
    """With what it comes from, what it replaces and why as the certificate before it or the draft has them: a page does
    not say that anew. Raises `Conflict` where a new one has no draft.
    """
    if before is not None:
        held = about(issued(before))
    else:
        mine = await my_drafts(record, wanted.patient)
        draft = next((one for one in mine if one.id == wanted.draft), None)
        if draft is None:
            raise Conflict("There is no such draft of yours. It is signed or thrown away.")
        held = {name: str(draft.content.get(name, "")) for name in ("origin", "replaces", "reason")}
    return replace(wanted, origin=held["origin"], replaces=held["replaces"], reason=held["reason"])


def _id(record: Record, wanted: Prepared) -> str:
    """Follows from the draft, so that a button pressed twice makes one certificate."""
    return sha256(f"{record.session.actor}/{wanted.patient}/{wanted.draft}".encode()).hexdigest()[:32]


def _kind(kind: Certificate) -> dict[str, Any]:
    """What makes a Composition a certificate of a kind, in the eyes of the catalogue too."""
    category = {"coding": [{"system": signing.CATEGORY, "code": kind.category}]}
    return {"resourceType": "Composition", "category": [category]}


def _new(record: Record, wanted: Prepared, kind: Certificate) -> dict[str, Any]:
    session = record.session
    related = [
        {"code": code, "targetReference": {"reference": reference}}
        for code, reference in (
            ("transforms", wanted.origin),
            ("replaces", wanted.replaces and f"Composition/{wanted.replaces}"),
        )
        if reference
    ]
    made = {
        **_kind(kind),
        "id": _id(record, wanted),
        "type": {"coding": [{"system": KIND, "code": kind.code, "display": kind.words.sv}], "text": kind.words.sv},
        "title": kind.words.sv,
        "subject": {"reference": f"Patient/{wanted.patient}"},
        "date": instant(record.now),
        "author": [marks.party(session)],
        "custodian": {"reference": f"Organization/{session.organization}", "display": session.unit_name},
    }
    made |= {"encounter": {"reference": f"Encounter/{wanted.encounter}"}} if wanted.encounter else {}
    made |= {"relatesTo": related} if related else {}
    return marks.reasoned(made, wanted.reason) if wanted.replaces else made


def _answers(
    record: Record, kind: Certificate, resource: dict[str, Any], found: Settled, *, is_final: bool
) -> dict[str, Any]:
    return {
        "resourceType": "QuestionnaireResponse",
        "id": ANSWERS,
        **forms.named(kind.form),
        "status": "completed" if is_final else "in-progress",
        "subject": resource["subject"],
        "authored": instant(record.now),
        "item": forms.items(kind.form, found),
    }


async def _sections(record: Record, kind: Certificate, wanted: Prepared, found: Settled) -> list[dict[str, Any]]:
    """The answers as text, those that stand as in the record marked with where they were copied from."""
    begun = {}
    reference = wanted.origin.partition("/_history/")[0]
    if reference and (origin := await origin_of(record, reference, 0)) is not None:
        begun = beginning(kind, await known_of(record, origin.note))
    made = []
    for item in kind.form.questions:
        given = found.answers.get(item.link, ())
        if item.link not in found.open or item.link in kind.unsaid or not given:
            continue
        text = "\n".join(forms.shown(given))
        one: dict[str, Any] = {
            "title": item.text,
            "code": {"coding": [{"system": QUESTION, "code": item.link}]},
            "text": {"status": "additional", "div": div(text)},
        }
        source = begun.get(item.link)
        if source is not None and clean(source.value).strip() == text.strip():
            # Without its name: not everybody who reads the certificate may know of what it was drafted from (A13).
            one["extension"] = [{"url": COPIED, "valueReference": {"reference": source.reference}}]
        made.append(one)
    if not made:
        raise Unprocessable("The certificate is empty.", [Problem("Answer something before saving it.", "form")])
    made[0]["entry"] = [{"reference": f"#{ANSWERS}"}]
    return made


async def _chosen(record: Record, kind: Certificate, wanted: Prepared) -> dict[str, str]:
    chosen = next((one for one in await signers(record, kind) if one.reference == wanted.signer), None)
    if chosen is None:
        message = "Choose who is to sign the certificate."
        raise Unprocessable(message, [Problem(message, "signer")])
    return {"reference": chosen.reference, "display": chosen.shown}
