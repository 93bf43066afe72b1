"""capabilities: what this server does, made from what is there. http://hl7.org/fhir/R4/http.html#capabilities"""

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from varda.fhir import definitions
from varda.fhir.definitions import TYPES
from varda.fhir.resource import dump
from varda.search.parameters import meanings

_INTERACTIONS = ("read", "vread", "update", "delete", "history-instance", "create", "search-type")
_SHAPING = ("_count", "_include", "_revinclude", "_sort", "_total", "_summary", "_elements")
EVERYTHING = "http://hl7.org/fhir/OperationDefinition/Patient-everything"


@lru_cache(maxsize=16)
def capabilities(base: str, running: str, date: str) -> bytes:
    """The CapabilityStatement as served at `base`: `running` is the build with the fingerprint of its configuration,
    `date` when the process started.
    """
    return dump(
        {
            "resourceType": "CapabilityStatement",
            "status": "active",
            "date": date,
            "kind": "instance",
            "software": {"name": "Varda", "version": running},
            "implementation": {"description": "Varda: one record for each patient of a county", "url": base},
            "fhirVersion": "4.0.1",
            "format": ["application/fhir+json", "json"],
            "rest": [_rest(base)],
        }
    )


def _rest(base: str) -> dict[str, Any]:
    return {
        "mode": "server",
        "documentation": "An unknown search parameter is an error unless Prefer: handling=lenient is sent.",
        "security": _security(base.removesuffix("/fhir")),
        "resource": [_resource(type_) for type_ in TYPES],
        "interaction": [{"code": "transaction"}, {"code": "batch"}],
    }


def _security(origin: str) -> dict[str, Any]:
    places = {"authorize": "authorize", "token": "token", "introspect": "introspect", "revoke": "revoke"}
    return {
        "extension": [
            {
                "url": "http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris",
                "extension": [{"url": name, "valueUri": f"{origin}/{path}"} for name, path in places.items()],
            }
        ],
        "service": [
            {
                "coding": [
                    {
                        "system": "http://terminology.hl7.org/CodeSystem/restful-security-service",
                        "code": "SMART-on-FHIR",
                    }
                ]
            }
        ],
        "description": "A bearer token by SMART on FHIR. What a session may not see looks as if it were not there.",
    }


def _resource(type_: str) -> dict[str, Any]:
    found: dict[str, Any] = {
        "type": type_,
        "profile": f"http://hl7.org/fhir/StructureDefinition/{type_}",
        "interaction": [{"code": code} for code in _INTERACTIONS],
        "versioning": "versioned",
        "readHistory": True,
        "updateCreate": True,
        "conditionalCreate": True,
        "conditionalRead": "not-match",
        "conditionalUpdate": True,
        "conditionalDelete": "single",
        "referencePolicy": ["literal", "logical", "local"],
    }
    includes = list(_includes(type_))
    if includes:
        found["searchInclude"] = includes
    found["searchParam"] = list(_parameters(type_))
    if type_ == "Patient":
        found["operation"] = [{"name": "everything", "definition": EVERYTHING}]
    return found


def _parameters(type_: str) -> Iterator[dict[str, str]]:
    known = definitions.parameters(type_)
    for code, meaning in sorted(meanings(type_).items()):
        yield {"name": code, "definition": known[code].url, "type": meaning.kind}


def _includes(type_: str) -> Iterator[str]:
    for code, meaning in sorted(meanings(type_).items()):
        if meaning.kind == "reference":
            yield f"{type_}:{code}"
