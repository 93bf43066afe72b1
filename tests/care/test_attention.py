"""Attention (F10): by substance, with certainty and who said it; "none known" and "not asked" are different things."""

from typing import Any

import pytest

from tests.record import world
from varda.access import Session
from varda.care import attention
from varda.kernel.errors import Absent, Conflict, Refused, Unprocessable
from varda.record import Door, Owner, Wish
from varda.region.terms import lists

PENICILLIN = {"substance": "Penicillin", "code": "J01CE", "system": attention.ATC}


@pytest.fixture
async def door(door: Door) -> Door:
    """The small world with the demo's lists."""
    async with door.opened(world.SYSTEM, "administration") as record:
        await record.write([Wish("update", one, owner=Owner("", "")) for one in lists()])
    return door


async def note(door: Door, who: Session, **form: str) -> str:
    async with door.opened(who, "care") as record:
        return await attention.note_allergy(record, "vera", form)


async def found(door: Door, who: Session, type_: str = "AllergyIntolerance") -> list[dict[str, Any]]:
    async with door.opened(who, "care") as record:
        return [one.resource for one in (await record.compartment("vera", {type_: 50})).get(type_, ())]


async def test_not_asked_none_known_and_known_are_three_things(door: Door, astrid: Session) -> None:
    assert attention.allergies(await found(door, astrid)).state == "unknown"
    async with door.opened(astrid, "care") as record:
        await attention.none_known(record, "vera")
    assert attention.allergies(await found(door, astrid)).state == "none"
    with pytest.raises(Conflict, match="already"):
        async with door.opened(astrid, "care") as record:
            await attention.none_known(record, "vera")
    await note(door, astrid, **PENICILLIN)
    here = await found(door, astrid)
    assert attention.allergies(here).state == "known"
    assert sorted(attention.allergy(one).state for one in here) == ["active", "refuted"]
    with pytest.raises(Conflict, match="not tolerated"):
        async with door.opened(astrid, "care") as record:
            await attention.none_known(record, "vera")


async def test_what_is_known_of_it_is_kept(door: Door, astrid: Session) -> None:
    more = {"certainty": "unconfirmed", "severity": "high", "reaction": "Anafylaxi", "said_by": "Närstående"}
    await note(door, astrid, **PENICILLIN, **more)
    (one,) = attention.allergies(await found(door, astrid)).known
    assert (one.substance, one.severity, one.reaction, one.said_by) == ("Penicillin", "high", "Anafylaxi", "Närstående")
    assert (one.is_sure, one.is_coded, one.by) == (False, True, "Astrid Lund, Physician")


async def test_free_text_is_kept_as_typed_and_known_to_be_uncoded(door: Door, astrid: Session) -> None:
    await note(door, astrid, substance="  Mormors salva ", code="J01CE9", system=attention.ATC)
    (one,) = attention.allergies(await found(door, astrid)).known
    assert (one.substance, one.is_coded) == ("Mormors salva", False)
    with pytest.raises(Conflict, match="already"):
        await note(door, astrid, substance="MORMORS SALVA")


@pytest.mark.parametrize(
    ("form", "path"),
    [({}, "substance"), ({"substance": " "}, "substance"), (PENICILLIN | {"certainty": "no"}, "certainty"),
     (PENICILLIN | {"severity": "lethal"}, "severity"), (PENICILLIN | {"category": "drug"}, "category")],
)  # fmt: skip
async def test_what_cannot_be_right_is_said_at_its_field(
    door: Door, astrid: Session, form: dict[str, str], path: str
) -> None:
    with pytest.raises(Unprocessable) as wrong:
        await note(door, astrid, **form)
    assert [one.path for one in wrong.value.problems] == [path]
    assert await found(door, astrid) == []


@pytest.mark.parametrize(
    ("how", "state"), [("confirm", "active"), ("refute", "refuted"), ("end", "resolved"), ("strike", "struck")]
)
async def test_it_is_confirmed_refuted_ended_or_struck_and_every_version_stays(
    door: Door, astrid: Session, how: str, state: str
) -> None:
    id_ = await note(door, astrid, **PENICILLIN, certainty="unconfirmed")
    if how != "confirm":
        with pytest.raises(Unprocessable, match="Say why"):
            async with door.opened(astrid, "care") as record:
                await attention.judge_allergy(record, "vera", id_, 1, how)
    async with door.opened(astrid, "care") as record:
        await attention.judge_allergy(record, "vera", id_, 1, how, "Tål numera")
    async with door.opened(astrid, "care") as record:
        versions = await attention.history(record, "vera", "AllergyIntolerance", id_, attention.allergy)
    assert [one.state for one in versions] == [state, "active"]
    assert versions[0].is_sure == (how == "confirm")
    assert versions[0].reason == "Tål numera"
    if how != "confirm":
        with pytest.raises(Conflict, match="over already"):
            async with door.opened(astrid, "care") as record:
                await attention.judge_allergy(record, "vera", id_, 2, "refute", "Igen")


@pytest.mark.parametrize("kind", attention.KINDS)
async def test_a_signal_is_raised_ended_and_struck(door: Door, astrid: Session, kind: str) -> None:
    async with door.opened(astrid, "care") as record:
        id_ = await attention.raise_signal(record, "vera", {"kind": kind, "text": "MRSA", "until": "2026-04-01"})
    (one,) = attention.signals(await found(door, astrid, "Flag"))
    assert (one.text, one.kind, one.by) == ("MRSA", kind, "Astrid Lund, Physician")
    with pytest.raises(Conflict):
        async with door.opened(astrid, "care") as record:
            await attention.raise_signal(record, "vera", {"kind": kind, "text": "mrsa"})
    how, reason = ("end", "") if kind == "disease" else ("strike", "Fel patient")
    async with door.opened(astrid, "care") as record:
        await attention.end_signal(record, "vera", id_, 1, how, reason)
    here = await found(door, astrid, "Flag")
    assert attention.signals(here) == []
    assert attention.signal(here[0]).state == ("resolved" if how == "end" else "struck")


@pytest.mark.parametrize(
    "form",
    [
        {"kind": "x", "text": "MRSA"},
        {"kind": "infection", "text": ""},
        {"kind": "infection", "text": "x", "until": "2025-01-01"},
    ],
)
async def test_a_signal_that_cannot_be_is_refused(door: Door, astrid: Session, form: dict[str, str]) -> None:
    with pytest.raises(Unprocessable):
        async with door.opened(astrid, "care") as record:
            await attention.raise_signal(record, "vera", form)


async def test_another_units_is_not_changed_and_out_of_reach_is_absent(
    door: Door, astrid: Session, bo: Session, cia: Session
) -> None:
    """A1, A13, A3."""
    id_ = await note(door, astrid, **PENICILLIN)
    with pytest.raises(Absent):
        await note(door, cia, **PENICILLIN)
    async with door.opened(bo, "care") as record:
        await record.choose("vera", reason="Konsult", all_units=True)
    with pytest.raises(Refused, match="only that unit"):
        async with door.opened(bo, "care") as record:
            await attention.judge_allergy(record, "vera", id_, 1, "refute", "Tål")


@pytest.mark.parametrize(
    ("typed", "first"), [("penic", "Penicillin"), ("J01CE", "Penicillin"), ("jordnöt", "Jordnöt"), ("mandel", "Nötter")]
)
async def test_a_substance_is_found_by_words_of_the_lists(door: Door, astrid: Session, typed: str, first: str) -> None:
    async with door.opened(astrid, "care") as record:
        assert (await attention.find(record, typed))[0].text == first
