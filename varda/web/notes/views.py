"""The writing panel and the reading of notes. Text is in safety before anything else is asked of it."""

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from starlette.datastructures import FormData
from starlette.responses import JSONResponse, Response

from varda.care import notes, overview, vitals
from varda.care.notes import Note, Written
from varda.kernel.errors import Absent, Conflict, Malformed, Refused, Stale
from varda.record import Draft, Record
from varda.web.chart.sections import BY_NAME
from varda.web.chart.views import framed, opened
from varda.web.language import translations
from varda.web.visit import Visit, page


async def read(visit: Visit) -> Response:
    """One note in full."""
    async with visit.record() as record:
        note = await notes.one_note(record, visit.part("note"))
        found = await opened(record, visit.part("patient"), BY_NAME["notes"])
        _require_of(found.chart, note)
    return framed(visit, "notes/note.html", found, BY_NAME["notes"], note=note)


async def history(visit: Visit) -> Response:
    """Every version of a note with what changed from the one before."""
    async with visit.record() as record:
        versions = await notes.versions(record, visit.part("note"))
        found = await opened(record, visit.part("patient"), BY_NAME["notes"])
        _require_of(found.chart, *versions.all)
    steps = list(zip(versions.all, [*versions.all[1:], None], strict=True))
    return framed(visit, "notes/history.html", found, BY_NAME["notes"], note=versions.newest, steps=steps, diff=_diff)


async def write(visit: Visit) -> Response:
    """The writing panel: a new note, a parked draft, or a note to go on with (`note`)."""
    patient = visit.part("patient")
    async with visit.record() as record:
        chart = await overview.chart(record, patient, overview.BANNER)
        drafts = await notes.my_drafts(record, patient)
        held = next((one for one in drafts if one.id == visit.asked("draft")), None)
        base = visit.asked("note") or (held.base.rpartition("/")[2] if held else "")
        before = await notes.one_note(record, base) if base else None
        if before is not None:
            _require_of(chart, before)
        signs = notes.signs(record.powers)
        is_theirs = before is None or before.is_signed or notes.may_sign(record.powers, visit.session, before)
        signers = [] if signs else await notes.signers(record)
        may_code = vitals.may_keep(record)
        earlier = await notes.earlier(record, patient)
        macros = {one.word: one.text for one in await notes.macros(record)}
    offered = notes.offered(visit.session.role, chart.admission is not None)
    written = _continued(held) if held else _begun(visit, patient, before, offered[0].code)
    responsible = {one.responsible_id for one in chart.open_contacts if one.responsible_id}
    usual = next((one.reference for one in signers if one.reference in responsible), "")
    kind = notes.template(written.template)
    words = dict.fromkeys([*kind.keywords, *written.texts])
    return visit.page(
        "notes/_write.html",
        person=chart.person,
        chart=chart,
        drafts=drafts,
        offered=offered,
        kind=kind,
        words=[notes.KEYWORDS.get(word) or notes.Keyword(word, word, word) for word in words],
        written=written,
        before=before,
        may_sign=signs and is_theirs,
        may_code=signs and may_code,
        earlier=earlier,
        macros=macros,
        values=_offered(visit, written.texts),
        signers=signers,
        signer=written.signer or usual,
        saved=held.saved if held else None,
        template_named=notes.template,
        keywords=notes.KEYWORDS,
    )


async def keep(visit: Visit) -> Response:
    """Autosave, as JSON: the new revision and the time; or 409 with what was saved in between and by which window, or
    that the draft is `gone`: signed or thrown away elsewhere."""
    body = await visit.json()
    written = _written(visit, body.get("texts", {}), body)
    try:
        async with visit.record() as record:
            kept = await notes.keep(record, written)
    except Conflict:
        async with visit.record() as record:
            held = await _held(record, written)
        return JSONResponse(_other(held), 409)
    saved = kept.saved or visit.parts.clock.now()
    told = {"revision": kept.revision, "saved": visit.say.clock(saved), "values": _offered(visit, written.texts)}
    return JSONResponse(told)


async def discard(visit: Visit) -> Response:
    """Throw the draft away at its writer's word."""
    async with visit.record() as record:
        await notes.discard(record, visit.part("draft"))
    return visit.go(f"/chart/{visit.part('patient')}")


async def finish(visit: Visit) -> Response:
    """Sign, or save unsigned: the form brings the newest text itself, so nothing waits for the autosave."""
    written = _written(visit, _under(visit.form, "text-"), visit.form)
    act = notes.save_unsigned if visit.said("act") == "unsigned" else notes.sign
    try:
        async with visit.record() as record:
            stored = await act(record, written)
    except (Conflict, Refused, Stale):
        # The answer may have been lost on its way, and the same button was pressed again.
        async with visit.record() as record:
            done = await notes.done_already(record, written)
        if done is None:
            raise
        stored = done
    told = "unsigned" if not stored.is_signed else "amended" if stored.status == "amended" else "signed"
    return visit.go(f"/chart/{written.patient}/notes/{stored.id}?done={told}")


async def strike(visit: Visit) -> Response:
    """Mark a note as entered in error."""
    async with visit.record() as record:
        version = visit.number_said("version")
        chart = await overview.chart(record, visit.part("patient"), {"Patient": 1})
        _require_of(chart, await notes.one_note(record, visit.part("note")))
        await notes.mark_error(record, visit.part("note"), version, visit.said("reason"))
    return visit.go(f"/chart/{visit.part('patient')}/notes/{visit.part('note')}")


