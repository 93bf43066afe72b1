"""Vital signs: the measures of the bedside in the order clinicians read them."""

from varda.care.vitals.queries import ORDER, vital_signs

__all__ = ["ORDER", "vital_signs"]
