"""No group of fewer than five is told of or reckoned: every small case is attacked by one who knows the rule (F257)."""

from collections import defaultdict
from itertools import product

import pytest

from varda.introduction.voices import told
from varda.introduction.voices.protection import Told


@pytest.mark.parametrize(
    ("counts", "parts", "folded", "rest"),
    [
        ({"a": 9, "b": 5, "c": 0}, {"a": 9, "b": 5, "c": 0}, (), 0),
        ({"a": 90, "b": 2}, {}, ("a", "b"), 92),
        ({"a": 90, "b": 2, "c": 7, "d": 30}, {"a": 90}, ("b", "c", "d"), 39),
        ({"a": 90, "b": 4, "c": 4, "d": 8}, {}, ("a", "b", "c", "d"), 106),
        ({"a": 90, "b": 1, "c": 2, "d": 8}, {}, ("a", "b", "c", "d"), 101),
        ({"a": 90, "b": 3, "c": 2, "d": 8, "e": 40}, {"a": 90, "e": 40}, ("b", "c", "d"), 13),
    ],
)
def test_small_groups_are_folded_until_nothing_is_left_to_subtract(
    counts: dict[str, int], parts: dict[str, int], folded: tuple[str, ...], rest: int
) -> None:
    assert told(counts) == Told(parts, folded, rest)


def test_of_fewer_than_five_in_all_nothing_is_told() -> None:
    assert told({"a": 4, "b": 0}) is None
    assert told({}) is None


@pytest.mark.parametrize("size", [2, 3, 4, 5])
def test_no_small_group_follows_from_what_is_told(size: int) -> None:
    """Of all ways to answer that look alike from outside, a group of one to four always has another number in some. A
    group that knows its own number reckons no other one's either, where any group is told."""
    seen = defaultdict(list)
    for counts in product(range(9 if size < 5 else 7), repeat=size):
        shown = told(dict(zip("abcde", counts, strict=False)))
        if shown is not None:
            seen[tuple(shown.parts.items()), shown.folded, shown.rest].append(counts)
    tried = 0
    for (parts, folded, _rest), ways in seen.items():
        assert not any(0 < count < 5 for _, count in parts)
        for code in folded:
            here = "abcde".index(code)
            assert len({way[here] for way in ways}) > 1
            tried += 1
            for other in ("abcde".index(one) for one in folded if parts and one != code):
                by_own = defaultdict(set)
                for way in ways:
                    by_own[way[other]].add(way[here])
                assert all(len(values) > 1 or not 0 < min(values) < 5 for values in by_own.values())
    assert tried > 1
