"""What the patient takes."""

from varda.care.medication.model import Medicine, medicines

__all__ = ["Medicine", "medicines"]
