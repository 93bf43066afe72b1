"""Which versions are signed, as tokens of their signature: a unit's whole list is asked of the index, and no text read.

A signature is a Provenance of a code of its own that names versions (`varda.record.answers`). The token is of the item
and its version, so that a later version has none, whatever clocks say.
"""

from typing import Any

from varda.fhir.keys import key
from varda.fhir.resource import Resource
from varda.search.parameters import salt
from varda.search.row import Row

SIGNATURE = "answer-signed"
"""The code of the activity by which a Provenance is the signature of an answer."""
_SALT = salt("Provenance.signed")


def tokens(resource: Resource) -> list[int]:
    """One for each version that a signature names; none for what is no signature."""
    if resource["resourceType"] != "Provenance" or not _is_signature(resource):
        return []
    named = (str(one.get("reference", "")).partition("/_history/") for one in resource.get("target", ()))
    return [key(item) ^ _SALT ^ int(version) for item, _, version in named if _is_version(version)]


def token(row: Row) -> str:
    """SQL: the token that a signature of the version that stands has."""
    return f"{row.name}.item # {row.bind(_SALT, 'bigint')} # {row.name}.version::bigint"


def _is_signature(resource: dict[str, Any]) -> bool:
    codings = (resource.get("activity") or {}).get("coding") or ()
    return any(one.get("code") == SIGNATURE for one in codings)


def _is_version(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 10
