"""A code by what a clinician types: Swedish words, parts of words, the code itself. Pure; the list lies in memory.

Words are compared as in searches for texts (`varda.search.kinds.string`): without case, accents and punctuation. All
words of a list stand in one text, so that a part inside a word is found by walking 200 kB and not 40,000 rows.
"""

import re
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from heapq import nsmallest
from itertools import pairwise
from typing import Any

from varda.search.kinds.string import following, normal
from varda.terminology.everyday import EVERYDAY

INSIDE = 3
"""Letters that a part inside a word has at the least; what is shorter begins a word."""
LONGEST, WORDS = 100, 8
"""Signs and words of what is typed that are looked for; a whole text pasted by mistake costs no more."""
_CODE = re.compile(r"[a-zå-ö]\d[\da-zå-ö.\-+*]*|[a-zå-ö]{1,3}\d[\da-zå-ö.\-+*]*|\d[\d.\-]+", re.IGNORECASE)
_SIGNS = re.compile(r"[\W_]+")
_NAMED, _SAID, _WORD, _PART, _SAID_SO_FAR = 4, 5, 6, 12, 18  # how well a word fits: the better, the lower
_BEGUN = 4  # and how much better when a name begins with all that was typed


@dataclass(frozen=True, slots=True)
class Choice:
    """One code that may be chosen, and its text in the words of the list."""

    system: str
    code: str
    text: str


class Codes:
    """The codes of one edition of a list that are in force on a day. A code with codes below it is a heading."""

    def __init__(self, system: str, concepts: Sequence[Mapping[str, Any]], day: date) -> None:
        self.system = system
        every = list(_flat(concepts))
        above = {row["valueCode"] for one in every for row in one.get("property", ()) if row["code"] == "parent"}
        above |= {one["code"] for one in every if one.get("concept")}
        rows = [one for one in every if one["code"] not in above and _is_in_force(one, day)]
        # Numbered so that of what fits as well the shortest text comes first: it says the least beside what was typed.
        rows.sort(key=lambda one: (len(one.get("display", "")), one["code"]))
        self._choices = [Choice(system, one["code"], one.get("display", one["code"])) for one in rows]
        self._numbers = {one.code: number for number, one in enumerate(self._choices)}
        self._codes = sorted((_bare(one.code), number) for number, one in enumerate(self._choices))
        names = [(normal(one.text), number) for number, one in enumerate(self._choices)]
        postings: dict[str, array[int]] = {}
        names += [(normal(said), number) for number, row in enumerate(rows) for said in _synonyms(row)]
        for name, number in names:
            _post(postings, number, name)
        self._said: dict[str, array[int]] = {}
        for name, number in _in_everyday_words(names, postings):
            _post(self._said, number, name)
        self._names = sorted(names)
        self._words = sorted(postings)
        self._postings = [postings[word] for word in self._words]
        self._text = "\n" + "\n".join(self._words) + "\n"
        self._starts = [0]
        for word in self._words:
            self._starts.append(self._starts[-1] + len(word) + 1)

    def __len__(self) -> int:
        return len(self._choices)

    def get(self, code: str) -> Choice | None:
        """The code as it is in force; None when it is not in the list, is over or is a heading."""
        number = self._numbers.get(code)
        return None if number is None else self._choices[number]

    def found(self, text: str, *, first: Sequence[str] = (), most: int = 12) -> list[Choice]:
        """What fits every word of `text`, the best first; of what fits as well, the codes of `first` in their order.

        Nothing typed: those of `first`.
        """
        text = text[:LONGEST]
        if not (wanted := _wanted(text)[:WORDS]):
            return [one for code in first if (one := self.get(code))][:most]
        hits = self._hits(wanted[0])
        for word in wanted[1:]:
            if not hits:
                return []
            more = self._hits(word)
            hits = {number: hits[number] + more[number] for number in hits.keys() & more.keys()}
        for number in self._begun(normal(text)):
            if number in hits:
                hits[number] -= _BEGUN
        own = [self._numbers[code] for code in first if self._numbers.get(code, -1) in hits]
        for number in own:
            del hits[number]
        size = len(self._choices)
        best = nsmallest(most, [fit * size + number for number, fit in hits.items()])
        return [self._choices[number] for number in (*own, *(one % size for one in best))][:most]

    def is_guessed(self, text: str, code: str) -> bool:
        """Whether a code fits one of the words of `text` only by an everyday word, which may mean another."""
        number = self._numbers.get(code, -1)
        for word in _wanted(text[:LONGEST])[:WORDS]:
            if _CODE.fullmatch(word) and number in self._beginning(_bare(word)):
                continue
            if any(self._words_like(part).get(number) in (_SAID, _SAID_SO_FAR) for part in normal(word).split()):
                return True
        return False

    def _hits(self, word: str) -> dict[int, int]:
        """Which codes one word fits, and how well."""
        if _CODE.fullmatch(word):
            found = dict.fromkeys(self._beginning(_bare(word)), _NAMED)
            if found:
                return found
        parts = normal(word).split()
        if len(parts) > 1:  # a word with signs in it, such as "tubulo-interstitiell"
            several = [self._hits(part) for part in parts]
            return {number: max(one[number] for one in several) for number in set.intersection(*map(set, several))}
        return self._words_like(parts[0]) if parts else {}

    def _words_like(self, part: str) -> dict[int, int]:
        found: dict[int, int] = {}
        for word, numbers in self._said.items():  # what people say counts less than the list's own words
            if word.startswith(part):
                found.update(dict.fromkeys(numbers, _SAID_SO_FAR))
        if len(part) >= INSIDE:
            for at in self._inside(part):
                found.update(dict.fromkeys(self._postings[at], _PART))
        start, end = bisect_left(self._words, part), bisect_left(self._words, following(part))
        for at in range(start, end):
            found.update(dict.fromkeys(self._postings[at], _WORD))
        found.update(dict.fromkeys(self._said.get(part, ()), _SAID))
        if self._words[start : start + 1] == [part]:
            found.update(dict.fromkeys(self._postings[start], _NAMED))
        return found

    def _begun(self, whole: str) -> set[int]:
        """Codes of which a name begins with all that was typed."""
        start, end = bisect_left(self._names, (whole, 0)), bisect_left(self._names, (following(whole), 0))
        return {number for _, number in self._names[start:end]}

    def _beginning(self, code: str) -> Iterator[int]:
        start = bisect_left(self._codes, (code, 0))
        for bare, number in self._codes[start:]:
            if not bare.startswith(code):
                return
            yield number

    def _inside(self, part: str) -> Iterator[int]:
        at = self._text.find(part)
        while at >= 0:
            word = bisect_right(self._starts, at - 1) - 1
            yield word
            at = self._text.find(part, self._starts[word + 1])


