"""The criteria of the gateways: read by everybody, proposed by the programme office, approved by another (F215)."""

from dataclasses import replace

from starlette.responses import Response

from varda.catalogue import Deciding, Declaration, Declarations
from varda.introduction.programme import DECIDES, GATEWAYS, LEADING, OFFICE
from varda.introduction.programme.criteria import KIND, in_effect, lines, proposed, read
from varda.introduction.readiness import CHECKS
from varda.kernel.errors import Absent, Unprocessable
from varda.web.deciding import day_of, day_said, midnight, noted
from varda.web.introduction.reader import asking, mandates, may
from varda.web.visit import Visit, page

AT = "/introduction/criteria"
WRITES = (OFFICE, DECIDES)


async def criteria(visit: Visit) -> Response:
    """The criteria that count now, and what is proposed."""
    return await _page(visit, {})


async def propose(visit: Visit) -> Response:
    """Propose other criteria of one gateway, from a day."""
    by, now, gateway = await _deciding(visit), visit.parts.clock.now(), visit.part("gateway")
    try:
        before = sum(one.wanted.code == gateway for one in await _declarations(visit).proposed(KIND))
        content = proposed(visit.powers.in_force, gateway, visit.said("criteria"), before, checks=CHECKS)
        first = day_said(visit, "opens")
        opens = midnight(first) if first and first != visit.say.today else now
        wanted = Declaration(KIND, gateway, content, opens, visit.said("reason"))
        number = await _declarations(visit).propose(wanted, by, now, LEADING)
    except Unprocessable as wrong:
        return await _page(visit, {f"{name}-{gateway}": said for name, said in wrong.by_path.items()}, 422)
    await noted(visit, "criteria", f"criteria of gateway {gateway}, change {number} proposed: {wanted.reason.strip()}")
    return visit.go(AT)


async def decide(visit: Visit) -> Response:
    """Approve or turn down what somebody else has proposed."""
    by, text = await _deciding(visit), visit.part("number")
    if not text.isdecimal() or len(text) > 15:
        raise Absent("There is no such proposal.")
    approved = visit.said("act") == "approve"
    now = visit.parts.clock.now()
    await _declarations(visit).decide(int(text), KIND, by, now, LEADING, approved=approved)
    await noted(visit, "criteria", f"change {text} of criteria {'approved' if approved else 'turned down'}")
    return visit.go(AT)


async def _page(visit: Visit, problems: dict[str, str], status: int = 200) -> Response:
    known = in_effect(visit.powers.in_force)
    found = await _declarations(visit).proposed(KIND)
    return visit.page(
        "introduction/criteria.html",
        status,
        gateways=known,
        text={code: lines(one.criteria) for code, one in known.items()},
        waiting=[(one, read(one.wanted.content)) for one in found if one.approved is None],
        decided=[one for one in found if one.approved is not None],
        words={code: one.words for code, one in GATEWAYS.items()},
        may_write=await may(visit, WRITES),
        problems=problems,
        today=visit.say.today,
        day=day_of,
        tab="gateways",
    )


async def _deciding(visit: Visit) -> Deciding:
    """The reader, who may decide by an appointment. Raises `Lacking` without one."""
    await mandates(visit).require(visit.session.actor, WRITES, "", visit.parts.clock.now())
    by = await asking(visit)
    # The catalogue asks for a right, and here an appointment gives it.
    return replace(by, rights=replace(by.rights, held=by.rights.held | {(LEADING, "special")}))


def _declarations(visit: Visit) -> Declarations:
    return visit.parts.door.catalogue.declarations


ROUTES = [
    page("/introduction/criteria", criteria),
    page("/introduction/criteria/{gateway}", propose, "POST"),
    page("/introduction/criteria/decide/{number}", decide, "POST"),
]
