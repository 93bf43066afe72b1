"""A child and who gave birth: each as next of kin in the other's record, and what of the pregnancy is the child's."""

from varda.care.births.actions import SEXES, link, strike
from varda.care.births.model import MEASURES, Kin, born_to, is_of, mother_of

__all__ = ["MEASURES", "SEXES", "Kin", "born_to", "is_of", "link", "mother_of", "strike"]
