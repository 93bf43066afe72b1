"""What the screens are given when they start."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field

from varda.access.people import People
from varda.access.tickets import Tickets
from varda.kernel.clock import Clock
from varda.record import Door


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """One set a process.

    `seal` is a secret of the installation, the same in every process and after a restart: form tokens and the keys of
    text kept in browsers are made from it. `environment` and `build` are shown on every page. `may_choose` allows
    sign-in by choosing an invented person (never in production); `well_known` are HSA-ids of people offered first.
    `reserve_block` is the first letter of the reserve numbers that are issued here: the one of invented people's
    numbers where everybody is invented. `draw(n)` gives a chance number below n.
    """

    door: Door
    people: People
    tickets: Tickets
    clock: Clock
    environment: str
    build: str
    seal: bytes
    reserve_block: str
    may_choose: bool = False
    well_known: tuple[str, ...] = ()
    draw: Callable[[int], int] = field(default=secrets.randbelow)
