"""What the conditions of a bundle find. Those that name one identifier each are asked together, by one search a type:
a bundle of three hundred conditional creates costs a few statements, not three hundred.

http://hl7.org/fhir/R4/http.html#ccreate
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from urllib.parse import parse_qsl

from varda.fhir import path
from varda.fhir.resource import Resource
from varda.kernel.errors import Malformed
from varda.record.opened import Record
from varda.search.parameters import meanings
from varda.store.model import Stored

_SHAPING = frozenset({"_format", "_pretty", "_summary", "_elements"})
_ONE_IDENTIFIER = re.compile(r"[^|,$\\\x00-\x1f\ud800-\udfff]+\|[^|,$\\\x00-\x1f\ud800-\udfff]+")
_AT_ONCE = 200  # identifiers in one search
_MOST = 1000  # matches that one page can hold


async def alone(record: Record, condition: str, most: int) -> list[Stored]:
    """What one condition (`Type?query`) finds, at most so many. Raises `Malformed` for one that asks nothing."""
    wanted = asked(condition)
    if not any(value.strip() for _, value in wanted):
        raise Malformed(f"The condition {condition[:200]} asks nothing, so it would match everything.")
    page = await record.search(condition.partition("?")[0], [*wanted, ("_count", str(most))])
    return page.matches


async def together(record: Record, conditions: Iterable[str], most: int) -> dict[str, list[Stored]]:
    """What is found by those conditions that name one identifier. The others are left out, to be asked `alone`."""
    by_type: dict[str, dict[str, list[str]]] = {}
    for condition in conditions:
        if text := _identifier(condition):
            by_type.setdefault(condition.partition("?")[0], {}).setdefault(text, []).append(condition)
    found: dict[str, list[Stored]] = {}
    for type_, by_text in by_type.items():
        texts = list(by_text)
        for first in range(0, len(texts), _AT_ONCE):
            some = texts[first : first + _AT_ONCE]
            for text, stored in (await _by_identifier(record, type_, some, most)).items():
                found |= dict.fromkeys(by_text[text], stored)
    return found


def _identifier(condition: str) -> str:
    """The `system|value` that a condition asks for and nothing else; empty for any other condition."""
    pairs = asked(condition)
    if len(pairs) != 1 or pairs[0][0] != "identifier" or not _ONE_IDENTIFIER.fullmatch(pairs[0][1]):
        return ""
    return pairs[0][1]


def asked(condition: str) -> list[tuple[str, str]]:
    """The parameters of a condition that ask something."""
    pairs = parse_qsl(condition.partition("?")[2], keep_blank_values=True)
    return [(name, value) for name, value in pairs if name not in _SHAPING]


async def _by_identifier(record: Record, type_: str, texts: Sequence[str], most: int) -> dict[str, list[Stored]]:
    """The items under each of these identifiers; nothing where they cannot be told apart, so that each asks alone."""
    count = min(len(texts) * most, _MOST)
    if len(texts) < 2 or "identifier" not in meanings(type_):
        return {}
    page = await record.search(type_, [("identifier", ",".join(texts)), ("_count", str(count))])
    found: dict[str, list[Stored]] = {text: [] for text in texts}
    for stored in page.matches:
        own = found.keys() & set(_identifiers(type_, stored.resource))
        if not own:
            return {}
        for text in own:
            found[text].append(stored)
    return {} if page.next else found


def _identifiers(type_: str, resource: Resource) -> Iterator[str]:
    """`system|value` of every identifier that the search parameter of this type looks at."""
    for _, value in path.compile(meanings(type_)["identifier"].expression, type_)(resource):
        if isinstance(value, dict):
            yield f"{value.get('system', '')}|{value.get('value', '')}"
