"""`varda token`: a bearer token for an invented person or a registered client, where people are invented."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from typing import Annotated, Literal

from cyclopts import Parameter

from varda.access.people import People, Unit
from varda.access.session import Session
from varda.access.tickets import Tickets
from varda.cli import telling
from varda.cli.edge import Misused
from varda.cli.place import Place, placed, usable
from varda.kernel.clock import WallClock
from varda.kernel.db import Database
from varda.kernel.errors import Absent, Refused
from varda.region import DEMO_CENTRE, DEMO_PEOPLE

_MOST_DAYS = 365
Scope = Literal["read", "write", "delete", "import"]
_SCOPES = ("read", "write", "delete", "import")


def token(
    *,
    client: Annotated[
        str, Parameter(help="A client, such as bench; reaches the whole invented county unless --unit is given.")
    ] = "",
    unit: Annotated[
        tuple[str, ...],
        Parameter(
            negative="",
            help="HSA-id of a unit that the client serves: it sees what its units own and their patients, nothing "
            "else, and writes for the first one. Repeat for several.",
        ),
    ] = (),
    scope: Annotated[
        tuple[Scope, ...],
        Parameter(
            negative="",
            help="What the client may do; repeat for several. Left out: everything, or with --unit only read.",
        ),
    ] = (),
    as_: Annotated[str, Parameter(name="--as", help="A person: HSA-id, a demo person's key, or a name.")] = "",
    assignment: Annotated[str, Parameter(help="HSA-id of the assignment; the first one when left out.")] = "",
    days: Annotated[int, Parameter(help="How long the token is good for.")] = 30,
) -> None:
    """Print a bearer token for the FHIR API, and nothing else. Demo, training and test environments only."""
    if bool(client) == bool(as_):
        raise Misused("Give either --client NAME or --as PERSON.")
    if assignment and client:
        raise Misused("--assignment belongs to --as.")
    if (unit or scope) and not client:
        raise Misused("--unit and --scope belong to --client.")
    if not 1 <= days <= _MOST_DAYS:
        raise Misused(f"--days must be between 1 and {_MOST_DAYS}.")
    with placed() as place:
        wanted = (lambda d: _client(d, client, unit, scope)) if client else (lambda d: _person(d, as_, assignment))
        telling.answer(asyncio.run(_made(place, wanted, timedelta(days=days))))


async def _made(place: Place, wanted: Callable[[Database], Awaitable[Session]], lasts: timedelta) -> str:
    async with usable(place, size=1) as (database, environment):
        if environment == "production":
            raise Refused("In production nobody gets a token from the command line.")
        return await Tickets(database).made(await wanted(database), kind="bearer", now=WallClock().now(), lasts=lasts)


async def _client(database: Database, name: str, units: tuple[str, ...], scopes: tuple[Scope, ...]) -> Session:
    """A client of some units or, for the demo, of all of the county. Raises `Absent` for an HSA-id of no unit."""
    people = People(database)
    if units:
        served = [await people.unit(hsa) for hsa in dict.fromkeys(units)]
        pairs = tuple((unit.hsa, unit.organization) for unit in served)
        session = Session(kind="client", actor=name, name=name, reach="units", units=pairs, scopes=scopes or ("read",))
        return _writing_for(session, served[0])
    session = Session(kind="client", actor=name, name=name, reach="county", scopes=scopes or _SCOPES)
    try:
        return _writing_for(session, await people.unit(DEMO_CENTRE))
    except Absent:
        return session  # the county has not been filled


def _writing_for(session: Session, unit: Unit) -> Session:
    return replace(
        session, unit=unit.hsa, unit_name=unit.name, organization=unit.organization,
        provider=unit.provider, provider_name=unit.provider_name,
    )  # fmt: skip


async def _person(database: Database, said: str, assignment: str) -> Session:
    people, now = People(database), WallClock().now()
    hsa = next((one.hsa for one in DEMO_PEOPLE if said in (one.key, one.hsa, one.name)), said)
    if await people.sessions(hsa, now):
        return await people.session(hsa, assignment, now)
    found = {choice.person: choice.name for choice in await people.choices(said, now)}
    if len(found) == 1:
        return await people.session(next(iter(found)), assignment, now)
    if found:
        some = ", ".join(f"{name} ({person})" for person, name in list(found.items())[:5])
        raise Absent(f"{said} can be several people: {some}. Give the HSA-id.")
    raise Absent(f"Nobody called {said} has an assignment now. Is the county filled?")
