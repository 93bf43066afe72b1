"""THE WIRING: settings become a database, a journal, the door, tickets, people, and the application that uses them.

`varda serve` checks that the database is the right one, keeps the embedded server alive and hands over to Granian,
whose worker processes each build the application by `application()`.
"""

import asyncio
import gc
import os
import re
import signal
import socket
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, MutableMapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from multiprocessing import active_children
from pathlib import Path
from secrets import token_bytes, token_urlsafe
from threading import Thread
from typing import TYPE_CHECKING, Annotated, Any, Literal
from urllib.parse import urlsplit

from cyclopts import Parameter

from varda.access.apps import Apps
from varda.access.identity import Identities
from varda.access.once import Once
from varda.access.people import People
from varda.access.tickets import Tickets
from varda.audit import Anchor, Journal
from varda.cli import build, nightly, sight, telling
from varda.cli.beside import Beside
from varda.cli.guard import Guarded
from varda.cli.lrs import telling_store
from varda.cli.place import Place, closed, placed, settings, usable
from varda.cli.tidying import tidying
from varda.cli.widening import widening
from varda.kernel import log, tracing
from varda.kernel.clock import WallClock
from varda.kernel.db import Database, Plans, listening
from varda.kernel.errors import Fault, Malformed, Unavailable
from varda.kernel.limits import Limits
from varda.kernel.settings import Settings
from varda.record import Door
from varda.record.live import CHANNEL, Live

if TYPE_CHECKING:
    from varda.introduction.practice import Post
    from varda.web import Client

Port = Annotated[int | None, Parameter(help="TCP port; VARDA_PORT or 8000 when left out.")]
Scope = MutableMapping[str, Any]
_ASGI = Callable[[Scope, Any, Any], Awaitable[None]]
_LOG_CONNECTIONS = 3
_POPULATION_CONNECTIONS = 4
_STREAMS_END = signal.SIGUSR1
_PATIENCE = 30.0  # seconds that a worker waits for a database that is being started again


@dataclass(frozen=True, slots=True)
class Wires:
    """What one process works with."""

    database: Database
    door: Door
    tickets: Tickets
    people: People
    clock: WallClock


@asynccontextmanager
async def wired(
    url: str,
    name: str,
    *,
    size: int = 10,
    anchor: Anchor | None = None,
    limits: Limits | None = None,
    names_in_log: bool = False,
    moves: bool = False,
) -> AsyncIterator[Wires]:
    """Everything a process needs to pass the door; the log is sealed at the end. `moves`: sessions may live at another
    time. Raises `Unavailable`."""
    clock = WallClock(moves)
    database = await _connected(url, size)
    # The log has connections of its own: work that holds one must never wait for itself.
    apart = await _connected(url, _LOG_CONNECTIONS)
    population = await _connected(url, _POPULATION_CONNECTIONS, "force_custom_plan")
    journal = Journal(apart, clock, name, anchor)
    await journal.start()
    try:
        door = Door(
            database, journal, clock, population, limits=limits, keeper=partial(_kept, url), names_in_log=names_in_log
        )
        yield Wires(database, door, Tickets(database), People(database), clock)
    finally:
        try:
            await journal.stop()
        except Fault as lost:
            log.logger(__name__).warning("the log is sealed by the next process", error=str(lost))
        await closed(population)
        await closed(apart)
        await closed(database)


async def _kept(url: str) -> Database:
    """A connection that may destroy, for as long as one destruction takes."""
    return await Database.connect(url, size=1, role="varda_keeper")


async def _connected(url: str, size: int, plans: Plans = "auto") -> Database:
    deadline = asyncio.get_running_loop().time() + _PATIENCE
    while True:
        try:
            return await Database.connect(url, size=size, plans=plans)
        except Unavailable:
            if asyncio.get_running_loop().time() > deadline:
                raise
            await asyncio.sleep(0.2)


def application() -> _ASGI:
    """What Granian serves, in each worker. The settings are those that `run` put into the environment."""
    log.configure(build.name())
    end_with(os.getppid())
    found, _ = settings()
    return _behind(found.proxies, Application(found))


def _behind(proxies: str, app: _ASGI) -> _ASGI:
    """The application as it is reached: by itself, or through proxies that say who asks."""
    if not proxies:
        return app
    from granian.utils.proxies import wrap_asgi_with_proxy_headers

    believing: _ASGI = wrap_asgi_with_proxy_headers(app, [one.strip() for one in proxies.split(",")])
    return believing


