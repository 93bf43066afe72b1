"""Everything the store writes into its index tables for one resource, computed in one walk.

Tokens, references and URIs become 63-bit keys in one array. Dates, amounts and words become rows of their own, and the
type's main date two columns. https://hl7.org/fhir/R4/search.html
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from functools import cache
from typing import Any

from varda.fhir import definitions, path
from varda.fhir.resource import Resource, dump
from varda.search import signed
from varda.search.kinds import date, number, quantity, reference, string, token, uri
from varda.search.parameters import Meaning, meanings

MOST_ROWS = 30_000
"""Rows of one side table for one resource: their place is a smallint."""

Writer = Callable[["Index", Any], None]

_REFERENCE = re.compile(rb'"reference":"([^"\\]*)"')

_WRITERS: Mapping[str, Callable[[Meaning, str], Writer | None]] = {
    "token": token.writer,
    "reference": reference.writer,
    "uri": uri.writer,
    "string": string.writer,
    "date": date.writer,
    "number": number.writer,
    "quantity": quantity.writer,
}
# The one that says whose an item is comes first among those that put it into a compartment.
_FIRST = ("subject", "patient", "beneficiary", "individual", "member", "actor")


@dataclass(slots=True)
class Index:
    """The index of one resource.

    `low` and `high` are the main date as a half-open UTC interval. `moments` hold (param, low, high), half-open too;
    `amounts` (param, low, high, system, code), closed; `words` (param, normalised word). `references` are the
    (type, id) it names anywhere; `patients` the ids whose compartment it is in, the owner first.
    """

    tokens: list[int] = field(default_factory=list)
    low: datetime | None = None
    high: datetime | None = None
    moments: list[tuple[int, datetime, datetime]] = field(default_factory=list)
    amounts: list[tuple[int, Decimal, Decimal, int, int]] = field(default_factory=list)
    words: list[tuple[int, str]] = field(default_factory=list)
    references: list[tuple[str, str]] = field(default_factory=list)
    patients: list[str] = field(default_factory=list)


def indexed(resource: Resource, written: bytes = b"") -> Index:
    """The index of a valid resource. Values that cannot be read (a date that is none) are left out, never an error.
    `written` is the same as JSON without spaces, where its writer has it already: the references are found in it.

    Raises KeyError when `resourceType` is no type of R4.
    """
    type_ = resource["resourceType"]
    index = Index()
    patients: list[tuple[int, str]] = []
    for (write, rank), value in _extractor(type_)(resource):
        write(index, value)
        if rank and (patient := reference.patient(value)):
            patients.append((rank, patient))
    index.tokens = list(dict.fromkeys([*index.tokens, *signed.tokens(resource)]))
    index.references = list(dict.fromkeys(filter(None, map(reference.local, _references(written or dump(resource))))))
    index.patients = list(dict.fromkeys(id_ for _, id_ in sorted(patients, key=_by_rank)))
    if type_ == "Patient" and "id" in resource:
        index.patients = list(dict.fromkeys([resource["id"], *index.patients]))
    if len(index.moments) > 1:
        index.moments = list(dict.fromkeys(index.moments))[:MOST_ROWS]
    if len(index.amounts) > 1:
        index.amounts = list(dict.fromkeys(index.amounts))[:MOST_ROWS]
    if len(index.words) > 1:
        index.words = list(dict.fromkeys(index.words))[:MOST_ROWS]
    return index


def _by_rank(found: tuple[int, str]) -> int:
    return found[0]


@cache
def _extractor(type_: str) -> Callable[[Resource], list[tuple[tuple[Writer, int], Any]]]:
    table = _table(type_)
    return path.extractor(type_, lambda parameter, datatype: table.get((parameter.code, datatype)))


def _table(type_: str) -> Mapping[tuple[str, str], tuple[Writer, int]]:
    """What to do with a value, by parameter code and datatype; and its rank among the compartment's parameters."""
    known = meanings(type_)
    ranks = _ranks(type_, known)
    found = {}
    for code, meaning in known.items():
        for datatype in meaning.datatypes if meaning.written and code not in ("_id", "_lastUpdated") else ():
            write = _WRITERS[meaning.kind](meaning, datatype)
            if write is not None:
                found[code, datatype] = (write, ranks.get(code, 0))
    for code, meaning in known.items():
        if meaning.only and not meaning.written:  # `patient`, another name of `subject`: only THAT there is one
            found[code, "Reference"] = (token.presence(meaning), 0)
    return found


def _ranks(type_: str, known: Mapping[str, Meaning]) -> Mapping[str, int]:
    codes = [code for code in definitions.compartment(type_) if code in known]
    codes.sort(key=lambda code: _FIRST.index(code) if code in _FIRST else len(_FIRST))
    parts = dict.fromkeys(part for code in codes for part in known[code].parts)
    return {part: rank for rank, part in enumerate(parts, 1)}


def _references(written: bytes) -> list[str]:
    """Every reference anywhere inside, in document order. Writing it out and looking there costs a third of a walk.

    A quote inside a string is escaped, so that nothing but a key is found; and nothing escaped is a reference of ours.
    """
    return [found.decode() for found in _REFERENCE.findall(written)]
