"""Open Badges 3.0: a finished base course as a credential that is checked with the published key alone (F198).

Required properties: https://www.imsglobal.org/spec/ob/v3p0/ (OpenBadgeCredential, Profile, AchievementSubject,
Achievement), and §8.2 for the JWT.
"""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from urllib.parse import urlsplit

from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

from tests.support import signing_in
from tests.web.conftest import SignIn, Visitor
from varda.exchange import badges
from varda.introduction import training
from varda.kernel.clock import SetClock
from varda.record import Door

KEY = badges.new_key()


async def finished(door: Door, clock: SetClock, course: str) -> None:
    """That Liv has finished a course, exercises and all."""
    learning = training.Learning(door.database, door.catalogue, "x")
    for code in ("introduction", course):
        for step in training.shipped()[code].steps:
            await learning.step_done("SE9999999999-liv", training.shipped()[code], step, clock.now())


def part(text: str) -> dict[str, object]:
    found: dict[str, object] = json.loads(urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    return found


async def test_a_finished_base_course_is_a_badge_that_anybody_checks(
    door: Door, clock: SetClock, signed_in: SignIn, visitor_of: Callable[..., Visitor]
) -> None:
    """F198: signed by the published key; what the specification requires is there."""
    await signed_in("liv", "nurse")
    async with visitor_of(badge_key=KEY, issuer="Västra Götalandsregionen") as liv:
        await signing_in.signed_in(liv, "SE9999999999-liv", "SE9999999999-liv-cardiology")
        assert (await liv.get("/learning/base-nurse/badge")).status_code == 404, "not finished"
        await finished(door, clock, "base-nurse")
        assert "/learning/base-nurse/badge" in (await liv.get("/learning/base-nurse")).text
        assert (await liv.get("/learning/introduction/badge")).status_code == 404, "no base course"
        answer = await liv.get("/learning/base-nurse/badge")
    assert answer.headers["content-type"] == "application/vc+jwt"
    badge = answer.text
    header = part(badge.split(".")[0])
    assert (header["alg"], header["typ"]) == ("RS256", "JWT")
    async with visitor_of(badge_key=KEY, issuer="Västra Götalandsregionen") as stranger:
        keys = KeySet.import_key_set((await stranger.get("/badges/jwks")).json())
        assert not [one for one in keys.as_dict()["keys"] if "d" in one], "the private half stays here"
        one = RSAKey.import_key((await stranger.get(urlsplit(str(header["kid"])).path)).json())
        said = jwt.decode(badge, one, algorithms=["RS256"]).claims
        profile = (await stranger.get(urlsplit(said["issuer"]["id"]).path)).json()
        achievement = (await stranger.get(urlsplit(said["credentialSubject"]["achievement"]["id"]).path)).json()
        told = await stranger.post("/badges/verify", data={"badge": badge}, headers={"accept": "application/json"})
        assert told.json()["verified"] is True
        assert "Märket är äkta och gäller." in unescape(
            (await stranger.post("/badges/verify", data={"badge": badge})).text
        )
        assert (await stranger.get("/learning/base-nurse/badge")).status_code == 303, "it is given to its holder alone"
        changed = badge.split(".")
        changed[1] = urlsafe_b64encode(json.dumps(part(changed[1]) | {"name": "Läkare"}).encode()).decode().rstrip("=")
        for bad in (
            ".".join(changed),
            badge[:-3],
            "x",
            "å.b.c",
            badges.signed(said, badges.Issuer("http://x", "x"), badges.new_key()),
        ):
            assert (await stranger.post("/badges/verify", data={"badge": bad})).status_code == 422
        clock.instant += timedelta(days=4000)
        old = await stranger.post("/badges/verify", data={"badge": badge}, headers={"accept": "application/json"})
        assert old.json()["problem"] == ("expired" if "validUntil" in said else "")
    as_required(said)
    assert profile["id"] == said["issuer"]["id"] == said["iss"]
    assert achievement["name"] == "Grundkurs för sjuksköterskor"


def as_required(said: dict[str, object]) -> None:
    """What the specification requires of a credential and of its claims."""
    assert said["@context"][0] == "https://www.w3.org/ns/credentials/v2"  # type: ignore[index] # a list
    assert str(said["@context"][1]).startswith("https://purl.imsglobal.org/spec/ob/v3p0/context")  # type: ignore[index] # a list
    assert said["type"] == ["VerifiableCredential", "OpenBadgeCredential"]
    assert str(said["id"]).startswith("urn:uuid:")
    assert said["name"]
    assert said["validFrom"] == "2026-03-01T12:00:00Z"
    issuer, subject = said["issuer"], said["credentialSubject"]
    assert isinstance(issuer, dict)
    assert isinstance(subject, dict)
    assert (issuer["type"], issuer["name"]) == (["Profile"], "Västra Götalandsregionen")
    assert subject["type"] == ["AchievementSubject"]
    assert subject["identifier"][0] == {
        "type": "IdentityObject", "hashed": False, "identityType": "sourcedId", "identityHash": "SE9999999999-liv"
    }  # fmt: skip
    achievement = subject["achievement"]
    assert achievement["type"] == ["Achievement"]
    assert all(achievement[name] for name in ("id", "name", "description"))
    assert achievement["criteria"]["narrative"]
    assert (said["jti"], said["sub"]) == (said["id"], subject["id"])
    assert said["nbf"] == 1772366400


async def test_nothing_is_issued_without_a_key(signed_in: SignIn) -> None:
    liv = await signed_in("liv", "nurse")
    assert (await liv.get("/badges/jwks")).status_code == 404
    assert "/badge" not in (await liv.get("/learning/base-nurse")).text
