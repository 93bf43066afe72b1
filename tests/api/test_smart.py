"""SMART App Launch against a real server: apps of people and systems, and everything that must not work."""

import asyncio
import time
from dataclasses import replace
from typing import Any

import pytest
from authlib.common.security import generate_token
from authlib.integrations.httpx_client import AsyncOAuth2Client
from authlib.oauth2.rfc7523 import PrivateKeyJWT
from fhirclient import client as fhirclient
from fhirclient.models.observation import Observation
from fhirclient.models.patient import Patient
from fhirpy import AsyncFHIRClient
from fhirpy.base.exceptions import ForbiddenError
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

from tests.record.test_powers import decided
from tests.support.apps import EC, KEYS, RSA, World, error
from tests.support.smart import BACK, said, signed_in
from varda.access.apps import Apps, hashed
from varda.access.people import People

pytestmark = pytest.mark.anyio

# The field's own clients ---------------------------------------------------------------------------------------------


async def test_fhirclient_is_opened_by_itself_and_reads_the_chosen_patient(world: World) -> None:
    app = await world.app()
    settings = {
        "app_id": app.client, "api_base": world.fhir, "redirect_uri": BACK,
        "scope": "openid fhirUser launch/patient patient/*.rs",
    }  # fmt: skip
    smart = fhirclient.FHIRClient(settings=settings)
    await asyncio.to_thread(smart.prepare)
    page = await world.astrid.asked(smart.authorize_url)
    assert ("Growth chart" in page.text, "Cardiology" in page.text, "kvalitetsuppföljning" in page.text) == (
        True,
        True,
        True,
    )
    secret = said(str(page.url))["request"]
    found = await world.astrid.posted("/apps/approve/find", request=secret, q="Åkesson")
    assert 'value="vera"' in found.text
    elsewhere = await world.astrid.posted("/apps/approve/find", request=secret, q="19610305-XB12")
    assert 'value="asa"' not in elsewhere.text
    back = (await world.astrid.answered(page, patient="vera")).headers["location"]

    def work() -> None:
        smart.handle_callback(back)
        assert smart.patient.name[0].family == "Åkesson"
        found = Observation.where(struct={"code": "718-7"}).perform_resources_iter(smart.server)
        assert [one.id for one in found] == ["hb-cardiology"]
        with pytest.raises(Exception, match=r"403|404"):
            Patient.read("asa", smart.server)
        smart.server.session.close()

    await asyncio.to_thread(work)


async def test_fhirclient_is_opened_from_the_chart(world: World) -> None:
    app = await world.app(auth="client_secret_basic", secret=hashed("hush"))
    assert app.name in (await world.astrid.browser.get("/chart/vera/apps")).text
    opened = await world.astrid.posted(f"/chart/vera/apps/{app.client}", encounter="vera-stay")
    assert opened.headers["location"].startswith("http://localhost:9/launch?")
    assert "http://localhost:9" in opened.headers["content-security-policy"]
    launch = said(opened.headers["location"])
    assert launch["iss"] == world.fhir
    settings = {
        "app_id": app.client, "app_secret": "hush", "api_base": launch["iss"], "redirect_uri": BACK,
        "scope": "launch openid fhirUser patient/*.read", "launch_token": launch["launch"],
    }  # fmt: skip
    smart = fhirclient.FHIRClient(settings=settings)
    await asyncio.to_thread(smart.prepare)
    back = await world.astrid.approved(smart.authorize_url)

    def work() -> None:
        smart.handle_callback(back)
        assert (smart.launch_context or {}).get("encounter") == "vera-stay"
        assert smart.patient.id == "vera"
        smart.server.session.close()

    await asyncio.to_thread(work)


