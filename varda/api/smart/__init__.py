"""The authorization server of SMART App Launch 2: who an app is, what a person lets it do, and the tokens for it.

Protocol and cryptography are Authlib's and joserfc's. https://hl7.org/fhir/smart-app-launch/STU2.2/
"""

from varda.api.smart.application import PATHS, Smart
from varda.api.smart.crossing import Crossing
from varda.api.smart.signing import new_key

__all__ = ["PATHS", "Crossing", "Smart", "new_key"]
