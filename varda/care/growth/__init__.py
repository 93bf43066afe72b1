"""Growth of children: weight, length, head and body mass index by age and sex, on the WHO's standards."""

from varda.care.growth.model import KINDS, SDS, Curve, Point, at_sd, growth, lines, measured, sd_of

__all__ = ["KINDS", "SDS", "Curve", "Point", "at_sd", "growth", "lines", "measured", "sd_of"]