async def test_authlib_and_fhirpy_read_as_a_system(world: World) -> None:
    app = await world.app(
        auth="private_key_jwt", jwks=KEYS, scopes="system/Observation.rs system/Patient.r", redirects=()
    )
    async with AsyncOAuth2Client(app.client, RSA, token_endpoint_auth_method="private_key_jwt") as oauth:
        url, claims = f"{world.address}/token", {"exp": int(time.time()) + 240}
        oauth.register_client_auth_method(PrivateKeyJWT(url, claims, {"kid": "r"}, "RS384"))
        token = await oauth.fetch_token(url, grant_type="client_credentials", scope="system/Observation.rs")
    assert (token["token_type"], token["expires_in"], token["scope"]) == ("Bearer", 300, "system/Observation.rs")
    fhir = AsyncFHIRClient(world.fhir, authorization=f"Bearer {token['access_token']}")
    assert [one.id for one in await fhir.resources("Observation").fetch_all()] == ["hb-cardiology"]
    with pytest.raises(ForbiddenError, match=r"system/Patient\.s"):
        await fhir.resources("Patient").fetch_all()
    row = await world.door.database.one("select purpose from audit.event where actor = $1 limit 1", app.client)
    assert row["purpose"] == "quality"


# What is told --------------------------------------------------------------------------------------------------------


async def test_where_to_go_is_told(world: World) -> None:
    for path in ("/.well-known/smart-configuration", "/fhir/.well-known/smart-configuration"):
        told = (await world.http.get(path)).json()
        assert told["token_endpoint"] == f"{world.address}/token"
        assert told["code_challenge_methods_supported"] == ["S256"]
    security = (await world.http.get("/fhir/metadata")).json()["rest"][0]["security"]
    uris = {one["url"]: one["valueUri"] for one in security["extension"][0]["extension"]}
    assert uris["authorize"] == told["authorization_endpoint"]


async def test_the_id_token_says_who_the_user_is(world: World) -> None:
    app = await world.app()
    token = await world.tokens(app, "openid fhirUser user/Patient.rs", nonce="n1")
    keys = KeySet.import_key_set((await world.http.get("/jwks")).json())
    claims = jwt.decode(token["id_token"], keys, algorithms=["RS256"]).claims
    assert (claims["iss"], claims["aud"], claims["nonce"]) == (world.address, [app.client], "n1")
    assert claims["fhirUser"] == f"{world.fhir}/Practitioner/astrid"
    assert "patient" not in token


async def test_a_user_app_reads_with_its_purpose_and_no_further_than_its_user(world: World) -> None:
    token = await world.tokens(await world.app(), "user/Observation.rs")
    assert (await world.get("Observation/hb-cardiology", token["access_token"])).status_code == 200
    assert (await world.get("Observation/hb-surgery", token["access_token"])).status_code == 404
    assert (await world.get("Encounter/vera-stay", token["access_token"])).status_code == 403
    sql = "select distinct purpose from audit.event where what like 'Observation/%' and actor = $1"
    assert [row["purpose"] for row in await world.door.database.all(sql, world.session.actor)] == ["quality"]


async def test_an_app_that_asks_for_no_data_gets_none(world: World) -> None:
    token = await world.tokens(await world.app(), "openid")
    assert (await world.get("Patient/vera", token["access_token"])).status_code == 403
    assert (await world.get("Patient", token["access_token"])).status_code == 403


async def test_introspection_and_revocation(world: World) -> None:
    app = await world.app(auth="client_secret_basic", secret=hashed("hush"))
    other = await world.app(auth="client_secret_basic", secret=hashed("other"))
    verifier = generate_token(64)
    back = await world.astrid.approved(
        world.url(app, "patient/*.rs launch/patient offline_access", verifier), patient="vera"
    )
    form = {
        "grant_type": "authorization_code",
        "code": said(back)["code"],
        "redirect_uri": BACK,
        "code_verifier": verifier,
    }
    token = (await world.http.post("/token", data=form, auth=(app.client, "hush"))).json()
    own, strange = (app.client, "hush"), (other.client, "other")

    async def introspected(secret: str, auth: tuple[str, str]) -> dict[str, Any]:
        return (await world.http.post("/introspect", data={"token": secret}, auth=auth)).json()

    told = await introspected(token["access_token"], own)
    assert (told["active"], told["patient"], told["sub"]) == (True, "vera", "SE9999999999-astrid")
    assert told["client_id"] == app.client
    assert (await introspected(token["refresh_token"], own))["active"] is True
    assert await introspected(token["access_token"], strange) == {"active": False}
    assert await introspected("nothing", own) == {"active": False}
    assert (await world.http.post("/introspect", data={"token": "x"}, auth=(app.client, "wrong"))).status_code == 401
    assert (
        error(await world.http.post("/revoke", data={"token": token["refresh_token"]}, auth=strange)) == "invalid_grant"
    )
    assert (await world.http.post("/revoke", data={"token": token["refresh_token"]}, auth=own)).status_code == 200
    assert await introspected(token["access_token"], own) == {"active": False}
    assert (await world.get("Patient/vera", token["access_token"])).status_code == 401


