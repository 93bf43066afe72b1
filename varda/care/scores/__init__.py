"""Scores: one module each, told apart by name, version and source, each with a switch of its own in the catalogue.

Scoring may be medical-device software (RULES 6, docs/safety): what computes can be stopped alone, says what it builds
on, and carries its version into every entry. A score is pure and knows neither patients nor the record; the domain that
keeps its values (vital signs, lifestyle …) asks whether it is on and keeps what it says.
"""

from varda.care.scores.model import CODES, Band, Judgement, Score, Values, entry, is_on
from varda.care.scores.news2 import NEWS2

__all__ = ["CODES", "NEWS2", "Band", "Judgement", "Score", "Values", "entry", "is_on"]
