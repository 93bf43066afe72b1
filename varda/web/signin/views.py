"""Signing in through a provider of identities, and what follows: one assignment at a time (RULES A2), and lock.

The answer of the provider is believed by `relying`, compared with Varda's own assignments by `varda.access.identity`,
and becomes a ticket with a new secret. Every sign-in is logged, and so is every assignment that was not agreed on.
"""

import hmac
import secrets
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any
from urllib.parse import quote

from starlette.responses import JSONResponse, RedirectResponse, Response

from varda.access import Session
from varda.access.identity import Agreed, Disagreement, Vouched, vouched
from varda.access.tickets import Holder
from varda.introduction.readiness import Seal, session_of, understood
from varda.kernel.errors import Problem, Refused, SignedOut, Unavailable
from varda.web import seals
from varda.web.language import LANGUAGES, N_
from varda.web.relying import Begun, Relying
from varda.web.signin import inhabitants, leaving
from varda.web.visit import LANGUAGE, START, Visit, address, inside, page

LASTS = timedelta(hours=12)
"""How long one sign-in lasts at most: a long shift."""
ON_THE_WAY = "varda_sign_in"
"""The cookie that ties a sign-in to the browser that began it."""
_WAITS = timedelta(minutes=10)
_TRYING = timedelta(minutes=1)
_WHY = {
    "unknown": N_("Your assignment is not known in Varda. Ask your manager to have it registered."),
    "person": N_("The assignment belongs to somebody else here. Ask your manager to have it corrected."),
    "unit": N_("The assignment is at another unit here. Ask your manager to have it corrected."),
    "provider": N_("The assignment is with another care provider here. Ask your manager to have it corrected."),
    "purpose": N_("The assignment is for another purpose here. Ask your manager to have it corrected."),
    "ended": N_("The assignment has ended or has not begun. Ask your manager to have it prolonged."),
}


async def sign_in(visit: Visit) -> Response:
    """To the provider, and back to where one was going."""
    return await _sent(visit, inside(visit.asked("next")))


async def unlock(visit: Visit) -> Response:
    """To the provider once more, to prove that it is the same person."""
    if visit.signed is None:
        return RedirectResponse("/sign-in", 303)
    hint = visit.signed.holder.subject.rpartition("|")[2]
    return await _sent(visit, inside(visit.asked("next")), unlocking=visit.ticket, hint=hint)


async def _sent(visit: Visit, following: str, *, unlocking: str = "", hint: str = "") -> Response:
    relying = _relying(visit)
    now, ours = visit.parts.clock.now(), address(visit.request)
    browser = visit.request.cookies.get(ON_THE_WAY) or secrets.token_urlsafe(32)
    # The state has to be known before the address is made, and is kept together with what is made with it.
    state = secrets.token_urlsafe(32)
    begun = await relying.begun(ours, state, again=bool(unlocking), hint=hint)
    body = {
        "browser": _digest(browser), "issuer": begun.issuer, "nonce": begun.nonce, "verifier": begun.verifier,
        "next": following, "unlocking": _digest(unlocking) if unlocking else "", "at": now.isoformat(),
    }  # fmt: skip
    await visit.parts.once.kept("sign-in", body, now=now, lasts=_WAITS, secret=state)
    response = RedirectResponse(begun.url, 303)
    _give(visit, response, ON_THE_WAY, browser, int(_WAITS.total_seconds()))
    return response


