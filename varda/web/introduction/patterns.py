"""A local plan proposed from the declared pattern, hung on central milestones: shown first, put in by a press."""

from starlette.responses import Response

from varda.introduction.programme import Item, Participants, Picture
from varda.introduction.programme.template import lacking
from varda.kernel.errors import Absent
from varda.web.introduction.reader import KIND_WORDS, asking, may_plan, names, plans
from varda.web.visit import Visit, page


async def pattern(visit: Visit) -> Response:
    """What the pattern would add to an organisation's plan, with the days that it would have."""
    hsa = visit.part("organisation")
    picture, wanted = await _proposed(visit)
    return visit.page(
        "introduction/pattern.html",
        hsa=hsa,
        name=(await names(visit, [hsa])).get(hsa, hsa),
        wanted=wanted,
        own=sum(one.organisation == hsa for one in picture.work),
        times=picture.scheduled([*picture.items.values(), *wanted]),
        titles={one.code: one.called(visit.language) for one in (*picture.items.values(), *wanted)},
        may_plan=await may_plan(visit, hsa),
        kinds=KIND_WORDS,
        tab="organisations",
    )


async def put_in(visit: Visit) -> Response:
    """Put in what the plan lacks of it. What the plan has stays as it is."""
    _, wanted = await _proposed(visit)
    reason = visit.say._("From the local pattern")
    await plans(visit).keep(wanted, await asking(visit), reason, visit.parts.clock.now())
    return visit.go(f"/introduction/organisations/{visit.part('organisation')}")


async def _proposed(visit: Visit) -> tuple[Picture, list[Item]]:
    """The plan, and what an organisation's lacks of the pattern. Raises `Absent` for one that takes no part."""
    hsa, found = visit.part("organisation"), await Participants(visit.parts.door.database).all()
    if hsa not in found:
        raise Absent("It does not take part in any delivery.")
    picture = await plans(visit).picture(visit.parts.clock.now())
    return picture, lacking(hsa, f"{found[hsa].area}-delivery", picture.items)


ROUTES = [
    page("/introduction/organisations/{organisation}/pattern", pattern),
    page("/introduction/organisations/{organisation}/pattern", put_in, "POST"),
]
