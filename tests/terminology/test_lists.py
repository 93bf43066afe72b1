"""A list as its owner wrote it: every line is a concept or a reason, in whatever encoding and shape."""

import csv
import io
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from varda.fhir import validate
from varda.kernel.errors import Malformed
from varda.terminology import Bad, Concept, code_system, entries, shape

SYSTEM = "urn:oid:1.2.752.116.1.1.1.1.3"


def read(raw: bytes, **named: str) -> list[Concept | Bad]:
    file = io.BytesIO(raw)
    return list(entries(file, shape(file, named)))


def reasons(raw: bytes) -> list[tuple[int, str, str]]:
    """Line, column and issue code of everything that is wrong."""
    return [(one.line, p.path, p.code) for one in read(raw) if isinstance(one, Bad) for p in one.reasons]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "latin-1", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_encoding_delimiter_and_line_ends_are_found(encoding: str, delimiter: str, end: str) -> None:
    rows = [["Kod", "Benämning"], ["J18.9", "Pneumoni, ospecificerad; öppen"], ["H65", 'Icke-varig "otit"']]
    table = io.StringIO()
    csv.writer(table, delimiter=delimiter, lineterminator=end).writerows(rows)
    found = read(table.getvalue().encode(encoding))
    assert found == [Concept(2, "J18.9", rows[1][1]), Concept(3, "H65", rows[2][1])]


@pytest.mark.parametrize(
    "header",
    [
        "Kod;Klartext;Engelsk text;Överordnad kod;Giltig från;Giltig till",
        "CODE;display;English;Parent;Valid from;valid_to",
        "ATC-kod;text;engelska;Överordnad;GILTIG FROM;Giltig t.o.m",
    ],
)
def test_columns_are_known_by_their_names(header: str) -> None:
    (found,) = read(f"{header}\nA00.0;Kolera;Cholera;A00;19970101;2024-12-31 00:00:00\n".encode())
    assert found == Concept(2, "A00.0", "Kolera", "Cholera", "A00", "1997-01-01", "2024-12-31")


def test_the_better_word_wins_and_what_is_not_understood_is_told() -> None:
    form = shape(io.BytesIO(b"Namn;Kod;Klartext;Vikt\n"), {})
    assert form.places == {"code": 1, "text": 2}
    assert form.unused == ("Namn", "Vikt")


def test_a_column_that_is_named_counts_over_one_that_is_known() -> None:
    raw = b"Kod;Rubrik;Text;#\n1;ett;x;A\n"
    assert read(raw, code="#", text="rubrik") == [Concept(2, "A", "ett")]
    assert read(raw, text="Kod", code="Text") == [Concept(2, "x", "1")]


@pytest.mark.parametrize(
    ("raw", "named", "said"),
    [
        (b"", {}, "empty"),
        (b"\n \n", {}, "empty"),
        (b"PK\x03\x04rest", {}, "spreadsheet"),
        (b"\xff\xfe\x00\xd8\x00\xd8", {}, "UTF-16"),
        (b"a;b\n1;2\n", {}, "--code"),
        (b"Kod;b\n1;2\n", {}, "--text.*Kod, b"),
        (b"Kod;Text\n1;2\n", {"text": "Namn"}, "no column Namn"),
        (b"Kod;Text\n1;2\n", {"text": "Kod", "code": "kod"}, "two things"),
        (b"Kod;Text;kod\n1;2;3\n", {}, "Two columns"),
        (b'"Kod;Text\n1;2\n', {}, "no column"),
        (b"Kod;Text\x81\n", {}, "Line 1"),
    ],
)
def test_a_file_that_is_no_list_is_refused(raw: bytes, named: dict[str, str], said: str) -> None:
    with pytest.raises(Malformed, match=said):
        read(raw, **named)


@pytest.mark.parametrize(
    ("line", "path", "code"),
    [
        (b";Kolera", "Kod", "required"),
        (b"A00; ", "Text", "required"),
        (b"A00", "Text", "required"),
        (b"A  00;Kolera", "Kod", "value"),
        (b"A00;Kol\x00era", "Text", "value"),
        (b"A00;Kolera;A00", "Parent", "value"),
        (b"A00;Kolera;;2023-02-29", "Valid from", "value"),
        (b"A00;Kolera;;i fjol", "Valid from", "value"),
        (b"A00;Kolera;;;too much", "", "structure"),
        (b'A00;"Kolera', "", "structure"),
        (b'A00;"Kol" era', "", "structure"),
        (b"A00;" + b"x" * 200_000, "", "structure"),
        (b"A00;Kol\x81era", "", "structure"),
        (b"A00;f\xc3\xb6r och f\xf6r", "", "structure"),
        (b"X;En till", "", "duplicate"),
    ],
)
def test_a_bad_line_costs_itself_and_says_why(line: bytes, path: str, code: str) -> None:
    raw = b"Kod;Text;Parent;Valid from\nX;Ett\n\n" + line + b"\nY;Tv\xe5\n"
    assert reasons(raw) == [(4, path or ("code" if code == "duplicate" else ""), code)]
    assert [one.code for one in read(raw) if isinstance(one, Concept)] == ["X", "Y"]


def test_every_reason_of_a_line_is_told() -> None:
    assert reasons(b"Kod;Text;Valid from\n;;x\n") == [
        (2, "Kod", "required"),
        (2, "Text", "required"),
        (2, "Valid from", "value"),
    ]


def test_lines_of_two_encodings_in_one_file_are_each_read_right() -> None:
    raw = b"Kod;Ben\xe4mning\nA;f\xc3\xb6r\nB;f\xf6r\n"
    assert [one.text for one in read(raw) if isinstance(one, Concept)] == ["för", "för"]


WORDS = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), max_size=20)


@given(st.lists(st.tuples(WORDS, WORDS), max_size=8), st.sampled_from(",;\t|"), st.sampled_from(["utf-8", "utf-16"]))
def test_what_a_table_holds_is_what_is_read(rows: list[tuple[str, str]], delimiter: str, encoding: str) -> None:
    table = io.StringIO()
    csv.writer(table, delimiter=delimiter, lineterminator="\n").writerows([("Kod", "Text"), *rows])
    found = read(table.getvalue().encode(encoding))
    assert [one.line for one in found] == [n for n, row in enumerate(rows, 2) if any(f.strip() for f in row)]
    for one in found:
        if isinstance(one, Concept):
            assert (one.code, one.text) == tuple(field.strip() for field in rows[one.line - 2])


@given(st.binary(max_size=200))
def test_any_bytes_become_a_valid_code_system_and_reasons(body: bytes) -> None:
    raw = b"Kod;Text;Parent;Valid from;Valid to;English\n" + body
    found = read(raw)
    lines = [line for line in io.TextIOWrapper(io.BytesIO(raw), "latin-1").read().split("\n")[1:] if line.strip(" ;")]
    assert len(found) <= len(lines)
    concepts = [one for one in found if isinstance(one, Concept)]
    assert validate.problems(code_system(SYSTEM, "Any", concepts)) == ()
    assert all(one.reasons for one in found if isinstance(one, Bad))


@given(st.binary(max_size=60))
def test_a_file_is_read_or_refused(raw: bytes) -> None:
    with suppress(Malformed):
        assert all(one.line > 1 for one in read(b"a,b" + raw, code="a", text="b"))
