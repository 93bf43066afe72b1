"""Wards and their beds."""

from varda.care.wards.actions import admit
from varda.care.wards.queries import Bed, beds

__all__ = ["Bed", "admit", "beds"]
