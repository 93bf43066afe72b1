"""Keeping, signing, amending and striking filled forms; what they say becomes entries with them (R1, R2)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from varda.care import patients
from varda.care.facts import instant
from varda.care.forms import extraction, typed
from varda.care.forms.model import Form
from varda.care.forms.queries import KIND, USED, facts_of, one_form, values
from varda.care.forms.response import REASON, Response, items, named, response, signature
from varda.care.forms.rules import Settled, problems, settled, unknown
from varda.kernel.errors import Conflict, Problem, Refused, Unprocessable
from varda.record import Draft, Record

_NO_REASON = "The reason is missing."


@dataclass(frozen=True, slots=True)
class Filled:
    """What the writing panel holds: `said` by field (see `typed`), `form` the id of the Questionnaire, `base` the
    response that it continues (empty: a new one), `version` of that one when writing began, `revision` of the draft.
    `window` names the page that writes and `count` its changes.
    """

    draft: str
    patient: str
    form: str
    said: Mapping[str, str] = field(default_factory=dict)
    encounter: str = ""
    base: str = ""
    version: int = 0
    reason: str = ""
    revision: int = 0
    window: str = ""
    count: int = 0


@dataclass(frozen=True, slots=True)
class Stored:
    """What came of it. `is_carried` False: answers that should have become entries did not, since the role or a stopped
    function does not let them; they stand in the response."""

    response: Response
    is_carried: bool = True


async def keep(record: Record, filled: Filled) -> Draft:
    """Put what is typed in safety as a private draft. Raises `Conflict` when another window was there first."""
    content = {
        "template": filled.form,
        "texts": dict(filled.said),
        "encounter": filled.encounter,
        "version": filled.version,
        "reason": filled.reason,
        "window": filled.window,
        "count": filled.count,
    }
    return await record.keep_draft(
        Draft(
            id=filled.draft,
            patient=filled.patient,
            kind=KIND,
            content=content,
            base=f"QuestionnaireResponse/{filled.base}" if filled.base else "",
            saved=record.now,
            revision=filled.revision,
        )
    )


async def discard(record: Record, draft: str) -> None:
    """Throw a private draft away, at its writer's word."""
    await record.drop_draft(draft)


async def save_unfinished(record: Record, filled: Filled) -> Stored:
    """Make it a form that colleagues see and go on with. What is required may be missing."""
    return Stored((await _store(record, filled, "in-progress"))[0])


async def sign(record: Record, filled: Filled) -> Stored:
    """Sign: the form is completed, or amended when it continues a signed one. Raises `Unprocessable`."""
    stored, form = await _store(record, filled, "completed")
    if not extraction.extracts(form):
        return Stored(stored)
    return Stored(stored, await _carry(record, form, stored))


async def mark_error(record: Record, response_id: str, version: int, reason: str) -> Response:
    """Strike a filled form as entered in error, and take back the entries that came of it."""
    if not reason.strip():
        raise Unprocessable("Say why the form is struck.", [Problem(_NO_REASON, "reason")])
    stored = await record.read("QuestionnaireResponse", response_id)
    struck = _reasoned({**stored.resource, "status": "entered-in-error"}, reason)
    kept = response((await record.update(struck, expected=version)).resource)
    await _replace(record, kept, [])
    return kept


def judged(form: Form, said: Mapping[str, str], facts: Mapping[str, Any], *, is_whole: bool = True) -> Settled:
    """What was typed as settled answers. Raises `Unprocessable` with every problem of open questions, by linkId."""
    answers, unread = typed.answers(form, said)
    found = settled(form, answers, facts)
    wrong = [one for one in unread if one.path in found.open]
    told = {one.path for one in wrong}
    wrong += [one for one in problems(form, found, is_whole=is_whole) if one.path not in told]
    if wrong:
        raise Unprocessable("Some answers cannot be so; see them in the form.", wrong)
    return found


