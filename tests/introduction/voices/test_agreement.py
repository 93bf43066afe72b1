"""Agreement of two coders, and the declared kinds and codes (F262, F263)."""

from collections import Counter

import pytest

from varda.introduction.voices import CODES, GROUPS, KINDS, agreement


def test_28_codes_in_three_groups_and_four_kinds() -> None:
    assert Counter(one.group for one in CODES.values()) == {"people": 6, "technology": 11, "organisation": 11}
    assert [one.words.en for one in CODES.values() if one.group == "people"] == [
        "Motivation and engagement", "Stress and work environment", "Communication and feedback",
        "Involvement, insight and mandate", "Knowledge transfer and change support", "Training",
    ]  # fmt: skip
    assert list(GROUPS) == ["people", "technology", "organisation"]
    assert list(KINDS) == ["feeling", "fact", "opinion", "assumption"]
    assert len({(one.group, one.words.sv) for one in CODES.values()}) == 28


def test_kappa_takes_away_what_chance_gives() -> None:
    """50 statements: 20 and 15 alike, 5 and 10 not (the textbook's case)."""
    pairs = [("yes", "yes")] * 20 + [("yes", "no")] * 5 + [("no", "yes")] * 10 + [("no", "no")] * 15
    found = agreement(pairs)
    assert found is not None
    assert (found.statements, found.share) == (50, 0.7)
    assert found.kappa == pytest.approx(0.4)


def test_kappa_at_its_ends() -> None:
    assert agreement([]) is None
    whole = agreement([("fact", "fact"), ("opinion", "opinion")])
    assert whole is not None
    assert (whole.share, whole.kappa) == (1.0, 1.0)
    crossed = agreement([("fact", "opinion"), ("opinion", "fact")])
    assert crossed is not None
    assert crossed.kappa == -1.0
    one_code = agreement([("fact", "fact")] * 3)
    assert one_code is not None
    assert (one_code.share, one_code.kappa) == (1.0, None)
