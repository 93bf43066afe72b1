"""Open Badges 3.0 of finished base courses (F198): mine to download, and public what it takes to check one.

Issuer, key and achievement are at addresses that everybody reads; so is the page where a badge is checked. They tell
of no person: a badge is shown by who holds it, and nothing is looked up by name.
"""

from starlette.responses import JSONResponse, Response

from varda.exchange import badges
from varda.introduction import training
from varda.introduction.training import Course, Finished, Learning
from varda.kernel.errors import Absent, Unprocessable
from varda.web.visit import Visit, address, page

AT = "/badges"
LD_JSON = "application/ld+json"
LONGEST = 20_000


async def mine(visit: Visit) -> Response:
    """The badge of a base course that I have finished."""
    course = training.known(visit.powers.in_force).get(visit.part("course"))
    learning = Learning(visit.parts.door.database, visit.parts.door.catalogue, visit.parts.build)
    finished = (await learning.finished(visit.session.actor)).get(visit.part("course"))
    if course is None or course.kind != "base" or finished is None or not finished.lasts(visit.parts.clock.now()):
        raise Absent("A badge is given for a base course that you have finished and that counts.")
    issuer = _issuer(visit)
    said = badges.credential(issuer, _achieved(visit, course, finished))
    headers = {"Content-Disposition": f'attachment; filename="{course.code}.jwt"', "Cache-Control": "no-store"}
    return Response(badges.signed(said, issuer, _key(visit)), media_type=badges.MEDIA, headers=headers)


async def issuer(visit: Visit) -> Response:
    """Who issues, for everybody."""
    said = {"@context": list(badges.CONTEXTS)} | _issuer(visit).profile()
    return JSONResponse(said | {"publicKey": f"{_issuer(visit).address}{AT}/jwks"}, media_type=LD_JSON)


async def jwks(visit: Visit) -> Response:
    """The public key, for everybody."""
    return JSONResponse(badges.public(_key(visit)), media_type="application/jwk-set+json")


async def key(visit: Visit) -> Response:
    """One public key by the name that a badge's header gives it."""
    found = next((one for one in badges.public(_key(visit))["keys"] if one["kid"] == visit.part("kid")), None)
    if found is None:
        raise Absent("There is no such key.")
    return JSONResponse(found, media_type="application/jwk+json")


async def achievement(visit: Visit) -> Response:
    """What a badge is for, for everybody."""
    in_force = await visit.parts.door.catalogue.in_force(visit.parts.clock.now())
    course = training.known(in_force).get(visit.part("course"))
    if course is None or course.kind != "base":
        raise Absent("There is no such badge.")
    now = visit.parts.clock.now()
    found = badges.achievement(
        _issuer(visit), _achieved(visit, course, Finished(course.code, course.version, now, None))
    )
    return JSONResponse({"@context": list(badges.CONTEXTS)} | found, media_type=LD_JSON)


async def check(visit: Visit) -> Response:
    """Check a badge: what it says, or why it is none."""
    text = visit.said("badge")[:LONGEST]
    said, wrong = None, ""
    if text.strip():
        try:
            said, wrong = badges.verified(text, _issuer(visit), _key(visit), visit.parts.clock.now())
        except Unprocessable as none:
            wrong = none.message
    status = 422 if wrong and said is None else 200
    if "application/json" in visit.request.headers.get("accept", ""):
        told = {"verified": said is not None and not wrong, "problem": wrong, "credential": said}
        return JSONResponse(told, status)
    return visit.page("badges/check.html", status, said=said, wrong=wrong, text=text)


def _achieved(visit: Visit, course: Course, finished: Finished) -> badges.Achieved:
    who = visit.known
    person, name = (who.actor, who.name) if who else ("", "")
    return badges.Achieved(
        person, name, course.code, course.title.sv, course.about.sv, finished.version, finished.at, finished.until
    )


def _issuer(visit: Visit) -> badges.Issuer:
    return badges.Issuer(address(visit.request), visit.parts.issuer)


def _key(visit: Visit) -> bytes:
    if not visit.parts.badge_key:
        raise Absent("No badges are issued here.")
    return visit.parts.badge_key


ROUTES = [
    page("/learning/{course}/badge", mine),
    page(f"{AT}/issuer", issuer, is_open=True),
    page(f"{AT}/jwks", jwks, is_open=True),
    page(f"{AT}/keys/{{kid}}", key, is_open=True),
    page(f"{AT}/achievements/{{course}}", achievement, is_open=True),
    page(f"{AT}/verify", check, is_open=True),
    page(f"{AT}/verify", check, "POST", is_open=True),
]
