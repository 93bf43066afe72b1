"""Varda's API as an application, and as a real server on a port of its own."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from granian.constants import Interfaces
from granian.server.embed import Server

from tests.support.door import BUILD
from varda.access.tickets import Tickets
from varda.api import Fhir
from varda.record import Door


def application(door: Door) -> Fhir:
    """The API alone, without the screens."""
    return Fhir(door, Tickets(door.database), build=BUILD)


@asynccontextmanager
async def served(app: Any) -> AsyncIterator[str]:
    """The address, as http://127.0.0.1:PORT, for as long as the block lasts."""
    port = _free_port()
    server = Server(app, "127.0.0.1", port, interface=Interfaces.ASGINL, log_enabled=False)
    task = asyncio.create_task(server.serve())
    await _answers(port)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.stop()
        await task


async def _answers(port: int) -> None:
    for _ in range(200):
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.02)
        else:
            writer.close()
            await writer.wait_closed()
            return
    raise TimeoutError(f"nothing answers on port {port}")


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])
