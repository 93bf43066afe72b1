"""The documents lead somewhere, and a claim of being done is shown by a test that quotes it."""

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from posixpath import dirname, join, normpath

import pytest

from tests.house.files import ROOT, paths, text

PAGES = [path for path in paths() if path.endswith(".md")]


def _dead(path: str, page: str) -> list[str]:
    prose = re.sub(r"```.*?```|`[^`]*`", "", page, flags=re.DOTALL)
    links = re.findall(r"\]\(([^)\s#]+)(?:#[^)]*)?\)", prose)
    local = [link for link in links if not re.match(r"[a-z]+:", link)]
    return [link for link in local if not (ROOT / normpath(join(dirname(path), link))).exists()]


@pytest.mark.parametrize("path", PAGES)
def test_every_link_inside_the_tree_leads_somewhere(path: str) -> None:
    assert _dead(path, text(path) or "") == []


def test_a_dead_link_is_caught() -> None:
    assert _dead("docs/law.md", "See [it](nowhere.md) and [us](https://example.org) and `[a](b)`.") == ["nowhere.md"]


def _claimed(page: str) -> list[str]:
    return re.findall(r"^\| ([FAR]\d+) \|.*\| done \|$", page, re.MULTILINE)


@pytest.mark.parametrize("path", ["docs/functions.md", "docs/law.md"])
def test_what_is_called_done_is_quoted_by_a_test(path: str) -> None:
    tests = "\n".join(text(test) or "" for test in paths() if test.startswith("tests/") and test.endswith(".py"))
    unshown = [number for number in _claimed(text(path) or "") if not re.search(rf"\b{number}\b", tests)]
    assert not unshown, f"{unshown}: write the test that shows it and quote the number there, or call it planned."


def test_a_claim_is_recognised() -> None:
    assert _claimed("| F8 | Shared record | done |\n| F9 | Other | planned |") == ["F8"]


def test_every_decision_has_its_four_parts() -> None:
    decisions = [path for path in paths() if re.match(r"docs/decisions/\d{4}-", path)]
    assert len(decisions) > 5
    for path in decisions:
        parts = re.findall(r"^## (.+)$", text(path) or "", re.MULTILINE)
        assert parts == ["Context", "Decision", "Consequences", "Alternatives"], path


def _imported(source: str) -> set[str]:
    """The packages that a module imports, at whatever depth."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.split(".")[0])
    return found


def test_every_import_is_declared_and_not_borrowed_from_another_dependency() -> None:
    project = tomllib.loads(text("pyproject.toml") or "")["project"]
    declared = {re.match(r"[\w-]+", line)[0].lower() for line in project["dependencies"]}
    # A name not known as installed is its own distribution's.
    owners = packages_distributions()
    code = [path for path in paths() if path.startswith("varda/") and path.endswith(".py")]
    used = set().union(*(_imported(text(path) or "") for path in code)) - set(sys.stdlib_module_names) - {"varda"}
    borrowed = [
        name for name in used if not {owner.lower().replace("_", "-") for owner in owners.get(name, [name])} & declared
    ]
    assert sorted(borrowed) == [], "Add it to pyproject.toml and docs/dependencies.md, then `make lock`."


def test_an_import_is_found_at_every_depth() -> None:
    assert _imported("def read():\n    import yaml.loader\n    from a.b import c\n    from . import d") == {"yaml", "a"}


def test_every_dependency_is_named_with_its_reason() -> None:
    project = text("pyproject.toml") or ""
    listed = re.findall(r'^    "([a-z0-9-]+)', project, re.MULTILINE)
    named = text("docs/dependencies.md") or ""
    assert [name for name in listed if f"| {name} |" not in named] == []
