"""Certificates in the chart: the form chosen by rule, what the record knows in it, what is typed in safety."""

from functools import partial
from typing import Any
from uuid import uuid4

from starlette.responses import JSONResponse, Response

from varda.care import certificates, forms, overview
from varda.care.certificates import Issued, Prepared, Source
from varda.care.notes import Note, clean, may_sign
from varda.kernel.errors import Absent, Conflict, Refused, Stale, Unprocessable
from varda.record import Draft, Record
from varda.web.chart.sections import Section
from varda.web.chart.views import Opened, framed, opened
from varda.web.drafts import other, resumed, sent, typed, under
from varda.web.forms.design import choices
from varda.web.language import N_
from varda.web.visit import Visit, page

SECTION = Section("certificates", N_("Certificates"), {}, ("Composition",))
_TOLD = {
    "signed": N_("Signed"),
    "prepared": N_("Saved; it waits to be signed"),
    "cancelled": N_("Cancelled"),
}


async def listed(visit: Visit) -> Response:
    """The patient's certificates, the newest first."""
    async with visit.record() as record:
        record.powers.require_reading(*SECTION.types)
        found = await opened(record, visit.part("patient"), SECTION)
        some, following = await certificates.of_people(record, found.chart.people, visit.asked("page"))
        drafts = await certificates.my_drafts(record, visit.part("patient"))
    return framed(
        visit, "certificates/list.html", found, SECTION, some=some, following=following, certificate_drafts=drafts,
        named=named, drafts_in="certificates",
    )  # fmt: skip


async def shown(visit: Visit, record: Record, found: Opened, note: Note) -> Response:
    """One certificate in full, at the address of the note that it is."""
    one = await certificates.one_certificate(record, note.id)
    origin = await certificates.origin_of(record, one.origin, one.origin_version)
    told = _TOLD[one.state] if visit.asked("done") == one.state else ""
    return framed(visit, "certificates/certificate.html", found, SECTION, one=one, note=note, origin=origin, told=told)


async def begin(visit: Visit) -> Response:
    """Draft a certificate from a note, or one that is to replace another; safe on the server when it is shown."""
    patient, replaced = visit.part("patient"), visit.said("replaces")
    async with visit.record() as record:
        chart = await overview.chart(record, patient, {"Patient": 1})
        if replaced:
            _require_of(chart, (await certificates.one_certificate(record, replaced)).note)
            draft = await certificates.begin_again(record, replaced, visit.said("reason"))
        else:
            draft = await certificates.begin(record, patient, visit.said("note"), visit.said("kind"))
    if not visit.wants_fragment:
        return visit.go(f"/chart/{patient}/certificates?draft={draft.id}")
    return await _write(visit, draft.id, "")


async def write(visit: Visit) -> Response:
    """The writing panel: a draft, or a prepared certificate to go on with (`certificate`)."""
    return await _write(visit, visit.asked("draft"), visit.asked("certificate"))


async def keep(visit: Visit) -> Response:
    """Autosave, as JSON: the new revision and the time, or 409 (see `other`)."""
    body = await visit.json()
    wanted = _prepared(visit, body.get("texts", {}), body)
    try:
        async with visit.record() as record:
            kept = await certificates.keep(record, wanted)
    except Conflict:
        async with visit.record() as record:
            held = await _held(record, wanted.patient, wanted.draft)
        return JSONResponse(other(held), 409)
    return JSONResponse({"revision": kept.revision, "saved": visit.say.clock(kept.saved or visit.now)})


async def discard(visit: Visit) -> Response:
    """Throw the draft away at its writer's word."""
    async with visit.record() as record:
        await certificates.discard(record, visit.part("draft"))
    return visit.go(f"/chart/{visit.part('patient')}/certificates")


