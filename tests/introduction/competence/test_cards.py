"""The declared cards: tasks in three levels for professions that exist, in both languages (F184)."""

import pytest

from varda.access.session import Session
from varda.catalogue import ROLES
from varda.introduction import training
from varda.introduction.competence import LEVELS, Card, Skill, cards, cards_of
from varda.introduction.competence.skills import Word


@pytest.mark.parametrize("card", cards().values(), ids=lambda one: one.code)
def test_a_card_is_whole(card: Card) -> None:
    """F184."""
    assert card.roles <= {one.profession for one in ROLES.values()}
    assert len({one.code for one in card.tasks}) == len(card.tasks) >= 8
    for task in card.tasks:
        assert set(task.may) == set(LEVELS)
        texts = [task.words, *task.may.values()]
        assert all(one.sv and one.en and one.sv != one.en for one in texts)
        assert set(task.courses) <= set(training.shipped())


def somebody(role: str, *, municipal: bool = False, purpose: str = "care") -> Session:
    return Session(
        kind="staff",
        actor="a",
        name="A",
        role=role,
        is_municipal=municipal,
        purpose=purpose,
        assignment_purpose=purpose,
    )


def test_cards_follow_from_the_work_each_once() -> None:
    """A person in nine roles has each card once."""
    many = [somebody("nurse")] * 7 + [somebody("nurse", municipal=True), somebody("physician")]
    assert {one.code for one in cards_of(many)} == {"nurse", "municipal-nurse", "physician"}
    assert [one.code for one in cards_of([somebody("nurse", municipal=True)])] == ["municipal-nurse"]
    assert cards_of([somebody("unit-manager"), somebody("nurse", purpose="quality")]) == []


@pytest.mark.parametrize(
    ("own", "confirmed", "counts", "waits"),
    [("", "", "", False), ("B", None, "", True), ("B", "B", "B", False), ("C", "B", "B", True), ("A", "C", "A", False)],
)
def test_a_level_counts_as_far_as_two_words_go(own: str, confirmed: str | None, counts: str, *, waits: bool) -> None:
    """F184."""

    def word(level: str) -> Word:
        return Word(level, "", None, "")  # type: ignore[arg-type] # when is not asked

    skill = Skill(word(own), word(confirmed) if confirmed is not None else None)
    assert (skill.counts, skill.waits) == (counts, waits)
