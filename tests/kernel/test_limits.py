"""So many a minute for each key: at once, then evenly; and memory that has an end."""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from varda.kernel import limits
from varda.kernel.errors import Malformed
from varda.kernel.limits import Limit, Limits, TooMany, network
from varda.kernel.settings import Settings


class Tick:
    def __init__(self) -> None:
        self.at = 1000.0

    def __call__(self) -> float:
        return self.at


@pytest.fixture
def tick() -> Iterator[Tick]:
    return Tick()


def taken(limit: Limit, key: str, times: int) -> int:
    done = 0
    for _ in range(times):
        try:
            limit.take(key)
        except TooMany:
            continue
        done += 1
    return done


def test_a_minute_s_worth_is_given_at_once_and_then_evenly(tick: Tick) -> None:
    limit = Limit("questions", 60, tick)
    assert taken(limit, "a", 100) == 60
    assert taken(limit, "b", 1) == 1
    tick.at += 10
    assert taken(limit, "a", 100) == 10
    tick.at += 3600
    assert taken(limit, "a", 100) == 60


def test_whoever_must_wait_is_told_how_long_and_that_is_enough(tick: Tick) -> None:
    limit = Limit("questions", 6, tick)
    taken(limit, "a", 6)
    with pytest.raises(TooMany) as told:
        limit.take("a", 2)
    assert (told.value.wait, told.value.status) == (20, 429)
    assert "questions" in told.value.message
    assert "20 seconds" in told.value.message
    tick.at += 20
    limit.take("a", 2)


def test_the_alarm_is_raised_once_a_minute(tick: Tick) -> None:
    limit, alarms = Limit("questions", 1, tick), []
    for _ in range(240):
        try:
            limit.take("a")
        except TooMany as many:
            alarms.append(many.is_first)
        tick.at += 0.5
    assert sum(alarms) == 2


def test_no_limit_is_no_limit() -> None:
    assert taken(Limit("questions"), "a", 10_000) == 10_000


@given(st.lists(st.tuples(st.floats(0, 30), st.integers(1, 5)), max_size=60), st.integers(1, 50))
def test_no_minute_has_more_than_twice_what_is_allowed(steps: list[tuple[float, int]], most: int) -> None:
    tick = Tick()
    limit, done = Limit("questions", most, tick), []
    for pause, count in steps:
        tick.at += pause
        try:
            limit.take("a", count)
        except TooMany:
            continue
        done.append((tick.at, count))
    for start, _ in done:
        assert sum(count for at, count in done if start <= at < start + 60) <= 2 * most


def test_many_keys_do_not_fill_the_memory(tick: Tick, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "_MOST_KEYS", 100)
    limit = Limit("questions", 60, tick)
    for number in range(1000):
        limit.take(f"passing {number}")
    assert len(limit._due) <= 100
    tick.at += 60
    taken(limit, "a", 60)
    for number in range(100):
        tick.at += 0.0001
        limit.take(f"later {number}")
    assert taken(limit, "a", 1) == 0


def test_one_household_counts_as_one() -> None:
    assert network(("10.1.2.3", 5)) == "10.1.2.3"
    assert network(("2001:db8:1:2::7", 5)) == network(("2001:db8:1:2:ffff::9", 6)) != network(("2001:db8:1:3::7", 5))
    assert network(None) == ""


def test_limits_are_settings() -> None:
    found = Limits.of(Settings.read({"VARDA_LIMIT_NUMBERS": "5", "VARDA_LIMIT_SEARCHES": "0"}))
    assert (found.numbers.most, found.searches.most, found.guesses) == (5, 0, 30)
    for wrong in ("-1", "many", "1e3", "٣", "1" * 10):
        with pytest.raises(Malformed, match="VARDA_LIMIT_NUMBERS must be a whole number"):
            Settings.read({"VARDA_LIMIT_NUMBERS": wrong})