async def finish(visit: Visit) -> Response:
    """Sign, or save it for whoever signs; what cannot be so comes back at its field, and nothing is lost."""
    texts = under(visit.form, "text-")
    wanted = _prepared(visit, texts, visit.form)
    act = certificates.prepare if visit.said("act") == "unsigned" else certificates.sign
    try:
        async with visit.record() as record:
            stored = await act(record, wanted)
    except Unprocessable as wrong:
        return await _again(visit, wanted, wrong.by_path)
    except (Conflict, Refused, Stale):
        # The answer may have been lost on its way, and the same button was pressed again.
        async with visit.record() as record:
            done = await certificates.done_already(record, wanted)
        if done is None:
            raise
        stored = done
    return visit.go(f"/chart/{wanted.patient}/notes/{stored.note.id}?done={stored.state}")


async def cancel(visit: Visit) -> Response:
    """Cancel a certificate, with the reason."""
    patient, certificate = visit.part("patient"), visit.part("certificate")
    async with visit.record() as record:
        chart = await overview.chart(record, patient, {"Patient": 1})
        _require_of(chart, (await certificates.one_certificate(record, certificate)).note)
        await certificates.cancel(record, certificate, visit.number_said("version"), visit.said("reason"))
    return visit.go(f"/chart/{patient}/notes/{certificate}?done=cancelled")


def named(canonical: str) -> str:
    """What the form of a draft is called, in Swedish as on the paper."""
    found = certificates.declared(canonical)
    return found.words.sv if found else "?"


def _require_of(chart: overview.Chart, note: Note) -> None:
    """Let nobody's certificate stand below somebody else's name. Raises `Absent`."""
    if note.patient not in chart.people:
        raise Absent("There is no such certificate.")


async def _write(visit: Visit, draft: str, certificate: str) -> Response:
    patient = visit.part("patient")
    async with visit.record() as record:
        chart = await overview.chart(record, patient, certificates.BREADTH)
        held = await _held(record, patient, draft) if draft else None
        if held is None and not certificate:
            raise Absent("There is no such draft of yours. It is signed or thrown away.")
        if held is None:
            one = await certificates.one_certificate(record, certificate)
            wanted = _going_on(chart, patient, one)
            certificates.require_own(record, one)
            held = await _mine(record, wanted)
        wanted = _continued(held) if held else wanted
        return await _panel(visit, record, chart, wanted, saved=held.saved if held else None)


async def _again(visit: Visit, wanted: Prepared, problems: dict[str, str]) -> Response:
    async with visit.record() as record:
        chart = await overview.chart(record, wanted.patient, certificates.BREADTH)
        return await _panel(visit, record, chart, wanted, 422, problems=problems)


async def _panel(
    visit: Visit, record: Record, chart: overview.Chart, wanted: Prepared, status: int = 200, *,
    problems: dict[str, str] | None = None, saved: Any = None,
) -> Response:  # fmt: skip
    kind, form = wanted.kind, wanted.kind.form
    reference, _, version = wanted.origin.partition("/_history/")
    origin = await certificates.origin_of(record, reference, int(version) if version.isdecimal() else 0)
    begun: dict[str, Source] = {}
    is_kept_back = origin is not None and certificates.is_kept_back(origin.note, chart)
    if origin is not None:
        begun = certificates.beginning(kind, certificates.of_chart(origin.note, chart))
    signers = await certificates.signers(record, kind)
    signs = record.powers.signs(kind.function)
    before = await certificates.one_certificate(record, wanted.base) if wanted.base else None
    old = await certificates.one_certificate(record, wanted.replaces) if wanted.replaces else None
    may_replace = old is None or certificates.may_replace(record, old)
    is_theirs = before is None or may_sign(record.powers, visit.session, before.note)
    given, _unread = forms.answers(form, wanted.said)
    questions = form.questions
    return visit.page(
        "certificates/_write.html",
        status,
        person=chart.person,
        chart=chart,
        kind=kind,
        form=form,
        filled=wanted,
        origin=origin,
        is_kept_back=is_kept_back,
        signs=signs,
        may_sign=signs and is_theirs and may_replace,
        is_others=before.note.to_sign_name if before and not is_theirs else "",
        replaced_by=old.note.signed_by if old and not may_replace else "",
        signers=[] if signs else signers,
        signer=wanted.signer or _usual(chart, origin, [one.reference for one in signers]),
        problems=problems or {},
        saved=saved,
        names=forms.names,
        told=forms.shown,
        found=forms.settled(form, given),
        before=None,
        choices=partial(choices, visit),
        first=lambda item: "data-first" if item is questions[0] else "",
        form_known=lambda item: begun[item.link].fact if item.link in begun else None,
        when={
            one.link: [
                {"question": asked.question, "operator": asked.operator, "value": forms.field_value(form, asked)}
                for asked in one.conditions
            ]
            for one in form.all
            if one.conditions
        },
    )


