"""The matrix of roles and rights: what differs from what is agreed, and agreeing on it by two persons (F274)."""

from starlette.responses import Response

from varda.catalogue import ROLES, Right, right_words
from varda.introduction.readiness import Matrices, differences, in_effect
from varda.kernel.errors import Absent, Unprocessable
from varda.web.introduction.reader import asking
from varda.web.readiness.reader import AT
from varda.web.readiness.trying import ACTS
from varda.web.visit import Visit, page


async def matrix(visit: Visit) -> Response:
    """What differs, and what was agreed."""
    return await _matrix(visit)


async def propose(visit: Visit) -> Response:
    """Propose that the rights in effect are the agreed ones."""
    now = visit.parts.clock.now()
    effective = in_effect(visit.powers.in_force.changes, now)
    try:
        await Matrices(visit.parts.door.database).propose(effective, visit.said("reason"), await asking(visit), now)
    except Unprocessable as wrong:
        return await _matrix(visit, wrong.by_path)
    return visit.go(f"{AT}/matrix")


async def confirm(visit: Visit) -> Response:
    """Sign another person's proposal."""
    text = visit.part("matrix")
    if not (text.isascii() and text.isdecimal()) or len(text) > 15:
        raise Absent("There is no such proposal.")
    await Matrices(visit.parts.door.database).confirm(int(text), await asking(visit), visit.parts.clock.now())
    return visit.go(f"{AT}/matrix")


async def _matrix(visit: Visit, problems: dict[str, str] | None = None) -> Response:
    matrices = Matrices(visit.parts.door.database)
    effective = in_effect(visit.powers.in_force.changes, visit.parts.clock.now())
    proposals = await matrices.all()
    return visit.page(
        "readiness/matrix.html",
        422 if problems else 200,
        wrong=differences(await matrices.agreed(), effective),
        proposals=proposals,
        coming={one.number: differences(one.rights, effective) for one in proposals if one.confirmed_at is None},
        roles={code: one.words.said(visit.language) for code, one in ROLES.items()},
        words=lambda some: _named(visit, some),
        may_decide=visit.powers.has("change-rights"),
        problems=problems or {},
    )


def _named(visit: Visit, rights: frozenset[Right]) -> list[str]:
    _ = visit.say._
    return [
        right_words(one).said(visit.language) + (f": {_(ACTS[one[1]])}" if one[1] in ACTS else "")
        for one in sorted(rights)
    ]


ROUTES = [
    page(f"{AT}/matrix", matrix),
    page(f"{AT}/matrix", propose, "POST"),
    page(f"{AT}/matrix/{{matrix}}", confirm, "POST"),
]
