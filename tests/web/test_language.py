"""Swedish first, English complete: no text on a screen is without both."""

import os
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po

from varda.web.language import LANGUAGES, translations

ROOT = Path(__file__).parents[2]
LOCALE = ROOT / "varda" / "web" / "locale"
SAID = ("varda/web/", "varda/care/", "varda/introduction/")
FAULTS = ("Problem", "Conflict", "Refused", "Absent", "Malformed", "Unprocessable", "SignedOut", "Unavailable")
KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2), "N_": None, "flaw": (1,)}
KEYWORDS |= dict.fromkeys(FAULTS, (1,))


def said_in_the_code() -> set[object]:
    with (LOCALE / "babel.cfg").open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file, filename="babel.cfg")
    here = Path.cwd()
    os.chdir(ROOT)
    try:
        found = extract_from_dir(".", methods, options, keywords=KEYWORDS, comment_tags=())
        # A message of the floors below that nobody has translated yet is told by its kind (see web/errors).
        ours = ((file, message) for file, _, message, _, _ in found if file.startswith(SAID))
        return {message for _, message in ours if message and message != "id"}
    finally:
        os.chdir(here)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_is_said_in_every_language(language: str) -> None:
    with (LOCALE / language / "LC_MESSAGES" / "messages.po").open("rb") as file:
        known = {m.id: m for m in read_po(file) if m.id}
    wanted = said_in_the_code()
    assert len(wanted) > 200
    assert wanted - set(known) == set()
    assert [m.id for m in known.values() if not all([m.string] if isinstance(m.string, str) else m.string)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_filled_in_is_the_same_in_every_language(language: str) -> None:
    with (LOCALE / language / "LC_MESSAGES" / "messages.po").open("rb") as file:
        wrong = [m.id for m in read_po(file) if m.id and any(m.check())]
    assert wrong == []


def test_swedish_is_what_one_gets_and_english_is_there() -> None:
    assert LANGUAGES[0] == "sv"
    assert translations("sv").gettext("Sign") == "Signera"
    assert translations("en").gettext("Sign") == "Sign"
    assert translations("sv").ngettext("%(n)s year", "%(n)s years", 2) == "%(n)s år"


def test_a_language_that_is_not_offered_is_an_error() -> None:
    with pytest.raises(KeyError):
        translations("tlh")


def test_the_law_s_own_word_is_used_for_an_active_choice() -> None:
    """Aktivt val is the term of the field (A1, A3); another name for the same step would make it two."""
    with (LOCALE / "sv" / "LC_MESSAGES" / "messages.po").open("rb") as file:
        said = {str(message.string).lower() for message in read_po(file)}
    assert not [text for text in said if "eget val" in text or "egna val" in text]
    assert translations("sv").gettext("opened by active choice") == "öppnad genom aktivt val"
