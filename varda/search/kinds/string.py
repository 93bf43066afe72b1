"""Names, addresses and texts. https://hl7.org/fhir/R4/search.html#string

Words are compared without case, accents and punctuation, so that å, ä and ö can be typed or not. A text is found by
its beginning; a name also by the beginning of each of its words. `:exact` compares the text as it stands.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any

from varda.fhir.keys import key
from varda.search.escapes import plain
from varda.search.kinds.token import Writer
from varda.search.parameters import Meaning, meanings, spelled
from varda.search.row import Row

MODIFIERS = frozenset({"missing", "exact", "contains"})
INSTEAD = {"text": "use :contains"}

_SPECIAL = str.maketrans({"æ": "ae", "œ": "oe", "ø": "o", "ß": "ss", "ð": "d", "þ": "th", "ł": "l", "đ": "d", "ı": "i"})
_APART = re.compile(r"[\W_]+")
# After z in the order of code points, as the Swedish alphabet has them; æ and ø sort as ä and ö.
_SWEDISH = str.maketrans({"å": "{", "ä": "|", "æ": "|", "ö": "}", "ø": "}", "ü": "y"})

PIECE, OVERLAP, PIECES = 400, 100, 60
"""A long text is kept in overlapping pieces that fit an index; only the first counts as its beginning."""
_INNER = "\x01"

_NAME = ("family", "given", "prefix", "suffix", "text")
_ADDRESS = ("line", "city", "district", "state", "postalCode", "country", "text")


@lru_cache(maxsize=1 << 16)
def normal(text: str) -> str:
    """Lower case, no accents, one space between words, nothing else."""
    if text.isascii():
        return _APART.sub(" ", text.lower()).strip()
    bare = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    return _APART.sub(" ", _unmarked(bare).translate(_SPECIAL)).strip()


def _unmarked(text: str) -> str:
    return "".join(sign for sign in text if not unicodedata.combining(sign))


def swedish(text: str) -> str:
    """A key whose order by code points is the Swedish one: a–z, å, ä, ö, without case or other accents."""
    lower = unicodedata.normalize("NFC", text).lower().translate(_SWEDISH)
    bare = _unmarked(unicodedata.normalize("NFKD", lower))
    return " ".join("".join(sign if sign.isalnum() or sign in "{|}" else " " for sign in bare).split())


_SOUNDS = [(re.compile(pattern), sound) for pattern, sound in (
    (r"ph", "f"), (r"th", "t"), (r"ck|ch|q", "k"), (r"x", "ks"), (r"z", "s"), (r"c(?=[eiy])", "s"), (r"c", "k"),
    (r"w", "v"), (r"(?<=.)hj|gj|lj(?=u)", "j"), (r"dt", "t"), (r"fv|hv", "v"), (r"(.)\1+", r"\1"), (r"(?<=.)h", ""),
    (r"[iy]e?$|[iy]", "i"),
)]  # fmt: skip


@lru_cache(maxsize=1 << 14)
def sound(word: str) -> str:
    """How a Swedish name sounds, roughly: Carlsson = Karlson, Christina = Kristina, Wikström = Vikstrom."""
    found = normal(word)
    for pattern, replacement in _SOUNDS:
        found = pattern.sub(replacement, found)
    return found


def sort_key(name: str) -> int:
    """The param under which words only for sorting lie."""
    return key(f"{name}\x1fsort")


def writer(meaning: Meaning, datatype: str) -> Writer | None:
    """What writes a text, a HumanName or an Address."""
    if meaning.code == "phonetic":
        return _phonetic(meaning, datatype)
    if datatype == "HumanName":
        return _structured(meaning, _NAME, _whole_name)
    if datatype == "Address":
        return _structured(meaning, _ADDRESS, None)
    if datatype in ("string", "markdown", "code", "id", "uri", "url"):
        return _plain(meaning)
    return None


def _plain(meaning: Meaning) -> Writer:
    is_name, order = meaning.code in ("family", "given", "name"), sort_key(meaning.name)

    def write(index: Any, value: Any) -> None:
        if value.__class__ is str:
            _write(meaning, index, value, by_word=is_name)
            # A name has words that do not begin it, and å is not a: its words would sort it wrongly.
            if is_name or not value.isascii():
                index.words.append((order, swedish(value[:PIECE])))

    return write


def _structured(meaning: Meaning, fields: tuple[str, ...], whole: Callable[[dict[str, Any]], str] | None) -> Writer:
    own = [field for field in fields if field not in meaning.apart]
    order = sort_key(meaning.name)

    def write(index: Any, value: Any) -> None:
        if value.__class__ is not dict:
            return
        for field in own:
            for text in _texts(value.get(field)):
                _write(meaning, index, text, by_word=whole is not None and field != "text")
        if whole is not None and (text := whole(value)):
            index.words.append((meaning.key, normal(text)[:PIECE]))
            index.words.append((order, swedish(_family_first(value))[:PIECE]))

    return write


def _texts(value: Any) -> Iterator[str]:
    for text in value if isinstance(value, list) else (value,):
        if isinstance(text, str):
            yield text


def _whole_name(value: dict[str, Any]) -> str:
    return " ".join([*_texts(value.get("given")), *_texts(value.get("family"))]) or str(value.get("text") or "")


def _family_first(value: dict[str, Any]) -> str:
    return " ".join([*_texts(value.get("family")), *_texts(value.get("given"))]) or str(value.get("text") or "")


def _write(meaning: Meaning, index: Any, text: str, *, by_word: bool) -> None:
    index.tokens.append(_exact(meaning.name, text))
    word = normal(text)
    if len(word) > PIECE:
        index.words += [(meaning.key, piece) for piece in _pieces(word)]
    else:
        index.words.append((meaning.key, word))
        if by_word and " " in word:
            index.words += [(meaning.key, part) for part in word.split(" ")[1:]]


def _pieces(word: str) -> Iterator[str]:
    yield word[:PIECE]
    step = PIECE - OVERLAP
    for start in range(step, min(len(word), step * PIECES), step):
        yield _INNER + word[start : start + PIECE]


def _exact(name: str, text: str) -> int:
    return key(f"{name}:exact={unicodedata.normalize('NFC', text)}")


def _phonetic(meaning: Meaning, datatype: str) -> Writer:
    def write(index: Any, value: Any) -> None:
        texts = [value] if isinstance(value, str) else [t for f in _NAME for t in _texts(value.get(f))]
        for text in texts:
            index.words += [(meaning.key, sound(word)) for word in normal(text).split()]

    return write


def wanted(meaning: Meaning, modifier: str, text: str) -> str:
    """One alternative, normalised unless it must be exact. Raises ValueError when nothing is left to look for."""
    asked = plain(text)
    if modifier == "exact":
        if not asked:
            raise ValueError("give a text")
        return asked
    word = sound(asked) if meaning.code == "phonetic" else normal(asked)
    if not word:
        raise ValueError("give at least one letter or digit")
    if len(word) > OVERLAP and modifier == "contains":
        raise ValueError(f"give at most {OVERLAP} characters")
    return word[:PIECE]


def condition(meaning: Meaning, modifier: str, values: tuple[str, ...], row: Row) -> str:
    """The SQL of one question: any of the alternatives."""
    family = [meanings(meaning.type)[part] for part in spelled(meaning)]
    if modifier == "exact":
        return row.has_any([_exact(part.name, value) for value in values for part in family])
    match = _contains if modifier == "contains" else _begins
    found = " or ".join(match(value, row) for value in values)
    return row.beside("word", [part.key for part in family], f"({found})")


def _begins(word: str, row: Row) -> str:
    """A range of code points, which an index on `text_pattern_ops` serves whatever the planner knows."""
    return f"(x.word ~>=~ {row.bind(word, 'text')} and x.word ~<~ {row.bind(following(word), 'text')})"


def _contains(word: str, row: Row) -> str:
    pattern = "%" + re.sub(r"([%_\\])", r"\\\1", word) + "%"
    return f"x.word like {row.bind(pattern, 'text')}"


def following(word: str) -> str:
    """The first text after all that begin with `word`, by code points."""
    last = ord(word[-1])
    if last == 0x10FFFF:
        return following(word[:-1]) if len(word) > 1 else word + chr(last)
    return word[:-1] + chr(0xE000 if last == 0xD7FF else last + 1)


def missing(meaning: Meaning, row: Row) -> str:
    """The SQL that is true of an item without any value."""
    family = [meanings(meaning.type)[part] for part in spelled(meaning)]
    return f"not {row.beside('word', [part.key for part in family])}"
