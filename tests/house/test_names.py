"""A module is named for what it holds. A name that fits everything says nothing."""

from pathlib import PurePosixPath

import pytest

from tests.house.files import paths, text

EMPTY_WORDS = {"utils", "util", "helpers", "helper", "common", "base", "manager", "managers", "service", "services"}
EMPTY_WORDS |= {"handler", "handlers", "impl", "data", "info", "misc", "core", "lib"}
INSTEAD = "Name the noun it holds (clock, errors, relations), or move each function beside its only user."


def _empty(path: str) -> list[str]:
    pure = PurePosixPath(path)
    words = {*pure.parts[:-1], pure.stem.strip("_")} if pure.suffix in (".py", ".sql") else set()
    return sorted(words & EMPTY_WORDS)


def test_no_module_or_package_has_an_empty_name() -> None:
    broken = {path: found for path in paths() if (found := _empty(path))}
    assert not broken, f"{broken}. {INSTEAD}"


@pytest.mark.parametrize("path", ["varda/care/utils.py", "varda/helpers/text.py", "varda/care/orders/service.py"])
def test_an_empty_name_is_caught(path: str) -> None:
    assert _empty(path)


@pytest.mark.parametrize("path", ["varda/kernel/clock.py", "varda/web/static/base.css", "varda/care/information.py"])
def test_a_noun_is_left_alone(path: str) -> None:
    assert not _empty(path)


def test_paths_are_no_deeper_than_four_steps() -> None:
    """varda/care/medication/rules.py is the deepest place for code."""
    deep = [path for path in paths() if path.startswith("varda/") and path.endswith(".py") and path.count("/") > 3]
    assert not deep, f"{deep}. A fifth step asks for a package of its own one floor up."


def test_every_python_file_opens_with_its_purpose() -> None:
    """Ruff asks for a docstring in varda; tests and tools owe their reader one as well, unless empty."""
    code = [path for path in paths() if path.endswith(".py") and (text(path) or path.startswith("varda/"))]
    silent = [path for path in code if not (text(path) or "").lstrip().startswith(('"""', 'r"""', "#!"))]
    assert not silent, f"{silent}. Open with the purpose and the one idea."
