"""Signing out: here or everywhere, of the provider of identities too, and when the provider says so by itself."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from varda.kernel.errors import Refused
from varda.web.parts import Parts
from varda.web.relying import SKEW, Relying
from varda.web.visit import Visit, address, page


async def sign_out(visit: Visit) -> Response:
    """End the session here, or every one of the person's; then on to the provider, if one signs out there."""
    now, tickets = visit.parts.clock.now(), visit.parts.tickets
    if visit.signed is not None and visit.said("everywhere"):
        await tickets.ended_everywhere(visit.signed.holder, now)
    await tickets.ended(visit.ticket, kind="browser", now=now)
    there = await _there(visit)
    # A page and no redirect: a form may not lead to another site (the policy of `headers`), a page may.
    response = visit.page("signin/leaving.html", there=there) if there else visit.go("/signed-out")
    response.delete_cookie(visit.parts.cookie, path="/")
    return response


async def signed_out(visit: Visit) -> Response:
    """That one is signed out, and the way in."""
    return visit.page("signin/signed_out.html")


async def by_provider(request: Request) -> Response:
    """The provider has signed somebody out, and tells everybody who asked it who that was (back-channel logout)."""
    parts: Parts = request.app.state.parts
    relying: Relying | None = request.app.state.relying
    text = (await request.form()).get("logout_token")
    try:
        if relying is None or not isinstance(text, str):
            raise Refused("Nothing is said about a sign-out.")
        ended = await relying.ended(address(request), text)
    except Refused as refused:
        return JSONResponse({"error": "invalid_request", "error_description": refused.message}, 400)
    now = parts.clock.now()
    await parts.tickets.ended_by(ended.issuer, ended.subject, ended.sid, until=ended.at + SKEW, now=now)
    return Response(status_code=200)


async def _there(visit: Visit) -> str:
    relying: Relying | None = visit.request.app.state.relying
    if relying is None or visit.signed is None or not visit.signed.holder.proof:
        return ""
    return await relying.leaving(address(visit.request), visit.signed.holder.proof)


ROUTES = [
    page("/sign-out", sign_out, "POST", kind="holder"),
    page("/signed-out", signed_out, is_open=True),
    Route("/sign-in/back-channel-logout", by_provider, methods=["POST"]),
]