# What must not work --------------------------------------------------------------------------------------------------


async def test_nobody_is_sent_to_an_address_that_is_not_registered(world: World) -> None:
    app, verifier = await world.app(), generate_token(64)
    for changed in ({"redirect_uri": "https://evil.example/"}, {"redirect_uri": f"{BACK}/x"}, {"redirect_uri": ""},
                    {"client_id": "nobody"}, {"redirect_uri": 'https://evil.example/"'}):  # fmt: skip
        answer = await world.astrid.asked(world.url(app, "user/Observation.rs", verifier, **changed))
        assert (answer.status_code, "location" in answer.headers) in ((400, False), (401, False)), answer.text
        assert error(answer) in ("invalid_request", "invalid_client")


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"code_challenge": ""}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge_method": ""}, "invalid_request"),
        ({"aud": "https://other.example/fhir"}, "invalid_request"),
        ({"aud": ""}, "invalid_request"),
        ({"scope": "user/Condition.rs"}, "invalid_scope"),
        ({"scope": "user/Observation.cruds"}, "invalid_scope"),
        ({"scope": "system/Observation.rs"}, "invalid_scope"),
        ({"scope": "nonsense"}, "invalid_scope"),
        ({"scope": ""}, "invalid_scope"),
        ({"scope": "launch patient/*.rs"}, "invalid_request"),
        ({"scope": "launch patient/*.rs", "launch": "made-up"}, "invalid_request"),
        ({"response_type": "token"}, "unsupported_response_type"),
    ],
)
async def test_a_wrong_wish_is_told_to_the_app(world: World, changed: dict[str, str], told: str) -> None:
    scope = changed.pop("scope", "user/Observation.rs")
    answer = await world.astrid.asked(world.url(await world.app(), scope, generate_token(64), **changed))
    assert answer.status_code == 302, answer.text
    assert answer.headers["location"].startswith(f"{BACK}?")
    found = said(answer.headers["location"])
    assert (found["error"], found["state"]) == (told, "st")


async def test_who_is_not_signed_in_signs_in_first_and_who_refuses_has_refused(world: World) -> None:
    app, verifier = await world.app(), generate_token(64)
    url = world.url(app, "user/Observation.rs", verifier)
    stranger = await world.http.get((await world.http.get(url)).headers["location"])
    assert stranger.status_code == 303
    assert stranger.headers["location"].startswith("/sign-in?next=/apps/approve")
    page = await world.astrid.asked(url)
    refused = await world.astrid.answered(page, "refuse")
    assert said(refused.headers["location"]) == {"error": "access_denied", "state": "st"}
    assert (await world.astrid.answered(page)).status_code == 404


async def test_a_patient_is_chosen_only_where_the_record_is_open(world: World) -> None:
    app, verifier = await world.app(), generate_token(64)
    page = await world.astrid.asked(world.url(app, "launch/patient patient/*.rs", verifier))
    assert (await world.astrid.answered(page, patient="asa")).status_code == 404
    assert (await world.astrid.answered(page)).status_code == 422
    assert (await world.astrid.answered(page, patient="vera")).status_code == 303
    assert (await world.astrid.posted(f"/chart/asa/apps/{app.client}")).status_code == 404
    assert (await world.astrid.posted(f"/chart/vera/apps/{app.client}", encounter="asa-stay")).status_code == 404