async def come_back(visit: Visit) -> Response:
    """The provider sent the browser back: who it is, and as what."""
    relying, now = _relying(visit), visit.parts.clock.now()
    kept = await visit.parts.once.taken("sign-in", visit.asked("state"), now=now)
    browser = visit.request.cookies.get(ON_THE_WAY, "")
    if kept is None or not hmac.compare_digest(kept["browser"], _digest(browser)):
        raise Refused("This sign-in was not begun here, has been used already or took too long. Begin again.")
    if visit.asked("iss", kept["issuer"]) != kept["issuer"]:
        raise Refused("This answer is from another sign-in service than the one that was asked. Begin again.")
    if not visit.asked("code"):
        raise Refused("The sign-in was broken off. Begin again.")
    begun = Begun("", kept["issuer"], kept["nonce"], kept["verifier"])
    since = datetime.fromisoformat(kept["at"]) if kept["unlocking"] else None
    try:
        proof = await relying.finished(begun, address(visit.request), visit.asked("code"), since=since)
    except Refused as refused:
        await _noted(visit, "", refused.message)
        raise
    who = vouched(proof.claims)
    if kept["unlocking"]:
        return await _unlocked(visit, who, kept)
    if not who.people:
        return await _citizen(visit, who, proof.id_token)
    agreed = await visit.parts.identities.agreed(who, now, language=visit.language)
    for one in agreed.disagreements:
        await _noted(visit, who.people[0], f"{one.assignment}: {one.why}")
    if not agreed.sessions:
        await _noted(visit, who.people[0], "no assignment")
        raise _nothing(agreed)
    chosen = agreed.sessions[0] if len(agreed.sessions) == 1 else None
    return await _begun(visit, chosen, agreed.holder(who, proof.id_token), kept["next"])


async def assignments(visit: Visit) -> Response:
    """The assignments to choose among, at sign-in and later."""
    if visit.signed is None:
        return RedirectResponse("/sign-in", 303)
    if visit.signed.is_locked:
        return RedirectResponse("/sign-in/unlock", 303)
    holder, now = visit.signed.holder, visit.parts.clock.now()
    sessions = await visit.parts.identities.offered(holder, now, language=visit.language)
    if not sessions and visit.known is None:
        await visit.parts.tickets.ended(visit.ticket, kind="browser", now=now)
        raise Refused("You have no assignment now. Ask your manager to have it prolonged, and sign in again.")
    following = inside(visit.asked("next"))
    return visit.page("signin/assignments.html", sessions=sessions, next=following, name=holder.name)


async def choose(visit: Visit) -> Response:
    """Work in one of the assignments: a session of its own with a new secret; the one before ends."""
    if visit.signed is None or visit.signed.is_locked:
        raise SignedOut("You are signed out. Sign in again; what you typed is kept.")
    holder, now = visit.signed.holder, visit.parts.clock.now()
    sessions = await visit.parts.identities.offered(holder, now, language=visit.language)
    chosen = next((one for one in sessions if one.assignment == visit.said("assignment")), None)
    if chosen is None:
        await _noted(visit, holder.people[0] if holder.people else "", f"{visit.said('assignment')[:64]}: not offered")
        raise Refused("You have no such assignment now. Choose another one.")
    return await _begun(visit, chosen, holder, inside(visit.said("next")), closes=visit.signed.closes)


async def lock(visit: Visit) -> Response:
    """Lock at once; what is open stays."""
    await visit.parts.tickets.locked(visit.ticket)
    return Response(status_code=204)


async def awake(visit: Visit) -> Response:
    """Somebody is still reading. That the request came is all."""
    return Response(status_code=204)


async def unlocked(visit: Visit) -> Response:
    """The end of the window in which one unlocked: it tells the others and closes."""
    return visit.page("signin/unlocked.html")


async def choose_language(visit: Visit) -> Response:
    """Remember the language in this browser and go back to where one was."""
    wanted = visit.said("language")
    response = RedirectResponse(inside(visit.said("next")), 303)
    if wanted in LANGUAGES:
        _give(visit, response, LANGUAGE, wanted, 365 * 24 * 3600)
    return response


async def text_key(visit: Visit) -> Response:
    """The key of text kept in this browser and the token of its forms, as JSON, to the signed-in person alone."""
    seal = visit.parts.seal
    salt = visit.asked("salt") or seals.salt(seal, visit.ticket)
    body = {
        "key": seals.text_key(seal, visit.session.actor, salt),
        "salt": salt,
        "who": seals.who(seal, visit.session.actor, visit.session.assignment),
        "token": seals.form_token(seal, visit.ticket),
    }
    return JSONResponse(body)


async def own(visit: Visit) -> Response:
    """Which records an inhabitant may open."""
    return visit.page("signin/own.html", records=await inhabitants.records(visit))


async def _citizen(visit: Visit, who: Vouched, proof: str) -> Response:
    session = await inhabitants.session(visit, who)
    if session is None:
        await _noted(visit, "", "an identity number that is none")
        raise Refused("The sign-in service gave an identity number that is none. Begin again.")
    holder = Holder(subject=who.subject, name=session.name, sid=who.sid, proof=proof)
    return await _begun(visit, session, holder, START)