def _wanted(text: str) -> list[str]:
    """The words that were typed. `J 06.9` and `j06,9` are one code."""
    bare = re.sub(r"(?<=\d),(?=\d)", ".", text.strip())
    words = [word for word in bare.split() if _SIGNS.sub("", word)]
    for one, two in pairwise(words):
        if len(one) == 1 and one.isalpha() and two[0].isdigit():
            return [one + two, *(word for word in words if word not in (one, two))]
    return words


def _in_everyday_words(
    names: Sequence[tuple[str, int]], postings: Mapping[str, Collection[int]]
) -> Iterator[tuple[str, int]]:
    """What people say for what the list says. The first names are the texts, in the order of their numbers."""
    for said, meant in EVERYDAY:
        phrase = normal(meant)
        for number in set.intersection(*(set(postings.get(word, ())) for word in phrase.split())):
            if f" {phrase} " in f" {names[number][0]} ":
                yield normal(said), number


def _post(postings: dict[str, "array[int]"], number: int, name: str) -> None:
    for word in set(name.split()):
        row = postings.setdefault(word, array("L"))
        if not row or row[-1] != number:
            row.append(number)


def _flat(concepts: Iterable[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    for one in concepts:
        yield one
        yield from _flat(one.get("concept", ()))


def _bare(code: str) -> str:
    return _SIGNS.sub("", code).lower()


def _synonyms(concept: Mapping[str, Any]) -> Iterator[str]:
    for one in concept.get("designation", ()):
        if one.get("language", "sv") == "sv":
            yield one["value"]


def _is_in_force(concept: Mapping[str, Any], day: date) -> bool:
    """A list says days, sometimes months or years: what begins so begins with it, what ends so ends after it."""
    said = {row["code"]: row.get("valueDateTime", "") for row in concept.get("property", ())}
    today = day.isoformat()
    since, until = said.get("validFrom", ""), said.get("validTo", "")
    return (not since or since[:10] <= today) and (not until or until[:10] >= today[: len(until[:10])])
