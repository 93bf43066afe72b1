"""How many coaches a unit lacks by the declared rule, and how that adds up over an organisation (F204)."""

import pytest

from varda.access.organisations import Organisation
from varda.introduction.coaching import RULE, Coach, lines, summed


def coach(person: str = "a", *roles: str, is_ready: bool = True, home: str = "U") -> Coach:
    return Coach(person, person, "U", home, home, frozenset(roles), is_ready)


NURSES = {"nurse": 12}
TABLE = [
    ({}, [], {}),
    ({"nurse": 1}, [], {"": 1}),
    ({"nurse": 4}, [coach("a", "physician")], {"": 0}),
    (NURSES, [], {"nurse": 2, "": 1}),
    (NURSES, [coach("a", "nurse")], {"nurse": 1, "": 0}),
    (NURSES, [coach("a", "nurse"), coach("b", "nurse", is_ready=False)], {"nurse": 1, "": 0}),
    (NURSES, [coach("a", "nurse"), coach("b", "nurse", home="V")], {"nurse": 0, "": 0}),
    (NURSES | {"physician": 5}, [coach("a", "nurse", "physician")], {"nurse": 1, "physician": 0, "": 0}),
    ({"nurse": 10, "assistant-nurse": 10}, [coach("a", "nurse")], {"nurse": 0, "assistant-nurse": 1, "": 1}),
    (dict.fromkeys(("a", "b", "c", "d"), 4), [coach("x", "a")], {"": 1}),
]


@pytest.mark.parametrize(("people", "coaches", "lacking"), TABLE)
def test_one_for_each_started_ten_of_a_profession_and_one_at_least(
    people: dict[str, int], coaches: list[Coach], lacking: dict[str, int]
) -> None:
    """F204."""
    assert {one.role: one.lacking for one in lines(people, coaches)} == lacking


def test_an_organisation_adds_up_and_each_part_once() -> None:
    def unit(hsa: str, above: str) -> Organisation:
        return Organisation(hsa, hsa, above, is_provider=False, is_social=False)

    tree = [unit("R", ""), unit("H", "R"), unit("W1", "H"), unit("W2", "H"), unit("P", "R")]
    found = {
        "W1": lines({"nurse": 12}, []),
        "W2": lines({"nurse": 3}, [coach("a", "nurse")]),
        "P": lines({"nurse": 3}, []),
    }
    whole, parts = summed(tree, found)
    assert whole is not None
    assert (whole.units, whole.covered, whole.lacking) == (3, 1, 3)
    assert [(one.organisation.hsa, one.units, one.covered, one.lacking) for one in parts] == [
        ("H", 2, 1, 2), ("P", 1, 0, 1)
    ]  # fmt: skip
    assert summed([], {}) == (None, [])


def test_the_rule_is_declared_with_a_version() -> None:
    assert RULE.version
    assert RULE.floorwalkers < RULE.neighbours < RULE.lapses
