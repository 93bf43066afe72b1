"""What is counted about the program itself, for Prometheus: numbers by kind, never by person, patient or address.

Always named as `metrics.REQUESTS`: `begin` makes all of them anew.
"""

import importlib

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, multiprocess, values

SHARED = "PROMETHEUS_MULTIPROC_DIR"
"""Names the folder where the processes of one machine count together, so that any of them can tell the sum:
https://prometheus.github.io/client_python/multiprocess/
"""
_QUICK = (0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.2, 0.3, 0.5, 1, 2.5, 5, 10)
"""Seconds, with the budgets among them: a list within 0.2, a chart within 0.15, a board within 0.3."""

REGISTRY: CollectorRegistry
REQUESTS: Counter
SECONDS: Histogram
WORKING: Gauge
STREAMS: Gauge
WAITED: Histogram
LOST: Counter
LOGGED: Counter
LOGGING: Histogram
UNLOGGED: Counter
ATTEMPTS: Counter
LINES: Counter
GATHERED: Gauge
FAILED: Counter


def _counter(name: str, about: str, *labels: str) -> Counter:
    return Counter(f"varda_{name}", about, labels, registry=REGISTRY)


def _seconds(name: str, about: str, *labels: str) -> Histogram:
    return Histogram(f"varda_{name}_seconds", about, labels, registry=REGISTRY, buckets=_QUICK)


def _now(name: str, about: str) -> Gauge:
    return Gauge(f"varda_{name}", about, registry=REGISTRY, multiprocess_mode="livesum")


def begin() -> None:
    """Count from nothing: into the shared folder where the environment names one, else for this process alone."""
    importlib.reload(values)  # which of the two is chosen when this is loaded
    global REGISTRY, REQUESTS, SECONDS, WORKING, STREAMS, WAITED, LOST, LOGGED, LOGGING, UNLOGGED, ATTEMPTS, LINES
    global GATHERED, FAILED
    REGISTRY = CollectorRegistry()
    REQUESTS = _counter(
        "requests", "Requests answered, by what answered and class of status.", "face", "view", "status"
    )
    SECONDS = _seconds(
        "request", "From a request to the end of its answer; of a stream, to its beginning.", "face", "view"
    )
    WORKING = _now("requests_working", "Requests being answered now, streams apart.")
    STREAMS = _now("live_streams", "Browsers that are told of changes now.")
    WAITED = _seconds("database_wait", "Waiting for a free connection to the database.")
    LOST = _counter("database_lost", "Pieces of work that ended because the database was lost, or had no room.")
    LOGGED = _counter("access_log_rows", "Rows of the access log made durable.")
    LOGGING = _seconds("access_log", "Making a group of rows of the access log durable.")
    UNLOGGED = _counter("access_log_failures", "Groups of rows of the access log that could not be stored.")
    ATTEMPTS = _counter(
        "attempts", "Attempts at the door that came to nothing: refused by the rules, or undone.", "outcome"
    )
    LINES = _counter("log_lines", "Lines of the program's log.", "level")
    GATHERED = Gauge("varda_readiness_gathered_timestamp_seconds", "When evidence of a check was last gathered whole.",
                     ["check"], registry=REGISTRY, multiprocess_mode="mostrecent")  # fmt: skip
    FAILED = _counter("readiness_failures", "Gatherings of a check that came to nothing.", "check")


def timed(face: str) -> dict[float, float]:
    """How many answers of a face came within each bound (seconds; infinity: all), of all processes that count together,
    since they began."""
    registry = REGISTRY
    if values.ValueClass is not values.MutexValue:
        registry = CollectorRegistry()
        multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]  # the library has no types
    found: dict[float, float] = {}
    for family in registry.collect():
        for one in family.samples if family.name == "varda_request_seconds" else ():
            if one.name.endswith("_bucket") and one.labels.get("face") == face:
                bound = float(one.labels["le"])
                found[bound] = found.get(bound, 0) + one.value
    return found


begin()
