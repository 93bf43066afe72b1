"""The register of test runs of a candidate, open to everybody in the county (F229; decision 51)."""

from varda.introduction.testruns.register import KINDS, Kind, Run, TestRuns, Told, newest
from varda.introduction.testruns.results import LARGEST, Result, read

__all__ = ["KINDS", "LARGEST", "Kind", "Result", "Run", "TestRuns", "Told", "newest", "read"]
