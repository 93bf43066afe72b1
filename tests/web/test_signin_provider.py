"""What a provider answers is believed only when every part of it is right; and it must agree with Varda's own (A15)."""

import re
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from typing import Any

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey

from tests.record import world
from tests.support import identities
from tests.support.identities import ISSUER, LEVEL, FakeProvider
from varda.kernel.clock import SetClock
from varda.kernel.db import Database
from varda.kernel.errors import Unavailable
from varda.record import Door, Owner, Wish
from varda.web.relying import Client, Relying

BO, ASTRID = "SE9999999999-bo", "SE9999999999-astrid"
WORK = {
    "commissionHsaId": f"{BO}-surgery",
    "commissionName": "Sjuksköterska",
    "commissionPurpose": "Vård och behandling",
    "healthCareUnitHsaId": world.SURGERY,
    "healthCareProviderHsaId": world.REGION,
}
CLIENT = Client(issuer=ISSUER, id="varda", secret="shared", levels=(LEVEL,))


@pytest.fixture
def provider(clock: SetClock) -> FakeProvider:
    made = FakeProvider(clock)
    made.claims = {"sub": "bo", "name": "Bo Ek", "employeeHsaId": BO, **WORK}
    return made


@pytest.fixture
async def browser(
    visitor_of: Callable[..., httpx.AsyncClient], provider: FakeProvider, clock: SetClock
) -> AsyncIterator[httpx.AsyncClient]:
    async with visitor_of(client=CLIENT, may_choose=False) as browser:
        relying = Relying(CLIENT, clock, provider.transport)
        browser._transport.app.state.relying = relying
        yield browser


async def tried(browser: httpx.AsyncClient, provider: FakeProvider, path: str = "/sign-in") -> httpx.Response:
    there = await browser.get(path)
    assert there.status_code == 303, there.text
    return await browser.get("/sign-in/callback", params=provider.agrees(there.headers["location"]))


async def refusals(database: Database) -> list[tuple[str, str]]:
    rows = await database.all("select actor, what from audit.event where action = 'sign-in' and outcome = 'refused'")
    return [tuple(row) for row in rows]


async def test_one_commission_in_plain_claims_is_the_session(
    browser: httpx.AsyncClient, provider: FakeProvider
) -> None:
    answer = await tried(browser, provider)
    assert answer.headers["location"] == "/"
    assert "Surgery" in (await browser.get("/patients")).text
    shown = provider.shown[0]
    assert shown["authorization"].startswith("Basic ")
    assert shown["redirect_uri"] == "http://varda.test/sign-in/callback"


async def test_several_commissions_of_several_identities_are_offered(
    browser: httpx.AsyncClient, provider: FakeProvider
) -> None:
    commissions = [
        {"commissionHsaId": f"{ASTRID}-cardiology", "employeeHsaId": ASTRID},
        {"commissionHsaId": f"{BO}-surgery", "employeeHsaId": BO},
    ]
    provider.claims = {"sub": "two", "employeeHsaId": [ASTRID, BO], "commissions": commissions}
    assert (await tried(browser, provider)).headers["location"] == "/sign-in/assignment"
    page = (await browser.get("/sign-in/assignment")).text
    assert re.findall(r'name="assignment"\s+value="([^"]+)"', page) == [f"{ASTRID}-cardiology", f"{BO}-surgery"]


async def test_a_provider_that_keeps_no_commissions_leaves_them_to_varda(
    browser: httpx.AsyncClient, provider: FakeProvider
) -> None:
    provider.claims = {"sub": "bo", "employeeHsaId": BO}
    assert (await tried(browser, provider)).headers["location"] == "/"


async def test_whoever_has_no_commission_gets_no_session(browser: httpx.AsyncClient, provider: FakeProvider) -> None:
    provider.claims = {"sub": "bo", "employeeHsaId": BO, "commissions": []}
    assert (await tried(browser, provider)).status_code == 403
    assert "varda_session" not in browser.cookies


