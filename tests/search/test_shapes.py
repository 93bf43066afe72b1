"""A question is understood and compiled once for all patients: with the same statement as if it were asked alone."""

import dataclasses
import re
from datetime import timedelta

import pytest
from msgspec.structs import replace

from tests.search.kept import NOW
from varda.fhir.keys import key
from varda.kernel.errors import Malformed
from varda.search import compile as compiler
from varda.search import cursor, question, shapes
from varda.search.compile import Statement
from varda.search.narrowing import Narrowing
from varda.search.plan import Cursor
from varda.search.within import Within

BASE = "http://varda.example/fhir"
WARD = Narrowing(everything=False, unit=3, provider=4, grantees=(3, 9), now=NOW)
RULES = (
    WARD,
    Narrowing(everything=True, unit=0, provider=0, grantees=(), now=NOW),
    Narrowing(everything=False, unit=0, provider=0, grantees=(), now=NOW, people=(key("Patient/a"), 5)),
    Narrowing(everything=False, unit=0, provider=0, grantees=(), now=NOW, owned=(5, 6), types=(96,)),
    Narrowing(everything=False, unit=3, provider=4, grantees=(3,), now=NOW, within=(Within("", (7, 8)),)),
)
QUESTIONS = (
    ("Observation", [("patient", "{}")]),
    ("Observation", [("_sort", "-date"), ("patient", "Patient/{}"), ("_count", "20")]),
    ("Observation", [("patient", "{}"), ("category", "laboratory"), ("date", "ge2015-01-01"), ("_format", "json")]),
    ("Observation", [("code", "http://loinc.org|1"), ("patient", "{}"), ("unheard-of", "1")]),
    (
        "Observation",
        [("patient", "{}"), ("value-quantity", "lt-2"), ("value-quantity", "gt-1|http://unitsofmeasure.org|mmol/L")],
    ),
    ("Condition", [("patient", "{}"), ("subject", "Patient/{}")]),
    ("Encounter", [("patient", "{}"), ("_has:Observation:encounter:code", "hb"), ("_total", "accurate")]),
    ("MedicationRequest", [("patient", "{}"), ("status", "active"), ("_include", "MedicationRequest:medication")]),
)


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize(("type_", "pairs"), QUESTIONS)
def test_it_means_for_each_patient_what_it_means_alone(
    type_: str, pairs: list[tuple[str, str]], rule: Narrowing
) -> None:
    """Statement, links and mark of a page: for the patient who shaped it, the next one, and one of the same id."""
    for patient in ("a", "b.2", "0", "a"):
        mine = [(name, value.format(patient)) for name, value in pairs]
        alone, shaped = (asked(type_, mine, True, BASE) for asked in (question.asked, shapes.asked))
        assert shaped.shape is not None
        assert replace(shaped, shape=None) == alone
        assert spelled(shapes.compiled(shaped, rule)) == spelled(compiler.compiled(alone, rule))


def spelled(statement: Statement) -> tuple[str, tuple[str, ...]]:
    """The text with its values in it: one that is named twice may have one number or two."""
    text = re.sub(r"\$(\d+)", lambda number: repr(statement.values[int(number[1]) - 1]), statement.text)
    return text, statement.columns


def test_each_rule_has_a_statement_of_its_own() -> None:
    """Another unit asks the same with its own number."""
    one = shapes.asked("Observation", [("patient", "a")])
    mine, theirs = (shapes.compiled(one, Narrowing(False, unit, 4, (unit,), NOW)) for unit in (31, 32))
    assert mine.text == theirs.text
    assert (31 in mine.values, 32 in mine.values) == (True, False)
    assert (31 in theirs.values, 32 in theirs.values) == (False, True)


def test_each_moment_has_its_own() -> None:
    """What has begun since, or ended, is decided by the instant at which it is asked."""
    one = shapes.asked("Observation", [("patient", "a")])
    moments = [NOW, NOW + timedelta(hours=1)]
    first, later = (shapes.compiled(one, dataclasses.replace(WARD, now=moment)).values for moment in moments)
    assert [moment in first for moment in moments] == [True, False]
    assert [moment in later for moment in moments] == [False, True]


@pytest.mark.parametrize(
    ("type_", "pairs"),
    [
        ("Observation", [("patient", "a,b")]),
        ("Observation", [("patient", "a,b"), ("patient", "c")]),
        ("Observation", [("patient", f"{BASE}/Patient/a"), ("patient", "c")]),
        ("Observation", [("patient", "Patient/a/_history/2"), ("patient", "c")]),
        ("Observation", [("patient", "a"), ("code", "x" * 400)]),
        ("Observation", [("patient", f"{BASE}/Patient/a")]),
        ("Observation", [("patient:Patient", "a")]),
        ("Observation", [("subject", "a")]),
        ("Observation", [("code", "x")]),
    ],
)
def test_what_has_no_shape_is_asked_as_it_is(type_: str, pairs: list[tuple[str, str]]) -> None:
    """Several patients, a whole address, a modifier, anybody, more text than should be kept."""
    found = shapes.asked(type_, pairs, False, BASE)
    assert found.shape is None
    assert found == question.asked(type_, pairs, False, BASE)
    assert shapes.compiled(found, WARD) == compiler.compiled(found, WARD)


@pytest.mark.parametrize("pairs", [[], [("patient", "a")]])
def test_a_page_after_the_first_is_asked_as_it_is(pairs: list[tuple[str, str]]) -> None:
    """Whatever its mark looks like, it names nobody."""
    first = question.asked("Observation", pairs)
    mark = cursor.written(Cursor(5, 1, 7, 9, (None,) * len(first.order)), first.fingerprint)
    found = shapes.asked("Observation", [*pairs, ("_page", mark)])
    assert found.shape is None
    assert found.cursor is not None


def test_what_is_wrong_is_told_as_before() -> None:
    """Every problem at once, also in a question that names a patient."""
    wrong = [("patient", "a"), ("date", "2024-02-30"), ("colour", "red")]
    with pytest.raises(Malformed) as alone:
        question.asked("Observation", wrong)
    with pytest.raises(Malformed) as shaped:
        shapes.asked("Observation", wrong)
    assert shaped.value.problems == alone.value.problems
    with pytest.raises(Malformed):
        shapes.asked("Patient", [("patient", "a")])
