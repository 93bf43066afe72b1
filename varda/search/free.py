"""Free text asked of one patient's record: what was typed as a small language, what fits it, what is shown of it.

`feber hosta` both words anywhere in an entry, inflected or not · `"hög feber"` next to one another · `pneum*` a
beginning, as the last word always is, so that one finds while typing · `ingen feber` the word where it is denied, by
whatever word denies it. Pure: no SQL. Nobody but one patient's own record is asked (PDL 2:8; RULES A16).
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile

from varda.search.swedish import AHEAD, NEGATIONS, Word, clean, denials, stem, words

LONGEST, MOST_WORDS, NEEDLES = 200, 12, 4
"""Signs and words of a question that count, and how many of them the database looks for by itself."""
MOST_MARKED = 12
"""Hits that are marked in one sentence; a text that repeats a word for ever is shown by its first ones."""
_AROUND, _SHOWN = 90, 260  # signs of a sentence beside a hit, and of a sentence that is shown whole
_PART = re.compile(r'"([^"]*)"|“([^”]*)”|”([^”]*)”|(\S+)')
_RUN = re.compile(r"[a-z0-9]+")
_APART = re.compile(r"[^\W_]+\*?")


@dataclass(frozen=True, slots=True)
class Term:
    """One word that is asked for; a beginning when `is_begun`."""

    normal: str
    stem: str
    is_begun: bool = False

    def fits(self, word: Word) -> bool:
        """Whether a word of a text is this one, however it is inflected."""
        return word.stem == self.stem or (self.is_begun and word.normal.startswith(self.normal))


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for: `anywhere` each somewhere, `denied` all in one clause that denies them, `phrases` in order."""

    anywhere: tuple[Term, ...] = ()
    denied: tuple[Term, ...] = ()
    phrases: tuple[tuple[Term, ...], ...] = ()

    def __bool__(self) -> bool:
        return bool(self.anywhere or self.denied or self.phrases)

    @property
    def needles(self) -> list[str]:
        """Letters that every fitting entry has in it, whatever its case, accents and escapes: the longest first."""
        terms = [*self.anywhere, *self.denied, *(term for phrase in self.phrases for term in phrase)]
        runs = {max(_RUN.findall(_fixed(term)), key=len, default="") for term in terms}
        return sorted((run for run in runs if len(run) > 1), key=len, reverse=True)[:NEEDLES]


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of an excerpt. `kind` is hit, denial, gap, or empty for plain text."""

    text: str
    kind: str = ""


def asked(text: str) -> Asked:
    """The question that was typed."""
    anywhere: list[Term] = []
    denying_: list[Term] = []
    denied: list[Term] = []
    phrases: list[tuple[Term, ...]] = []
    parts = list(_PART.finditer(clean(text)[:LONGEST]))[:MOST_WORDS]
    for number, part in enumerate(parts):
        found = _terms(next(filter(None, part.groups()), ""), is_last=bool(part[4]) and number == len(parts) - 1)
        if len(found) > 1 or (found and part[4] is None):  # 38,5 and B12-brist are written together, and found so
            phrases.append(found)
        elif found and found[0].normal in AHEAD:
            denying_ += found
        else:
            (denied if denying_ else anywhere).extend(found)
    if denying_ and not denied:  # `feber inte`; or nothing but what denies
        denied, anywhere = anywhere[-1:], anywhere[:-1]
    return Asked(tuple(anywhere if denied else [*anywhere, *denying_]), tuple(denied), tuple(phrases))


def hits(question: Asked, texts: Sequence[str]) -> list[set[int]] | None:
    """Which words of each clean text answer the question; None unless together they answer all of it."""
    all_words = [words(text) for text in texts]
    found: list[set[int]] = [set() for _ in texts]
    for term in question.anywhere:
        places = [(n, at) for n, some in enumerate(all_words) for at, word in enumerate(some) if term.fits(word)]
        if not places:
            return None
        _add(found, places)
    for phrase in question.phrases:
        places = [place for n, some in enumerate(all_words) for place in _in_order(n, some, phrase)]
        if not places:
            return None
        _add(found, places)
    if question.denied:
        places = [place for n, some in enumerate(all_words) for place in _denied(n, some, question.denied)]
        if not places:
            return None
        _add(found, places)
    return found


def excerpt(text: str, places: set[int], sentences: int = 2) -> list[Piece]:
    """The sentences of a clean text with most of the hits, in their order; what denies a hit is never left out."""
    some = words(text)
    counts: dict[int, int] = {}
    for at in places:
        counts[some[at].sentence] = counts.get(some[at].sentence, 0) + 1
    best = sorted(sorted(counts, key=lambda one: (-counts[one], one))[:sentences])
    pieces: list[Piece] = []
    for before, sentence in zip([None, *best], best, strict=False):
        if before is not None and sentence != before + 1:
            pieces.append(Piece(" … ", "gap"))
        pieces += _sentence(text, some, places, sentence)
    return pieces


def begun(text: str, most: int = 160) -> str:
    """The beginning of a text, where no word of it is asked for: never so that a denial stands at its end alone."""
    line = " ".join(clean(text).split())
    if len(line) <= most:
        return line
    cut = line.rfind(" ", 0, most)
    cut = most if cut < most // 2 else cut
    some = [word for word in words(line) if word.end <= cut]
    while some and some[-1].normal in NEGATIONS:
        cut = some.pop().start
    return line[:cut].rstrip() + " …"


def _sentence(text: str, some: Sequence[Word], places: set[int], number: int) -> list[Piece]:
    own = [at for at, word in enumerate(some) if word.sentence == number]
    denied_by = denials(some)
    marked = dict.fromkeys([at for at in own if at in places][:MOST_MARKED], "hit")
    for at in list(marked):
        if at in denied_by:
            marked.setdefault(denied_by[at], "denial")
    first, last = some[own[0]].start, _closed(text, some[own[-1]].end)
    kept = _kept(some, own, marked, denied_by) if last - first > _SHOWN else [(first, last)]
    pieces: list[Piece] = []
    for start, end in kept:
        if start > first:
            pieces.append(Piece("… " if not pieces else " […] ", "gap"))
        pieces += _marked(text, some, marked, start, end)
    if kept[-1][1] < last:
        pieces.append(Piece(" …", "gap"))
    return pieces


def _kept(
    some: Sequence[Word], own: Sequence[int], marked: dict[int, str], denied_by: Mapping[int, int]
) -> list[tuple[int, int]]:
    """Stretches of a long sentence around its marked words. Whole words only; what denies a word that is shown is
    shown too, and none stands last without the word that it belongs to.
    """
    shown: set[int] = set()
    for at in marked:
        left, right = some[at].start - _AROUND, some[at].end + _AROUND
        shown.update(n for n in own if left < some[n].end and some[n].start < right)
    for at in sorted(shown):
        place = denied_by.get(at, at)
        if place not in shown:
            shown.add(place)
            marked[place] = "denial"
    shown |= {at + 1 for at in shown if some[at].normal in NEGATIONS and at + 1 <= own[-1]}
    found: list[tuple[int, int]] = []
    for at in sorted(shown):
        if at - 1 in shown:
            found[-1] = (found[-1][0], some[at].end)
        else:
            found.append((some[at].start, some[at].end))
    return found


def _marked(text: str, some: Sequence[Word], marked: dict[int, str], start: int, end: int) -> list[Piece]:
    pieces, here = [], start
    for at in sorted(marked):
        word = some[at]
        if start <= word.start and word.end <= end:
            pieces += [Piece(text[here : word.start]), Piece(text[word.start : word.end], marked[at])]
            here = word.end
    return [piece for piece in [*pieces, Piece(text[here:end])] if piece.text]


def _closed(text: str, end: int) -> int:
    """The end of a sentence with the signs that close it."""
    while end < len(text) and not text[end].isspace() and not text[end].isalnum():
        end += 1
    return end


def _terms(text: str, *, is_last: bool = False) -> tuple[Term, ...]:
    typed = [one.casefold() for one in _APART.findall(text)]
    return tuple(
        Term(bare, stem(bare), one.endswith("*") or (is_last and n == len(typed) - 1 and _may_go_on(bare)))
        for n, one in enumerate(typed)
        if (bare := one.rstrip("*"))
    )


def _may_go_on(word: str) -> bool:
    """Whether somebody may be in the middle of typing it."""
    return len(word) > 2 and word not in NEGATIONS


def _fixed(term: Term) -> str:
    """The part of a word that none of its forms is without: Swedish stems are beginnings."""
    same = takewhile(lambda pair: pair[0] == pair[1], zip(term.normal, term.stem, strict=False))
    return "".join(sign for sign, _ in same)


def _in_order(text: int, some: Sequence[Word], phrase: Sequence[Term]) -> list[tuple[int, int]]:
    found = []
    for at in range(len(some) - len(phrase) + 1):
        if all(term.fits(some[at + n]) for n, term in enumerate(phrase)):
            found += [(text, at + n) for n in range(len(phrase))]
    return found


def _denied(text: int, some: Sequence[Word], terms: Sequence[Term]) -> list[tuple[int, int]]:
    """Where all the terms stand denied in one clause."""
    clauses: dict[int, dict[int, int]] = {}
    denied_by = denials(some)
    for at, word in enumerate(some):
        for number, term in enumerate(terms):
            if at in denied_by and term.fits(word):
                clauses.setdefault(word.clause, {})[number] = at
    return [(text, at) for one in clauses.values() if len(one) == len(terms) for at in one.values()]


def _add(found: list[set[int]], places: Iterable[tuple[int, int]]) -> None:
    for text, at in places:
        found[text].add(at)
