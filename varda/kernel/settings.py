"""Every setting, read once from the environment by `varda.cli` and passed down. The table in docs is made from here."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Literal, get_args

from varda.kernel.errors import Malformed

Environment = Literal["production", "training", "test", "demo"]


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
        "attempts to sign in a minute from one address; every limit is counted by each process, and 0 is none",
    )
    limit_guesses: int = _said(
        30, "VARDA_LIMIT_GUESSES", "failed attempts to sign in a minute from one address, and unknown tokens"
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
        if "port" in given:
            if str(given["port"]).isdigit() and 0 < int(given["port"]) < 65536:
                given["port"] = int(given["port"])
            else:
                wrong.append("VARDA_PORT must be a number between 1 and 65535")
        if wrong:
            raise Malformed("; ".join(wrong) + ".")
        return cls(**given)


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
