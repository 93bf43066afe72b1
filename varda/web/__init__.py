"""Screens: server-rendered HTML, a view beside its template. `application(parts)` is everything the wiring needs.

The parts are values made by `cli/serve`; no view reads the environment, the wall clock or chance by itself.
"""

from varda.web.application import application
from varda.web.parts import Parts
from varda.web.relying import Client, private_key

__all__ = ["Client", "Parts", "application", "private_key"]
