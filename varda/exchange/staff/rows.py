"""An export of units and staff as two text files, understood row by row. Pure.

Nothing is guessed: a row that is wrong is told with its line and every reason, and is left out with what hangs on it.
"""

import csv
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from io import StringIO
from typing import Literal

from varda.catalogue import ROLES, role_of
from varda.kernel.errors import Malformed, Problem

Kind = Literal["unit", "person", "assignment"]
UNIT_COLUMNS = ("unit", "name", "kinds", "part_of")
STAFF_COLUMNS = (
    "person", "given", "family", "licences", "assignment", "unit", "profession", "purpose", "title", "from", "to",
)  # fmt: skip
_NEEDED = {"unit", "name", "kinds", "person", "given", "family", "assignment", "profession"}
HSA_ID = re.compile(r"[A-Z]{2}\d{10}-[0-9A-Z]{1,30}")
_LICENCES = frozenset(role.licence for role in ROLES.values() if role.licence)
_DELIMITERS = ";\t,|"


@dataclass(frozen=True, slots=True)
class Row:
    """One unit, person or assignment: its HSA-id, the unit that it hangs on ("": none), and what the export says."""

    kind: Kind
    hsa: str
    place: str
    said: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Bad:
    """A line (from 1, in `file`) that was left out, and why."""

    file: str
    line: int
    reasons: tuple[str, ...]


@dataclass(slots=True)
class Export:
    """What two files say: rows by (kind, HSA-id), and what could not be understood."""

    rows: dict[tuple[Kind, str], Row] = field(default_factory=dict)
    bad: list[Bad] = field(default_factory=list)


def understood(units: bytes, staff: bytes, known_units: frozenset[str] = frozenset()) -> Export:
    """Both files; `known_units` are HSA-ids that are here already and need not stand in the export. Raises `Malformed`
    for a file that is no such table."""
    export = Export()
    for line, said in table("units", units, UNIT_COLUMNS) if units else ():
        _take(export, "units", line, _unit(said), Row("unit", said["unit"], said["part_of"], _without(said, "unit")))
    there = known_units | {hsa for kind, hsa in export.rows if kind == "unit"}
    for line, said in table("staff", staff, STAFF_COLUMNS):
        person = Row("person", said["person"], "", {name: said[name] for name in ("given", "family", "licences")})
        work = {name: said[name] for name in ("person", "profession", "purpose", "title", "from", "to")}
        reasons = [*_person(said), *_work(said, there)]
        before = export.rows.get(("person", person.hsa))
        if before is not None and before.said != person.said:
            reasons.append(f"{person.hsa} has another name or other licences in an earlier line.")
        if _take(export, "staff", line, reasons, Row("assignment", said["assignment"], said["unit"], work)):
            export.rows[person.kind, person.hsa] = person
    return export


def units_named(staff: bytes) -> set[str]:
    """The units that a table of staff names. Raises `Malformed`."""
    return {said["unit"] for _, said in table("staff", staff, STAFF_COLUMNS)}


def _take(export: Export, file: str, line: int, reasons: Sequence[str], row: Row) -> bool:
    if (row.kind, row.hsa) in export.rows:
        reasons = [*reasons, f"{row.hsa} stands in an earlier line as well."]
    if reasons:
        export.bad.append(Bad(file, line, tuple(reasons)))
        return False
    export.rows[row.kind, row.hsa] = row
    return True


def _unit(said: Mapping[str, str]) -> list[str]:
    above = said["part_of"]
    wrong = _lacking(said, "name", "kinds") + _not_hsa(said, "unit")
    if above and not HSA_ID.fullmatch(above):
        wrong.append(f"part_of: {above} is no HSA-id.")
    return wrong + ([f"{above} is part of itself."] if above == said["unit"] else [])


def _person(said: Mapping[str, str]) -> list[str]:
    strange = [one for one in licences(said["licences"]) if one not in _LICENCES]
    wrong = _lacking(said, "given", "family") + _not_hsa(said, "person")
    return wrong + [f"licences: {one} is none of {', '.join(sorted(_LICENCES))}." for one in strange]


def _work(said: Mapping[str, str], there: frozenset[str]) -> list[str]:
    wrong = _not_hsa(said, "assignment")
    if said["unit"] not in there:
        wrong.append(f"unit: {said['unit'] or 'nothing'} is no unit of the export, and none is here.")
    profession, purpose = said["profession"] or "nothing", said["purpose"] or "care"
    if role_of(profession, purpose) is None:
        wrong.append(
            f"profession: {profession} for the purpose {purpose} is no role of the catalogue: it gives no right."
        )
    days = [_day(said[name]) for name in ("from", "to")]
    for name, day in zip(("from", "to"), days, strict=True):
        wrong += [] if day is not None else [f"{name}: {said[name]} is no day such as 2026-01-31."]
    if days[0] and days[1] and days[1] < days[0]:
        wrong.append("The assignment ends before it begins.")
    return wrong


def licences(said: str) -> list[str]:
    """Licences as a row says them: with commas between."""
    return [one for part in said.split(",") if (one := part.strip().lower())]


def _day(said: str) -> date | Literal[False] | None:
    """The day, False for none, None for what is no day."""
    try:
        return date.fromisoformat(said) if said else False
    except ValueError:
        return None


def _lacking(said: Mapping[str, str], *names: str) -> list[str]:
    return [f"{name} is empty." for name in names if not said[name]]


def _not_hsa(said: Mapping[str, str], name: str) -> list[str]:
    return [] if HSA_ID.fullmatch(said[name]) else [f"{name}: {said[name] or 'nothing'} is no HSA-id."]


def _without(said: Mapping[str, str], *names: str) -> dict[str, str]:
    return {name: value for name, value in said.items() if name not in names}


def table(
    file: str, raw: bytes, columns: Sequence[str], *, needed: Collection[str] = _NEEDED
) -> Iterator[tuple[int, dict[str, str]]]:
    """The lines of a text file (from 1) by column, those that a row lacks empty. Raises `Malformed`."""
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as wrong:
        line = raw[: wrong.start].count(b"\n") + 1
        raise Malformed(f"The file of {file} is not UTF-8 at line {line}. Export it as UTF-8.") from wrong
    head = text.split("\n", 1)[0]
    delimiter = max(_DELIMITERS, key=head.count)
    reader = csv.reader(StringIO(text), delimiter=delimiter)
    names = [one.strip().lower() for one in next(reader, [])]
    problems = [
        Problem(f"The column {name} is missing.", name) for name in columns if name in needed and name not in names
    ]
    if problems:
        raise Malformed(f"The file of {file} needs a header with the columns {', '.join(columns)}.", problems)
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                said = dict(zip(names, (cell.strip() for cell in cells), strict=False))
                yield reader.line_num, {name: said.get(name, "") for name in columns}
    except csv.Error as wrong:
        raise Malformed(f"The file of {file} is no table at line {reader.line_num}: {wrong}.") from wrong
