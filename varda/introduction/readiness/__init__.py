"""Readiness: status only from evidence, bound to build, configuration and time (INTRODUCTION §3; decision 45)."""

from varda.introduction.readiness.attested import Attestation, Attestations, waiting
from varda.introduction.readiness.board import Sum, Tile, forecast
from varda.introduction.readiness.candidate import Candidate, Candidates, Register
from varda.introduction.readiness.checks import CHECKS, Check
from varda.introduction.readiness.concerns import Concern, Concerns
from varda.introduction.readiness.deliveries import Deliveries, counted
from varda.introduction.readiness.evidence import Evidence, Found, Kept, Lack
from varda.introduction.readiness.gathering import Gathering, Round, claimed
from varda.introduction.readiness.loads import MARGIN, expected
from varda.introduction.readiness.matrix import PACKAGE, Agreed, Difference, Matrices, differences, in_effect
from varda.introduction.readiness.practised import practised
from varda.introduction.readiness.reading import Board, Overview, Part
from varda.introduction.readiness.sources import COMPARING, SOURCES, Arrivals, Source, World
from varda.introduction.readiness.synthetic import Tries, session_of, understood, word
from varda.introduction.readiness.trials import Trial, Trials, steps_of
from varda.introduction.seal import Seal

__all__ = [
    "CHECKS",
    "COMPARING",
    "MARGIN",
    "PACKAGE",
    "SOURCES",
    "Agreed",
    "Arrivals",
    "Attestation",
    "Attestations",
    "Board",
    "Candidate",
    "Candidates",
    "Check",
    "Concern",
    "Concerns",
    "Deliveries",
    "Difference",
    "Evidence",
    "Found",
    "Gathering",
    "Kept",
    "Lack",
    "Matrices",
    "Overview",
    "Part",
    "Register",
    "Round",
    "Seal",
    "Source",
    "Sum",
    "Tile",
    "Trial",
    "Trials",
    "Tries",
    "World",
    "claimed",
    "counted",
    "differences",
    "expected",
    "forecast",
    "in_effect",
    "practised",
    "session_of",
    "steps_of",
    "understood",
    "waiting",
    "word",
]
