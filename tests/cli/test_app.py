"""Registration of apps: what is printed, kept and refused, and that the wiring serves them."""

import json
from pathlib import Path

import httpx
from joserfc.jwk import ECKey

from tests.cli.commanding import Command
from tests.cli.test_db import fill_some
from varda.cli.place import settings
from varda.cli.serve import Application
from varda.region import DEMO_CENTRE

APP = ("app", "register", "--name", "Growth chart", "--owner", DEMO_CENTRE, "--purpose", "care")
BACK = ("--redirect-uri", "https://growth.example/back")


def keys(home: Path, *found: ECKey, private: bool = False) -> str:
    path = home / "keys.json"
    path.write_text(json.dumps({"keys": [key.as_dict(private=private) for key in found]}))
    return str(path)


def test_an_app_is_registered_listed_and_ended(varda: Command) -> None:
    fill_some(varda.url)
    made = varda(*APP, *BACK, "--scope", "patient/*.rs", "--scope", "launch/patient")
    assert (made.code, made.err) == (0, "")
    assert set(made.json) == {"client_id", "client_secret"}
    public = varda(*APP, *BACK, "--scope", "user/Observation.read", "--public", "--client-id", "growth").json
    assert public == {"client_id": "growth"}
    assert varda(*APP, *BACK, "--scope", "user/Observation.rs", "--public", "--client-id", "growth").code == 1
    listed = {one["client_id"]: one for one in varda("app", "list").json}
    assert listed["growth"]["purpose"] == "care"
    assert listed[made.json["client_id"]]["scopes"] == "patient/*.rs launch/patient"
    assert made.json["client_secret"] not in varda("app", "list").out
    assert varda("app", "end", "growth").code == 0
    assert varda("app", "end", "growth").code == 1


def test_a_system_brings_its_public_keys(varda: Command) -> None:
    fill_some(varda.url)
    key = ECKey.generate_key("P-384", {"kid": "e"}, private=True)
    scope = ("--scope", "system/Observation.rs")
    assert varda(*APP, *scope, "--jwks", keys(varda.home, key)).code == 0
    assert "private key" in varda(*APP, *scope, "--jwks", keys(varda.home, key, private=True)).err
    nameless = ECKey.generate_key("P-384", private=True)
    assert "kid" in varda(*APP, *scope, "--jwks", keys(varda.home, nameless)).err
    assert "--jwks" in varda(*APP, *scope).err
    assert "cannot be read" in varda(*APP, *scope, "--jwks", "nowhere.json").err


def test_what_cannot_be_meant_is_said(varda: Command) -> None:
    fill_some(varda.url)
    scope = ("--scope", "user/Observation.rs")
    for words, told in (
        ((*APP, *scope), "--redirect-uri"),
        ((*APP, *scope, "--redirect-uri", "http://growth.example/back"), "https://"),
        ((*APP, *scope, "--redirect-uri", "javascript:alert(1)"), "https://"),
        ((*APP, *scope, "--redirect-uri", "https://growth.example/back#x"), "no #"),
        ((*APP, *BACK, "--scope", "user/Everything.rs"), "Everything"),
        ((*APP, *BACK, *scope, "--public", "--jwks", "x"), "either"),
        ((*APP, *BACK, *scope, "--unit", "SE9999999999-NONE"), "is not a care unit"),
    ):
        answer = varda(*words)
        assert answer.code != 0
        assert told in answer.err


async def test_the_wiring_serves_the_authorization_server(varda: Command) -> None:
    found, _ = settings()
    app = Application(found)

    async def asked() -> tuple[int, int]:
        async with (
            app.running(),
            httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://localhost") as http,
        ):
            told = (await http.get("/fhir/.well-known/smart-configuration")).json()
            return (await http.get(told["jwks_uri"])).status_code, (await http.get(told["token_endpoint"])).status_code

    assert await asked() == (200, 405)
    assert (found.home / "id-token-key").stat().st_mode & 0o777 == 0o600
