"""What the threat model promises is shown by tests that are there."""

import re

import pytest

from tests.house.files import text

PAGE = "docs/security.md"


def _named(page: str) -> list[tuple[str, str]]:
    return re.findall(r"`(tests/[\w/]+\.py)::(test_\w+)`", page)


def _missing(page: str) -> list[str]:
    return [f"{path}::{name}" for path, name in _named(page) if not _is_there(path, name)]


def _is_there(path: str, name: str) -> bool:
    try:
        return re.search(rf"^(async )?def {name}\(", text(path) or "", re.MULTILINE) is not None
    except FileNotFoundError:
        return False


def test_every_promise_names_a_test_that_is_there() -> None:
    page = text(PAGE) or ""
    assert len(_named(page)) > 30
    assert _missing(page) == []
    promises = page.partition("## What we promise")[2].partition("\n## ")[0]
    rows = [row for row in promises.splitlines() if row.startswith("| ") and not row.startswith("| Promise")]
    assert [row for row in rows if not _named(row)] == []


@pytest.mark.parametrize("wrong", ["`tests/house/test_promises.py::test_nothing`", "`tests/no/test_x.py::test_x`"])
def test_a_promise_without_a_test_is_caught(wrong: str) -> None:
    assert len(_missing(f"| We promise | {wrong} |")) == 1
