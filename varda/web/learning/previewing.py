"""A course as a role meets it, one step at a time, for those who answer for it: nothing is kept or counted (F207)."""

from starlette.responses import Response

from varda.catalogue import ROLES
from varda.introduction.training import Course, Step, texts
from varda.introduction.training.curriculum import Reason, required
from varda.kernel.errors import Absent
from varda.web.learning.authoring import AT, answering, in_role
from varda.web.learning.reader import courses_of
from varda.web.visit import Visit, page


async def shown(visit: Visit) -> Response:
    """A step of a course in use, and whether and when the role meets it."""
    may_design, _ = await answering(visit)
    known = courses_of(visit)
    one = known.get(visit.part("course"))
    if one is None:
        raise Absent("There is no such course.")
    here, role, provider = _step(visit, one), visit.asked("role"), visit.asked("provider", "region")
    nth = one.steps.index(here)
    return visit.page(
        "learning/as.html",
        course=one, step=here, number=nth + 1,
        before=one.steps[nth - 1] if nth else None, following=next(iter(one.steps[nth + 1 :]), None),
        text=texts.html(here.text.said(visit.language)),
        reasons=_reasons(visit, one, role, provider), role=role if role in ROLES else "", provider=provider,
        roles={code: one.words for code, one in ROLES.items()},
        professions={one.profession: one.words for one in ROLES.values()},
        courses=known, may_design=may_design,
    )  # fmt: skip


def _reasons(visit: Visit, course: Course, role: str, provider: str) -> tuple[Reason, ...]:
    if role not in ROLES:
        return ()
    return required(courses_of(visit), [in_role(role, provider)]).get(course.code, ())


def _step(visit: Visit, course: Course) -> Step:
    asked = visit.asked("step")
    found = course.step(asked) if asked else next(iter(course.steps), None)
    if found is None:
        raise Absent("There is no such step in the course.")
    return found


ROUTES = [page(f"{AT}/{{course}}/as", shown)]
