"""Every setting, read once from the environment by `varda.cli` and passed down. The table in docs is made from here."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Literal, get_args

from varda.kernel.errors import Malformed

Environment = Literal["production", "training", "test", "demo"]
LEVELS = (
    "http://id.sambi.se/loa/loa3",
    "http://id.sambi.se/loa/loa4",
    "http://id.elegnamnden.se/loa/1.0/loa3",
    "http://id.elegnamnden.se/loa/1.0/loa4",
)
"""Swedish names of the levels that count as strong authentication unless an operator says otherwise (A15)."""


def _said(default: Any, variable: str, meaning: str) -> Any:
    return field(default=default, metadata={"variable": variable, "meaning": meaning})


@dataclass(frozen=True, slots=True)
class Settings:
    """What an operator may choose. Unset environment means production, so that nothing is demo by accident."""

    home: Path = _said(Path("~/.varda"), "VARDA_HOME", "folder of the embedded database and of local files")
    database_url: str = _said("", "VARDA_DATABASE_URL", "a PostgreSQL 16+ to use instead of the embedded one")
    limit_sign_in: int = _said(
        1200,
        "VARDA_LIMIT_SIGN_IN",
        "attempts to sign in a minute from one address, or of one app there; limits are counted by each process unless "
        "they say otherwise, and 0 is none",
    )
    limit_guesses: int = _said(
        30,
        "VARDA_LIMIT_GUESSES",
        "failed attempts a minute from one address, to sign in, as an app or by a token; all processes count together",
    )
    limit_searches: int = _said(1200, "VARDA_LIMIT_SEARCHES", "searches a minute by one person")
    limit_numbers: int = _said(60, "VARDA_LIMIT_NUMBERS", "whole identity numbers looked up a minute by one person")
    limit_systems: int = _said(600_000, "VARDA_LIMIT_SYSTEMS", "searches a minute by one registered system")
    proxies: str = _said(
        "",
        "VARDA_PROXIES",
        "addresses or networks of proxies in front, with commas; their X-Forwarded-For and -Proto are believed",
    )
    environment: Environment = _said(
        "production", "VARDA_ENVIRONMENT", "production, training, test or demo; must match the database's stamp"
    )
    port: int = _said(8000, "VARDA_PORT", "TCP port that Varda serves on")
    address: str = _said(
        "",
        "VARDA_ADDRESS",
        "the address in people's browsers, such as https://varda.example.org; HTTPS is then demanded",
    )
    idle_minutes: int = _said(15, "VARDA_IDLE_MINUTES", "minutes without use after which a browser is locked")
    names_in_log: str = _said(
        "no", "VARDA_NAMES_IN_LOG", "yes or no: whether patients see the names of staff in the own access log"
    )
    oidc_issuer: str = _said(
        "", "VARDA_OIDC_ISSUER", "the OpenID Connect provider that people sign in with, by its issuer address"
    )
    oidc_client: str = _said("varda", "VARDA_OIDC_CLIENT_ID", "what the provider calls this Varda")
    oidc_secret: str = _said("", "VARDA_OIDC_CLIENT_SECRET", "the secret shared with the provider, or a key instead")
    oidc_key: Path | None = _said(
        None, "VARDA_OIDC_KEY", "file with the private key (PEM, RSA or P-256) whose public half the provider knows"
    )
    oidc_levels: str = _said(
        " ".join(LEVELS), "VARDA_OIDC_LEVELS", "levels of assurance (`acr`) that are strong enough, with spaces between"
    )

    support: str = _said(
        "", "VARDA_SUPPORT", "telephone of the support, told to who calls for a coach where there is none"
    )
    issuer: str = _said("Varda", "VARDA_ISSUER", "what the issuer of badges is called, such as the region's name")
    lrs_url: str = _said(
        "",
        "VARDA_LRS_URL",
        "address of a learning record store (xAPI 1.0.3), without /statements; nothing is told without",
    )
    lrs_key: str = _said("", "VARDA_LRS_KEY", "the key that the store gave (basic authentication)")
    lrs_secret: str = _said("", "VARDA_LRS_SECRET", "the secret that the store gave")
    lrs_actors: str = _said(
        "hsa",
        "VARDA_LRS_ACTORS",
        "hsa or pseudonym: whether the store is told HSA-ids, or names made by this Varda's seal",
    )
    otlp_url: str = _said(
        "",
        "VARDA_OTLP_URL",
        "address of an OpenTelemetry collector (OTLP over HTTP), without /v1/traces; nothing is traced without",
    )
    practice: Path | None = _said(
        None,
        "VARDA_PRACTICE",
        "folder with the keys and addresses by which home and the training environment know one another; practice in "
        "VARDA_HOME when left out",
    )

    packs: Path | None = _said(
        None,
        "VARDA_PACKS",
        "folder of the units' downtime packs, one for all hosts of an installation; packs in VARDA_HOME when left out",
    )

    beside: str = _said(
        "yes",
        "VARDA_BESIDE",
        "yes or no: whether this server also gathers evidence and makes downtime packs; no where another server of the "
        "installation does",
    )
    synthetic: int = _said(
        100,
        "VARDA_SYNTHETIC",
        "units whose screens a synthetic user tries in each round of 15 seconds; fewer cost less and tell later",
    )

    @classmethod
    def read(cls, environ: Mapping[str, str]) -> "Settings":
        """Settings from environment variables. Raises `Malformed` naming every variable that cannot be used."""
        given: dict[str, Any] = {
            f.name: environ[f.metadata["variable"]] for f in fields(cls) if environ.get(f.metadata["variable"])
        }
        wrong: list[str] = []
        given["home"] = Path(given.get("home", cls().home)).expanduser()
        wrong += _counted(given)
        if given.get("environment", "production") not in get_args(Environment):
            wrong.append(f"VARDA_ENVIRONMENT must be one of {', '.join(get_args(Environment))}")
        for name, variable, most in (
            ("port", "VARDA_PORT", 65535),
            ("idle_minutes", "VARDA_IDLE_MINUTES", 720),
            ("synthetic", "VARDA_SYNTHETIC", 1000),
        ):
            if name in given and str(given[name]).isdigit() and 0 < int(given[name]) <= most:
                given[name] = int(given[name])
            elif name in given:
                wrong.append(f"{variable} must be a number between 1 and {most}")
        for name in ("oidc_key", "practice", "packs"):
            if name in given:
                given[name] = Path(given[name]).expanduser()
        for name, variable in (("names_in_log", "VARDA_NAMES_IN_LOG"), ("beside", "VARDA_BESIDE")):
            if given.get(name, "no") not in ("yes", "no"):
                wrong.append(f"{variable} must be yes or no")
        if given.get("lrs_actors", "hsa") not in ("hsa", "pseudonym"):
            wrong.append("VARDA_LRS_ACTORS must be hsa or pseudonym")
        wrong += _unsafe(given)
        if wrong:
            raise Malformed("; ".join(wrong) + ".")
        return cls(**given)


def _unsafe(given: Mapping[str, Any]) -> list[str]:
    """What would let somebody listen to a sign-in, or leave it without an address to come back to."""
    wrong = []
    for name, variable in (
        ("address", "VARDA_ADDRESS"),
        ("oidc_issuer", "VARDA_OIDC_ISSUER"),
        ("lrs_url", "VARDA_LRS_URL"),
        ("otlp_url", "VARDA_OTLP_URL"),
    ):
        if name in given and not re.fullmatch(
            r"(https://[^\s/?#@]+|http://(localhost|127\.0\.0\.1)(:\d+)?)(/[^\s?#]*)?", given[name]
        ):
            wrong.append(f"{variable} must begin with https://")
    if not given.get("oidc_levels", "one").split():
        wrong.append("VARDA_OIDC_LEVELS must name at least one level")
    if "oidc_issuer" in given:
        if "address" not in given:
            wrong.append("VARDA_OIDC_ISSUER needs VARDA_ADDRESS, the address to come back to")
        if ("oidc_secret" in given) == ("oidc_key" in given):
            wrong.append("VARDA_OIDC_ISSUER needs either VARDA_OIDC_CLIENT_SECRET or VARDA_OIDC_KEY")
    return wrong


def _counted(given: dict[str, Any]) -> list[str]:
    """Make numbers of the limits; what is wrong with those that are none."""
    wrong = []
    for one in fields(Settings):
        if one.name.startswith("limit_") and one.name in given:
            said = given[one.name]
            if said.isascii() and said.isdigit() and len(said) < 10:
                given[one.name] = int(said)
            else:
                wrong.append(f"{one.metadata['variable']} must be a whole number, 0 for no limit")
    return wrong
