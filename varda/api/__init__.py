"""The record as a FHIR R4 REST API under `/fhir`: the same door as everybody else's, by a bearer token.

http://hl7.org/fhir/R4/http.html
"""

from varda.api.routes import Fhir

__all__ = ["Fhir"]