async def _begun(
    visit: Visit, session: Session | None, holder: Holder, following: str, *, closes: datetime | None = None
) -> Response:
    """A ticket with a secret that nobody has seen before; the browser's earlier one ends."""
    parts, now = visit.parts, visit.parts.clock.now()
    if visit.ticket:
        await parts.tickets.ended(visit.ticket, kind="browser", now=now)
    if session is not None:
        async with parts.door.opened(session, "sign-in", request=visit.number) as record:
            await record.note("sign-in", [], "session", "by a provider of identities" if closes is None else "chosen")
    lasts = closes - now if closes else LASTS
    secret = await parts.tickets.made(session, kind="browser", now=now, lasts=lasts, holder=holder)
    going = following if session else "/sign-in/assignment"
    response = visit.go(going if session or following == START else f"{going}?next={quote(following)}")
    _give(visit, response, visit.parts.cookie, secret)
    return response


async def _unlocked(visit: Visit, who: Vouched, kept: dict[str, Any]) -> Response:
    now = visit.parts.clock.now()
    if not hmac.compare_digest(kept["unlocking"], _digest(visit.ticket)):
        raise Refused("Another session has begun in this browser meanwhile. Begin again.")
    try:
        await visit.parts.tickets.unlocked(visit.ticket, who.subject, now=now)
    except Refused as refused:
        await _noted(visit, who.people[0] if who.people else "", "unlocking somebody else's session")
        raise refused
    return RedirectResponse(kept["next"], 303)


async def _noted(visit: Visit, actor: str, what: str) -> None:
    """Log a sign-in that was refused."""
    nobody = Session(kind="staff", actor=actor, name="")
    async with visit.parts.door.opened(nobody, "sign-in", request=visit.number) as record:
        await record.note("sign-in", [], "session", what, outcome="refused")


def _nothing(agreed: Agreed) -> Refused:
    problems = [Problem(_WHY[one.why]) for one in _each_reason_once(agreed.disagreements)]
    return Refused("You have no assignment here that you can work in now.", problems)


def _each_reason_once(disagreements: tuple[Disagreement, ...]) -> list[Disagreement]:
    return list({one.why: one for one in disagreements}.values())


def _relying(visit: Visit) -> Relying:
    relying: Relying | None = visit.request.app.state.relying
    if relying is None:
        raise Unavailable("Nobody can sign in yet: the operator has to name a sign-in service (VARDA_OIDC_ISSUER).")
    return relying


def _give(visit: Visit, response: Response, name: str, value: str, seconds: int | None = None) -> None:
    response.set_cookie(
        name, value, max_age=seconds, httponly=True, samesite="lax", secure=visit.is_secure, path="/"
    )  # fmt: skip


def _digest(secret: str) -> str:
    return sha256(secret.encode("utf-8", "replace")).hexdigest()


async def synthetic(visit: Visit) -> Response:
    """Sign in what tries a unit's screens: no person, for a minute, by a word that only this installation makes."""
    now, parts = visit.parts.clock.now(), visit.parts
    unit = understood(Seal(parts.seal), visit.said("unit"), visit.said("at"), visit.said("mark"), now)
    session = session_of(await parts.people.unit(unit), visit.language)
    ticket = await parts.tickets.made(session, kind="browser", now=now, lasts=_TRYING, holder=Holder(name=session.name))
    response = Response(status_code=204)
    _give(visit, response, parts.cookie, ticket, int(_TRYING.total_seconds()))
    return response


ROUTES = [
    page("/sign-in/synthetic", synthetic, "POST", is_open=True),
    page("/sign-in", sign_in, is_open=True),
    page("/sign-in/callback", come_back, is_open=True),
    page("/sign-in/unlock", unlock, is_open=True),
    page("/sign-in/unlocked", unlocked, is_open=True),
    page("/sign-in/assignment", assignments, is_open=True),
    page("/sign-in/assignment", choose, "POST", kind="holder"),
    *leaving.ROUTES,
    page("/language", choose_language, "POST", is_open=True),
    page("/session/key", text_key, kind="any"),
    page("/session/lock", lock, "POST", kind="any"),
    page("/session/awake", awake, kind="any"),
    page("/own", own, kind="citizen"),
]
