"""Every rule of rules.py is kept by every file it covers, catches its own bad lines and leaves its good ones alone."""

import pytest

from tests.house.files import paths, text
from tests.house.rules import RULES, Rule

each_rule = pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)


@each_rule
def test_the_rule_is_kept(rule: Rule) -> None:
    broken = [f"{path}:{line}" for path in paths() if rule.covers(path) for line in rule.broken_by(text(path) or "")]
    assert not broken, "\n".join([f"{rule.name}. Instead: {rule.instead}", *broken])


@each_rule
def test_the_rule_catches_its_own_bad_lines_and_no_good_ones(rule: Rule) -> None:
    assert [bad for bad in rule.bad if not rule.broken_by(bad)] == []
    assert [good for good in rule.good if rule.broken_by(good)] == []


@each_rule
def test_the_rule_looks_somewhere(rule: Rule) -> None:
    assert any(rule.covers(path) for path in paths())
