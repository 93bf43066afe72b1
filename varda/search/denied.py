"""What may not be searched on, however it is asked: a list of law, as data (RULES A16).

PDL 2:8: no searching on sensitive data other than health (origin, opinions, belief, sexual life), nor on having
received social services. NLL 3:9: a prescription's reason is never a search key.
"""

from collections.abc import Mapping
from types import MappingProxyType

_ORIGIN = "PDL 2:8: no searching on race or ethnic origin"
_BELIEF = "PDL 2:8: no searching on religious or philosophical belief"
_SEXUAL = "PDL 2:8: no searching on sexual life or orientation"
_REASON = "NLL 3:9: a prescription's reason is never a search key"
_SOCIAL = "PDL 2:8: no searching on having received social services"

PARAMETERS: Mapping[str, str] = MappingProxyType({
    "MedicationAdministration.reason-given": _REASON,
    "MedicationRequest.reason-code": _REASON,
    "MedicationRequest.reason-reference": _REASON,
    "MedicationDispense.reason-code": _REASON,
    "MedicationStatement.reason-code": _REASON,
    "Patient.race": _ORIGIN,
    "Patient.ethnicity": _ORIGIN,
    "Patient.religion": _BELIEF,
})  # fmt: skip
"""`Type.parameter` and why not. Some are no R4 parameters yet: the ban does not wait for them."""

CODES: Mapping[str, str] = MappingProxyType({
    "http://loinc.org|32624-9": _ORIGIN,
    "http://loinc.org|46463-6": _ORIGIN,
    "http://loinc.org|69490-1": _ORIGIN,
    "http://loinc.org|72826-1": _ORIGIN,
    "http://loinc.org|95370-5": _ORIGIN,
    "http://loinc.org|81364-2": _BELIEF,
    "http://loinc.org|76690-7": _SEXUAL,
    "http://loinc.org|86637-6": _SEXUAL,
    "http://snomed.info/sct|364699009": _ORIGIN,
    "http://snomed.info/sct|397731000": _ORIGIN,
    "http://snomed.info/sct|160538000": _BELIEF,
    "http://snomed.info/sct|160567002": _BELIEF,
    "http://snomed.info/sct|276119007": _SEXUAL,
    "http://snomed.info/sct|365956009": _SEXUAL,
    "http://snomed.info/sct|160741002": _SOCIAL,
})  # fmt: skip
"""`system|code` of entries about such things, and why not. Refused in any token parameter."""

_BARE = {name.partition("|")[2]: reason for name, reason in CODES.items()}


def reason(parameter: str, value: str = "") -> str:
    """Why a parameter (`Type.code`) or a value of a token parameter may not be searched on; empty when it may."""
    if parameter in PARAMETERS:
        return PARAMETERS[parameter]
    system, bar, code = value.rpartition("|")
    return CODES.get(value, "") if bar and system else _BARE.get(code, "")
