"""Diagnoses and problems."""

from varda.care.problems.model import Problem, problems

__all__ = ["Problem", "problems"]
