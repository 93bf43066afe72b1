"""A list of codes as a table in a text file, read line by line: what is right becomes a concept, the rest says why not.

Each line stands for itself, so that one missing quotation mark costs one line and not the rest of the file. Encoding is
judged by line as well (UTF-8, else Windows-1252), the delimiter by what makes sense of the header.
"""

import csv
import re
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from io import TextIOWrapper
from typing import BinaryIO
from unicodedata import normalize

from varda.fhir import values
from varda.kernel.errors import Malformed, Problem, Unprocessable

_DELIMITERS = "\t;,|"
_ZIP = b"PK\x03\x04"
_TWICE = re.compile(rb"\xc3[\x80-\xbf]")  # å, ä, ö, é … in UTF-8
_DAY = re.compile(r"(\d{4})-?(\d\d)-?(\d\d)(?:[ T]00:00(?::00(?:\.0+)?)?)?", re.ASCII)
_WORDS: Mapping[str, tuple[str, ...]] = {
    "code": ("kod", "code", "icdkod", "icd10kod", "kvåkod", "atckod", "atccode", "npukod", "npucode"),
    "text": ("klartext", "text", "benämning", "display", "titel", "title", "namn", "name"),
    "english": ("engelsktext", "engelskbenämning", "engelska", "english", "textenglish"),
    "parent": ("överordnad", "överordnadkod", "parent", "parentcode"),
    "since": ("giltigfrån", "giltigfrom", "validfrom"),
    "until": ("giltigtill", "giltigtom", "validto", "validuntil"),
    "synonyms": ("synonym", "synonymer", "synonyms", "sökord", "söktermer"),
}
"""What the columns are called, the better word first; case, spaces and punctuation do not count."""


@dataclass(frozen=True, slots=True)
class Concept:
    """One code. Dates are FHIR dates (`2024-01-01`, `2024-01` or `2024`), synonyms have semicolons or bars between
    them; empty what the list does not say.
    """

    line: int
    code: str
    text: str
    english: str = ""
    parent: str = ""
    since: str = ""
    until: str = ""
    synonyms: str = ""


@dataclass(frozen=True, slots=True)
class Bad:
    """A line that is no concept: its number in the file (from 1), every reason, and the line itself."""

    line: int
    reasons: tuple[Problem, ...]
    text: str

    @property
    def is_double(self) -> bool:
        """Nothing else is wrong than that an earlier line has the code."""
        return all(reason.code == "duplicate" for reason in self.reasons)


@dataclass(frozen=True, slots=True)
class Shape:
    """How a list is written: `places` are the columns (from 0) by what they mean, a key of `Concept`."""

    delimiter: str
    header: tuple[str, ...]
    places: Mapping[str, int]
    line: int

    @property
    def unused(self) -> tuple[str, ...]:
        """Columns that were not understood and are left out."""
        return tuple(name for at, name in enumerate(self.header) if name and at not in self.places.values())


def shape(raw: BinaryIO, named: Mapping[str, str]) -> Shape:
    """How the list is written, from its first line that is not empty. `named` gives columns by what they mean.

    Raises Malformed when there is no telling which columns hold code and text.
    """
    for number, line in _lines(raw):
        try:
            header = _decoded(line).lstrip("\ufeff").strip(" ")
        except Unprocessable as fault:
            raise Malformed(f"Line {number}, which should name the columns: {fault.message}") from fault
        if header:
            return _shape(header, number, named)
    raise Malformed("The file is empty.")


def entries(raw: BinaryIO, form: Shape) -> Iterator[Concept | Bad]:
    """Each line after the header that is not blank, in order, as what it is."""
    seen: dict[str, int] = {}
    for number, line in _lines(raw):
        if number <= form.line:
            continue
        try:
            found = _concept(form, number, _decoded(line))
            if found is None:
                continue
            if found.code in seen:
                raise _unfit(f"The code {found.code} is on line {seen[found.code]} already.", "code", "duplicate")
        except Unprocessable as fault:
            shown = line if isinstance(line, str) else line.decode("utf-8", "backslashreplace")
            yield Bad(number, fault.problems, shown)
        else:
            seen[found.code] = number
            yield found


def _lines(raw: BinaryIO) -> Iterator[tuple[int, bytes | str]]:
    """From the beginning, numbered from 1: bytes, or text where a mark at the beginning says that it is UTF-16."""
    raw.seek(0)
    start = raw.read(4)
    raw.seek(0)
    if start == _ZIP:
        raise Malformed("This is a spreadsheet or an archive. Save the list as text (CSV) first.")
    is_wide = start.startswith((BOM_UTF16_LE, BOM_UTF16_BE))
    # Latin-1 keeps every byte as it is, and what ends a line is the same in all encodings but the wide ones.
    text = TextIOWrapper(raw, encoding="utf-16" if is_wide else "latin-1")
    try:
        for number, line in enumerate(text, 1):
            bare = line.rstrip("\n")
            yield number, bare if is_wide else bare.encode("latin-1")
    except UnicodeError as broken:
        raise Malformed("The file says that it is UTF-16 and is not. Save it as UTF-8.") from broken
    finally:
        text.detach()


