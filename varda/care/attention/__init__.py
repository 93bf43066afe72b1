"""What everybody must know first: attention signals and allergies."""

from varda.care.attention.model import Allergies, Allergy, Signal, allergies, signals

__all__ = ["Allergies", "Allergy", "Signal", "allergies", "signals"]