async def take_on(visit: Visit) -> Response:
    """Become the one who is to sign a note."""
    async with visit.record() as record:
        chart = await overview.chart(record, visit.part("patient"), {"Patient": 1})
        _require_of(chart, await notes.one_note(record, visit.part("note")))
        await notes.take_on(record, visit.part("note"), visit.number_said("version"))
    return visit.go(f"/chart/{visit.part('patient')}/notes/{visit.part('note')}")


async def unsigned(visit: Visit) -> Response:
    """What waits for my signature, and my drafts, whosever they are about."""
    async with visit.record() as record:
        record.powers.require_reading("Composition")
        waiting, drafts = await notes.unsigned(record), await notes.my_drafts(record)
    return visit.page("notes/unsigned.html", waiting=waiting, drafts=drafts, template_named=notes.template)


async def unsigned_of_unit(visit: Visit) -> Response:
    """What waits for anybody's signature at my unit."""
    async with visit.record() as record:
        record.powers.require_reading("Composition")
        waiting, following = await notes.unsigned_of_unit(record, visit.asked("page"))
    template = "notes/_waiting.html" if visit.wants_fragment else "notes/unsigned_of_unit.html"
    return visit.page(template, waiting=waiting, following=following, whose="unit")


def _require_of(chart: overview.Chart, *some: Note) -> None:
    """Let nobody's note stand below somebody else's name. Raises `Absent`."""
    if any(one.patient not in chart.people for one in some):
        raise Absent("There is no such note in this record.")


def _begun(visit: Visit, patient: str, before: Note | None, usual: str) -> Written:
    texts = {part.code or part.title or "aktuellt": part.text for part in before.parts} if before else {}
    return Written(
        draft=uuid4().hex,
        patient=patient,
        template=(before.template if before else visit.asked("template")) or usual,
        texts=texts,
        encounter=visit.asked("contact"),
        base=before.id if before else "",
        signer=before.to_sign if before else "",
        version=before.version if before else 0,
        values=before.values if before else (),
        copied={part.code: part.copied for part in before.parts if part.copied} if before else {},
    )


def _continued(held: Draft) -> Written:
    content = held.content
    return Written(
        draft=held.id,
        patient=held.patient,
        template=str(content.get("template", "")),
        texts=dict(content.get("texts", {})),
        encounter=str(content.get("encounter", "")),
        base=held.base.rpartition("/")[2],
        version=int(content.get("version", 0)),
        reason=str(content.get("reason", "")),
        signer=str(content.get("signer", "")),
        revision=held.revision,
        values=tuple(content.get("values", ())),
        copied=dict(content.get("copied", {})),
    )


def _under(form: FormData, prefix: str) -> dict[str, str]:
    found = ((name.removeprefix(prefix), value) for name, value in form.items() if name.startswith(prefix))
    return {word: value for word, value in found if isinstance(value, str)}


def _offered(visit: Visit, texts: Mapping[str, str]) -> list[dict[str, str]]:
    """The measures that texts say, as the panel offers them: the words, what they become, and why they cannot be so."""
    wrong = translations(visit.language).gettext("cannot be right")
    return [
        {"said": one.text, "shown": vitals.spelled(one.numbers), "wrong": "" if one.is_plausible else wrong}
        for one in notes.offered_values(texts.values())
    ]


def _other(held: Draft | None) -> dict[str, Any]:
    if held is None:
        return {"gone": True}
    said = held.content
    return {name: said.get(name) for name in ("texts", "window", "count")} | {"revision": held.revision}


def _written(visit: Visit, texts: Any, values: Any) -> Written:
    if not isinstance(texts, dict) or not all(isinstance(text, str) for text in texts.values()):
        raise Malformed("The text could not be understood.")
    try:
        version, revision, count = (int(values.get(name) or 0) for name in ("version", "revision", "count"))
    except (TypeError, ValueError) as wrong:
        raise Malformed("The number of the version could not be understood.") from wrong
    said = values.getlist("value") if isinstance(values, FormData) else values.get("values") or []
    copied = _under(values, "copied-") if isinstance(values, FormData) else values.get("copied") or {}
    if not isinstance(said, list) or not isinstance(copied, dict):
        raise Malformed("The text could not be understood.")
    return Written(
        draft=visit.part("draft"),
        patient=visit.part("patient"),
        template=str(values.get("template", "")),
        texts=texts,
        encounter=str(values.get("encounter", "")),
        base=str(values.get("base", "")),
        version=version,
        reason=str(values.get("reason", "")),
        signer=str(values.get("signer", "")),
        revision=revision,
        window=str(values.get("window", "")),
        count=count,
        values=tuple(str(one) for one in said),
        copied={word: str(origin) for word, origin in copied.items()},
    )


async def _held(record: Record, written: Written) -> Draft | None:
    return next((one for one in await notes.my_drafts(record, written.patient) if one.id == written.draft), None)


def _diff(newer: Note, older: Note | None) -> list[tuple[str, list[notes.Change]]]:
    after = {part.title: part.text for part in newer.parts}
    before = {part.title: part.text for part in older.parts} if older else after
    titles = dict.fromkeys([*after, *before])
    return [(title, list(notes.changes(before.get(title, ""), after.get(title, "")))) for title in titles]


ROUTES = [
    page("/unsigned", unsigned),
    page("/unsigned/unit", unsigned_of_unit),
    page("/chart/{patient}/notes/write", write),
    page("/chart/{patient}/drafts/{draft}", keep, "POST"),
    page("/chart/{patient}/drafts/{draft}/discard", discard, "POST"),
    page("/chart/{patient}/drafts/{draft}/finish", finish, "POST"),
    page("/chart/{patient}/notes/{note}", read),
    page("/chart/{patient}/notes/{note}/history", history),
    page("/chart/{patient}/notes/{note}/strike", strike, "POST"),
    page("/chart/{patient}/notes/{note}/take-on", take_on, "POST"),
]
