"""Several processes at one long piece of work, each with a door of its own, fed by the process that shows the progress.

Python computes on one core a process; with the database on another, two or three of them keep a machine busy. A member
that loses its leader ends after the piece in hand, with its log sealed.
"""

import asyncio
import gc
import multiprocessing
import os
import pickle
import signal
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pkgutil import resolve_name
from typing import Any

from varda.kernel.errors import Fault, Unavailable
from varda.record import Door

Deed = Callable[[Door, Any, Any], Awaitable[Any]]
"""Takes the door, what all pieces share, and one piece; gives a small result."""


@dataclass(frozen=True, slots=True)
class Orders:
    """What each member is told at the start. `deed` is `module:function` of a `Deed`; `calm` lets others go first."""

    url: str
    build: str
    deed: str
    shared: Any = None
    calm: bool = False


async def done(orders: Orders, pieces: Iterator[Any], told: Callable[[Any], None], *, members: int = 2) -> None:
    """Have every piece done by `members` processes; `told` hears each result. Raises the first `Fault` of a member."""
    context = multiprocessing.get_context("spawn")
    crew = []
    try:
        for _ in range(members):
            ours, theirs = context.Pipe()
            process = context.Process(target=_member, args=(theirs, orders), daemon=True)
            with _deaf():
                process.start()
            theirs.close()
            crew.append((process, ours))
        async with asyncio.TaskGroup() as group:
            for _, pipe in crew:
                group.create_task(_led(pipe, pieces, told))
    except BaseExceptionGroup as failed:
        raise _first(failed) from None
    finally:
        for _, pipe in crew:
            pipe.close()
        for process, _ in crew:
            await asyncio.shield(asyncio.to_thread(process.join, 30))


@contextmanager
def _deaf() -> Iterator[None]:
    """A process that is started here never hears Ctrl+C: the leader decides when to stop."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _first(failed: BaseExceptionGroup[BaseException]) -> BaseException:
    inner = failed.exceptions[0]
    return _first(inner) if isinstance(inner, BaseExceptionGroup) else inner


async def _led(pipe: Connection, pieces: Iterator[Any], told: Callable[[Any], None]) -> None:
    try:
        for piece in pieces:
            pipe.send(piece)
            result = await _heard(pipe)
            if isinstance(result, Fault):
                raise result
            told(result)
        pipe.send(None)
        await _heard(pipe)
    except (EOFError, OSError) as lost:
        raise Unavailable(
            "One of the working processes was killed. Run the command again: it goes on from there."
        ) from lost


async def _heard(pipe: Connection) -> Any:
    # Readiness is awaited on the loop: a thread blocked in recv could not be cancelled by Ctrl+C.
    loop, ready = asyncio.get_running_loop(), asyncio.Event()
    loop.add_reader(pipe.fileno(), ready.set)
    try:
        await ready.wait()
    finally:
        loop.remove_reader(pipe.fileno())
    return pipe.recv()


def _member(pipe: Connection, orders: Orders) -> None:
    # Whole documents are parsed and forgotten: looking for circles among them costs more than it finds.
    gc.set_threshold(1_000_000, 20, 100)
    if orders.calm:
        os.nice(5)
    asyncio.run(_working(pipe, orders))


async def _working(pipe: Connection, orders: Orders) -> None:
    from varda.cli.serve import wired  # the wiring imports much; only a member needs it

    deed: Deed = resolve_name(orders.deed)
    try:
        async with wired(orders.url, orders.build) as wires:
            while (piece := await asyncio.to_thread(_given, pipe)) is not None:
                pipe.send(await deed(wires.door, orders.shared, piece))
        pipe.send(None)
    except ConnectionError:  # the leader is gone, perhaps with a result of ours unread
        return
    except Fault as fault:
        pipe.send(_portable(fault))


def _given(pipe: Connection) -> Any:
    try:
        return pipe.recv()
    except (EOFError, ConnectionError):
        return None


def _portable(fault: Fault) -> Fault:
    try:
        pickle.loads(pickle.dumps(fault))  # noqa: S301 - our own bytes of this moment
    except Exception:
        return Unavailable(fault.message)
    return fault
