"""Files in and out. One comes in by itself, as it is, beside a draft; one goes out as what its content is, and can do
nothing in the browser that shows it (https://www.w3.org/TR/CSP3/#directive-sandbox)."""

from urllib.parse import unquote

from starlette.responses import Response

from varda.care import files, overview
from varda.kernel.errors import Absent, Malformed
from varda.web.chart.sections import BY_NAME
from varda.web.chart.views import closed, framed, opened
from varda.web.visit import Visit, page

NAME = "X-Varda-Name"
"""The header with a file's name, percent-encoded: it may say who somebody is, so it stands in no address."""
_ALONE = "default-src 'none'; media-src 'self'; sandbox; frame-ancestors 'none'"
_PAPER = "default-src 'none'; frame-ancestors 'none'"
"""A browser's own viewer of PDF does not open in a sandbox; the document is none of ours and reaches nothing."""
_SHOWN = ("image/jpeg", "image/png", "image/webp", "application/pdf", "audio/")


async def park(visit: Visit) -> Response:
    """Take a file, and show it beside the draft with a place for its description."""
    name = unquote(visit.request.headers.get(NAME, ""))
    patient, draft = visit.part("patient"), visit.part("draft")
    content = await visit.request.body()
    async with visit.record() as record:
        file, fit = await files.park(record, patient, draft, name, content)
    said = "Diktat" if file.kind.startswith("audio/") else ""
    return visit.page("files/_parked.html", patient=patient, file=file, said=said, is_misnamed=fit.is_misnamed)


async def parked(visit: Visit) -> Response:
    """What is in a file beside one's own draft."""
    async with visit.record() as record:
        kind, content = await files.parked_content(record, visit.part("draft"), visit.part("file"))
    return _sent(kind, content)


async def take_back(visit: Visit) -> Response:
    """Throw a file away that is beside one's own draft."""
    async with visit.record() as record:
        await files.take_back(record, visit.part("patient"), visit.part("draft"), visit.part("file"))
    return Response(status_code=200)


async def read(visit: Visit) -> Response:
    """What is in a file of the record."""
    async with visit.record() as record:
        record.powers.require_reading("DocumentReference")
        chart = await overview.chart(record, visit.part("patient"), {"Patient": 1})
        file = await files.one_file(record, visit.part("file"), _number(visit.asked("part", "0")))
        if file.patient not in chart.people:
            raise Absent("There is no such file in this record.")
        if file.status == "entered-in-error":
            raise Absent("This file has been struck. What it held is in its history.")
        content = await files.content(record, file)
    return _sent(file.kind, content)


async def of_patient(visit: Visit) -> Response:
    """All pictures and files of a patient, the newest first."""
    patient = visit.part("patient")
    async with visit.record() as record:
        record.powers.require_reading("DocumentReference")
        try:
            found = await opened(record, patient, BY_NAME["notes"])
        except Absent:
            return await closed(visit, record, patient)
        pages = max(1, _number(visit.asked("pages", "1")))
        kept, has_more = await files.of_patient(record, patient, pages)
    return framed(visit, "files/files.html", found, BY_NAME["notes"], files=kept, following=has_more and pages + 1)


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 3):
        raise Malformed("This is no number of a page or of a part.")
    return int(text)


def _sent(kind: str, content: bytes) -> Response:
    is_shown = kind.startswith(_SHOWN)
    headers = {
        "content-security-policy": _PAPER if kind == "application/pdf" else _ALONE,
        # No name and no number in the name of a file.
        "content-disposition": f'{"inline" if is_shown else "attachment"}; filename="varda.{files.ending(kind)}"',
        "cache-control": "no-store",
    }
    return Response(content, media_type=kind if is_shown else "application/octet-stream", headers=headers)


ROUTES = [
    page("/chart/{patient}/drafts/{draft}/files", park, "POST"),
    page("/chart/{patient}/drafts/{draft}/files/{file}", parked),
    page("/chart/{patient}/drafts/{draft}/files/{file}/take-back", take_back, "POST"),
    page("/chart/{patient}/files", of_patient),
    page("/chart/{patient}/files/{file}", read),
]
