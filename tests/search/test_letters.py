"""No entry that has the letters is passed over: what the bits leave out cannot have them."""

from hypothesis import given
from hypothesis import strategies as st

from varda.fhir.resource import dump
from varda.search.free import asked
from varda.search.letters import NUMBERS, letters
from varda.search.letters import asked as wanted


def may_have(body: bytes, *needles: str) -> bool:
    has, wants = letters(body), wanted(needles)
    return all(one & two == two for one, two in zip(has, wants, strict=True))


def note(text: str) -> bytes:
    return dump({"resourceType": "Composition", "id": "x", "title": "Besök", "section": [{"text": {"div": text}}]})


@given(st.lists(st.text(min_size=1, max_size=12), min_size=1, max_size=8))
def test_every_word_of_a_text_may_be_in_it(words: list[str]) -> None:
    body = note(" ".join(words))
    lower = body.decode().lower()
    for word in words:
        needles = [one for one in asked(word).needles if one in lower]
        assert may_have(body, *needles), (word, needles)


def test_case_numbers_codes_and_what_is_written_with_spaces_count() -> None:
    body = b'{ "code" : { "text" : "HbA1c", "coding":[{"code":"I10.9","display":"H\xc3\xb6gt blodtryck"}] },'
    body += b' "valueQuantity" : {"value" : 138.50, "unit":"mmol/mol"}, "line":["Storgatan"] }'
    for needle in ("hba1c", "i10", "blodtryck", "138", "mmol", "storgatan"):
        assert may_have(body, needle), needle


def test_words_with_signs_between_them_and_after_quotation_marks_count() -> None:
    body = dump({"resourceType": "Condition", "id": "x", "text": {"div": 'Sade "aldrig feber" \\" hosta\\'},
                 "code": {"text": "Albumin/kreatinin", "coding": [{"display": "Patientens id"}]},
                 "note": [{"text": "Ost\nMjölk\nSmör\n" * 30}], "onsetAge": {"value": 38.125}})  # fmt: skip
    for needle in ("aldrig", "feber", "hosta", "albumin", "kreatinin", "patientens", "ost", "125"):
        assert may_have(body, needle), needle


def test_what_only_machines_read_says_nothing() -> None:
    body = b'{"resourceType":"Observation","id":"feber","code":{"coding":[{"system":"http://kontroll.se"}]}}'
    assert not may_have(body, "feber")
    assert not may_have(body, "kontroll")
    assert not may_have(body, "interpretation")
    assert len(letters(body)) == NUMBERS
    assert may_have(body, "hb"), "two letters are no reason to pass anything over"
