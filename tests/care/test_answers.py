"""Answers wait for who ordered them until somebody has signed the very version that stands (WORKFLOWS 7)."""

from datetime import timedelta
from decimal import Decimal
from time import process_time
from typing import Any

import pytest

from tests.record import world
from varda.access.session import Session
from varda.care.comparison import changes
from varda.care.overview import chart
from varda.care.results import answer, before, gist, one_answer, queries, sign, sign_normal, spoken, to_sign, waiting
from varda.care.results.model import reading
from varda.kernel.clock import SetClock
from varda.kernel.errors import Refused, Stale, Unprocessable
from varda.record import Door

LABORATORY = [{"coding": [{"code": "laboratory"}]}]


def report(said: str = "", results: list[str] | None = None, order: str = "", **more: Any) -> dict[str, Any]:
    made: dict[str, Any] = {
        "resourceType": "DiagnosticReport",
        "status": "final",
        "category": [{"coding": [{"code": "LAB"}]}],
        "code": {"text": "Blodprover"},
        "subject": {"reference": "Patient/vera"},
        "effectiveDateTime": "2026-02-27T08:00:00+01:00",
        "issued": "2026-02-27T12:00:00+01:00",
        "result": [{"reference": one} for one in results or []],
    }
    made |= {"conclusion": said} if said else {}
    made |= {"basedOn": [{"reference": order}]} if order else {}
    return {name: value for name, value in (made | more).items() if value != []}


def value(mark: str = "N", number: str = "140", **more: Any) -> dict[str, Any]:
    said = {"interpretation": [{"coding": [{"code": mark}]}], "effectiveDateTime": "2026-02-27T08:00:00+01:00"}
    return world.haemoglobin("vera", number, **({"category": LABORATORY} | said | more))


async def ordered(door: Door, by: Session, marks: tuple[str, ...] = ("N",), text: str = "") -> str:
    """An order of somebody's, answered; gives the id of the report."""
    async with door.opened(by, "care") as record:
        order = await record.create({
            "resourceType": "ServiceRequest", "status": "active", "intent": "order",
            "subject": {"reference": "Patient/vera"}, "requester": {"reference": by.practitioner},
        })  # fmt: skip
        results = [(await record.create(value(mark))).reference for mark in marks]
        return str((await record.create(report(text, results, order.reference))).id)


async def signed(door: Door, who: Session, id_: str, type_: str = "DiagnosticReport") -> None:
    async with door.opened(who, "care") as record:
        await sign(record, type_, id_, (await one_answer(record, type_, id_)).mark)


async def listed(door: Door, who: Session, mine: bool = True) -> list[tuple[str, str]]:
    async with door.opened(who, "care") as record:
        inbox = await waiting(record, (who.practitioner,) if mine else ())
        assert not inbox.is_cut
        assert all(one.person and one.person.id == "vera" for one in inbox.waiting)
        return [(one.answer.urgency, one.answer.id) for one in inbox.waiting]


async def changed(door: Door, who: Session, type_: str, id_: str, **values: Any) -> None:
    async with door.opened(who, "care") as record:
        stored = await record.read(type_, id_)
        await record.update({**stored.resource, **values})


async def test_the_most_urgent_comes_first_and_of_these_the_oldest(door: Door, astrid: Session) -> None:
    normal, critical = await ordered(door, astrid, ("N", "N")), await ordered(door, astrid, ("H", "HH"))
    words, abnormal = await ordered(door, astrid, (), "Inga bakterier."), await ordered(door, astrid, ("N", "L"))
    late = await ordered(door, astrid, ("LL",))
    await changed(door, astrid, "DiagnosticReport", late, issued="2026-02-28T12:00:00+01:00")
    wanted = [("critical", critical), ("critical", late), ("abnormal", abnormal), ("words", words), ("normal", normal)]
    assert await listed(door, astrid) == wanted
    assert await listed(door, astrid, mine=False) == wanted


