"""The writing panel and the reading of notes. Text is in safety before anything else is asked of it."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any
from uuid import uuid4

from starlette.datastructures import FormData
from starlette.responses import JSONResponse, Response

from varda.care import certificates, countersigning, dictations, files, notes, overview, unfinished, vitals
from varda.care.contacts import Contact
from varda.care.notes import Note, Written
from varda.catalogue import Words
from varda.kernel.errors import Absent, Conflict, Malformed, Refused, Stale
from varda.record import Draft, Record
from varda.web.certificates.views import named as certificate_named
from varda.web.certificates.views import shown as certificate
from varda.web.chart.sections import BY_NAME
from varda.web.chart.views import framed, opened
from varda.web.drafts import other, resumed, sent, typed, under
from varda.web.language import translations
from varda.web.visit import Visit, page


async def read(visit: Visit) -> Response:
    """One note in full."""
    async with visit.record() as record:
        note = await notes.one_note(record, visit.part("note"))
        found = await opened(record, visit.part("patient"), BY_NAME["notes"])
        _require_of(found.chart, note)
        if note.is_certificate:
            return await certificate(visit, record, found, note)
        kept = await files.of_note(record, note.id) if record.powers.reads("DocumentReference") else []
        counter = await countersigning.of_note(record, note)
    kinds = certificates.offered(visit.powers, found.chart.person.born, visit.say.today)
    return framed(
        visit, "notes/note.html", found, BY_NAME["notes"], note=note, files=kept, counter=counter, kinds=kinds
    )


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
        if before is not None and before.is_certificate:
            raise Conflict("This is a certificate. It is changed where certificates are written.")
        signs = notes.signs(record.powers)
        is_theirs = before is None or before.is_signed or notes.may_sign(record.powers, visit.session, before)
        colleagues = await notes.countersigners(record) if signs else []
        may_code = vitals.may_keep(record)
        earlier = await notes.earlier(record, patient)
        favourites = await notes.my_favourites(record)
        macros = {one.word: one.text for one in await notes.macros(record)}
        parked = await files.of_draft(record, held.id) if held else []
        spoken = await _dictation(visit, record, chart, held)
        also = (spoken.task.asked_by if spoken else "", before.to_sign if before else "")
        signers = [] if signs else await notes.signers(record, *also)
    known, contact = notes.known(visit.powers), _contact(visit, chart)
    offered = notes.offered(known, visit.session.role, contact, favourites)
    written = _continued(held) if held else _begun(visit, patient, before, offered[0].code)
    if spoken and not held:
        written = replace(
            written, template=spoken.template or written.template, encounter=spoken.contact or written.encounter,
            dictation=spoken.task.id, signer=spoken.task.asked_by,
        )  # fmt: skip
    responsible = {one.responsible_id for one in chart.open_contacts if one.responsible_id}
    usual = next((one.reference for one in signers if one.reference in responsible), "")
    kind = notes.template(written.template, known)
    words = dict.fromkeys([*kind.keywords, *written.texts])
    return visit.page(
        "notes/_write.html",
        person=chart.person,
        chart=chart,
        drafts=drafts,
        offered=offered,
        contact=contact,
        favourites=favourites,
        kind=kind,
        words=[notes.KEYWORDS.get(word) or notes.Keyword(word, Words(word, word)) for word in words],
        written=written,
        before=before,
        may_sign=signs and is_theirs,
        may_code=signs and may_code,
        earlier=earlier,
        macros=macros,
        parked=parked,
        spoken=spoken,
        endings=files.ENDINGS,
        largest=files.LARGEST,
        values=_offered(visit, written.texts),
        signers=signers,
        colleagues=colleagues,
        must_counter=countersigning.must(visit.session),
        signer=written.signer or usual,
        saved=held.saved if held else None,
        template_named=partial(notes.template, templates=known),
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
        return JSONResponse(other(held), 409)
    saved = kept.saved or visit.now
    told = {"revision": kept.revision, "saved": visit.say.clock(saved), "values": _offered(visit, written.texts)}
    return JSONResponse(told)


async def discard(visit: Visit) -> Response:
    """Throw the draft away at its writer's word."""
    async with visit.record() as record:
        await notes.discard(record, visit.part("draft"))
    return visit.go(f"/chart/{visit.part('patient')}")


