"""What people tell of the introduction: questions to everybody, and traffic reports."""

from varda.web.voices import coding, questions, traffic

# Traffic reports first: a question's page would take their name for a number.
ROUTES = [*traffic.ROUTES, *coding.ROUTES, *questions.ROUTES]

__all__ = ["ROUTES"]
