"""What the screens are given when they start."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from varda.access.identity import Identities
from varda.access.once import Once
from varda.access.people import People
from varda.access.tickets import Tickets
from varda.introduction.practice import Ground, Post
from varda.introduction.voices import Senders
from varda.kernel.clock import Clock
from varda.record import Door
from varda.record.live import Live
from varda.web.relying import Client
from varda.web.shown import Shown


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """One set a process.

    `seal` is a secret of the installation, the same in every process and after a restart: form tokens and the keys of
    text kept in browsers are made from it. `environment` and `build` are shown on every page. `client` is what we are
    to the provider of identities; `may_choose` instead makes a provider of our own, where anybody may be any invented
    person (never in production), and `well_known` are HSA-ids of people offered there first. `address` is ours in
    people's browsers; empty: whatever they ask for. A browser is locked when it has not been used for `idle`.
    `reserve_block` is the first letter of the reserve numbers that are issued here: the one of invented people's
    numbers where everybody is invented. `draw(n)` gives a chance number below n. `live` tells open pages that something
    changed (None: they ask by themselves); each stream says every `beat` seconds that it is there, and looks whether
    its session still is. `post` is how home and the training environment know one another, `ground` where people
    practise (None: nobody practises here). `shown` remembers who has been shown in lists that stay open.
    `support` is the telephone that is told where no coach can be called. `issuer` is what the issuer of badges is
    called, `badge_key` the private key (JSON) that they are signed with; empty: none are issued. `packs` is the folder
    of the downtime packs. `senders` remembers who has answered a question without a name, for a day.
    """

    door: Door
    people: People
    tickets: Tickets
    clock: Clock
    environment: str
    build: str
    seal: bytes
    reserve_block: str
    once: Once
    identities: Identities
    client: Client | None = None
    address: str = ""
    idle: timedelta = timedelta(minutes=15)
    may_choose: bool = False
    well_known: tuple[str, ...] = ()
    draw: Callable[[int], int] = field(default=secrets.randbelow)
    live: Live | None = None
    beat: float = 15.0
    shown: Shown = field(default_factory=Shown)
    post: Post | None = None
    ground: Ground | None = None
    support: str = ""
    issuer: str = "Varda"
    badge_key: bytes = b""
    packs: Path = field(default_factory=Path)
    senders: Senders = field(default_factory=Senders)

    @property
    def cookie(self) -> str:
        """The cookie of a signed-in browser. Where people practise it is another, for cookies know of no port: beside
        home on one machine neither signs the other out."""
        return "varda_session" if self.ground is None else "varda_practice"