def _decoded(line: bytes | str) -> str:
    if isinstance(line, str):
        return line
    try:
        return line.decode()
    except UnicodeDecodeError:
        if _TWICE.search(line):  # read as Windows-1252 it would say Ã¥ for å
            raise _unfit("The line is UTF-8 with a byte that is not.", "", "structure") from None
    try:
        return line.decode("cp1252")
    except UnicodeDecodeError:
        raise _unfit("The line is neither UTF-8 nor Windows-1252.", "", "structure") from None


# The header -----------------------------------------------------------------------------------------------------------


def _shape(header: str, number: int, named: Mapping[str, str]) -> Shape:
    tried = []
    for delimiter in _DELIMITERS:
        try:
            names = tuple(_split(header, delimiter))
        except Unprocessable:
            continue
        tried.append(Shape(delimiter, names, _places(names, named), number))
    best = max(tried, key=lambda one: (len(one.places), len(one.header)), default=None)
    shown = ", ".join(name for name in best.header if name) if best else values.shown(header)
    for meaning in ("code", "text"):
        if best is None or meaning not in best.places:
            wanted = f"column {named[meaning]}" if named.get(meaning) else f"column that is known to hold the {meaning}"
            raise Malformed(f"The list has no {wanted}; name it by --{meaning}. Its first line says: {shown}")
    assert best is not None
    if len(set(best.places.values())) < len(best.places):
        raise Malformed("One column cannot be two things; name different columns for code and text.")
    plain = [_plain(name) for name in best.header]
    if double := [best.header[at] for at in best.places.values() if plain.count(plain[at]) > 1]:
        raise Malformed(f"Two columns are called {double[0]}; give them different names.")
    return best


def _places(header: tuple[str, ...], named: Mapping[str, str]) -> Mapping[str, int]:
    plain = [_plain(name) for name in header]
    found = {}
    for meaning, words in _WORDS.items():
        wanted = (_plain(named[meaning]),) if named.get(meaning) else words
        if at := [plain.index(word) for word in wanted if word in plain]:
            found[meaning] = at[0]
    taken = {found[meaning] for meaning in named if meaning in found}
    # A column that was named for something is nothing else besides.
    return {meaning: at for meaning, at in found.items() if named.get(meaning) or at not in taken}


def _plain(name: str) -> str:
    return re.sub(r"[\W_]+", "", normalize("NFC", name).casefold()) or name


# A line ---------------------------------------------------------------------------------------------------------------


def _split(line: str, delimiter: str) -> list[str]:
    try:
        (fields,) = csv.reader([line], delimiter=delimiter, strict=True) if line else [[""]]
    except csv.Error as error:
        said = "A quotation mark is missing or too many" if "field limit" not in str(error) else "A text is too long"
        raise _unfit(f"{said} on the line.", "", "structure") from None
    return [field.strip() for field in fields]


def _concept(form: Shape, number: int, line: str) -> Concept | None:
    fields = _split(line, form.delimiter)
    if not any(fields):
        return None
    if any(fields[len(form.header) :]):
        message = f"The line has {len(fields)} columns, the header {len(form.header)}; is a quotation mark missing?"
        raise _unfit(message, "", "structure")
    given = {meaning: fields[at] if at < len(fields) else "" for meaning, at in form.places.items()}
    for meaning in ("since", "until"):
        if day := _DAY.fullmatch(given.get(meaning, "")):
            given[meaning] = "-".join(day.groups())
    if problems := [Problem(said, form.header[form.places[meaning]], why) for meaning, said, why in _wrong(given)]:
        raise Unprocessable(problems[0].message, problems)
    return Concept(number, **given)


def _wrong(given: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
    """Column, sentence and FHIR issue code of everything that is wrong."""
    kinds = {"code": "code", "parent": "code", "since": "dateTime", "until": "dateTime"}
    for meaning, value in given.items():
        if not value:
            if meaning in ("code", "text"):
                yield meaning, f"The {meaning} is empty.", "required"
        elif said := values.text(value) or (meaning in kinds and values.RULES[kinds[meaning]].reason(value)):
            yield meaning, said, "value"
    if given.get("parent") and given["parent"] == given["code"]:
        yield "parent", "The code is its own parent.", "value"


def _unfit(message: str, path: str, code: str) -> Unprocessable:
    return Unprocessable(message, [Problem(message, path, code)])