async def finish(visit: Visit) -> Response:
    """Sign, or save unsigned: the form brings the newest text itself, so nothing waits for the autosave."""
    written = _written(visit, under(visit.form, "text-"), visit.form)
    if visit.said("act") == "dictate":
        return await _dictate(visit, written)
    act = notes.save_unsigned if visit.said("act") == "unsigned" else notes.sign
    try:
        async with visit.record() as record:
            stored = await act(record, written)
            if stored.is_signed:
                await countersigning.ask(record, stored)
            if written.dictation:
                await dictations.written(record, written.dictation, stored)
    except (Conflict, Refused, Stale):
        # The answer may have been lost on its way, and the same button was pressed again.
        async with visit.record() as record:
            done = await notes.done_already(record, written)
        if done is None:
            raise
        stored = done
    told = "unsigned" if not stored.is_signed else "amended" if stored.status == "amended" else "signed"
    return visit.go(f"/chart/{written.patient}/notes/{stored.id}?done={told}")


async def _dictate(visit: Visit, written: Written) -> Response:
    """Send what was spoken to be written by somebody of the unit."""
    async with visit.record() as record:
        await dictations.send(record, written)
    return visit.go(f"/chart/{written.patient}/notes?done=dictated")


async def _dictation(
    visit: Visit, record: Record, chart: overview.Chart, held: Draft | None
) -> dictations.Dictation | None:
    """What a note is written from, if it is from a dictation. Raises `Absent` for another patient's."""
    wanted = str(held.content.get("dictation", "")) if held else visit.asked("dictation")
    found = await dictations.one_dictation(record, wanted) if wanted else None
    if found is not None and found.task.patient not in chart.people:
        raise Absent("There is no such dictation.")
    return found


async def favour(visit: Visit) -> Response:
    """Put a template first for oneself, or no longer, and begin with it."""
    async with visit.record() as record:
        await notes.favour(record, visit.said("template"), is_on=visit.said("on") == "yes")
    return await write(visit)


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


async def countersign(visit: Visit) -> Response:
    """Stand beside what a colleague has signed."""
    async with visit.record() as record:
        chart = await overview.chart(record, visit.part("patient"), {"Patient": 1})
        _require_of(chart, await notes.one_note(record, visit.part("note")))
        await countersigning.countersign(record, visit.part("note"), visit.number_said("version"))
    return visit.go(f"/chart/{visit.part('patient')}/notes/{visit.part('note')}?done=countersigned")


async def unsigned(visit: Visit) -> Response:
    """What waits for my signature, and my drafts, whosever they are about."""
    async with visit.record() as record:
        record.powers.require_reading("Composition")
        waiting, drafts = await notes.unsigned(record), await notes.my_drafts(record)
        counter = await countersigning.waiting(record)
        asked = await countersigning.waiting(record, is_asker=True)
        left = await unfinished.number(record, "notes", "countersigning")
        of_certificates = await certificates.my_drafts(record)
    return visit.page(
        "notes/unsigned.html",
        left=left,
        waiting=waiting,
        drafts=drafts,
        counter=counter,
        asked=asked,
        of_certificates=of_certificates,
        certificate_named=certificate_named,
        template_named=partial(notes.template, templates=notes.known(visit.powers)),
    )


async def unsigned_of_unit(visit: Visit) -> Response:
    """What waits for anybody's signature at my unit."""
    async with visit.record() as record:
        record.powers.require_reading("Composition")
        waiting, following = await notes.unsigned_of_unit(record, visit.asked("page"))
        left = None if visit.wants_fragment else await unfinished.number(record, "notes", is_whole=True)
    template = "notes/_waiting.html" if visit.wants_fragment else "notes/unsigned_of_unit.html"
    return visit.page(template, waiting=waiting, following=following, whose="unit", left=left)