async def test_a_launch_is_of_one_app_one_person_and_once(world: World) -> None:
    app, other, verifier = await world.app(), await world.app(), generate_token(64)

    async def launch() -> str:
        opened = await world.astrid.posted(f"/chart/vera/apps/{app.client}")
        return said(opened.headers["location"])["launch"]

    first = await launch()
    wrong = await world.astrid.asked(world.url(other, "launch patient/*.rs", verifier, launch=first))
    assert said(wrong.headers["location"])["error"] == "invalid_request"
    second = await launch()
    url = world.url(app, "launch patient/*.rs", verifier, launch=second)
    location = (await world.astrid.browser.get(url)).headers["location"]
    bo = (await People(world.door.database).sessions("SE9999999999-bo", world.door.clock.now()))[0]
    async with signed_in(world.door, bo, world.address) as somebody:
        assert (await somebody.browser.get(location)).status_code == 403
    again = await world.astrid.asked(url)
    assert said(again.headers["location"])["error"] == "invalid_request"


async def test_a_code_is_good_once_for_one_app_with_its_verifier(world: World) -> None:
    app, other, verifier = await world.app(), await world.app(), generate_token(64)
    back = await world.astrid.approved(world.url(app, "user/Observation.rs offline_access", verifier))
    code = said(back)["code"]
    assert error(await world.redeem(other, code, verifier)) == "invalid_grant"
    assert error(await world.redeem(app, code, generate_token(64))) == "invalid_grant"
    assert error(await world.redeem(app, code, "")) == "invalid_request"
    assert error(await world.redeem(app, code, verifier, redirect_uri=f"{BACK}/other")) == "invalid_grant"
    assert error(await world.redeem(app, "made-up", verifier)) == "invalid_grant"
    token = (await world.redeem(app, code, verifier)).json()
    assert (await world.get("Observation", token["access_token"])).status_code == 200
    assert error(await world.redeem(app, code, verifier)) == "invalid_grant"
    assert (await world.get("Observation", token["access_token"])).status_code == 401
    assert error(await world.refreshed(app, token["refresh_token"])) == "invalid_grant"


async def test_refresh_tokens_rotate_and_a_second_use_ends_them_all(world: World) -> None:
    app, other = await world.app(), await world.app()
    first = await world.tokens(app, "user/Observation.rs user/Patient.rs offline_access")
    assert error(await world.refreshed(other, first["refresh_token"])) == "invalid_grant"
    second = (await world.refreshed(app, first["refresh_token"], scope="user/Patient.rs")).json()
    assert second["refresh_token"] != first["refresh_token"]
    assert (await world.get("Patient/vera", second["access_token"])).status_code == 200
    assert (await world.get("Observation", second["access_token"])).status_code == 403
    assert error(await world.refreshed(app, second["refresh_token"], scope="user/*.rs")) == "invalid_scope"
    assert error(await world.refreshed(app, first["refresh_token"])) == "invalid_grant"
    assert (await world.get("Patient/vera", second["access_token"])).status_code == 401
    assert error(await world.refreshed(app, second["refresh_token"])) == "invalid_grant"


async def test_an_online_app_ends_with_the_sign_in_and_every_app_with_the_assignment(world: World) -> None:
    app = await world.app()
    online = await world.tokens(app, "user/Patient.rs online_access")
    offline = await world.tokens(app, "user/Patient.rs offline_access")
    short = await world.tokens(app, "user/Patient.rs")
    for token in (online, short, offline):
        assert (await world.get("Patient/vera", token["access_token"])).status_code == 200
    verifier = generate_token(64)
    code = said(await world.astrid.approved(world.url(app, "user/Patient.rs", verifier)))["code"]
    await world.astrid.posted("/sign-out")
    assert (await world.get("Patient/vera", online["access_token"])).status_code == 401
    assert (await world.get("Patient/vera", short["access_token"])).status_code == 401
    assert error(await world.redeem(app, code, verifier)) == "invalid_grant"
    assert error(await world.refreshed(app, online["refresh_token"])) == "invalid_grant"
    assert (await world.get("Patient/vera", offline["access_token"])).status_code == 200
    offline = (await world.refreshed(app, offline["refresh_token"])).json()
    await world.door.database.run("update access.assignment set active = false where practitioner = 'astrid'")
    await asyncio.sleep(5.2)  # a found token is remembered for five seconds
    assert (await world.get("Patient/vera", offline["access_token"])).status_code == 401
    assert error(await world.refreshed(app, offline["refresh_token"])) == "invalid_grant"