class Application:
    """The health of the process, the FHIR API and the screens behind one lifespan."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.wires: Wires | None = None
        self._api: _ASGI
        self._web: _ASGI
        self._guarded = sight.Watched(Guarded(self._answered, is_https=settings.address.startswith("https://")))
        self._word = kept(settings.home / "metrics-token", lambda: token_urlsafe(32).encode())
        self._smart: _ASGI
        self._smart_paths: Collection[str] = ()

    def __call__(self, scope: Scope, receive: Any, send: Any) -> Awaitable[None]:
        """One connection."""
        return self._guarded(scope, receive, send)

    async def _answered(self, scope: Scope, receive: Any, send: Any) -> None:
        """The first step of the path decides who answers."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "http" and scope["path"].startswith("/health/"):
            await self._health(scope, send)
        elif scope["type"] == "http" and scope["path"] == "/metrics":
            await self._metrics(scope, send)
        elif scope["type"] == "http" and scope["path"] in self._smart_paths:
            await self._smart(scope, receive, send)
        elif scope["type"] == "http" and scope["path"].startswith("/fhir"):
            await self._api(scope, receive, send)
        else:
            # The screens raise again what they have answered and logged; the server would log its words.
            with suppress(Exception):
                await self._web(scope, receive, send)

    @asynccontextmanager
    async def running(self) -> AsyncIterator["Application"]:
        """Connected for as long as the block."""
        limits = Limits.of(self.settings)
        if self.settings.otlp_url:
            tracing.begin(self.settings.otlp_url, build=build.name(), environment=self.settings.environment)
        noting = anchor(self.settings.home, self.settings.database_url)
        async with wired(
            self.settings.database_url, build.name(), anchor=noting, limits=limits,
            names_in_log=self.settings.names_in_log == "yes", moves=self.settings.environment == "training",
        ) as wires:  # fmt: skip
            self.wires = wires
            live = Live(wires.door)
            self._api, self._web = faces(self.settings, wires, live)
            self._smart, self._smart_paths = authority(self.settings, wires)
            _settle_memory()
            beside = [
                asyncio.create_task(nightly.reviewing(wires.door, wires.clock)),
                asyncio.create_task(nightly.reckoning(wires.door, wires.clock)),
                asyncio.create_task(tidying(wires.database, wires.clock)),
                asyncio.create_task(listening(self.settings.database_url, CHANNEL, live.heard)),
                asyncio.create_task(live.tell()),
                asyncio.create_task(widening(wires.door, build.name())),
                *self._outgoing(wires),
            ]
            asyncio.get_running_loop().add_signal_handler(_STREAMS_END, live.end)
            try:
                yield self
            finally:
                live.end()
                for task in beside:
                    task.cancel()
                await asyncio.gather(*beside, return_exceptions=True)
                tracing.end()

    def _outgoing(self, wires: Wires) -> list["asyncio.Task[None]"]:
        """What is told to systems outside; the training environment tells nobody."""
        found = self.settings
        if not found.lrs_url or found.environment == "training":
            return []
        return [asyncio.create_task(telling_store(wires.door, found, seal(found.home)))]

    async def _live(self, receive: Any, send: Any) -> None:
        assert (await receive())["type"] == "lifespan.startup"
        try:
            async with self.running():
                await send({"type": "lifespan.startup.complete"})
                await receive()
        except Exception as failed:
            await send({"type": "lifespan.startup.failed", "message": str(failed)})
            raise
        await send({"type": "lifespan.shutdown.complete"})

    async def _health(self, scope: Scope, send: Any) -> None:
        body: dict[str, str] = {"build": build.name(), "environment": self.settings.environment}
        status = 200
        if scope["path"] == "/health/ready":
            status = 200 if await self._is_ready() else 503
            body["status"] = "ready" if status == 200 else "the database does not answer"
        elif scope["path"] == "/health/live":
            body["status"] = "live"
        else:
            status = 404
        await _reply(send, status, body)

    async def _metrics(self, scope: Scope, send: Any) -> None:
        if not sight.is_told(scope, self._word):
            await sight.answer(send, 401, b"Send the word of VARDA_HOME/metrics-token as a bearer token.\n")
            return
        assert self.wires is not None
        is_ready, about = await self._is_ready(), {"build": build.name(), "environment": self.settings.environment}
        if is_ready:
            in_force = await self.wires.door.catalogue.in_force(self.wires.clock.now())
            about["configuration"] = in_force.configuration
        await sight.answer(send, 200, sight.told(about, is_ready=is_ready))

    async def _is_ready(self) -> bool:
        assert self.wires is not None
        try:
            async with asyncio.timeout(2):
                await self.wires.database.one("select 1")
        except (Fault, TimeoutError):
            return False
        return True


