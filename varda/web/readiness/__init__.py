"""Readiness on the screens: the board, a unit, one's own trial, concerns, the agreed matrix (F216; decision 45)."""

from varda.web.readiness import agreeing, saying, trying, views

ROUTES = [*views.ROUTES, *trying.ROUTES, *saying.ROUTES, *agreeing.ROUTES]
