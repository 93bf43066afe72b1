"""What people say: safety concerns with their answers, and what two people attest of a unit."""

from starlette.datastructures import UploadFile
from starlette.responses import Response

from varda.access.organisations import Organisations
from varda.introduction.readiness import Concerns
from varda.introduction.readiness.attested import LARGEST
from varda.introduction.readiness.concerns import ANSWER
from varda.kernel.errors import Absent, Refused, Unprocessable
from varda.web.introduction.reader import may, number_in
from varda.web.readiness.reader import AT, attestations, candidates
from varda.web.readiness.views import unit_page
from varda.web.visit import Visit, page

MANY = 1000
_MAY_NOT = "What a unit attests is said by those who lead it, or have a role of the introduction there."


async def concerns(visit: Visit) -> Response:
    """All of them, what waits first, and the form for another."""
    return await _concerns(visit)


async def raise_(visit: Visit) -> Response:
    """Raise one, about the own unit, an organisation above it, or the county."""
    organisation = visit.said("organisation")
    line = await Organisations(visit.parts.door.database).line(visit.session.unit)
    if organisation and organisation not in line:
        raise Absent("There is no such organisation.")
    by = (visit.session.actor, visit.session.name)
    try:
        await Concerns(visit.parts.door.database).raise_(organisation, visit.said("said"), by, visit.parts.clock.now())
    except Unprocessable as wrong:
        return await _concerns(visit, wrong.by_path)
    return visit.go(f"{AT}/concerns")


async def answer(visit: Visit) -> Response:
    """Answer one."""
    by, number = (visit.session.actor, visit.session.name), number_in(visit, "concern")
    try:
        await Concerns(visit.parts.door.database).answer(number, visit.said("answer"), by, visit.parts.clock.now())
    except Unprocessable as wrong:
        return await _concerns(visit, {f"answer-{number}": wrong.problems[0].message})
    return visit.go(f"{AT}/concerns")


async def attest(visit: Visit) -> Response:
    """Say how it is, as the first of two."""
    unit, sent = visit.said("unit"), await _sent(visit)
    await _require(visit, unit)
    by, now, code = (visit.session.actor, visit.session.name), visit.parts.clock.now(), visit.said("check")
    try:
        await attestations(visit).say(
            code, unit, visit.said(f"said-{code}"), by, now, is_met=visit.said("act") == "met", file=sent
        )
    except Unprocessable as wrong:
        return await unit_page(visit, unit, {f"{one.path}-{code}": one.message for one in wrong.problems})
    return visit.go(f"{AT}/unit?unit={unit}")


async def confirm(visit: Visit) -> Response:
    """Confirm what somebody else has said."""
    number = number_in(visit, "attestation")
    found = await attestations(visit).one(number)
    await _require(visit, found.place)
    known = await candidates(visit)
    assert known.now is not None, "settled just before"
    by = (visit.session.actor, visit.session.name)
    await attestations(visit).confirm(number, known.now.number, by, visit.parts.clock.now())
    return visit.go(f"{AT}/unit?unit={found.place}")


async def file(visit: Visit) -> Response:
    """What came with it, to take home: never shown as a page of ours."""
    name, body = await attestations(visit).file(number_in(visit, "attestation"))
    plain = "".join(one if one.isascii() and (one.isalnum() or one in ".-_ ") else "_" for one in name)
    headers = {"Content-Disposition": f'attachment; filename="{plain}"'}
    return Response(body, media_type="application/octet-stream", headers=headers)


async def _concerns(visit: Visit, problems: dict[str, str] | None = None) -> Response:
    database, session = visit.parts.door.database, visit.session
    organisations = Organisations(database)
    line = await organisations.line(session.unit)
    found = await Concerns(database).all(most=MANY)
    names = await organisations.known({*line, *(one.organisation for one in found if one.organisation)})
    return visit.page(
        "readiness/concerns.html",
        422 if problems else 200,
        concerns=found,
        most=MANY,
        names={hsa: one.name for hsa, one in names.items()},
        line=line,
        answers={one.number for one in found if not one.answered_at and await may(visit, ANSWER, one.organisation)},
        problems=problems or {},
    )


async def _sent(visit: Visit) -> tuple[str, bytes]:
    """The name and bytes of the file of the form; empty where there is none."""
    file = visit.form.get("file")
    if not isinstance(file, UploadFile):
        return "", b""
    body = await file.read(LARGEST + 1)
    await file.close()
    return (file.filename or "")[:200], body


async def _require(visit: Visit, unit: str) -> None:
    if not (visit.powers.has("manage-unit") and visit.session.unit == unit) and not await may(
        visit, ("implementation-lead", "programme-office"), unit
    ):
        raise Refused(_MAY_NOT)


ROUTES = [
    page(f"{AT}/concerns", concerns),
    page(f"{AT}/concerns", raise_, "POST"),
    page(f"{AT}/concerns/{{concern}}", answer, "POST"),
    page(f"{AT}/attestations", attest, "POST"),
    page(f"{AT}/attestations/{{attestation}}", confirm, "POST"),
    page(f"{AT}/attestations/{{attestation}}/file", file),
]
