"""Form tokens and text keys: one's own again and again, nobody else's ever."""

from hypothesis import given
from hypothesis import strategies as st

from varda.web import seals

SEAL = b"a secret of the installation...."


def test_a_token_belongs_to_one_sign_in() -> None:
    token = seals.form_token(SEAL, "ticket")
    assert seals.is_form_token(SEAL, "ticket", token)
    assert not seals.is_form_token(SEAL, "another", token)
    assert not seals.is_form_token(b"another seal", "ticket", token)


@given(st.text())
def test_no_guess_is_a_token(guess: str) -> None:
    assert not seals.is_form_token(SEAL, "ticket", guess)


def test_the_same_person_gets_the_key_of_an_old_session_again_and_nobody_else_does() -> None:
    salt = seals.salt(SEAL, "old ticket")
    assert seals.text_key(SEAL, "astrid", salt) == seals.text_key(SEAL, "astrid", salt)
    assert seals.text_key(SEAL, "astrid", salt) != seals.text_key(SEAL, "maria", salt)
    assert seals.text_key(SEAL, "astrid", salt) != seals.text_key(SEAL, "astrid", seals.salt(SEAL, "new ticket"))


def test_the_words_of_a_secret_cannot_be_moved_between_places() -> None:
    assert seals.text_key(SEAL, "ab", "c") != seals.text_key(SEAL, "a", "bc")
