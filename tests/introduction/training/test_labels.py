"""What a course names stands on the screens: a button that is renamed, or a key that goes, breaks the build."""

import pytest

from varda.care import notes
from varda.introduction import training
from varda.introduction.training import texts
from varda.web.language import translations

KEYS = {"Enter", "Esc", "Tab", "Tabb", "Ctrl", "Alt", "Shift", "Skift"} | set("ABCDEFGHIJKLMNOPQRSTUVWXYZ?/123456789")


def labels(language: str) -> set[str]:
    """Every text of the screens in a language, without the marks around it."""
    catalogue = translations(language)._catalog  # type: ignore[attr-defined] # the one way to ask for all of them
    said = {one for one in catalogue.values() if isinstance(one, str)}
    words = [one.words for one in notes.KEYWORDS.values()]
    return {one.strip("… ") for one in said} | {one.said(language) for one in words}


def wrong_in(text: str, language: str) -> list[str]:
    there = labels(language)
    found = []
    for kind, said, line in texts.said(text):
        if kind == "label" and said.strip("… ") not in there:
            found.append(f"{line}: **{said}** stands on no screen")
        elif kind == "code" and not said.startswith("/") and set(said.split()) - KEYS:
            found.append(f"{line}: `{said}` is no key")
    return found


@pytest.mark.parametrize("language", ["sv", "en"])
@pytest.mark.parametrize("code", sorted(training.shipped()))
def test_every_button_and_key_that_a_course_names_exists(code: str, language: str) -> None:
    course = training.shipped()[code]
    found = {step.code: wrong_in(step.text.said(language), language) for step in course.steps}
    assert {step: wrong for step, wrong in found.items() if wrong} == {}


def test_a_button_that_is_not_there_is_caught() -> None:
    assert wrong_in("Tryck **Signera** och **Signera allt** med `Ctrl Enter` eller `F13`.", "sv") == [
        "1: **Signera allt** stands on no screen", "1: `F13` is no key",
    ]  # fmt: skip
