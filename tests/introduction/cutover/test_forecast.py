"""A run-book is checked before anything is made of it, and late steps move what comes after them (F240)."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.introduction.cutover.conftest import HOUR, MINUTE, written
from varda.introduction.cutover import TEMPLATE, Circular, Said, forecast, read, switch_of
from varda.introduction.cutover.template import kept
from varda.kernel.errors import Unprocessable

STARTS = datetime(2026, 3, 2, 11, tzinfo=UTC)
BEFORE = STARTS - 3 * HOUR
STEPS = read(written()).steps


def test_the_packages_own_is_whole_and_comes_back_as_it_was_kept() -> None:
    assert not TEMPLATE.is_own
    assert [one.code for one in TEMPLATE.waves] == ["pioneers", "hospitals", "municipalities"]
    assert kept(TEMPLATE.written) == TEMPLATE
    found = forecast(TEMPLATE.steps, STARTS, {}, STARTS - timedelta(days=2))
    assert not [one for one in found.values() if one.is_late], "planned so that nothing is late from the beginning"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("nothing", "could not be read"),
        ("version = 1\nwaves = [3]\nsteps = []", "could not be read"),
        (written(("move", "first", "work", -60, -60, ())), "ends after it begins"),
        (written(("move", "first", "work", -120, -60, ("nobody",))), "not there"),
        (written(("print", "first", "party", -60, -30, ("move",))), "work, hold, go or switch"),
        (written(("switch-first", "first", "switch", 0, 15, ("print",))), "comes after its go"),
        (written(("go-again", "rest", "go", 0, 15, ())), "one go and one switch"),
    ],
)
def test_a_run_book_that_is_none_is_refused_with_what_is_wrong(text: str, says: str) -> None:
    with pytest.raises(Unprocessable) as wrong:
        read(text)
    assert says in " ".join(one.message for one in wrong.value.problems)


def test_steps_that_wait_for_one_another_are_named() -> None:
    with pytest.raises(Circular) as circle:
        read(written(("move", "first", "work", -120, -60, ("go-first",))))
    assert circle.value.values["circle"].split(" → ")[0] == circle.value.values["circle"].split(" → ")[-1]
    assert {"move", "go-first"} <= set(circle.value.values["circle"].split(" → "))


def test_a_late_step_moves_all_that_waits_for_it_and_the_start() -> None:
    said = {"move": Said(STARTS - 2 * HOUR)}
    on_time = forecast(STEPS, STARTS, said, STARTS - 90 * MINUTE)
    assert on_time["move"].state == "running"
    assert switch_of(on_time, "first").opens == STARTS  # type: ignore[union-attr] # it is there
    late = forecast(STEPS, STARTS, said, STARTS + 30 * MINUTE)
    assert late["move"].late == 90 * MINUTE, "it ends now at the soonest"
    assert late["go-first"].opens == STARTS + 60 * MINUTE
    start = switch_of(late, "first")
    assert start is not None
    assert start.opens == STARTS + 75 * MINUTE
    assert start.late == 75 * MINUTE
    assert not late["switch-rest"].is_late, "there are hours between"
    ended = forecast(STEPS, STARTS, {"move": Said(STARTS - 2 * HOUR, STARTS + 30 * MINUTE)}, STARTS + 30 * MINUTE)
    assert (ended["moved"].state, ended["print"].state, ended["go-first"].state) == ("stopped", "next", "later")
    assert switch_of(ended, "first").opens == start.opens  # type: ignore[union-attr] # it is there


def test_a_clock_that_jumps_moves_nothing_once_it_is_right() -> None:
    said = {"move": Said(STARTS - 2 * HOUR, STARTS + timedelta(days=3650))}
    found = forecast(STEPS, STARTS, said, STARTS - HOUR)
    assert found["move"].is_ahead
    assert found["move"].closes == STARTS - HOUR, "not ten years from now"
    assert switch_of(found, "first").opens == STARTS  # type: ignore[union-attr] # it is there
    back = forecast(STEPS, STARTS, {"move": Said(STARTS - 2 * HOUR, STARTS - HOUR)}, STARTS - timedelta(days=365))
    assert back["move"].is_ahead
    assert back["switch-first"].opens == STARTS


CODES, TOLD = st.sampled_from([one.code for one in STEPS]), st.tuples(st.integers(-300, 900), st.integers(0, 300))


@given(st.dictionaries(CODES, TOLD), st.integers(-400, 1200))
def test_nothing_begins_before_what_it_waits_for_or_before_now(said: dict[str, tuple[int, int]], at: int) -> None:
    now = STARTS + at * MINUTE
    told = {code: Said(STARTS + one * MINUTE, STARTS + (one + more) * MINUTE if more % 2 else None)
            for code, (one, more) in said.items()}  # fmt: skip
    found = forecast(STEPS, STARTS, told, now)
    for one in found.values():
        assert one.opens <= one.closes
        if one.state not in ("done", "running"):
            assert one.opens >= max([now, one.planned[0], *(found[each].closes for each in one.step.after)])
        if one.state != "done":
            assert one.closes >= now
