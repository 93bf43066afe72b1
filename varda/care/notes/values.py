"""What a note says in numbers becomes entries of the record when it is signed; the text stays as it was typed.

An entry of a section refers to what its text became, and its display repeats the words
(http://hl7.org/fhir/R4/composition-definitions.html#Composition.section.entry).
"""

from collections.abc import Iterable, Mapping
from typing import Any

from varda.care import vitals
from varda.care.facts import code
from varda.care.notes.model import KEYWORD, READ, is_read
from varda.record import Record

_Entry = Mapping[str, Any]


def offered(texts: Iterable[str]) -> list[vitals.Said]:
    """The measures that texts say, each words once."""
    found = {one.text: one for text in texts for one in vitals.said(text)}
    return list(found.values())


async def coded(
    record: Record, texts: Mapping[str, str], accepted: Iterable[str], resource: Mapping[str, Any], before: _Entry
) -> dict[str, list[_Entry]]:
    """By keyword the entries of the texts of a note: those that it had `before` and still says, and those accepted now.

    What it says no longer, or the writer has taken back, is struck with the amendment; where measures cannot be written
    what the text still says is left as it is. Entries that were not read from the text are never touched.
    """
    may_keep = vitals.may_keep(record)
    said = {word: {one.text: one for one in vitals.said(text)} for word, text in texts.items()}
    chosen, entries = set(accepted), _others(before)
    had: set[str] = set()
    for word, one in _ours(before):
        words = str(one["display"])
        if words in said.get(word, {}) and (words in chosen or not may_keep):
            had.add(words)
            entries.setdefault(word, []).append(one)
        else:
            await vitals.strike(record, str(before["id"]), [str(one["reference"])])
    wanted = {
        words: (word, measure)
        for word, found in said.items()
        for words, measure in found.items()
        if words in chosen - had and measure.is_plausible
    }
    kept = await vitals.keep_said(record, resource, [measure for _, measure in wanted.values()])
    for (word, measure), reference in zip(wanted.values(), kept, strict=False):
        mark = {"url": READ, "valueBoolean": True}
        entries.setdefault(word, []).append({"extension": [mark], "reference": reference, "display": measure.text})
    return entries


async def strike(record: Record, resource: Mapping[str, Any]) -> None:
    """Strike what a note became, with the note. Raises `Refused` where that cannot be done."""
    await vitals.strike(record, str(resource["id"]), [str(one["reference"]) for _, one in _ours(resource)])


def _ours(resource: Mapping[str, Any]) -> list[tuple[str, _Entry]]:
    return [(word, one) for word, one in _entries(resource) if is_read(one)]


def _others(resource: Mapping[str, Any]) -> dict[str, list[_Entry]]:
    found: dict[str, list[_Entry]] = {}
    for word, one in _entries(resource):
        if not is_read(one):
            found.setdefault(word, []).append(one)
    return found


def _entries(resource: Mapping[str, Any]) -> list[tuple[str, _Entry]]:
    sections = resource.get("section", ())
    return [(code(section.get("code"), KEYWORD), one) for section in sections for one in section.get("entry", ())]