async def test_a_person_sees_which_apps_may_act_in_the_own_name_and_takes_one_back(world: World) -> None:
    app = await world.app()
    assert "Ingen app får använda Varda" in (await world.astrid.browser.get("/my-apps")).text
    offline = await world.tokens(app, "user/Observation.rs offline_access")
    short = await world.tokens(app, "user/Patient.rs")
    page = (await world.astrid.browser.get("/my-apps")).text
    for told in ("provsvar och mätvärden", "namn, adress och närstående", "fortsätta när du har loggat ut"):
        assert told in page
    given = await world.door.database.all("select approval from access.approval order by scope like '%offline%'")
    brief, lasting = (str(row["approval"]) for row in given)
    other = (await People(world.door.database).sessions("SE9999999999-bo", world.door.clock.now()))[0]
    async with signed_in(world.door, other, world.address) as bo:
        assert lasting not in (await bo.browser.get("/my-apps")).text
        assert (await bo.posted("/my-apps", approval=lasting)).status_code == 404, "another's"
    assert (await world.get("Observation", offline["access_token"])).status_code == 200
    assert (await world.astrid.posted("/my-apps", approval=lasting)).status_code == 303
    assert (await world.get("Observation", offline["access_token"])).status_code == 401, "at once"
    assert error(await world.refreshed(app, offline["refresh_token"])) == "invalid_grant"
    assert (await world.get("Patient/vera", short["access_token"])).status_code == 200, "the other one goes on"
    page = (await world.astrid.browser.get("/my-apps?done=yes")).text
    assert (lasting in page, brief in page, "Appen är borttagen" in page) == (False, True, True)
    assert (await world.astrid.posted("/my-apps", approval=lasting)).status_code == 404
    rows = await world.door.database.all("select actor, what from audit.event where action = 'app-removed'")
    assert [tuple(row) for row in rows] == [(world.session.actor, app.client)]


async def test_a_token_made_while_its_approval_ended_is_worth_nothing(world: World) -> None:
    app = await world.app()
    token = await world.tokens(app, "user/Patient.rs")
    # As when a sign-out comes between the approval that was read and the token that was made: nobody deletes it.
    await world.door.database.run("update access.approval set ended = opens")
    assert (await world.get("Patient/vera", token["access_token"])).status_code == 401


async def test_another_assignment_ends_what_apps_were_given_in_the_one_before(world: World) -> None:
    token = await world.tokens(await world.app(), "user/Patient.rs online_access")
    other = next(
        one
        for one in await People(world.door.database).sessions("SE9999999999-astrid", world.door.clock.now())
        if one.assignment != world.session.assignment
    )
    await world.door.database.run(
        "update access.ticket set people = $1, offered = $2 where kind = 'browser'", [other.actor], [other.assignment]
    )
    await world.astrid.posted("/sign-in/assignment", assignment=other.assignment)
    assert (await world.get("Patient/vera", token["access_token"])).status_code == 401


async def test_everywhere_ends_apps_opened_in_other_browsers_and_offline_ones_go_on(world: World) -> None:
    app = await world.app()
    online = await world.tokens(app, "user/Patient.rs online_access")
    offline = await world.tokens(app, "user/Patient.rs offline_access")
    await world.door.database.run("update access.ticket set subject = 'astrid' where kind = 'browser'")
    async with signed_in(world.door, world.session, world.address) as elsewhere:
        holder = "update access.ticket set subject = 'astrid', people = $1 where kind = 'browser'"
        await world.door.database.run(holder, [world.session.actor])
        await elsewhere.posted("/sign-out", everywhere="yes")
    assert (await world.get("Patient/vera", online["access_token"])).status_code == 401
    assert error(await world.refreshed(app, online["refresh_token"])) == "invalid_grant"
    again = (await world.refreshed(app, offline["refresh_token"])).json()
    assert (await world.get("Patient/vera", again["access_token"])).status_code == 200