def _settle_memory() -> None:
    """Search for circles seldom. What is loaded now stays; large bodies come and go, and hold few circles.

    Paired runs against Python's defaults, CPU time: a transaction 20 % less, $everything 25 %, a search 12 %; the
    memory held is the same. The collection comes first, so that no rubbish of the start is frozen with the rest.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)


def faces(settings: Settings, wires: Wires, live: Live | None = None) -> tuple[_ASGI, _ASGI]:
    """The FHIR API and the screens, given what they work with. The only place that asks which environment it is."""
    from varda import api, web
    from varda.api import smart
    from varda.exchange import badges
    from varda.introduction.practice import Ground
    from varda.region import DEMO_PEOPLE

    is_invented = settings.environment != "production"
    parts = web.Parts(
        door=wires.door,
        people=wires.people,
        tickets=wires.tickets,
        clock=wires.clock,
        environment=settings.environment,
        build=build.name(),
        seal=seal(settings.home),
        reserve_block=reserve_block(settings.environment),
        once=Once(wires.database),
        identities=Identities(wires.database),
        client=oidc_client(settings),
        address=settings.address.rstrip("/"),
        idle=timedelta(minutes=settings.idle_minutes),
        may_choose=is_invented and not settings.oidc_issuer,
        well_known=tuple(person.hsa for person in DEMO_PEOPLE) if is_invented else (),
        live=live,
        post=post(settings),
        support=settings.support,
        issuer=settings.issuer,
        badge_key=kept(settings.home / "badge-key", badges.new_key),
        ground=Ground(wires.door) if settings.environment == "training" else None,
        packs=packs(settings),
    )
    fhir = api.Fhir(wires.door, wires.tickets, build=build.name(), address=settings.address)
    return smart.Crossing(fhir, Apps(wires.database), wires.clock), web.application(parts)


def post(settings: Settings) -> "Post":
    """This side's end of the way between home and the training environment."""
    from varda.introduction.practice import Post

    side: Literal["home", "training"] = "training" if settings.environment == "training" else "home"
    return Post(settings.practice or settings.home / "practice", side, build.name())


def oidc_client(settings: Settings) -> "Client | None":
    """What we are to the provider of identities; None when there is none. Raises `Malformed` for a key that is none."""
    from varda.web import Client, private_key

    if not settings.oidc_issuer:
        return None
    try:
        key = private_key(settings.oidc_key.read_bytes()) if settings.oidc_key else None
    except (OSError, ValueError) as wrong:
        raise Malformed(f"VARDA_OIDC_KEY: {settings.oidc_key} is not a file with a private key (PEM).") from wrong
    return Client(
        issuer=settings.oidc_issuer,
        id=settings.oidc_client,
        levels=tuple(settings.oidc_levels.split()),
        secret=settings.oidc_secret,
        key=key,
    )


def authority(settings: Settings, wires: Wires) -> tuple[_ASGI, Collection[str]]:
    """The authorization server of apps, and where it answers."""
    from varda.api import smart

    key = kept(settings.home / "id-token-key", lambda: smart.new_key().encode()).decode()
    found = smart.Smart(wires.door, wires.tickets, key=key, address=settings.address)
    return smart.Crossing(found, Apps(wires.database), wires.clock), smart.PATHS


def reserve_block(environment: str) -> str:
    """The first letter of the reserve numbers issued there: the invented people's, unless people are real."""
    from varda.care.patients import INVENTED_BLOCK, UNKNOWN_BLOCK

    return UNKNOWN_BLOCK if environment == "production" else INVENTED_BLOCK


def packs(settings: Settings) -> Path:
    """The folder of the downtime packs."""
    return settings.packs or settings.home / "packs"


def seal(home: Path) -> bytes:
    """The secret of the installation, made at the first start. Several machines share it by a copy of the file."""
    return kept(home / "seal", lambda: token_bytes(32))


