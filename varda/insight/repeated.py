"""Whether patients' background was written anew although it stood in the record: a sign, and no proof, that they had to
tell it again (F22, F222).

Of each signed note it is asked what it says under keywords of what a patient tells once and what lasts. Where another
note of the same care provider said something there in the year before, it was either used again – marked as copied
(varda.care.notes.reuse), or with a sentence of it standing in the new text – or written anew. Counted are people, not
texts, to whom the unit has a care relation when the month is over; what an inner block keeps from the unit could not be
used there, and is not asked about (PDL 4:4).
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from varda.care.facts import Moment, code, first_moment
from varda.care.notes.model import COPIED, KEYWORD
from varda.care.notes.rules import plain, sections
from varda.insight.months import between, lacking
from varda.record import Counting, Parts, Wanted, signing

BACKGROUND = frozenset({"anamnes", "psykosocialt", "levnadsvanor", "boende"})
"""Keywords of care/notes/declared/keywords.toml."""
_YEAR = timedelta(days=365)
_SENTENCE = 20  # letters: what is shorter, such as "röker inte", may come to anybody's mind


@dataclass(frozen=True, slots=True)
class Told:
    """What a note says of a background: by keyword its text, and which texts are marked as copied."""

    note: str
    patient: str
    at: Moment
    texts: Mapping[str, str]
    copied: frozenset[str]


async def reckoned(counting: Counting, as_of: date) -> dict[str, Parts]:
    """By month that is not known yet: people whose background was written anew, and those where all of it was used."""
    anew: dict[str, set[int]] = {name: set() for name in lacking(counting, as_of)}
    asked: dict[str, set[int]] = {name: set() for name in anew}
    if not anew:
        return {}
    async for page in counting.owned("Composition", between("date", anew, as_of)):
        written = [(who, one) for who, stored in page for one in told([stored.resource]) if _month(one) in anew]
        since = {one.patient: min(anew) for _, one in written}
        found = await counting.entries({who: _before(day) for who, day in since.items()}, [Wanted("Composition")], told)
        for who, one in written:
            is_new = is_anew(one, found.get(one.patient, ()))
            if is_new is not None:
                asked[_month(one)].add(who)
            if is_new:
                anew[_month(one)].add(who)
    return {name: (len(some), len(asked[name] - some)) for name, some in anew.items()}


def told(entries: Iterable[Mapping[str, Any]]) -> list[Told]:
    """The signed notes of some entries that tell of a background."""
    return [found for one in entries if (found := _told(one)) and found.texts]


def is_anew(one: Told, others: Iterable[Told]) -> bool | None:
    """Whether anything was written anew though another note of the year before had it; None: none had. Pure."""
    before = [each for each in others if each.note != one.note and one.at.at - _YEAR <= each.at.at < one.at.at]
    found = [
        word not in one.copied and not any(_is_used(text, each.texts[word]) for each in before if word in each.texts)
        for word, text in one.texts.items()
        if any(word in each.texts for each in before)
    ]
    return any(found) if found else None


def _told(note: Mapping[str, Any]) -> Told | None:
    at = first_moment(note, "date")
    if at is None or note.get("status") not in signing.SIGNED or signing.function(note) != signing.NOTES:
        return None
    parts = {code(one.get("code"), KEYWORD): one for one in sections(note)}
    texts = {word: plain(one.get("text", {}).get("div", "")) for word, one in parts.items() if word in BACKGROUND}
    texts = {word: text for word, text in texts.items() if text.strip()}
    marked = {word for word in texts if any(each.get("url") == COPIED for each in parts[word].get("extension", ()))}
    patient = note.get("subject", {}).get("reference", "").rpartition("/")[2]
    return Told(str(note.get("id", "")), patient, at, texts, frozenset(marked))


def _is_used(text: str, earlier: str) -> bool:
    """Whether a sentence of the earlier text stands in the new one; of a text without any that is long, all of it."""
    said = _even(text)
    sentences = [_even(one) for one in re.split(r"[.!?\n]", earlier)]
    return any(one in said for one in [one for one in sentences if len(one) >= _SENTENCE] or [_even(earlier)])


def _even(text: str) -> str:
    return " ".join(text.casefold().split())


def _month(one: Told) -> str:
    return f"{one.at.day:%Y-%m}"


def _before(month: str) -> date:
    return date.fromisoformat(f"{month}-01") - _YEAR
