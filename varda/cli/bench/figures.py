"""What was measured: throughput and the times that half, nearly all and all but one in a hundred stayed below."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from rich.table import Table


@dataclass(slots=True)
class Measured:
    """One kind of work. `times` are seconds, one an answered request; `things` counts what `unit` says.

    `items` is how many items were searched, where that is what the figure is about; else 0.
    """

    name: str
    seconds: float = 0.0
    times: list[float] = field(default_factory=list)
    errors: int = 0
    things: int = 0
    unit: str = "requests"
    items: int = 0
    first_error: str = ""

    def failed(self, why: str) -> None:
        """Count a request that was not answered as it should be; the first one's reason is told."""
        self.errors += 1
        self.first_error = self.first_error or why[:300]

    @property
    def rate(self) -> float:
        """Things (requests, resources) a second."""
        return (self.things or len(self.times)) / self.seconds if self.seconds else 0.0

    def below(self, share: float) -> float:
        """The time in milliseconds that this share of the requests stayed below."""
        if not self.times:
            return 0.0
        ordered = sorted(self.times)
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1000

    def told(self) -> dict[str, Any]:
        """For JSON; times in milliseconds."""
        return {
            "name": self.name,
            "requests": len(self.times),
            "errors": self.errors,
            "seconds": round(self.seconds, 3),
            "unit": self.unit,
            "per_second": round(self.rate, 1),
            "p50_ms": round(self.below(0.50), 2),
            "p95_ms": round(self.below(0.95), 2),
            "p99_ms": round(self.below(0.99), 2),
            "items": self.items,
            "first_error": self.first_error,
        }


def table(title: str, rows: list[Measured]) -> Table:
    """The figures for a person."""
    made = Table(title=title, title_justify="left")
    made.add_column("work", no_wrap=True)
    for name in ("requests", "errors", "per second", "p50 ms", "p95 ms", "p99 ms"):
        made.add_column(name, justify="right", no_wrap=True)
    for row in rows:
        unit = "" if row.unit == "requests" else f" {row.unit}"
        shares = (f"{row.below(share):,.1f}" for share in (0.5, 0.95, 0.99))
        made.add_row(row.name, f"{len(row.times):,}", f"{row.errors:,}", f"{row.rate:,.0f}{unit}", *shares)
    return made


@dataclass(frozen=True, slots=True)
class Added:
    """What something adds to the median and to the time that 95 of a hundred stay below; `budget` is for the median."""

    name: str
    unit: Literal["ms", "%"]
    p50: float
    p95: float
    budget: float

    def told(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "name": self.name, "unit": self.unit, "p50": round(self.p50, 2), "p95": round(self.p95, 2),
            "budget": self.budget, "kept": self.p50 <= self.budget,
        }  # fmt: skip


def differences(rows: Sequence[Added]) -> Table:
    """The differences for a person."""
    made = Table(title="What it adds", title_justify="left")
    made.add_column("to", no_wrap=True)
    for name in ("p50", "p95", "budget", ""):
        made.add_column(name, justify="right", no_wrap=True)
    for one in rows:
        said = "kept" if one.p50 <= one.budget else "missed"
        figures = (f"{value:+,.2f} {one.unit}" for value in (one.p50, one.p95))
        made.add_row(one.name, *figures, f"≤ {one.budget:g} {one.unit}", said)
    return made
