"""The chart: everything about one patient that one question to the record answers."""

from varda.care.overview.queries import BANNER, WHOLE, Chart, chart

__all__ = ["BANNER", "WHOLE", "Chart", "chart"]