async def test_apps_end_with_the_right_to_use_them_and_whoever_lacks_it_is_offered_none(world: World) -> None:
    app, verifier = await world.app(), generate_token(64)
    token = await world.tokens(app, "user/Patient.rs offline_access")
    page = await world.astrid.asked(world.url(app, "user/Patient.rs", verifier))
    assert 'href="/chart/vera/apps"' in (await world.astrid.browser.get("/chart/vera")).text
    await decided(world.door, "physician", "use-apps", "special", granted=False)
    assert (await world.astrid.answered(page)).status_code == 403
    assert (await world.astrid.browser.get(str(page.url))).status_code == 403
    assert (await world.astrid.browser.get("/chart/vera/apps")).status_code == 403
    assert (await world.astrid.posted(f"/chart/vera/apps/{app.client}")).status_code == 403
    chart = await world.astrid.browser.get("/chart/vera")
    assert (chart.status_code, "/chart/vera/apps" in chart.text) == (200, False)
    assert error(await world.refreshed(app, token["refresh_token"])) == "invalid_grant"
    assert (await world.get("Patient/vera", token["access_token"])).status_code == 401


async def test_an_app_that_has_ended_has_nothing(world: World) -> None:
    app = await world.app(auth="private_key_jwt", jwks=KEYS, scopes="system/Observation.rs", redirects=())
    token = (await world.system(app)).json()["access_token"]
    await Apps(world.door.database).ended(app.client, world.door.clock.now())
    assert error(await world.system(app)) == "invalid_client"
    assert (await world.get("Observation", token)).status_code == 401


async def test_a_system_signs_with_its_own_keys_for_five_minutes_and_once(world: World) -> None:
    app = await world.app(auth="private_key_jwt", jwks=KEYS, scopes="system/Observation.rs", redirects=())
    assert (await world.system(app)).status_code == 200
    assert (await world.system(app, EC, "ES384")).status_code == 200
    now = int(time.time())
    strange = RSAKey.generate_key(2048, {"kid": "r"}, private=True)
    unknown = RSAKey.generate_key(2048, {"kid": "x"}, private=True)
    for answer in (
        await world.system(app, RSA, "RS256"),
        await world.system(app, strange),
        await world.system(app, unknown),
        await world.system(app, exp=now - 60),
        await world.system(app, exp=now + 3600),
        await world.system(app, exp=None),
        await world.system(app, aud="https://other.example/token"),
        await world.system(app, iss="somebody"),
        await world.system(app, sub="nobody"),
        await world.system(app, jti=None),
        await world.shown("not.a.jwt"),
        await world.shown(""),
    ):
        assert (answer.status_code in (400, 401), error(answer)) == (True, "invalid_client"), answer.text
    assert (await world.system(app, jti="one")).status_code == 200
    assert error(await world.system(app, jti="one")) == "invalid_client"
    for scope in ("system/*.rs", "system/Observation.cruds", "user/Observation.rs", "openid", ""):
        assert error(await world.system(app, scope=scope)) == "invalid_scope", scope
    nobody = await world.http.post("/token", data={"grant_type": "client_credentials", "client_id": app.client})
    assert error(nobody) == "invalid_client"
    odd = await world.http.post("/token", data={"grant_type": "password", "client_id": app.client})
    assert error(odd) == "unsupported_grant_type"


async def test_a_confidential_app_shows_itself(world: World) -> None:
    app, verifier = await world.app(auth="client_secret_basic", secret=hashed("hush")), generate_token(64)
    code = said(await world.astrid.approved(world.url(app, "user/Patient.rs", verifier)))["code"]
    assert error(await world.redeem(app, code, verifier)) == "invalid_client"
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": BACK, "code_verifier": verifier}
    assert error(await world.http.post("/token", data=form, auth=(app.client, "wrong"))) == "invalid_client"
    answer = await world.http.post("/token", data=form, auth=(app.client, "hush"))
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
    assert "refresh_token" not in answer.json()


async def test_the_session_of_an_app_is_never_wider_than_the_door_allows(world: World) -> None:
    """The token carries the person's own session and limits beside it, and nothing in it is the app's to choose."""
    app = await world.app()
    token = await world.tokens(app, "user/Patient.rs")
    bearer = await Apps(world.door.database).bearer(token["access_token"], world.door.clock.now())
    assert bearer is not None
    bare = replace(bearer.session, purpose="care", app="", approval="", launch="", grants=())
    assert bare == world.session