def kept(path: Path, made: Callable[[], bytes]) -> bytes:
    """What a file of the installation holds; made when it is not there. Nobody reads half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        fresh = path.with_name(f".{path.name}-{os.getpid()}")
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(made())
        with suppress(FileExistsError):
            os.link(fresh, path)
        fresh.unlink()
    return path.read_bytes()


def anchor(home: Path, url: str) -> Anchor:
    """Where this machine notes the newest seals of one database's log: a file for each server and database."""
    parts = urlsplit(url)
    server = parts.netloc.rpartition("@")[2] or "local"
    return Anchor(home / "audit-seals" / re.sub(r"[^\w.-]", "-", f"{server}{parts.path}"), lambda: seal(home))


async def _reply(send: Any, status: int, body: dict[str, str]) -> None:
    import msgspec

    headers = [(b"content-type", b"application/json"), (b"cache-control", b"no-store")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": msgspec.json.encode(body)})


def end_with(parent: int) -> None:
    """End this process when its parent is gone: a killed leader would leave workers behind that hold the port, and
    nobody to tell them to stop."""

    def look() -> None:
        while os.getppid() == parent:
            time.sleep(1)
        os.kill(os.getpid(), _STREAMS_END)
        os.kill(os.getpid(), signal.SIGTERM)

    Thread(target=look, daemon=True).start()


def serve(
    *,
    host: Annotated[str, Parameter(help="Address to listen on; 0.0.0.0 for every one.")] = "127.0.0.1",
    port: Port = None,
    workers: Annotated[int, Parameter(help="Processes that answer requests.")] = 1,
) -> None:
    """Serve the screens and, under /fhir, the FHIR API, until stopped by Ctrl+C or SIGTERM.

    The database must be prepared (varda db init) for the environment that VARDA_ENVIRONMENT names.
    """
    with placed() as place:
        asyncio.run(_checked(place))
        port = port or place.settings.port
        telling.say(f"Varda {build.name()} ({place.settings.environment}) on http://{host}:{port}")
        run(place, host, port, workers)


async def _checked(place: Place) -> None:
    async with usable(place, size=1, strict=True):
        return


def run(place: Place, host: str, port: int, workers: int = 1) -> None:
    """Serve one database until a signal comes. Raises `Unavailable` when the port is taken."""
    from granian import Granian
    from granian.constants import Interfaces, Loops
    from granian.log import LogLevels

    _require_free(host, port)
    # Workers are processes of their own and learn their settings as any process does.
    os.environ.update(
        VARDA_HOME=str(place.settings.home), VARDA_DATABASE_URL=place.url, VARDA_ENVIRONMENT=place.settings.environment
    )
    shown = "localhost" if host in ("0.0.0.0", "::") else host  # noqa: S104 - compared, not listened on
    post(place.settings).open(place.settings.address or f"http://{shown}:{port}")
    sight.share(place.settings.home / "metrics" / str(port))
    watch = place.server.watched() if place.server else None
    # Nobody starts to work in the training environment, so nobody asks whether it is ready, or needs a pack of it.
    is_wanted = place.settings.environment != "training" and place.settings.beside == "yes"
    own = f"http://{'127.0.0.1' if host in ('0.0.0.0', '::') else host}:{port}"  # noqa: S104 - compared, not listened on
    beside = [Beside("readiness", "watch", "--at", own), Beside("packs", "watch")] if is_wanted else []
    server = Granian(
        "varda.cli.serve:application",
        address=host,
        port=port,
        interface=Interfaces.ASGI,
        loop=Loops.uvloop,
        workers=workers,
        factory=True,
        backlog=2048,
        log_level=LogLevels.warning,
        respawn_failed_workers=True,
        websockets=False,
        workers_kill_timeout=20,
    )
    server.on_startup(_end_streams_first)
    try:
        server.serve()
    finally:
        for one in beside:
            one.end()
        if watch:
            watch.end()


def _end_streams_first() -> None:
    """A worker that is asked to stop waits for every answer that has begun. A stream has no end: it is told before."""

    def told(then: Any, number: int, frame: Any) -> None:
        for worker in active_children():
            if worker.name == "granian-worker" and worker.pid is not None:
                os.kill(worker.pid, _STREAMS_END)
        then(number, frame)

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, partial(told, signal.getsignal(number)))


def _require_free(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as taken:
            message = (
                f"Port {port} of {host} cannot be used ({taken.strerror}). Choose another by --port or VARDA_PORT."
            )
            raise Unavailable(message) from taken
