"""Structured lines for operators on standard error. Never a record's content, never a name: keys and numbers only."""

import logging
import sys
import traceback
from collections.abc import MutableMapping
from typing import Any

import structlog

from varda.kernel import metrics

RUNNING: dict[str, str] = {}
"""What every line says of this process: the build, and the configuration once it is known."""


def configure(build: str = "", *, verbose: bool = False) -> None:
    """One JSON line an event when standard error is a file or pipe, readable colours on a terminal."""
    RUNNING.update({"build": build} if build else {})
    renderer: Any = structlog.dev.ConsoleRenderer() if sys.stderr.isatty() else structlog.processors.JSONRenderer()
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            _running,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.DEBUG if verbose else logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )


def _running(_: Any, level: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    metrics.LINES.labels(level).inc()
    return {**line, **RUNNING}


def logger(name: str) -> Any:
    """The logger of one module."""
    return structlog.get_logger(name)


def places(failed: Exception) -> list[str]:
    """Where it happened, innermost last. The words of an exception may hold data of a patient and are left out."""
    frames = traceback.extract_tb(failed.__traceback__)[-8:]
    return [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