def _contact(visit: Visit, chart: overview.Chart) -> Contact | None:
    """The contact that a note is written in: the one that was asked for, else the stay on a ward, else the newest."""
    asked = [one for one in chart.open_contacts if one.id == visit.asked("contact")]
    return next(iter(asked), None) or chart.admission or next(iter(chart.open_contacts), None)


def _require_of(chart: overview.Chart, *some: Note) -> None:
    """Let nobody's note stand below somebody else's name. Raises `Absent`."""
    if any(one.patient not in chart.people for one in some):
        raise Absent("There is no such note in this record.")


def _begun(visit: Visit, patient: str, before: Note | None, usual: str) -> Written:
    texts = {part.code or part.title or "aktuellt": part.text for part in before.parts} if before else {}
    return Written(
        draft=uuid4().hex,
        patient=patient,
        template=(before.template if before else visit.asked("template") or visit.said("template")) or usual,
        texts=texts,
        encounter=visit.asked("contact"),
        base=before.id if before else "",
        signer=before.to_sign if before else "",
        counter=before.counter if before else "",
        version=before.version if before else 0,
        values=before.values if before else (),
        copied={part.code: part.copied for part in before.parts if part.copied} if before else {},
    )


def _continued(held: Draft) -> Written:
    said = held.content
    return Written(
        template=str(said.get("template", "")),
        texts=dict(said.get("texts", {})),
        reason=str(said.get("reason", "")),
        signer=str(said.get("signer", "")),
        counter=str(said.get("counter", "")),
        dictation=str(said.get("dictation", "")),
        values=tuple(said.get("values", ())),
        copied=dict(said.get("copied", {})),
        said=dict(said.get("said", {})),
        **resumed(held),
    )


def _offered(visit: Visit, texts: Mapping[str, str]) -> list[dict[str, Any]]:
    """The measures that texts say, as the panel offers them: the words, what they become, why they cannot be so, and
    the numbers, which the page compares with the last ones.
    """
    wrong = translations(visit.language).gettext("cannot be right")
    return [
        {
            "said": one.text,
            "shown": vitals.spelled(one.numbers),
            "wrong": "" if one.is_plausible else wrong,
            "numbers": {key: float(number) for key, number in one.numbers.items()},
        }
        for one in notes.offered_values(texts.values())
    ]


def _written(visit: Visit, texts: Any, values: Any) -> Written:
    said = values.getlist("value") if isinstance(values, FormData) else values.get("values") or []
    copied, words = (
        under(values, f"{name}-") if isinstance(values, FormData) else values.get(name) or {}
        for name in ("copied", "said")
    )
    if not isinstance(said, list) or not isinstance(copied, dict) or not isinstance(words, dict):
        raise Malformed("The text could not be understood.")
    named: dict[str, Any] = {
        name: str(values.get(name, "")) for name in ("template", "reason", "signer", "counter", "dictation")
    }
    return Written(
        texts=typed(texts),
        values=tuple(str(one) for one in said),
        copied={word: str(origin) for word, origin in copied.items()},
        said={file: str(one) for file, one in words.items()},
        **named,
        **sent(visit, values),
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
    page("/chart/{patient}/notes/favour", favour, "POST"),
    page("/chart/{patient}/drafts/{draft}", keep, "POST"),
    page("/chart/{patient}/drafts/{draft}/discard", discard, "POST"),
    page("/chart/{patient}/drafts/{draft}/finish", finish, "POST"),
    page("/chart/{patient}/notes/{note}", read),
    page("/chart/{patient}/notes/{note}/history", history),
    page("/chart/{patient}/notes/{note}/strike", strike, "POST"),
    page("/chart/{patient}/notes/{note}/take-on", take_on, "POST"),
    page("/chart/{patient}/notes/{note}/countersign", countersign, "POST"),
]
