"""Words and numbers between what came in and what is shown: nothing is lost in silence (F245)."""

import json
from base64 import b64encode
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from varda.care.wording import UNSEEN, lost, plain, unsaid


def report(conclusion: str, original: str = "") -> dict[str, Any]:
    made: dict[str, Any] = {"resourceType": "DiagnosticReport", "conclusion": conclusion}
    if original:
        data = b64encode(original.encode()).decode()
        made["presentedForm"] = [{"contentType": "text/plain; charset=utf-8", "data": data}]
    return made


def value(number: str, unit: str = "g/L") -> bytes:
    said = f'{{"resourceType": "Observation", "valueQuantity": {{"value": {number}, "unit": "{unit}"}}}}'
    return said.encode()


@pytest.mark.parametrize(
    ("original", "conclusion", "is_lost"),
    [
        ("Inga tecken till fraktur.", "Tecken till fraktur.", True),
        ("Tecken till fraktur ses ej.", "Tecken till fraktur ses", True),
        ("Inga tecken till fraktur.", "Inga tecken till fraktur", False),
        ("Fraktur ses ej. Tecken till pneumoni.", "Tecken till pneumoni.", False),
        ("Lungor utan infiltrat. Hjärtat normalstort.", "Normalt hjärta.", False),
        ("Lungor med infiltrat.", "Lungor utan med infiltrat.", True),
        ("", "Inga tecken", False),
    ],
)
def test_a_negation_between_an_original_and_its_conclusion_is_missed(
    original: str, conclusion: str, is_lost: bool
) -> None:
    """F245: the words "inget/inga" vanished from answers."""
    assert bool(unsaid(report(conclusion, original))) is is_lost


@pytest.mark.parametrize(
    ("number", "shown", "is_lost"),
    [
        ("72.50", "Hb 72,50 g/L", False),
        ("72.50", "Hb 72,5 g/L", True),
        ("5", "Hb 15 g/L", True),
        ("5", "Hb 5,1 g/L", True),
        ("5", "Hb 5 g/L.", False),
        ("5", "Hb 5 mg/L", True),
        ("-2", "Hb −2 g/L", False),
    ],
)
def test_a_quantity_that_was_changed_is_missed(number: str, shown: str, is_lost: bool) -> None:
    assert (lost([value(number)], shown) != []) is is_lost


def test_what_is_struck_or_hidden_is_not_shown() -> None:
    page = "<p>Inga <b>tecken</b></p><del>fraktur</del><style>pneumoni</style>"
    body = json.dumps(report("Inga tecken")).encode()
    assert lost([body], plain(page)) == []
    assert lost([json.dumps(report("fraktur")).encode()], plain(page)) == ["fraktur"]


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1), st.integers(min_value=0))
@example("000000\u00ad000", 6)
def test_no_sign_is_lost_in_silence(text: str, place: int) -> None:
    body, place = json.dumps(report(text)).encode(), place % len(text)
    assert lost([body], text) == []
    if not UNSEEN.fullmatch(text[place]) and text[place] not in text.replace(text[place], "", 1):
        assert lost([body], text.replace(text[place], "", 1)) == [text]