async def test_a_signature_says_who_and_when_and_what_was_critical(door: Door, astrid: Session) -> None:
    id_ = await ordered(door, astrid, ("HH",))
    await signed(door, astrid, id_)
    await signed(door, astrid, id_)  # twice is once
    assert await listed(door, astrid) == []
    async with door.opened(astrid, "care") as record:
        (mark,) = (await one_answer(record, "DiagnosticReport", id_)).signatures
    assert "Astrid" in mark.by
    assert mark.at
    assert mark.at.day.isoformat() == "2026-03-01"
    assert mark.named == "Kritiskt: 718-7 140 g/L"


async def test_an_answer_that_changes_is_unsigned_again(door: Door, astrid: Session) -> None:
    id_ = await ordered(door, astrid, (), "Ingen växt.")
    await changed(door, astrid, "DiagnosticReport", id_, status="preliminary")
    await signed(door, astrid, id_)
    await changed(door, astrid, "DiagnosticReport", id_, status="final")
    assert await listed(door, astrid) == [("words", id_)]
    await signed(door, astrid, id_)
    await changed(door, astrid, "DiagnosticReport", id_, status="amended", conclusion="Växt av E. coli.")
    assert await listed(door, astrid) == [("words", id_)]
    async with door.opened(astrid, "care") as record:
        found = await one_answer(record, "DiagnosticReport", id_)
        was = await before(record, found)
    assert found.signatures == ()
    assert "".join(one.text for one in was.words if one.kind != "added") == "Ingen växt."
    assert "".join(one.text for one in was.words if one.kind != "removed") == "Växt av E. coli."


async def test_a_value_that_changes_alone_makes_its_report_unsigned(door: Door, astrid: Session) -> None:
    """The laboratory corrects one result and never touches the report: the danger that nobody looks again."""
    id_ = await ordered(door, astrid, ("N", "N"))
    await signed(door, astrid, id_)
    async with door.opened(astrid, "care") as record:
        part = (await one_answer(record, "DiagnosticReport", id_)).readings[0]
    new = value("LL", "58", status="corrected")
    await changed(door, astrid, "Observation", part.id, **new)
    assert await listed(door, astrid) == [("critical", id_)]
    async with door.opened(astrid, "care") as record:
        found = await one_answer(record, "DiagnosticReport", id_)
        was = await before(record, found)
    assert str(was.readings[part.id].value.value) == "140"
    await signed(door, astrid, id_)
    assert await listed(door, astrid) == []


async def test_an_old_answer_that_changes_now_waits(door: Door, astrid: Session) -> None:
    id_ = await ordered(door, astrid, (), "Benign förändring.")
    await changed(door, astrid, "DiagnosticReport", id_, effectiveDateTime="2024-05-01", issued="2024-05-03T12:00:00Z")
    assert await listed(door, astrid) == []
    await changed(door, astrid, "DiagnosticReport", id_, status="corrected", conclusion="Malign förändring.")
    assert await listed(door, astrid) == [("words", id_)]


async def test_no_answer_of_the_chart_looks_unsigned_because_much_else_was_signed_since(
    door: Door, clock: SetClock, astrid: Session
) -> None:
    ids = [await ordered(door, astrid) for _ in range(3)]
    for id_ in ids[:2]:
        clock.instant += timedelta(minutes=1)
        await signed(door, astrid, id_)
    async with door.opened(astrid, "care") as record:
        found = await chart(record, "vera", {"DiagnosticReport": 20, "Observation": 20, "Provenance": 1})
    assert {one.id: len(one.signatures) for one in found.answers} == {ids[0]: 1, ids[1]: 1, ids[2]: 0}


async def test_what_was_cancelled_or_withdrawn_waits_too(door: Door, astrid: Session) -> None:
    for status in ("cancelled", "entered-in-error"):
        id_ = await ordered(door, astrid)
        await signed(door, astrid, id_)
        await changed(door, astrid, "DiagnosticReport", id_, status=status)
        assert await listed(door, astrid) == [("words", id_)]
        await signed(door, astrid, id_)


async def test_a_result_in_no_report_waits_for_the_unit_unless_the_unit_measured_it(
    door: Door, astrid: Session
) -> None:
    async with door.opened(astrid, "care") as record:
        alone = str((await record.create(value("H"))).id)
        own = [{"reference": "Organization/cardiology"}]
        await record.create(value("H", performer=own))
        await record.create(world.haemoglobin("vera", effectiveDateTime="2026-02-27"))  # no answer: it has no category
    assert await listed(door, astrid) == []
    assert await listed(door, astrid, mine=False) == [("abnormal", alone)]
    await signed(door, astrid, alone, "Observation")
    assert await listed(door, astrid, mine=False) == []


