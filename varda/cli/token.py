"""`varda token`: a bearer token for an invented person or a registered client, where people are invented."""

import asyncio
from datetime import timedelta
from typing import Annotated

from cyclopts import Parameter

from varda.access.people import People
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
_SCOPES = ("read", "write", "delete")


def token(
    *,
    client: Annotated[str, Parameter(help="A client, such as bench; reaches the whole invented county.")] = "",
    as_: Annotated[str, Parameter(name="--as", help="A person: HSA-id, a demo person's key, or a name.")] = "",
    assignment: Annotated[str, Parameter(help="HSA-id of the assignment; the first one when left out.")] = "",
    days: Annotated[int, Parameter(help="How long the token is good for.")] = 30,
) -> None:
    """Print a bearer token for the FHIR API, and nothing else. Demo, training and test environments only."""
    if bool(client) == bool(as_):
        raise Misused("Give either --client NAME or --as PERSON.")
    if assignment and client:
        raise Misused("--assignment belongs to --as.")
    if not 1 <= days <= _MOST_DAYS:
        raise Misused(f"--days must be between 1 and {_MOST_DAYS}.")
    with placed() as place:
        telling.answer(asyncio.run(_made(place, client, as_, assignment, timedelta(days=days))))


async def _made(place: Place, client: str, person: str, assignment: str, lasts: timedelta) -> str:
    async with usable(place, size=1) as (database, environment):
        if environment == "production":
            raise Refused("In production nobody gets a token from the command line.")
        session = await (_client(database, client) if client else _person(database, person, assignment))
        return await Tickets(database).made(session, kind="bearer", now=WallClock().now(), lasts=lasts)


async def _client(database: Database, name: str) -> Session:
    """A client of the demo: all of the county, writing for one of its units if the county has been filled."""
    session = Session(kind="client", actor=name, name=name, reach="county", scopes=_SCOPES)
    try:
        unit = await People(database).unit(DEMO_CENTRE)
    except Absent:
        return session
    return Session(
        kind="client", actor=name, name=name, reach="county", scopes=_SCOPES,
        unit=unit.hsa, unit_name=unit.name, organization=unit.organization,
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
