"""The critical path, slack and forecast of a plan, against a slow oracle that knows nothing of it (F230)."""

from datetime import date, timedelta
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from varda.introduction.programme.items import Item, Link, Progress
from varda.introduction.programme.network import Circular, Times, critical, forecast, scheduled

TODAY = date(2026, 3, 2)


def day(n: int) -> date:
    return TODAY + timedelta(days=n)


def act(code: str, days: int = 0, *after: str, kind: str = "activity", **more: object) -> Item:
    links = tuple(Link(name, int(lag or 0)) for name, _, lag in (one.partition("+") for one in after))
    return Item(code, kind, code.upper(), days=days, after=links, **more)  # type: ignore[arg-type] # by name


def times(*items: Item, **progress: Progress) -> dict[str, Times]:
    return scheduled(items, progress, TODAY)


def test_what_waits_begins_when_the_last_of_it_has_ended() -> None:
    items = [act("a", 5), act("b", 9), act("c", 3, "a", "b+2"), act("go", 0, "c", kind="go-live")]
    found = times(*items)
    assert (found["c"].start, found["c"].finish) == (day(11), day(14))
    assert forecast(items, found) == {"go": day(14)}
    assert {code: one.slack for code, one in found.items()} == {"a": 6, "b": 0, "c": 0, "go": 0}
    assert critical(items, found) == ["b", "c", "go"]


def test_what_nobody_waits_for_has_no_slack_and_is_not_critical() -> None:
    found = times(act("a", 5), act("go", 0, kind="go-live"))
    assert found["a"].slack is None
    assert not found["a"].is_critical


def test_parts_begin_within_and_end_what_they_are_part_of() -> None:
    found = times(
        act("first", 4), act("phase", 99, "first", kind="phase"), act("x", 3, part_of="phase"),
        act("y", 5, "x", part_of="phase"), act("go", 0, "phase", kind="go-live"),
    )  # fmt: skip
    assert (found["phase"].start, found["phase"].finish) == (day(4), day(12)), "its own days no longer count"
    assert found["go"].finish == day(12)
    assert found["x"].slack == 0


def test_a_local_activity_that_is_late_moves_the_go_live_by_itself() -> None:
    """F219, F230: it hangs on a central milestone, and nobody has to tell the centre."""
    central = [act("ready", 0, kind="milestone", opens=day(20)), act("go", 0, "ready+10", kind="go-live", due=day(30))]
    local = Item("cards", "activity", "Cards", days=15, before=(Link("ready"),), organisation="K1490")
    found = times(*central, local)
    assert (forecast(central, found)["go"], found["cards"].slack) == (day(30), 5)
    begun = Progress(begun=day(-1))
    assert times(*central, act("cards", 30, before=(Link("ready"),)), cards=begun)["go"].finish == day(39)


def test_what_has_not_begun_does_not_begin_in_the_past_and_what_has_not_ended_ends_no_earlier_than_today() -> None:
    late = act("a", 3, opens=day(-20))
    assert times(late)["a"].start == TODAY
    found = times(late, act("b", 2, "a"), a=Progress(begun=day(-20)))
    assert (found["a"].start, found["a"].finish, found["b"].start) == (day(-20), TODAY, TODAY)


def test_what_is_finished_waits_for_nothing_and_has_no_slack() -> None:
    items = [act("a", 50), act("b", 2, "a"), act("go", 0, "b", kind="go-live")]
    found = times(*items, b=Progress(begun=day(-9), finished=day(-7)))
    assert (found["b"].start, found["b"].finish, found["b"].slack) == (day(-9), day(-7), None)
    assert found["go"].finish == TODAY, "nothing holds it back any more"
    assert found["a"].slack is None


def test_a_circle_is_named_by_its_things_in_order() -> None:
    with pytest.raises(Circular) as found:
        times(act("z", 1), act("a", 1, "c", "z"), act("b", 1, "a"), act("c", 1, "b"), act("d", 1, "c"))
    assert found.value.circle == ["a", "b", "c", "a"]
    assert "A → B → C → A" in found.value.message


def test_a_part_that_waits_for_its_own_whole_is_a_circle() -> None:
    with pytest.raises(Circular) as found:
        times(act("p", 1, kind="phase"), act("x", 1, "p", part_of="p"))
    assert set(found.value.circle) == {"p", "x"}
    with pytest.raises(Circular):
        times(act("a", 1, "a"))


def test_a_link_to_what_is_not_there_is_passed_over() -> None:
    assert times(act("a", 1, "nowhere"))["a"].start == TODAY


# The oracle: the day of an end by walking every way to it; slack by delaying one thing day by day until a goal moves.


def oracle(items: list[Item], delayed: str = "", by: int = 0) -> dict[str, date]:
    known = {one.code: one for one in items}
    waits = {one.code: [*one.after] for one in items}
    for one in items:
        for link in one.before:
            waits[link.code].append(Link(one.code, link.lag))

    @cache
    def starts(code: str) -> date:
        item = known[code]
        first = [TODAY, item.opens or TODAY, *(ends(link.code) + timedelta(days=link.lag) for link in waits[code])]
        return max(first + ([starts(item.part_of)] if item.part_of else []))

    @cache
    def ends(code: str) -> date:
        parts = [one.code for one in items if one.part_of == code]
        end = max(map(ends, parts)) if parts else starts(code) + timedelta(days=known[code].days)
        return end + timedelta(days=by if code == delayed else 0)

    return {code: ends(code) for code in known}


@st.composite
def plans(draw: st.DrawFn) -> list[Item]:
    """Up to nine things without a circle: each waits only for earlier ones, parts stand after their whole."""
    count = draw(st.integers(2, 9))
    items: list[Item] = []
    wholes: list[str] = []
    for n in range(count):
        earlier = [one.code for one in items if one.code not in wholes]
        links = draw(st.lists(st.tuples(st.sampled_from(earlier), st.integers(0, 4)), max_size=3)) if earlier else []
        kind = draw(st.sampled_from(["activity", "activity", "go-live", "phase"]))
        part_of = draw(st.sampled_from(["", *wholes])) if kind == "activity" else ""
        opens = draw(st.one_of(st.none(), st.integers(-5, 12).map(day)))
        days = draw(st.integers(0, 9)) if kind != "go-live" else 0
        # A part that waited for one that waits for its own whole would be a circle, which is another test's.
        links = [] if part_of else links
        if kind == "phase":
            wholes.append(f"i{n}")
        items.append(Item(f"i{n}", kind, f"i{n}", part_of, days, tuple(Link(*one) for one in links), (), opens))  # type: ignore[arg-type] # drawn
    if wholes:
        items.append(Item("end", "go-live", "end", after=tuple(Link(one) for one in wholes)))
    return items


@given(plans())
def test_days_and_slack_are_those_of_the_oracle(items: list[Item]) -> None:
    found = scheduled(items, {}, TODAY)
    ends = oracle(items)
    assert {code: one.finish for code, one in found.items()} == ends
    goals = [one.code for one in items if one.kind == "go-live"]
    for item in items:
        moved = next((by for by in range(1, 60) if any(oracle(items, item.code, by)[g] > ends[g] for g in goals)), None)
        assert found[item.code].slack == (None if moved is None else moved - 1), item.code