@pytest.mark.parametrize(
    ("claims", "sentence", "why"),
    [
        ({"commissionHsaId": f"{ASTRID}-surgery"}, "tillhör någon annan", f"{ASTRID}-surgery: person"),
        ({"commissionHsaId": "SE9999999999-none"}, "inte känt i Varda", "SE9999999999-none: unknown"),
        ({"healthCareUnitHsaId": world.CARDIOLOGY}, "en annan enhet", f"{BO}-surgery: unit"),
        ({"healthCareProviderHsaId": world.BORAS}, "en annan vårdgivare", f"{BO}-surgery: provider"),
        ({"commissionPurpose": "Kvalitetssäkring"}, "ett annat ändamål", f"{BO}-surgery: purpose"),
        ({"commissionPurpose": "Något annat"}, "ett annat ändamål", f"{BO}-surgery: purpose"),
    ],
)
async def test_a_commission_that_varda_knows_otherwise_is_refused_with_its_reason_and_logged(
    browser: httpx.AsyncClient,
    provider: FakeProvider,
    database: Database,
    claims: dict[str, Any],
    sentence: str,
    why: str,
) -> None:
    provider.claims |= claims
    answer = await tried(browser, provider)
    assert answer.status_code == 403
    assert sentence in answer.text
    assert (BO, why) in await refusals(database)
    assert "varda_session" not in browser.cookies


async def test_an_ended_assignment_is_refused_and_logged(
    browser: httpx.AsyncClient, provider: FakeProvider, door: Door, database: Database
) -> None:
    ended = world.assignment("bo", "surgery", "nurse") | {"period": {"end": "2026-02-28"}}
    async with door.opened(world.SYSTEM, "administration") as record:
        await record.write([Wish("update", ended, owner=Owner("", ""))])
    answer = await tried(browser, provider)
    assert answer.status_code == 403
    assert "har upphört" in answer.text
    assert (BO, f"{BO}-surgery: ended") in await refusals(database)


async def test_what_is_agreed_on_can_be_used_though_another_is_not(
    browser: httpx.AsyncClient, provider: FakeProvider, database: Database
) -> None:
    provider.claims = {
        "sub": "bo", "employeeHsaId": BO, "commissions": [WORK, {"commissionHsaId": f"{ASTRID}-surgery"}],
    }  # fmt: skip
    assert (await tried(browser, provider)).headers["location"] == "/"
    assert (BO, f"{ASTRID}-surgery: person") in await refusals(database)


@pytest.mark.parametrize("acr", ["", "http://id.sambi.se/loa/loa2", None, ["http://id.sambi.se/loa/loa3"]])
@pytest.mark.parametrize("who", ["staff", "citizen"])
async def test_A15_a_login_that_is_not_strong_enough_is_refused_for_staff_and_citizens_alike(  # noqa: N802 - the rule's name
    browser: httpx.AsyncClient, provider: FakeProvider, database: Database, acr: object, who: str
) -> None:
    if who == "citizen":
        provider.claims = {"sub": "vera", "personalIdentityNumber": "19500214XA07"}
    provider.changed = lambda claims: claims | {"acr": acr}
    answer = await tried(browser, provider)
    assert answer.status_code == 403
    assert "tillräckligt starkt" in answer.text
    assert len(await refusals(database)) == 1
    provider.changed = lambda claims: claims
    assert (await tried(browser, provider)).status_code == 303


async def test_a_citizen_may_come_with_a_coordination_number_claim_and_needs_a_number_that_is_one(
    browser: httpx.AsyncClient, provider: FakeProvider
) -> None:
    provider.claims = {"sub": "x", "https://id.oidc.se/claim/personalIdentityNumber": "19500214XA07"}
    assert (await tried(browser, provider)).headers["location"] == "/"
    provider.claims = {"sub": "x", "personalIdentityNumber": "hello"}
    assert (await tried(browser, provider)).status_code == 403


def spoilt(**claims: Any) -> Callable[[dict[str, Any]], dict[str, Any]]:
    return lambda good: {name: value for name, value in (good | claims).items() if value is not ...}


HOUR = 3600
NOW = 1772366400  # 2026-03-01 12:00 UTC


