"""Secondary use: what the care that is given says of a whole organisation, and of nobody."""

from varda.insight.indicators import INDICATORS, Indicator
from varda.insight.measures import MEASURES, PURPOSE
from varda.insight.outcomes import Outcome, by_organisation, outcomes

__all__ = ["INDICATORS", "MEASURES", "PURPOSE", "Indicator", "Outcome", "by_organisation", "outcomes"]
