"""Plans as tables, out and in: one row an item, the same columns in CSV and Excel, every wrong row told by its number.

Pure. Nothing that somebody has typed in a spreadsheet is taken for granted: too many rows, other columns and odd days
are told. What reads Excel is loaded when it is first needed.
"""

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from io import BytesIO, StringIO
from zipfile import BadZipFile

from varda.introduction.programme.items import KINDS, MOST_DAYS, Item, Link, Progress
from varda.introduction.programme.network import Times
from varda.kernel.errors import Malformed, Problem, Unprocessable

COLUMNS = ("code", "kind", "title", "part_of", "days", "after", "before", "opens", "due", "organisation", "title_en")
"""What is read; what is only told (begun, days reckoned) stands after it and is passed over when it comes in."""
TOLD = ("begun", "finished", "start", "end", "slack")
MOST_ROWS = 5000
MOST_BYTES = 3_000_000
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_NO_TABLE = "This is no table that can be read. Save it as CSV (UTF-8) or as Excel (.xlsx) and try again."


def rows(items: Iterable[Item], times: Mapping[str, Times], progress: Mapping[str, Progress]) -> Iterator[list[str]]:
    """The heading, and one row of texts for each item."""
    yield [*COLUMNS, *TOLD]
    for one in items:
        at, said = times[one.code], progress.get(one.code, Progress())
        told = (said.begun, said.finished, at.start, at.finish, at.slack)
        days = ("" if day is None else day.isoformat() for day in (one.opens, one.due))
        yield [
            one.code, one.kind, one.title, one.part_of, str(one.days), _links(one.after), _links(one.before), *days,
            one.organisation, one.title_en, *("" if value is None else str(value) for value in told),
        ]  # fmt: skip


def as_csv(some: Iterable[Sequence[str]]) -> bytes:
    """A table that Swedish spreadsheets open: UTF-8 with a mark, semicolons, nothing that is taken for a formula."""
    out = StringIO()
    csv.writer(out, delimiter=";", lineterminator="\r\n").writerows([[_plain(cell) for cell in row] for row in some])
    return out.getvalue().encode("utf-8-sig")


def as_excel(some: Iterable[Sequence[str]]) -> bytes:
    """The same as an Excel workbook; every cell is text, so that nothing is taken for a formula."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet("Plan")
    for row in some:
        sheet.append([_plain(cell) for cell in row])
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def items(table: bytes) -> list[Item]:
    """The items of a table that came in. Raises `Malformed` for what is none, `Unprocessable` with each wrong row."""
    if len(table) > MOST_BYTES:
        raise Malformed("The table is larger than is taken at once. Send it in parts.")
    heading, *body = _cells(table)
    names = [one.strip().lower() for one in heading]
    if missing := [name for name in ("code", "kind", "title") if name not in names]:
        raise Unprocessable("Columns are missing.", [Problem("This column is needed.", name) for name in missing])
    if len(body) > MOST_ROWS:
        raise Malformed("The table is larger than is taken at once. Send it in parts.")
    found: list[Item] = []
    problems: list[Problem] = []
    for number, row in enumerate(body, 2):
        if any(cell.strip() for cell in row):
            said = {name: cell.strip() for name, cell in zip(names, row, strict=False)}
            wrong = list(_wrong(said, str(number)))
            problems += wrong
            if not wrong:
                found.append(_item(said))
    if problems:
        raise Unprocessable("Some rows are not right, so nothing was stored.", problems)
    return found


def _cells(table: bytes) -> list[list[str]]:
    read = _excel(table) if table.startswith(b"PK") else _csv(table)
    if not read:
        raise Malformed(_NO_TABLE)
    return read


def _csv(table: bytes) -> list[list[str]]:
    try:
        text = table.decode("utf-8-sig")
        first = text.partition("\n")[0]
        delimiter = max(";,\t", key=first.count)
        return [row for row in csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=True) if row]
    except (UnicodeDecodeError, csv.Error) as wrong:
        raise Malformed(_NO_TABLE) from wrong


def _excel(table: bytes) -> list[list[str]]:
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        book = load_workbook(BytesIO(table), read_only=True, data_only=True)
        sheet = book.worksheets[0]
        found = sheet.iter_rows(max_row=MOST_ROWS + 2, max_col=len(COLUMNS) + len(TOLD) + 5, values_only=True)
        return [[_text(cell) for cell in row] for row in found]
    except (BadZipFile, InvalidFileException, KeyError, ValueError, OSError, IndexError) as wrong:
        raise Malformed(_NO_TABLE) from wrong


def _text(cell: object) -> str:
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return "" if cell is None else str(cell)


def _wrong(said: Mapping[str, str], row: str) -> Iterator[Problem]:
    if not said["code"] or len(said["code"]) > 120 or any(mark in said["code"] for mark in " ,;+"):
        yield Problem("The code is missing, or has a space, a comma or a plus in it.", row)
    if said["kind"] not in KINDS:
        yield Problem("The kind is none of those that there are.", row)
    days = said.get("days") or "0"
    if not (days.isascii() and days.isdigit() and len(days) < 6 and int(days) <= MOST_DAYS):
        yield Problem("The days are a whole number from 0 to 3650.", row)
    for name in ("opens", "due"):
        if said.get(name) and _day(said[name]) is None:
            yield Problem("This is not a date. Write it as 2026-05-31.", row)
    for name in ("after", "before"):
        if any(_link(one) is None for one in _split(said.get(name, ""))):
            yield Problem(
                "What it waits for is written as codes with a comma between, and days between as +5 or -5.", row
            )


def _item(said: Mapping[str, str]) -> Item:
    after, before = (
        tuple(link for one in _split(said.get(name, "")) if (link := _link(one))) for name in ("after", "before")
    )
    return Item(
        code=said["code"],
        kind=next(kind for kind in KINDS if kind == said["kind"]),
        title=_bare(said["title"]),
        part_of=said.get("part_of", ""),
        days=int(said.get("days") or "0"),
        after=after,
        before=before,
        opens=_day(said.get("opens", "")),
        due=_day(said.get("due", "")),
        organisation=said.get("organisation", ""),
        title_en=_bare(said.get("title_en", "")),
    )


def _split(text: str) -> list[str]:
    return [one.strip() for one in text.split(",") if one.strip()]


def _link(text: str) -> Link | None:
    code, _, lag = text.partition(" ")
    digits = lag.strip().lstrip("+-")
    if lag and not (digits.isascii() and digits.isdigit() and len(digits) < 6):
        return None
    return Link(code, int(lag.strip()) if lag else 0)


def _links(links: Iterable[Link]) -> str:
    return ", ".join(f"{one.code} {one.lag:+d}" if one.lag else one.code for one in links)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None


def _plain(cell: str) -> str:
    # A spreadsheet takes such a beginning for a formula; an apostrophe keeps it text, and goes again when it comes in.
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def _bare(text: str) -> str:
    return text[1:] if text.startswith("'") and text[1:].startswith(_FORMULA) else text
