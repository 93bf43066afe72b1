"""The panel that links a newborn child to who gave birth to it, and striking a link that was wrong."""

from starlette.responses import Response

from varda.care import births, overview, patients, pregnancies
from varda.care.programmes import PROGRAMMES
from varda.kernel.errors import Absent, Unprocessable
from varda.web.language import N_
from varda.web.programmes.views import shown
from varda.web.visit import Visit, page

SEXES = {"female": N_("girl"), "male": N_("boy"), "unknown": N_("not told yet")}
_SAID = ("identity", "name", "sex", "more", "same", "is", *births.MEASURES)
_WORDS = (N_("Birth weight"), N_("Birth length"), N_("Head circumference at birth"))


async def form(visit: Visit) -> Response:
    """The form."""
    return await _shown(visit, {})


async def link(visit: Visit) -> Response:
    """Link the child; what is wrong comes back at its field."""
    patient, parts = visit.part("patient"), visit.parts
    said = {key: visit.said(key) for key in _SAID}
    try:
        async with visit.record() as record:
            await births.link(record, patient, said, block=parts.reserve_block, draw=parts.draw)
    except Unprocessable as wrong:
        return await _shown(visit, wrong.by_path, 422)
    return visit.go(f"/chart/{patient}/programmes/maternity?noted=yes")


async def strike(visit: Visit) -> Response:
    """Strike a link; without a reason the page asks for it again."""
    patient, kin = visit.part("patient"), visit.part("kin")
    try:
        async with visit.record() as record:
            await births.strike(record, patient, kin, visit.number_said("version"), visit.said(f"why-{kin}"))
    except Unprocessable as wrong:
        return await shown(visit, PROGRAMMES["maternity"], {f"why-{kin}": wrong.message}, 422)
    return visit.go(f"/chart/{patient}/programmes/maternity?noted=yes")


async def _shown(visit: Visit, problems: dict[str, str], status: int = 200) -> Response:
    async with visit.record() as record:
        wanted = {"Patient": 1, "Condition": 500, "Observation": 1000, "RelatedPerson": 50}
        chart = await overview.chart(record, visit.part("patient"), wanted)
        known = await patients.found(record, visit.said("identity")) if "is" in problems else []
    found = chart.resources
    now = pregnancies.latest(found.get("Condition", ()), found.get("Observation", ()), visit.say.today)
    if now is None or now.outcome != "birth":
        raise Absent("The record tells of no birth. Write that the pregnancy has ended, and how, first.")
    return visit.page(
        "programmes/_child.html", status, person=chart.person, pregnancy=now, sexes=SEXES, measures=births.MEASURES,
        said={key: visit.said(key) for key in _SAID}, problems=problems, known=known,
        children=[one for one in births.born_to(found.get("RelatedPerson", ())) if births.is_of(one, now.ended)],
    )  # fmt: skip


ROUTES = [
    page("/chart/{patient}/birth", form),
    page("/chart/{patient}/birth", link, "POST"),
    page("/chart/{patient}/birth/{kin}/strike", strike, "POST"),
]
