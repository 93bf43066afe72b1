"""`varda app`: which apps may use the record by SMART on FHIR, who answers for each, and for what."""

import asyncio
import re
import secrets
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

import msgspec
from cyclopts import App as Commands
from cyclopts import Parameter
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from varda.access import scopes
from varda.access.apps import App, Apps, Auth, hashed
from varda.access.people import People
from varda.cli import telling
from varda.cli.edge import Misused
from varda.cli.place import Place, placed, usable
from varda.kernel.clock import WallClock

app = Commands(name="app", help="Apps that may use the record by SMART on FHIR.")
_LOOPBACK = ("localhost", "127.0.0.1", "::1")
_NEVER = ("javascript", "data", "file", "vbscript", "about", "blob")


@app.command
def register(
    *,
    name: Annotated[str, Parameter(help="What people know the app as.")],
    owner: Annotated[str, Parameter(help="HSA-id of the unit that answers for it.")],
    purpose: Annotated[str, Parameter(help="What its reading is for, as the log will say: care, quality, research …")],
    scope: Annotated[
        tuple[str, ...], Parameter(negative="", help="What it may ask for at most, as user/Observation.rs. Repeat.")
    ],
    redirect_uri: Annotated[
        tuple[str, ...], Parameter(negative="", help="Where people come back to. Repeat; none for a system alone.")
    ] = (),
    launch_url: Annotated[str, Parameter(help="Where the chart opens it, for an EHR launch.")] = "",
    jwks: Annotated[
        str, Parameter(help="File with its public keys (JWKS), or the https address where they are: private_key_jwt.")
    ] = "",
    public: Annotated[bool, Parameter(negative="", help="It can keep no secret (a browser or telephone app).")] = False,
    unit: Annotated[
        tuple[str, ...],
        Parameter(negative="", help="HSA-id of a unit it reaches without a user; the owner when left out. Repeat."),
    ] = (),
    client_id: Annotated[str, Parameter(help="Its client id; one is made when left out.")] = "",
) -> None:
    """Register an app and print its client id and, unless it is public or has keys, its secret: shown once."""
    if public and jwks:
        raise Misused("An app is either --public or has --jwks.")
    wanted = scopes.checked(" ".join(scope))
    if not purpose.strip():
        raise Misused("Say what the app reads for: --purpose.")
    _require_addresses(redirect_uri, launch_url)
    _require_way_in(wanted, redirect_uri, has_keys=bool(jwks))
    if client_id and not re.fullmatch(r"[\w.-]{1,80}", client_id, re.ASCII):
        raise Misused("A client id has letters, digits, _, . and - only.")
    auth: Auth = "none" if public else "private_key_jwt" if jwks else "client_secret_basic"
    secret = secrets.token_urlsafe(32) if auth == "client_secret_basic" else ""
    keys, address = _keys(jwks)
    wish = App(
        client=client_id or secrets.token_hex(8),
        name=name,
        owner=owner,
        purpose=purpose.strip(),
        scopes=wanted,
        auth=auth,
        redirects=redirect_uri,
        launch=launch_url,
        jwks=keys,
        jwks_url=address,
        units=unit,
        secret=hashed(secret) if secret else None,
    )
    with placed() as place:
        asyncio.run(_registered(place, wish))
    telling.as_json({"client_id": wish.client} | ({"client_secret": secret} if secret else {}))


@app.command(name="list")
def list_() -> None:
    """Every app that was ever registered, as JSON."""
    with placed() as place:
        found = asyncio.run(_all(place))
    telling.as_json([_shown(one) for one in found])


@app.command
def end(client_id: Annotated[str, Parameter(help="The client id.")], /) -> None:
    """End an app; its tokens stop working within seconds. The registration stays to be seen."""
    with placed() as place:
        asyncio.run(_ended(place, client_id))
    telling.say(f"{client_id} has ended.")


async def _registered(place: Place, wish: App) -> None:
    async with usable(place, size=1) as (database, _):
        for hsa in dict.fromkeys((wish.owner, *wish.units)):
            await People(database).unit(hsa)
        await Apps(database).registered(wish, WallClock().now())


async def _all(place: Place) -> list[App]:
    async with usable(place, size=1) as (database, _):
        return await Apps(database).all()


async def _ended(place: Place, client: str) -> None:
    async with usable(place, size=1) as (database, _):
        await Apps(database).ended(client, WallClock().now())


def _shown(one: App) -> dict[str, Any]:
    return {
        "client_id": one.client, "name": one.name, "owner": one.owner, "purpose": one.purpose, "scopes": one.scopes,
        "authentication": one.auth, "redirect_uris": list(one.redirects), "launch_url": one.launch,
        "units": list(one.units), "registered": one.opens, "ended": one.closes,
    }  # fmt: skip


def _require_addresses(redirects: tuple[str, ...], launch: str) -> None:
    """Raise `Misused` for an address that people should not be sent to."""
    for address in (*redirects, *[launch] * bool(launch)):
        parts = urlsplit(address)
        is_safe = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)
        is_own = address not in (launch,) and "." in parts.scheme and parts.scheme not in _NEVER
        if not ((is_safe and parts.hostname) or is_own) or parts.fragment or "#" in address or parts.username:
            raise Misused(
                f"{address} cannot be used: give https://…, http://localhost… or, to come back to an app on a "
                "telephone, a scheme of its own with a point in it; no # and no name."
            )


def _require_way_in(wanted: str, redirects: tuple[str, ...], *, has_keys: bool) -> None:
    """Raise `Misused` when scopes are asked for that the app has no way to get."""
    levels = {grant.level for grant in scopes.grants(wanted)}
    if "system" in levels and not has_keys:
        raise Misused("System scopes need --jwks: a system shows itself by a key.")
    if (levels - {"system"} or not levels) and not redirects:
        raise Misused("People come back to an app at an address: give --redirect-uri.")


def _keys(said: str) -> tuple[str, str]:
    """The keys of a file as JSON, or the address of keys. Raises `Misused`."""
    if not said:
        return "", ""
    if said.startswith(("https://", "http://localhost", "http://127.0.0.1")):
        return "", said
    try:
        found = msgspec.json.decode(Path(said).read_bytes())
        keys = KeySet.import_key_set(found)
    except OSError as failed:
        raise Misused(f"{said} cannot be read: {failed.strerror}.") from failed
    except (JoseError, ValueError, KeyError, TypeError, AttributeError) as wrong:
        raise Misused(f"{said} is no JWKS: a JSON object with keys, each with kty and kid.") from wrong
    if any(key.is_private or key.key_type == "oct" for key in keys):
        raise Misused(f"{said} holds a private key. Keep that with the app, and register the public ones.")
    if not all(one.get("kid") for one in found["keys"]):
        raise Misused(f"{said}: every key needs a kid.")
    return msgspec.json.encode(found).decode(), ""
