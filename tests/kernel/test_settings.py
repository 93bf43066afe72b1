"""What an operator may choose about signing in, and the sentences for what cannot be used."""

from pathlib import Path

import pytest

from varda.kernel.errors import Malformed
from varda.kernel.settings import LEVELS, Settings

GOOD = {
    "VARDA_ADDRESS": "https://varda.example",
    "VARDA_OIDC_ISSUER": "https://idp.example/realms/care",
    "VARDA_OIDC_CLIENT_SECRET": "s",
}


def test_nothing_said_is_no_provider_and_strong_levels() -> None:
    found = Settings.read({})
    assert found.oidc_issuer == ""
    assert found.oidc_levels.split() == list(LEVELS)
    assert found.idle_minutes == 15


def test_a_provider_with_a_secret_or_a_key_is_taken() -> None:
    assert Settings.read(GOOD).oidc_issuer == "https://idp.example/realms/care"
    by_key = {name: value for name, value in GOOD.items() if "SECRET" not in name} | {"VARDA_OIDC_KEY": "~/k.pem"}
    assert Settings.read(by_key).oidc_key == Path.home() / "k.pem"
    assert Settings.read(GOOD | {"VARDA_OIDC_ISSUER": "http://localhost:9000"}).oidc_issuer


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"VARDA_OIDC_ISSUER": "http://idp.example"}, "VARDA_OIDC_ISSUER must begin with https://"),
        ({"VARDA_OIDC_ISSUER": "idp.example"}, "VARDA_OIDC_ISSUER must begin with https://"),
        ({"VARDA_OIDC_ISSUER": "http://localhost.evil.example"}, "VARDA_OIDC_ISSUER must begin with https://"),
        ({"VARDA_OIDC_ISSUER": "http://127.0.0.1@evil.example"}, "VARDA_OIDC_ISSUER must begin with https://"),
        ({"VARDA_ADDRESS": "http://varda.example"}, "VARDA_ADDRESS must begin with https://"),
        ({"VARDA_NAMES_IN_LOG": "true"}, "VARDA_NAMES_IN_LOG must be yes or no"),
        ({"VARDA_BESIDE": "never"}, "VARDA_BESIDE must be yes or no"),
        ({"VARDA_SYNTHETIC": "0"}, "VARDA_SYNTHETIC must be a number between 1 and 1000"),
        ({"VARDA_ADDRESS": ""}, "VARDA_OIDC_ISSUER needs VARDA_ADDRESS"),
        ({"VARDA_OIDC_CLIENT_SECRET": ""}, "needs either VARDA_OIDC_CLIENT_SECRET or VARDA_OIDC_KEY"),
        ({"VARDA_OIDC_KEY": "k.pem"}, "needs either VARDA_OIDC_CLIENT_SECRET or VARDA_OIDC_KEY"),
        ({"VARDA_IDLE_MINUTES": "0"}, "VARDA_IDLE_MINUTES must be a number between 1 and 720"),
        ({"VARDA_IDLE_MINUTES": "soon"}, "VARDA_IDLE_MINUTES must be a number between 1 and 720"),
        ({"VARDA_OIDC_LEVELS": " "}, "VARDA_OIDC_LEVELS must name at least one level"),
    ],
)
def test_what_cannot_be_used_is_named(change: dict[str, str], sentence: str) -> None:
    with pytest.raises(Malformed, match=sentence):
        Settings.read(GOOD | change)