@pytest.mark.parametrize(
    "change",
    [
        spoilt(exp=NOW - 61),
        spoilt(exp=...),
        spoilt(exp="soon"),
        spoilt(exp=float("inf")),
        spoilt(iat=NOW + 61 + 60),
        spoilt(iat=NOW - HOUR),
        spoilt(iat=...),
        spoilt(nbf=NOW + HOUR),
        spoilt(iss="https://evil.example"),
        spoilt(iss=f"{ISSUER}/"),
        spoilt(iss=...),
        spoilt(aud="somebody-else"),
        spoilt(aud=["somebody-else"]),
        spoilt(aud=["varda", "somebody-else"]),
        spoilt(aud=["varda", "somebody-else"], azp="somebody-else"),
        spoilt(aud=...),
        spoilt(azp="somebody-else"),
        spoilt(nonce="of another sign-in"),
        spoilt(nonce=...),
        spoilt(sub=...),
        spoilt(sub=7),
        spoilt(at_hash="of another token"),
    ],
)
async def test_an_id_token_with_a_wrong_claim_is_refused(
    browser: httpx.AsyncClient, provider: FakeProvider, change: Callable[[dict[str, Any]], dict[str, Any]]
) -> None:
    provider.changed = change
    answer = await tried(browser, provider)
    assert answer.status_code == 403, answer.text
    assert "varda_session" not in browser.cookies


@pytest.mark.parametrize("seconds", [-50, 50])
async def test_clocks_may_differ_by_less_than_a_minute(
    browser: httpx.AsyncClient, provider: FakeProvider, seconds: int
) -> None:
    provider.changed = lambda claims: claims | {"iat": claims["iat"] + seconds, "exp": claims["iat"] + seconds + 10}
    assert (await tried(browser, provider)).status_code == 303


async def test_an_id_token_of_no_or_a_known_secret_or_another_key_is_refused(
    browser: httpx.AsyncClient, provider: FakeProvider
) -> None:
    forgeries = [
        identities.unsigned,
        identities.by_public_key(provider),
        identities.by_other_key,
        lambda claims: jwt.encode({"alg": "RS256", "kid": "one"}, claims, RSAKey.generate_key(2048)),
        lambda claims: provider.sign(claims, kid="unknown"),
        lambda claims: provider.sign(claims)[:-8] + "AAAAAAAA",
        lambda claims: provider.sign(claims).replace(".", ".e30", 1),
        lambda claims: "rubbish",
        lambda claims: "",
    ]
    for forged in forgeries:
        provider.signed = forged
        answer = await tried(browser, provider)
        assert answer.status_code == 403, answer.text
        assert "går inte att lita på" in answer.text
    assert "varda_session" not in browser.cookies


async def test_a_key_made_for_something_else_signs_nothing(
    browser: httpx.AsyncClient, provider: FakeProvider, clock: SetClock
) -> None:
    other = RSAKey.generate_key(2048, {"use": "enc", "kid": "locks"})
    provider.published = [provider.key, other]
    signing = RSAKey.import_key(other.as_pem(private=True), {"kid": "locks"})
    provider.signed = lambda claims: jwt.encode({"alg": "RS256", "kid": "locks"}, claims, signing)
    assert (await tried(browser, provider)).status_code == 403


async def test_a_new_key_of_the_provider_is_fetched_and_an_unknown_one_is_not_asked_for_all_the_time(
    browser: httpx.AsyncClient, provider: FakeProvider, clock: SetClock
) -> None:
    assert (await tried(browser, provider)).status_code == 303
    assert provider.keys_asked == 1
    clock.instant += timedelta(minutes=5)
    provider.key = RSAKey.generate_key(2048, {"use": "sig", "kid": "two"})
    provider.published.append(provider.key)
    assert (await tried(browser, provider)).status_code == 303
    assert provider.keys_asked == 2
    for _ in range(3):
        provider.signed = lambda claims: provider.sign(claims, kid="unknown")
        assert (await tried(browser, provider)).status_code == 403
    assert provider.keys_asked == 2


async def test_a_code_is_good_once(browser: httpx.AsyncClient, provider: FakeProvider) -> None:
    there = (await browser.get("/sign-in")).headers["location"]
    answer = provider.agrees(there)
    assert (await browser.get("/sign-in/callback", params=answer)).status_code == 303
    assert (await browser.get("/sign-in/callback", params=answer)).status_code == 403
    # Though it came with a sign-in of its own, the provider knows that it has been used.
    fresh = provider.agrees((await browser.get("/sign-in")).headers["location"])
    assert (await browser.get("/sign-in/callback", params=fresh | {"code": answer["code"]})).status_code == 403