async def test_what_others_ordered_is_the_units_and_not_mine(door: Door, astrid: Session) -> None:
    async with door.opened(astrid, "care") as record:
        order = await record.create({
            "resourceType": "ServiceRequest", "status": "active", "intent": "order",
            "subject": {"reference": "Patient/vera"}, "requester": {"reference": "Practitioner/cia"},
        })  # fmt: skip
        theirs = str((await record.create(report("Utan anmärkning.", order=order.reference))).id)
        named = report("Inget avvikande.", resultsInterpreter=[{"reference": astrid.practitioner}])
        to_me = str((await record.create(named)).id)
    assert await listed(door, astrid) == [("words", to_me)]
    assert sorted(await listed(door, astrid, mine=False)) == sorted([("words", theirs), ("words", to_me)])


async def test_another_unit_sees_nothing_of_them(door: Door, astrid: Session, bo: Session) -> None:
    """A3: data of other units are never in the first answer."""
    await ordered(door, astrid)
    assert await listed(door, bo, mine=False) == []


async def test_what_changed_under_the_signers_eyes_is_not_signed(door: Door, astrid: Session) -> None:
    id_ = await ordered(door, astrid, (), "Ej påvisat.")
    async with door.opened(astrid, "care") as record:
        mark = (await one_answer(record, "DiagnosticReport", id_)).mark
    await changed(door, astrid, "DiagnosticReport", id_, conclusion="Påvisat.")
    async with door.opened(astrid, "care") as record:
        with pytest.raises(Stale, match="Read it again"):
            await sign(record, "DiagnosticReport", id_, mark)


async def test_only_what_is_normal_is_signed_together(door: Door, astrid: Session) -> None:
    normal, high = await ordered(door, astrid), await ordered(door, astrid, ("H",))
    said = await ordered(door, astrid, ("N",), "Inga avvikelser.")

    async def together(*ids: str) -> int:
        async with door.opened(astrid, "care") as record:
            shown = [("DiagnosticReport", id_, (await one_answer(record, "DiagnosticReport", id_)).mark) for id_ in ids]
            return await sign_normal(record, shown)

    for wrong in (high, said):
        with pytest.raises(Unprocessable, match="normal"):
            await together(normal, wrong)
    assert len(await listed(door, astrid)) == 3
    assert await together(normal) == 1
    assert len(await listed(door, astrid)) == 2


async def test_a_role_that_does_not_sign_answers_signs_none(door: Door, bo: Session) -> None:
    async with door.opened(bo, "care") as record:
        id_ = str((await record.create(report(subject={"reference": "Patient/asa"}))).id)
        mark = (await one_answer(record, "DiagnosticReport", id_)).mark
        with pytest.raises(Refused, match="does not sign"):
            await sign(record, "DiagnosticReport", id_, mark)


@pytest.mark.parametrize("who", ["Practitioner/bo", "Practitioner/cia"])
async def test_nobody_signs_in_anothers_name(door: Door, astrid: Session, bo: Session, who: str) -> None:
    """By whatever way: the door itself refuses a signature that is not the session's own."""
    forged = {
        "resourceType": "Provenance",
        "target": [{"reference": "DiagnosticReport/7/_history/1"}, {"reference": "Patient/vera"}],
        "recorded": "2026-03-01T12:00:00Z",
        "activity": {"coding": [{"code": "answer-signed"}]},
        "agent": [{"who": {"reference": who}}],
    }
    for session in (astrid, bo):
        with pytest.raises(Refused):
            async with door.opened(session, "care") as record:
                target = "vera" if session is astrid else "asa"
                forged["target"][1] = {"reference": f"Patient/{target}"}
                await record.create(forged)


async def test_a_signature_is_never_changed(door: Door, astrid: Session) -> None:
    id_ = await ordered(door, astrid)
    await signed(door, astrid, id_)
    async with door.opened(astrid, "care") as record:
        (kept,) = (await record.search("Provenance", [("target", f"DiagnosticReport/{id_}")])).matches
    with pytest.raises(Refused, match="never changed"):
        async with door.opened(astrid, "care") as record:
            await record.update({**kept.resource, "recorded": "2026-03-01T12:30:00Z"})


