"""Swedish running text as words and sentences: stems, what denies, and where one sentence ends.

Nothing is thrown away as too common: a dropped *inte* turns a finding round. Words are stemmed by Snowball
(https://snowballstem.org/algorithms/swedish/stemmer.html), those that deny are kept letter by letter.
"""

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from threading import Lock

import msgspec
import snowballstemmer

_AHEAD = """
    inte icke ej ingen inget inga ingenting ingenstans ingendera aldrig utan varken nekar nekade nekat neka förnekar
    förnekade förnekat förneka saknar saknade saknat sakna
"""
_BEHIND = """
    nej inte icke ej aldrig nekas nekades förnekas förnekades saknas saknades utesluten uteslutet uteslutna uteslutits
    utesluts negativ negativt negativa
"""
AHEAD = frozenset(_AHEAD.split())
"""What denies the words after it."""
BEHIND = frozenset(_BEHIND.split())
"""What may stand after the word that it denies."""
NEGATIONS = AHEAD | BEHIND

NEAR = 4
"""How many words after a word one of `BEHIND` still denies it."""

_WORD = re.compile(r"[^\W_]+")
_END = re.compile(r"[.!?;]+(?=\s|$)|\n+")
_SHORTENED = """
    a avd bl ca d dr dvs enl ev ex f fl forts h iv jfr k kl m nr o obs pat po prof resp s sk sc st t tel tex u v
"""
_SHORT = frozenset(_SHORTENED.split())
_stemmer = snowballstemmer.stemmer("swedish")
_one_at_a_time = Lock()  # it keeps the word that it works on


class Word(msgspec.Struct, frozen=True):
    """One word of a text: where it stands, how it is compared, and in which sentence and clause it is.

    A Struct because a question makes thousands of them.
    """

    start: int
    end: int
    normal: str
    stem: str
    sentence: int
    clause: int


def clean(text: str) -> str:
    """The text with each letter as one sign, so that å is one also where it came as a and a ring."""
    return unicodedata.normalize("NFC", text).replace("\u00ad", "")


@lru_cache(maxsize=1 << 16)
def stem(word: str) -> str:
    """The stem of a word in lower case; a word that denies is its own."""
    with _one_at_a_time:
        found = word if word in NEGATIONS else str(_stemmer.stemWord(word))
    return found[:-2] if found.endswith("cket") else found  # trycket, bråcket: Snowball leaves their ending


def words(text: str) -> list[Word]:
    """The words of a clean text in order. A clause ends with its sentence, and before *men*."""
    ends, found = _ends(text), []
    sentence = clause = 0
    for match in _WORD.finditer(text):
        while sentence < len(ends) and ends[sentence] <= match.start():
            sentence += 1
            clause += 1
        normal = match[0].casefold()
        clause += normal == "men"
        found.append(Word(match.start(), match.end(), normal, stem(normal), sentence, clause))
    return found


def denials(some: Sequence[Word]) -> dict[int, int]:
    """Which word denies which: by the place of the denied one the nearest denial before it in its clause, else one
    behind it. One walk, however long the text is.
    """
    found: dict[int, int] = {}
    last, clause = -1, -1
    for at, word in enumerate(some):
        if word.clause != clause:
            last, clause = -1, word.clause
        if last >= 0:
            found[at] = last
        if word.normal in AHEAD:
            last = at
        if word.normal in BEHIND:
            for before in range(max(0, at - NEAR), at):
                if some[before].clause == clause:
                    found.setdefault(before, at)
    return found


def _ends(text: str) -> list[int]:
    """Where sentences end. In doubt two stay one: a sentence that is too long is read, one that is cut misleads."""
    return [match.end() for match in _END.finditer(text) if _is_end(text, match)]


def _is_end(text: str, match: re.Match[str]) -> bool:
    before, after = _last(text, match.start()), text[match.end() :].lstrip(" \t")
    if before in NEGATIONS:
        return False
    if "\n" in match[0]:
        # A line that is only broken goes on in lower case.
        return "\n\n" in match[0] or not after[:1].islower()
    if match[0] == ".":
        return before not in _SHORT and not after[:1].islower() and not after[:1].isdigit()
    return True


def _last(text: str, end: int) -> str:
    """The word that a text has right before a place."""
    found = _WORD.findall(text[max(0, end - 40) : end])
    return found[-1].casefold() if found and not text[end - 1 : end].isspace() else ""
