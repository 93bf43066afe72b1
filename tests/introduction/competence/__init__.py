"""Competence cards."""
