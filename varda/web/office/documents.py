"""Controlled documents on screens: what is in force, every version, approval by another, and what they say (F221)."""

import re

from starlette.datastructures import UploadFile
from starlette.responses import Response

from varda.introduction.office import Documents
from varda.introduction.office.documents import APPROVES, WRITES, Draft
from varda.introduction.office.formats import ENDINGS
from varda.introduction.programme import OFFICE, Participants
from varda.kernel.errors import Absent, Conflict, Malformed, Stale, Unprocessable
from varda.web.deciding import day_said
from varda.web.introduction.reader import asking, mandates, may, names
from varda.web.office.reading import number, whole
from varda.web.visit import Visit, page

AT = "/introduction/documents"
_NONE = "There is no such document."
_ALONE = "default-src 'none'; sandbox; frame-ancestors 'none'"
_PAPER = "default-src 'none'; frame-ancestors 'none'"
"""A browser's own viewer of PDF does not open in a sandbox."""


async def documents(visit: Visit) -> Response:
    """Every document with what is in force of it."""
    return await _list(visit, {})


async def opened(visit: Visit) -> Response:
    """A new document."""
    try:
        made = await _documents(visit).opened(
            visit.said("number"), visit.said("organisation"), await _draft(visit), await asking(visit),
            visit.parts.clock.now(),
        )  # fmt: skip
    except Unprocessable as wrong:
        return await _list(visit, wrong.by_path, 422)
    return visit.go(f"{AT}/{made}")


async def document(visit: Visit) -> Response:
    """One with all its versions."""
    return await _one(visit, {})


async def write(visit: Visit) -> Response:
    """A new version of it."""
    made = number(visit, "document", _NONE)
    try:
        await _documents(visit).write(made, await _draft(visit), await asking(visit), visit.parts.clock.now())
    except Unprocessable as wrong:
        return await _one(visit, wrong.by_path, 422)
    except Stale as stale:
        return await _one(visit, {"file": stale.message}, 412)
    except Conflict as conflict:
        return await _one(visit, {"file": conflict.message}, 409)
    return visit.go(f"{AT}/{made}")


async def decide(visit: Visit) -> Response:
    """Approve its newest version, turn it down, or withdraw the document."""
    made, by, now = number(visit, "document", _NONE), await asking(visit), visit.parts.clock.now()
    act = visit.said("act")
    if act not in ("approve", "decline", "withdraw"):
        raise Malformed("What was asked could not be understood.")
    try:
        if act == "withdraw":
            await _documents(visit).withdraw(made, visit.said("why"), by, now)
        else:
            version = visit.number_said("version")
            await _documents(visit).decide(made, version, visit.said("reason"), by, now, approved=act == "approve")
    except Unprocessable as wrong:
        return await _one(visit, wrong.by_path, 422)
    return visit.go(f"{AT}/{made}")


async def content(visit: Visit) -> Response:
    """What a version says, byte for byte."""
    found = await _documents(visit).one(number(visit, "document", _NONE))
    wanted = number(visit, "version", _NONE)
    version = next((one for one in found.versions if one.version == wanted and one.kind), None)
    if version is None:
        raise Absent(_NONE)
    is_paper = version.kind == "application/pdf"
    name = f"{re.sub(r'[^A-Za-z0-9-]+', '-', found.number)}-v{wanted}.{ENDINGS[version.kind]}"
    headers = {
        "content-security-policy": _PAPER if is_paper else _ALONE,
        "content-disposition": f'{"inline" if is_paper else "attachment"}; filename="{name}"',
    }
    body = await _documents(visit).content(found.id, wanted)
    return Response(body, media_type=version.kind if is_paper else "application/octet-stream", headers=headers)


async def _list(visit: Visit, problems: dict[str, str], status: int = 200) -> Response:
    found, today = await _documents(visit).all(), visit.say.today
    places = await _places(visit)
    known = await names(visit, {*(one.organisation for one in found), *places})
    return visit.page(
        "office/documents.html",
        status,
        rows=[(one, one.in_force(today)) for one in found],
        places=places,
        names=known,
        problems=problems,
        today=today,
        endings=sorted(set(ENDINGS.values())),
        tab="documents",
    )


async def _one(visit: Visit, problems: dict[str, str], status: int = 200) -> Response:
    found = await _documents(visit).one(number(visit, "document", _NONE))
    newest = found.newest
    is_open = newest.approved is None and not found.withdrawn
    return visit.page(
        "office/document.html",
        status,
        found=found,
        in_force=found.in_force(visit.say.today),
        whose=(await names(visit, [found.organisation])).get(found.organisation, ""),
        follows=whole(visit.said("follows")) if status == 422 else newest.version,
        may_write=(not found.withdrawn or status == 409) and await may(visit, WRITES, found.organisation),
        may_approve=is_open and newest.author != visit.session.actor and await may(visit, APPROVES, found.organisation),
        problems=problems,
        today=visit.say.today,
        endings=sorted(set(ENDINGS.values())),
        tab="documents",
    )


async def _places(visit: Visit) -> list[str]:
    """For whom the reader may write documents: the programme (empty) and everybody, or their own organisations."""
    held = await mandates(visit).of(visit.session.actor, visit.parts.clock.now())
    if any(one.role.code == OFFICE for one in held):
        return ["", *await Participants(visit.parts.door.database).all()]
    return list(dict.fromkeys(one.organisation for one in held if one.role.code in WRITES))


async def _draft(visit: Visit) -> Draft:
    """The form as a version that is to be written."""
    file = visit.form.get("file")
    name, body = "", b""
    if isinstance(file, UploadFile):
        name, body = file.filename or "", await file.read()
        await file.close()
    follows = whole(visit.said("follows"))
    return Draft(
        visit.said("title"), visit.said("issuer"), day_said(visit, "opens"), visit.said("link"), name, body, follows
    )


def _documents(visit: Visit) -> Documents:
    return Documents(visit.parts.door.database)


ROUTES = [
    page("/introduction/documents", documents),
    page("/introduction/documents", opened, "POST"),
    page("/introduction/documents/{document}", document),
    page("/introduction/documents/{document}", write, "POST"),
    page("/introduction/documents/{document}/decide", decide, "POST"),
    page("/introduction/documents/{document}/{version}", content),
]
