"""What operators see of a running Varda: every request counted and timed, and `/metrics` for Prometheus.

The metrics name what answered, never an address of a page, a person or a patient. They are told to whoever has the
word in the file `metrics-token` of VARDA_HOME: sums over a small unit at night would tell of its patients.
"""

import hmac
import os
import time
from collections.abc import Awaitable, Callable, Iterator, MutableMapping
from functools import cache
from pathlib import Path
from typing import Any

import psutil
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest, multiprocess
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from varda.fhir.definitions import TYPES
from varda.kernel import metrics, tracing

Scope = MutableMapping[str, Any]
App = Callable[[Scope, Any, Any], Awaitable[None]]
_STREAM = b"text/event-stream"
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"})


def share(folder: Path) -> None:
    """Let this process, and those that are begun from it, count together from nothing. The folder is emptied."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.db"):
        old.unlink(missing_ok=True)
    os.environ[metrics.SHARED] = str(folder)
    metrics.begin()


class Watched:
    """ASGI wrapper: counts, times and traces each request."""

    def __init__(self, app: App) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Any, send: Any) -> None:
        """Pass the request on, and say afterwards what became of it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
        elif tracing.is_on():
            await self._traced(scope, receive, send)
        else:
            await self._counted(scope, receive, send)

    async def _traced(self, scope: Scope, receive: Any, send: Any) -> None:
        headers = {name.decode("latin-1"): word.decode("latin-1") for name, word in scope["headers"]}
        with tracing.request(headers) as made:
            status = await self._counted(scope, receive, send)
            made.update_name(" ".join(named(scope, status)))
            made.set_attribute("http.request.method", scope["method"])
            made.set_attribute("http.response.status_code", status)

    async def _counted(self, scope: Scope, receive: Any, send: Any) -> int:
        began, seen = time.perf_counter(), _Seen(send)
        metrics.WORKING.inc()
        try:
            await self._app(scope, receive, seen)
        finally:
            seen.end()
            count, seconds = _counts(*named(scope, seen.status), seen.status // 100)
            count.inc()
            seconds.observe((seen.began or time.perf_counter()) - began)
        return seen.status


class _Seen:
    """`send` of one request, which looks at what passes. `began`: when the answer did, where that is a stream."""

    def __init__(self, send: Any) -> None:
        self._send = send
        self._is_working = True
        self.status = 500
        self.began = 0.0

    async def __call__(self, message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            if any(name.lower() == b"content-type" and word.startswith(_STREAM) for name, word in message["headers"]):
                self.began = time.perf_counter()
                self._is_working = False
                metrics.WORKING.dec()
                metrics.STREAMS.inc()
        await self._send(message)

    def end(self) -> None:
        """The answer has been sent, or nobody hears it any more."""
        (metrics.WORKING if self._is_working else metrics.STREAMS).dec()


@cache
def _counts(face: str, view: str, status: int) -> tuple[Counter, Histogram]:
    return metrics.REQUESTS.labels(face, view, f"{status}xx"), metrics.SECONDS.labels(face, view)


def named(scope: Scope, status: int) -> tuple[str, str]:
    """Which face answered, and by what: the function of a screen, or the type of a resource. Never a part of an address
    that somebody could have made up.
    """
    first, *rest = [part for part in scope["path"].split("/") if part] or [""]
    if first == "fhir":
        type_ = rest[0] if rest and rest[0] in TYPES else "system"
        operations = [part for part in rest if part[:1] in "$_"] if status < 400 else []
        method = scope["method"] if scope["method"] in _METHODS else "other"
        return "fhir", " ".join([method, type_, *operations[:1]])
    if first in ("health", "metrics"):
        return "operator", first
    found = scope.get("endpoint")
    if found is None:
        return "web", "none"
    module = getattr(found, "__module__", "").removeprefix("varda.web.").removeprefix("starlette.")
    return "web", f"{module}.{getattr(found, '__name__', type(found).__name__)}"


class _Running:
    """What is asked only when somebody looks: the build, whether the database answers, and memory by process."""

    def __init__(self, about: MutableMapping[str, str], *, is_ready: bool) -> None:
        self._about, self._is_ready = about, is_ready

    def collect(self) -> Iterator[Metric]:
        """The figures now."""
        build = GaugeMetricFamily("varda_build", "Always 1; says what runs.", labels=list(self._about))
        build.add_metric(list(self._about.values()), 1)
        yield build
        yield GaugeMetricFamily("varda_database_up", "1 when the database answers within two seconds.", self._is_ready)
        memory = GaugeMetricFamily("varda_process_resident_bytes", "Memory by process.", labels=["pid"])
        for process in _family():
            memory.add_metric([str(process.pid)], process.memory_info().rss)
        yield memory


def _family() -> list[psutil.Process]:
    """This process, and the others that its leader began."""
    me = psutil.Process()
    leader = me.parent() if os.environ.get(metrics.SHARED) else None
    return [one for one in (leader.children() if leader else [me]) if one.is_running()]


def told(about: MutableMapping[str, str], *, is_ready: bool) -> bytes:
    """All figures in Prometheus' text format, over every process that counts together."""
    registry = CollectorRegistry()
    if folder := os.environ.get(metrics.SHARED):
        _forget_dead(Path(folder))
        multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]  # the library has no types
    else:
        registry.register(metrics.REGISTRY)
    registry.register(_Running(about, is_ready=is_ready))
    return generate_latest(registry)


def _forget_dead(folder: Path) -> None:
    """What a process that was killed had under way is under way no more."""
    for one in folder.glob("gauge_live*_*.db"):
        pid = int(one.stem.rpartition("_")[2])
        if not psutil.pid_exists(pid):
            multiprocess.mark_process_dead(pid, str(folder))  # type: ignore[no-untyped-call]  # the library has no types


def is_told(scope: Scope, word: bytes) -> bool:
    """Whether a request carries the word that lets somebody see the metrics."""
    given = dict(scope["headers"]).get(b"authorization", b"")
    return hmac.compare_digest(given, b"Bearer " + word)


async def answer(send: Any, status: int, body: bytes) -> None:
    """Send the metrics, or why not."""
    headers = [(b"content-type", CONTENT_TYPE_LATEST.encode()), (b"cache-control", b"no-store")]
    if status == 401:
        headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"www-authenticate", b'Bearer realm="metrics"')]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
