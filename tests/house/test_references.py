"""The generated references are what the code says today."""

import pytest

from tools.references import FOLDER, PAGES


@pytest.mark.parametrize("name", PAGES)
def test_the_page_is_fresh(name: str) -> None:
    written = FOLDER / name
    assert written.is_file(), f"docs/reference/{name} is missing. Run `make references`."
    assert written.read_text(encoding="utf-8") == PAGES[name](), "Run `make references` and commit what it writes."


def test_no_page_is_left_of_what_is_gone() -> None:
    assert {path.name for path in FOLDER.glob("*.md")} <= set(PAGES)
