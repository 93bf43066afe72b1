"""The learning portal: my path, a course step by step, the unit's training, competence, and what learners say."""

from varda.web.learning import authoring, classes, competence, planning, previewing, proposals, views

ROUTES = [
    *proposals.ROUTES,
    *planning.ROUTES,
    *classes.ROUTES,
    *competence.ROUTES,
    *authoring.ROUTES,
    *previewing.ROUTES,
    *views.ROUTES,
]

__all__ = ["ROUTES"]