def _usual(chart: overview.Chart, origin: certificates.Origin | None, signers: list[str]) -> str:
    """Who is likeliest to sign: whoever answers for the note, then for an open contact."""
    likely = [*(origin.note.signers or origin.note.authors if origin else ())]
    likely += [one.responsible_id for one in chart.open_contacts]
    return next((one for one in likely if one in signers), "")


def _going_on(chart: overview.Chart, patient: str, one: Issued) -> Prepared:
    """A new draft of who goes on with a prepared certificate."""
    _require_of(chart, one.note)
    if one.kind is None or one.state != "prepared":
        raise Conflict(
            "This certificate is signed or cancelled already. Replace what is signed, and draft what is cancelled anew."
        )
    about = certificates.about(one)
    return Prepared(
        draft=uuid4().hex, patient=patient, form=one.kind.form.canonical,
        said=forms.fields(one.kind.form, one.answers.answers), encounter=one.note.encounter.rpartition("/")[2],
        base=one.note.id, version=one.note.version, signer=one.note.to_sign,
        origin=about["origin"], replaces=about["replaces"], reason=about["reason"],
    )  # fmt: skip


def _continued(held: Draft) -> Prepared:
    said = held.content
    about: dict[str, Any] = {name: str(said.get(name, "")) for name in ("signer", "origin", "replaces", "reason")}
    form, texts = str(said.get("template", "")), dict(said.get("texts", {}))
    return Prepared(form=form, said=texts, **about, **resumed(held))


def _prepared(visit: Visit, texts: Any, values: Any) -> Prepared:
    """What the panel sends. What it comes from, what it replaces and why stands among its texts, with a #."""
    said = typed(texts)
    about: dict[str, Any] = {name: said.pop(f"#{name}", "") for name in ("origin", "replaces", "reason")}
    form, signer = (clean(str(values.get(name, ""))) for name in ("template", "signer"))
    return Prepared(form=form, said=said, signer=signer, **about, **sent(visit, values))


async def _mine(record: Record, wanted: Prepared) -> Draft | None:
    """What this person has typed already in the version of the certificate that stands; of an older one waits apart."""
    about = (f"Composition/{wanted.base}", wanted.version)
    mine = await certificates.my_drafts(record, wanted.patient)
    return next((one for one in mine if (one.base, one.content.get("version")) == about), None)


async def _held(record: Record, patient: str, draft: str) -> Draft | None:
    return next((one for one in await certificates.my_drafts(record, patient) if one.id == draft), None)


ROUTES = [
    page("/chart/{patient}/certificates", listed),
    page("/chart/{patient}/certificates/begin", begin, "POST"),
    page("/chart/{patient}/certificates/write", write),
    page("/chart/{patient}/certificates/drafts/{draft}", keep, "POST"),
    page("/chart/{patient}/certificates/drafts/{draft}/discard", discard, "POST"),
    page("/chart/{patient}/certificates/drafts/{draft}/finish", finish, "POST"),
    page("/chart/{patient}/certificates/{certificate}/cancel", cancel, "POST"),
]
