"""Plans, goals and agreements, and who takes part in them."""

from varda.care.plans.model import Involved, Plan, involved, plans

__all__ = ["Involved", "Plan", "involved", "plans"]