async def test_a_sign_in_takes_ten_minutes_at_most(
    browser: httpx.AsyncClient, provider: FakeProvider, clock: SetClock
) -> None:
    answer = provider.agrees((await browser.get("/sign-in")).headers["location"])
    clock.instant += timedelta(minutes=10, seconds=1)
    assert (await browser.get("/sign-in/callback", params=answer)).status_code == 403


async def test_who_it_is_may_be_told_apart_but_of_the_same_person_only(
    browser: httpx.AsyncClient, provider: FakeProvider
) -> None:
    provider.told = {"sub": "bo", "employeeHsaId": BO, "acr": "forged"}
    provider.claims = {"sub": "bo"}
    assert (await tried(browser, provider)).headers["location"] == "/"
    provider.told = {"sub": "astrid", "employeeHsaId": ASTRID}
    assert (await tried(browser, provider)).status_code == 403


@pytest.mark.parametrize(
    "claims",
    [
        {"sub": "x"},
        {"sub": "x", "employeeHsaId": [7]},
        {"sub": "x", "employeeHsaId": {"a": 1}},
        {"sub": "x", "employeeHsaId": BO, "commissions": "all"},
        {"sub": "x", "employeeHsaId": BO, "commissions": [WORK | {"employeeHsaId": ASTRID}]},
        {"sub": "x", "employeeHsaId": BO, "commissions": [WORK | {"commissionHsaId": 7}]},
        {"sub": "x", "employeeHsaId": [BO, ASTRID], "commissions": [WORK]},
    ],
)
async def test_claims_that_cannot_be_read_are_refused(
    browser: httpx.AsyncClient, provider: FakeProvider, claims: dict[str, Any]
) -> None:
    provider.claims = claims
    assert (await tried(browser, provider)).status_code == 403


async def test_unlocking_demands_a_proof_of_now(
    browser: httpx.AsyncClient, provider: FakeProvider, clock: SetClock
) -> None:
    await tried(browser, provider)
    clock.instant += timedelta(minutes=20)
    assert (await browser.get("/patients")).status_code == 423
    there = (await browser.get("/sign-in/unlock")).headers["location"]
    assert "prompt=login" in there
    assert "max_age=0" in there
    provider.changed = lambda claims: claims | {"auth_time": NOW}
    assert (await browser.get("/sign-in/callback", params=provider.agrees(there))).status_code == 403
    assert (await browser.get("/patients")).status_code == 423
    provider.changed = lambda claims: claims
    assert (await tried(browser, provider, "/sign-in/unlock")).status_code == 303
    assert (await browser.get("/patients")).status_code == 200


async def test_a_provider_that_is_away_or_another_one_is_told_in_a_sentence(
    browser: httpx.AsyncClient, provider: FakeProvider, clock: SetClock
) -> None:
    provider.is_down = True
    answer = await browser.get("/sign-in")
    assert answer.status_code == 503
    assert "Inloggningstjänsten svarar inte" in answer.text
    provider.is_down, provider.issuer = False, "https://evil.example"
    with pytest.raises(Unavailable, match="another name"):
        await Relying(CLIENT, clock, provider.transport).begun("https://varda.example", "state")


@pytest.mark.parametrize("kind", ["RSA", "EC"])
async def test_we_may_show_who_we_are_by_a_key_instead_of_a_secret(
    provider: FakeProvider, clock: SetClock, kind: str
) -> None:
    key = RSAKey.generate_key(2048) if kind == "RSA" else ECKey.generate_key("P-256")
    client = Client(issuer=ISSUER, id="varda", key=key, levels=(LEVEL,))
    relying = Relying(client, clock, provider.transport)
    begun = await relying.begun("https://varda.example", "state")
    await relying.finished(begun, "https://varda.example", provider.agrees(begun.url)["code"])
    shown = provider.shown[0]
    assert "secret" not in str(shown)
    algorithm = {"RSA": "RS256", "EC": "ES256"}[kind]
    claims = jwt.decode(shown["client_assertion"], key, algorithms=[algorithm]).claims
    assert claims["iss"] == claims["sub"] == "varda"
    assert claims["aud"] == f"{ISSUER}/token"