async def test_what_is_older_than_half_a_year_was_taken_over(door: Door, astrid: Session, clock: SetClock) -> None:
    id_ = await ordered(door, astrid)
    clock.instant += timedelta(days=170)
    assert await listed(door, astrid) == [("normal", id_)]
    clock.instant += timedelta(days=20)
    assert await listed(door, astrid) == []


def potassium(said: str, number: str = "8.0", **more: Any) -> dict[str, Any]:
    return {
        "resourceType": "Observation",
        "id": "1",
        "valueQuantity": {"value": Decimal(number), "unit": "mmol/l"},
        "referenceRange": [{"low": {"value": Decimal("3.5")}, "high": {"value": Decimal(5)}}],
        "interpretation": [{"coding": [{"code": said}]} if said else {"text": "Se kommentar"}],
        **more,
    }


@pytest.mark.parametrize(
    ("said", "mark"), [("HX", "critical"), ("LX", "critical"), ("*", "high"), ("CRIT", "high"), ("", "high"), ("N", "")]
)
def test_a_judgement_that_is_not_known_silences_no_reference_interval(said: str, mark: str) -> None:
    assert reading(potassium(said)).mark == mark


@pytest.mark.parametrize("said", ["*", "CRIT", "U", ""])
def test_what_is_judged_in_a_way_that_is_not_known_is_never_normal(said: str) -> None:
    assert reading(potassium("N", "4.0")).is_normal
    one = reading(potassium(said, "4.0"))
    assert not one.mark
    assert not one.is_normal
    assert not reading(potassium(said, component=[potassium("N", "4.0")], valueQuantity=None)).is_normal


def test_a_report_whose_results_cannot_all_be_shown_is_never_normal() -> None:
    shown, group = potassium("N", "4.0"), potassium("N", "4.0", hasMember=[{"reference": "Observation/2"}])
    sent = {"resourceType": "DiagnosticReport", "id": "7", "status": "final"}
    one = {**sent, "result": [{"reference": "Observation/1"}]}
    two = {**sent, "result": [{"reference": "Observation/1"}, {"reference": "Observation/2"}]}
    assert answer(one, {"Observation/1": shown}).urgency == "normal"
    for resource, around in ((two, shown), (one, group)):
        found = answer(resource, {"Observation/1": around})
        assert (found.missing, found.urgency) == (1, "words")


def test_what_a_panel_groups_is_shown_judged_and_signed_with_it() -> None:
    meta = {"versionId": "3"}
    group = potassium("N", "4.0", hasMember=[{"reference": "Observation/2"}], meta={"versionId": "1"})
    sent = {
        "resourceType": "DiagnosticReport",
        "id": "7",
        "status": "final",
        "result": [{"reference": "Observation/1"}],
    }
    found = answer(sent, {"Observation/1": group, "Observation/2": potassium("HH", id="2", meta=meta)})
    assert found.urgency == "critical"
    assert found.targets == ("Observation/1/_history/1", "Observation/2/_history/3")


def test_odd_markup_is_shown_as_it_came_and_stops_no_list() -> None:
    assert spoken('<ol start="a"><li>Inga fynd</li></ol>') == "1. Inga fynd"
    assert spoken("<p>Inga <![foo[ fynd</p>") == "<p>Inga <![foo[ fynd</p>"


def test_no_text_however_odd_takes_long_to_read() -> None:
    started = process_time()
    assert gist("." * 200_000)[1] == 0
    assert gist("A. " * 50_000)[1] > 0
    old, new = ("".join(f"och {word}{n} " for n in range(3_000)) for word in ("a", "b"))
    found = list(changes(f"Inga {old}fynd", f"Inga {new}fynd"))
    assert [one.kind for one in found] == ["same", "removed", "added", "same"]
    assert "".join(one.text for one in found if one.kind != "removed") == f"Inga {new}fynd"
    assert process_time() - started < 2


