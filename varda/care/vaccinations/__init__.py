"""Vaccinations: giving a dose of a programme, noting one given elsewhere, and striking what was written wrong."""

from varda.care.vaccinations.actions import give, strike
from varda.care.vaccinations.model import SITES, Dose, doses
from varda.care.vaccinations.rules import DOUBTS, doubts

__all__ = ["DOUBTS", "SITES", "Dose", "doses", "doubts", "give", "strike"]
