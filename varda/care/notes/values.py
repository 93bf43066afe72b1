"""What a note says in numbers becomes entries of the record when it is signed; the text stays as it was typed.

An entry of a section refers to what its text became, and its display repeats the words
(http://hl7.org/fhir/R4/composition-definitions.html#Composition.section.entry).
"""

from collections.abc import Iterable, Mapping
from typing import Any

from varda.care import vitals
from varda.record import Record

_Entry = Mapping[str, Any]


def offered(texts: Iterable[str]) -> list[vitals.Said]:
    """The measures that texts say, each words once."""
    found = {one.text: one for text in texts for one in vitals.said(text)}
    return list(found.values())


async def coded(
    record: Record, texts: Mapping[str, str], accepted: Iterable[str], before: Mapping[str, Any], encounter: str
) -> dict[str, list[_Entry]]:
    """By keyword the entries of the texts: those that the note had and still says, and those accepted now.

    What it says no longer, or the writer has taken back, is struck with the amendment.
    """
    patient, chosen = str(before["subject"]["reference"]).rpartition("/")[2], set(accepted)
    entries: dict[str, list[_Entry]] = {}
    had: set[str] = set()
    for word, one in _ours(before):
        if one["display"] in chosen and one["display"] in texts.get(word, ""):
            had.add(str(one["display"]))
            entries.setdefault(word, []).append(one)
        else:
            await vitals.strike(record, [str(one["reference"])])
    new = {
        measure.text: (word, measure)
        for word, text in texts.items()
        for measure in vitals.said(text)
        if measure.text in chosen - had and measure.is_plausible
    }
    kept = await vitals.keep_said(record, patient, [measure for _, measure in new.values()], encounter)
    for (word, measure), reference in zip(new.values(), kept, strict=False):
        entries.setdefault(word, []).append({"reference": reference, "display": measure.text})
    return entries


async def strike(record: Record, resource: Mapping[str, Any]) -> None:
    """Strike what a note became, with the note."""
    await vitals.strike(record, [str(one["reference"]) for _, one in _ours(resource)])


def _ours(resource: Mapping[str, Any]) -> list[tuple[str, _Entry]]:
    return [
        (section.get("code", {}).get("coding", [{}])[0].get("code", ""), one)
        for section in resource.get("section", ())
        for one in section.get("entry", ())
        if one.get("display") and str(one.get("reference", "")).startswith("Observation/")
    ]
