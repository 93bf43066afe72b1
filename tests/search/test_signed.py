"""The tokens by which a unit's whole list knows what is signed: of a signature alone, of its versions alone."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from varda.fhir.keys import key
from varda.search.index import indexed
from varda.search.signed import SIGNATURE, tokens


def provenance(*targets: str, code: str = SIGNATURE) -> dict[str, Any]:
    made: dict[str, Any] = {"resourceType": "Provenance", "id": "p1", "recorded": "2026-03-01T12:00:00Z"}
    made["activity"] = {"coding": [{"code": code}]}
    return made | {"target": [{"reference": one} for one in targets]}


def test_each_version_that_is_signed_has_a_token_and_nothing_else_has() -> None:
    one = provenance("Patient/vera", "DiagnosticReport/7/_history/2", "Observation/8/_history/1")
    assert len(set(tokens(one))) == 2
    assert set(tokens(one)) <= set(indexed(one).tokens)
    assert tokens(provenance("DiagnosticReport/7/_history/2", code="CREATE")) == []
    assert tokens({"resourceType": "Provenance", "target": [{"reference": "DiagnosticReport/7/_history/2"}]}) == []
    assert tokens({"resourceType": "Observation", "activity": {"coding": [{"code": SIGNATURE}]}}) == []


def test_another_version_and_another_item_have_other_tokens() -> None:
    names = [f"{type_}/{id_}/_history/{n}" for type_ in ("DiagnosticReport", "Observation") for id_ in "78"
             for n in range(1, 200)]  # fmt: skip
    assert len(set(tokens(provenance(*names)))) == len(names)


def test_a_version_says_which_item_it_is_of() -> None:
    first, second = (tokens(provenance(f"DiagnosticReport/{id_}/_history/3"))[0] for id_ in "78")
    assert first ^ second == key("DiagnosticReport/7") ^ key("DiagnosticReport/8")


@given(st.text())
def test_whatever_stands_for_a_version_is_read_or_left_out(text: str) -> None:
    assert len(tokens(provenance(f"DiagnosticReport/7/_history/{text}"))) in (0, 1)
    assert tokens(provenance(f"DiagnosticReport/7/_history/{text}x")) == []
