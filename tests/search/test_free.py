"""Free text in one record: no Swedish negation is dropped, and none is cut away from what it denies."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from varda.search.free import Piece, asked, begun, excerpt, hits
from varda.search.swedish import AHEAD, BEHIND, NEGATIONS, clean, stem, words

NOTE = "Söker för hosta sedan i går. {} Lungorna låter rena."


def said(question: str, *texts: str) -> bool:
    return hits(asked(question), [clean(text) for text in texts]) is not None


def shown(question: str, text: str) -> str:
    found = hits(asked(question), [clean(text)])
    assert found is not None
    return "".join(piece.text for piece in excerpt(clean(text), found[0]))


@pytest.mark.parametrize("word", sorted(AHEAD))
def test_every_negation_before_a_word_is_found_with_it_and_shown_with_it(word: str) -> None:
    denied, plain = NOTE.format(f"Hon har {word} feber."), NOTE.format("Hon har hög feber.")
    for question in (f"{word} feber", "ingen feber", "inte feber", f"{word.upper()} FEBER"):
        assert said(question, denied), question
        assert not said(question, plain), question
    assert f"{word} feber" in shown("feber", denied)
    assert said("feber", plain)


@pytest.mark.parametrize("word", sorted(BEHIND))
def test_every_negation_after_a_word_is_found_with_it_and_shown_with_it(word: str) -> None:
    denied = NOTE.format(f"Feber {word}.")
    assert said("ingen feber", denied)
    assert f"Feber {word}" in shown("feber", denied)


@pytest.mark.parametrize("word", sorted(NEGATIONS))
def test_a_negation_is_a_word_like_others_when_it_is_asked_for_alone(word: str) -> None:
    assert said(word, f"Det är {word} så.")
    assert not said(word, "Intermittent hosta, ejder, utanpå, ickebinär, ingenjör, intar föda.")
    assert stem(word) == word


@pytest.mark.parametrize("word", sorted(NEGATIONS))
def test_no_excerpt_of_a_long_sentence_cuts_a_negation_away(word: str) -> None:
    far = "mycket " * 80
    for text in (f"Patienten har {word} {far}feber och {far}hosta", f"Hon har {far} {word} frossa och feber {far}"):
        said_of_it = shown("feber", text)
        if word in AHEAD:
            assert word in said_of_it.split()
        assert len(said_of_it) < 700


def test_a_negation_never_stands_last_without_what_it_denies() -> None:
    text = "feber " + "och " * 22 + "ingen hosta " + "alls " * 60
    said_of_it = shown("feber", text)
    assert not said_of_it.rstrip(" …").endswith("ingen")
    assert begun("Mår bra. " * 17 + "Har ingen hosta alls", 160).rstrip(" …").split()[-1] != "ingen"


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("ingen feber", "Ingen hosta. Feber 39 grader."),
        ("ingen feber", "Ingen hosta men hög feber."),
        ("ingen feber", "Feber utan frossa."),
        ("ingen feber", "Feber; ingen hosta."),
        ('"ingen feber"', "Har inte feber."),
        ('"hög feber"', "Feber, hög puls."),
        ("bråck", "Brack"),
        ("hög hosta", "Hög feber"),
    ],
)
def test_what_says_something_else_is_not_found(question: str, text: str) -> None:
    assert not said(question, text)


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("feber", "Febern har gett sig"),
        ("ÅDERBRÅCK", "åderbråcken opererades"),
        ("åderbråck", "a\u030aderbra\u030ack"),
        ("pneum", "Pneumoni"),
        ("pneum* sinister", "Pneumoni, sinister"),
        ("hba1c", "HbA1c 52"),
        ("38,5", "Temp 38,5 grader"),
        ("B12-brist", "känd b12-brist"),
        ("ingen feber", "Ingen hosta, snuva eller\nfeber."),
        ("ingen feber", "Inte ens hos dr. Lund hade hon feber."),
        ("feber inte", "Feber har hon inte."),
        ("inte haft feber", "Hon har inte haft någon feber."),
        ("hosta feber", "Hosta.\n\nHög feber."),
    ],
)
def test_what_says_it_in_other_forms_is_found(question: str, text: str) -> None:
    assert said(question, text)
    runs = clean(text).casefold()
    # What the database looks for is in everything that fits: in letters of a-z alone.
    assert all(needle in runs for needle in asked(question).needles)


def test_both_words_may_stand_in_different_texts_of_one_entry() -> None:
    assert said("hosta feber", "Hosta", "Feber")
    assert not said("ingen feber", "Ingen", "Feber")


def test_hits_and_denials_are_marked() -> None:
    text = "Ingen feber. Mår bra."
    found = hits(asked("feber"), [text])
    assert found is not None
    assert excerpt(text, found[0]) == [Piece("Ingen", "denial"), Piece(" "), Piece("feber", "hit"), Piece(".")]


def test_nothing_asked_finds_nothing() -> None:
    assert not asked("")
    assert not asked(' "" * ')
    assert asked("ingen")


@given(st.text(max_size=80), st.text(max_size=400))
def test_nothing_typed_and_nothing_written_breaks_it(question: str, text: str) -> None:
    said_of_it = clean(text)
    found = hits(asked(question), [said_of_it])
    if found and found[0]:
        for piece in excerpt(said_of_it, found[0]):
            assert piece.kind == "gap" or piece.text in said_of_it
    begun(text)


@given(st.text(max_size=300))
def test_words_stand_where_they_say(text: str) -> None:
    said_of_it = clean(text)
    for word in words(said_of_it):
        assert said_of_it[word.start : word.end].casefold() == word.normal


def test_a_text_that_repeats_a_word_for_ever_takes_no_longer_for_each() -> None:
    """A megabyte is shown by the first hits of its sentence."""
    text = "puls 72\n" * 8000
    assert len(shown("puls", text)) < 400
    assert len(shown("puls", text.replace("\n", " "))) < 700
