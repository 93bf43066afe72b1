"""The learning portal: my path, a course step by step, the unit's training, and what learners say."""

from varda.web.learning import authoring, classes, planning, views

ROUTES = [*planning.ROUTES, *classes.ROUTES, *authoring.ROUTES, *views.ROUTES]

__all__ = ["ROUTES"]