async def kept(door: Door, who: Session, targets: list[str], **more: Any) -> None:
    async with door.opened(who, "care") as record:
        await record.create({
            "resourceType": "Provenance",
            "target": [{"reference": one} for one in (*targets, "Patient/vera")],
            "recorded": "2026-03-01T12:00:00Z",
            "activity": {"coding": [{"code": "answer-signed"}]},
            "agent": [{"who": {"reference": who.practitioner}}],
            **more,
        })  # fmt: skip


async def test_nothing_is_hidden_by_the_word_of_a_signature_in_another_place(door: Door, astrid: Session) -> None:
    """The word, or a version, anywhere else would hide an answer that nobody has signed."""
    id_ = await ordered(door, astrid)
    first, other = f"DiagnosticReport/{id_}/_history/1", {"coding": [{"code": "seen"}]}
    odd = [
        {"activity": other, "reason": [{"text": "answer-signed"}]},
        {"activity": other, "agent": [{"who": {"reference": astrid.practitioner, "display": "answer-signed"}}]},
        {"reason": [{"text": "answer-signed"}]},
        {"reason": [{"text": f"DiagnosticReport/{id_}/_history/2"}]},
    ]
    for more in odd:
        with pytest.raises(Refused, match="alone"):
            await kept(door, astrid, [first], **more)
    for ahead in (f"DiagnosticReport/{id_}/_history/9", f"DiagnosticReport/{id_}/_history/01"):
        with pytest.raises(Refused, match="does not stand"):
            await kept(door, astrid, [first, ahead])
    assert await listed(door, astrid) == [("normal", id_)]
    await kept(door, astrid, [first])  # of the report alone: its result is still unseen
    assert await listed(door, astrid) == [("normal", id_)]
    await signed(door, astrid, id_)
    assert await listed(door, astrid) == []


async def test_a_result_that_comes_after_its_report_was_signed_waits(door: Door, astrid: Session) -> None:
    id_ = await ordered(door, astrid, ("N",))
    async with door.opened(astrid, "care") as record:
        late = (await record.create(value("HH"))).reference
        stored = await record.read("DiagnosticReport", id_)
        await record.update({**stored.resource, "result": [*stored.resource["result"], {"reference": late}]})
        seen = [one for one in (await one_answer(record, "DiagnosticReport", id_)).targets if not one.startswith(late)]
    await kept(door, astrid, seen)  # whoever signed had not been shown the late one
    assert await listed(door, astrid, mine=False) == [("critical", id_)]
    await signed(door, astrid, id_)
    assert await listed(door, astrid, mine=False) == []


async def test_an_answer_without_a_time_and_a_new_one_of_an_old_sample_wait(door: Door, astrid: Session) -> None:
    old, none = {"effectiveDateTime": "2024-05-01"}, {"effectiveDateTime": None}
    async with door.opened(astrid, "care") as record:
        for times in (old, none):
            made = report("Växt.", resultsInterpreter=[{"reference": astrid.practitioner}]) | times
            await record.create({name: one for name, one in made.items() if one})
            single = value("H") | times | {"issued": "2026-02-28T12:00:00Z"}
            await record.create({name: one for name, one in single.items() if one})
        await record.create(value("H", **old, issued="2024-05-02T12:00:00Z"))  # taken over from elsewhere
        assert await to_sign(record) == 2
    assert [one for one, _ in await listed(door, astrid)] == ["words", "words"]
    assert [one for one, _ in await listed(door, astrid, mine=False)] == ["abnormal", "abnormal", "words", "words"]


async def test_the_critical_and_the_newest_are_listed_however_many_wait(
    door: Door, astrid: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "MOST", 2)
    ids = [await ordered(door, astrid, ("HH" if n == 4 else "N",)) for n in range(8)]
    for n, id_ in enumerate(ids, 1):
        await changed(door, astrid, "DiagnosticReport", id_, effectiveDateTime=f"2026-02-{n:02}")
    async with door.opened(astrid, "care") as record:
        inbox = await waiting(record, (astrid.practitioner,))
    assert inbox.is_cut
    assert [one.answer.id for one in inbox.waiting][:1] == [ids[4]]
    assert {one.answer.id for one in inbox.waiting} == {*ids[:2], ids[4], *ids[-2:]}
