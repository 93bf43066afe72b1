"""Traces for operators (OpenTelemetry): where the time of a request went. Names of what was done, never values.

Nothing is traced, and nothing of OpenTelemetry is loaded, until `begin`. Its standard environment, such as
OTEL_TRACES_SAMPLER, is honoured: https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/
"""

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import TracerProvider

_NOTHING: AbstractContextManager[None] = nullcontext()
_provider: "TracerProvider | None" = None


def begin(collector: str, **about: str) -> None:
    """Send spans to a collector by OTLP over HTTP (its address without /v1/traces). `about` is told of the process."""
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    global _provider
    told = Resource.create({"service.name": "varda", **about})
    _provider = TracerProvider(resource=told, shutdown_on_exit=False)
    _provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(f"{collector.rstrip('/')}/v1/traces")))


def end() -> None:
    """Send what is left, and trace no more."""
    global _provider
    if _provider is not None:
        _provider.shutdown()
    _provider = None


def is_on() -> bool:
    """Whether anything is traced."""
    return _provider is not None


def span(name: str) -> AbstractContextManager[Any]:
    """A piece of the work under way, for as long as the block. It costs nothing to speak of where nothing is traced."""
    return _NOTHING if _provider is None else _span(name)


@contextmanager
def request(headers: Mapping[str, str]) -> Iterator[Any]:
    """The span of a request, which somebody outside may have begun (W3C Trace Context). It is named at the end."""
    from opentelemetry.propagate import extract
    from opentelemetry.trace import SpanKind

    with _span("request", context=extract(headers), kind=SpanKind.SERVER) as made:
        yield made


@contextmanager
def _span(name: str, **how: Any) -> Iterator[Any]:
    from opentelemetry.trace import Status, StatusCode

    assert _provider is not None
    # The words of an exception may hold data of a patient: that it failed is told, and as what.
    with _provider.get_tracer("varda").start_as_current_span(
        name, record_exception=False, set_status_on_exception=False, **how
    ) as made:
        try:
            yield made
        except BaseException as failed:
            made.set_status(Status(StatusCode.ERROR, type(failed).__name__))
            raise
