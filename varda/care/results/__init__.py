"""Answers from laboratories and others, and what is measured at the bedside, as single values and as trends."""

from varda.care.results.model import Reading, Series, readings, series

__all__ = ["Reading", "Series", "readings", "series"]