async def _store(record: Record, filled: Filled, status: str) -> tuple[Response, Form]:
    form = await one_form(record, filled.form)
    _require_usable(form)
    base = (await record.read("QuestionnaireResponse", filled.base)).resource if filled.base else None
    if base is not None:
        if not await patients.is_same(record, filled.patient, response(base).patient):
            raise Conflict("The form belongs to another patient.")
        status = _following(filled, base, form, status)
    facts = values(await facts_of(record, filled.patient))
    found = judged(form, filled.said, facts, is_whole=status != "in-progress")
    if not any(found.answers.get(one.link) for one in form.questions if not one.calculated):
        raise Unprocessable("The form is empty.", [Problem("Answer something before saving the form.", "form")])
    made = {**(base or _new(record, filled, form)), "status": status, "item": items(form, found)}
    if status != "in-progress":
        if status == "completed":  # what is signed first is said by the one who signs, and then
            made |= {"authored": instant(record.now), "author": _party(record)}
        made = _signed(record, made)
    if status == "amended":
        made = _reasoned(made, filled.reason)
    if base is not None:
        stored = await record.update(made, expected=filled.version)
    else:
        stored = await record.create(made)
    await record.drop_draft(filled.draft)
    return response(stored.resource), form


def _require_usable(form: Form) -> None:
    if form.status not in USED:
        raise Conflict("This form is a draft; it is filled in when it has been published.")
    if wrong := list(unknown(form)):
        raise Conflict("This form asks for what cannot be done here yet, so it is not filled in.", wrong)


def _following(filled: Filled, base: Mapping[str, Any], form: Form, status: str) -> str:
    before = response(base)
    if before.form != form.canonical:
        raise Conflict("The answers belong to another version of the form; go on in that one.")
    if before.status == "entered-in-error":
        raise Conflict("The form has been struck and cannot be changed.")
    if not before.is_signed:
        return status
    if status == "in-progress":
        raise Refused("A signed form can only be amended by signing the amendment.")
    if not filled.reason.strip():
        raise Unprocessable("Say why the form is amended.", [Problem(_NO_REASON, "reason")])
    return "amended"


def _new(record: Record, filled: Filled, form: Form) -> dict[str, Any]:
    made = {
        "resourceType": "QuestionnaireResponse",
        **named(form),
        "subject": {"reference": f"Patient/{filled.patient}"},
        "authored": instant(record.now),
        "author": _party(record),
    }
    return made | ({"encounter": {"reference": f"Encounter/{filled.encounter}"}} if filled.encounter else {})


def _signed(record: Record, made: dict[str, Any]) -> dict[str, Any]:
    return {**made, "extension": [*made.get("extension", ()), signature(_party(record), instant(record.now))]}


def _party(record: Record) -> dict[str, str]:
    session = record.session
    shown = f"{session.name}, {session.title}" if session.title else session.name
    return {"reference": session.practitioner, "display": shown}


def _reasoned(made: dict[str, Any], reason: str) -> dict[str, Any]:
    others = [one for one in made.get("extension", ()) if one.get("url") != REASON]
    return {**made, "extension": [*others, {"url": REASON, "valueString": reason.strip()}]}


async def _carry(record: Record, form: Form, stored: Response) -> bool:
    """Make the answers entries, unless the role writes none: then they stand in the response alone.

    Raises `Refused` where entries that are there already cannot follow an amendment: two truths are worse than none.
    """
    resource = (await record.read("QuestionnaireResponse", stored.id)).resource
    wanted = extraction.observations(form, resource)
    own = [record.session.unit_key]
    may = record.powers.reads("Observation") and not any(record.powers.refusal(one, own) for one in wanted)
    if not may and stored.status == "completed":
        return not wanted
    if not may:
        raise Refused("What the form says has become entries, which your role does not write. Ask somebody who does.")
    await _replace(record, stored, wanted)
    return True


async def _replace(record: Record, stored: Response, wanted: list[dict[str, Any]]) -> None:
    """Let the entries that came of a response say what it says now."""
    source = [("patient", stored.patient), ("derived-from", f"QuestionnaireResponse/{stored.id}"), ("_count", "500")]
    found = (await record.search("Observation", source)).matches
    before = {one.id: one for one in found}
    for one in extraction.changed([kept.resource for kept in found], wanted):
        if "id" in one:
            await record.update(one, expected=before[one["id"]].version)
        else:
            await record.create(one)
