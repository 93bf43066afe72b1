"""Every test run of each candidate, open to everybody in the county, with its log (F229)."""

from starlette.responses import Response

from varda.introduction.readiness import Register, Seal
from varda.introduction.testruns import Run, TestRuns
from varda.web.introduction.reader import number_in
from varda.web.readiness.reader import RUNS
from varda.web.visit import Visit, page

AT = "/testruns"


async def listed(visit: Visit) -> Response:
    """The runs by candidate, the one that is judged first."""
    now = visit.parts.clock.now()
    known = (await Register(visit.parts.door.database).settle(visit.parts.build, visit.powers.in_force, now)).now
    assert known is not None, "settled just before"
    by_build: dict[str, list[Run]] = {known.build: []}
    for one in await _runs(visit).all():
        by_build.setdefault(one.build, []).append(one)
    return visit.page("testruns/list.html", candidate=known, runs=by_build, kinds=RUNS, tab="testruns")


async def log(visit: Visit) -> Response:
    """The log of a run, to take home: never shown as a page of ours."""
    name, body = await _runs(visit).log(number_in(visit, "run"))
    plain = "".join(one if one.isascii() and (one.isalnum() or one in ".-_ ") else "_" for one in name)
    headers = {"Content-Disposition": f'attachment; filename="{plain}"'}
    return Response(body, media_type="application/octet-stream", headers=headers)


def _runs(visit: Visit) -> TestRuns:
    return TestRuns(visit.parts.door.database, Seal(visit.parts.seal))


ROUTES = [page(AT, listed), page(f"{AT}/{{run}}/log", log)]
