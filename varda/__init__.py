"""Varda: one care information environment for a whole county, and the machinery that gets its people safely into it.

The house and its floors are described in docs/architecture.md.
"""

__version__ = "0.1.0"
