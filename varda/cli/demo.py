"""`varda demo`: from nothing to a served county in one command, filling it while it is already in use."""

import asyncio
import os
import subprocess
import sys
from typing import Annotated

from cyclopts import Parameter

from varda.cli import build, db, serve, telling
from varda.cli.place import Place, placed
from varda.cli.region import Patients
from varda.cli.serve import wired
from varda.kernel.clock import WallClock
from varda.kernel.errors import Refused
from varda.record import imports
from varda.region import DEMO_PEOPLE
from varda.region import fill as filling

_SEED = 1


def demo(
    *,
    patients: Patients = 500,
    port: serve.Port = None,
    host: Annotated[str, Parameter(help="Address to listen on.")] = "127.0.0.1",
) -> None:
    """Serve an invented county for trying out: made at the first start, filled while it is already served.

    Run again it goes on where it was; what is there is not made twice. Stops at Ctrl+C.
    """
    with placed(default="demo") as place:
        if place.settings.environment == "production":
            raise Refused("A demo is not run in production. Leave VARDA_ENVIRONMENT out, or set it to demo.")
        db.prepared(place)
        lacking = asyncio.run(_peopled(place, patients))
        port = port or place.settings.port
        _welcome(place, host, port)
        filler = _filler(place, patients) if lacking else None
        try:
            serve.run(place, host, port)
        finally:
            if filler and filler.poll() is None:
                filler.terminate()
                filler.wait(20)


async def _peopled(place: Place, patients: int) -> bool:
    """See to it that somebody can sign in; says whether patients are lacking."""
    async with wired(place.url, build.name(), size=2) as wires:
        notes = await imports.noted(wires.database, f"region fill {_SEED}")
        shared = filling.begun(_SEED, None, WallClock().now().replace(microsecond=0), notes)
        await filling.fill_known(wires.door, shared, notes)
        return filling.SOCIETY not in notes or next(filling.missing(patients, notes), None) is not None


def _welcome(place: Place, host: str, port: int) -> None:
    shown = "localhost" if host in ("0.0.0.0", "::") else host  # noqa: S104 - compared, not listened on
    telling.answer(f"Varda {build.name()} ({place.settings.environment})  http://{shown}:{port}")
    telling.answer(f"FHIR API: http://{shown}:{port}/fhir   token: varda token --client bench")
    telling.answer("Sign in as one of:")
    for person in DEMO_PEOPLE:
        telling.answer(f"  {person.name:<18} {person.title}")


def _filler(place: Place, patients: int) -> "subprocess.Popen[bytes]":
    """Fill in a process of its own, which gives way to the one that serves."""
    command = [sys.executable, "-m", "varda.cli", "region", "fill", "--calm"]
    command += ["--patients", str(patients), "--seed", str(_SEED)]
    surroundings = os.environ | {
        "VARDA_HOME": str(place.settings.home),
        "VARDA_DATABASE_URL": place.url,
        "VARDA_ENVIRONMENT": place.settings.environment,
    }
    return subprocess.Popen(command, env=surroundings, stdout=subprocess.DEVNULL)  # noqa: S603 - ourselves
