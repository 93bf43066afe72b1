"""Log review: the run of a day opens matters, a sample can be drawn again, and whoever reviews is in the log."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from hashlib import sha256

import pytest

from tests.record import world
from varda.access.session import Session
from varda.audit import matters as drawing
from varda.audit import reading
from varda.fhir.keys import key
from varda.kernel.clock import SetClock
from varda.kernel.db import Database
from varda.kernel.errors import Absent, Conflict, Malformed, Refused, Unavailable
from varda.record import Door, Owner, Wish, review

pytestmark = pytest.mark.anyio

DAY = date(2026, 3, 1)
VERA = key("Patient/vera")


@pytest.fixture
def reviewer(astrid: Session) -> Session:
    return replace(astrid, actor="SE9999999999-rev", name="Rev", role="log-reviewer", assignment="SE9999999999-rev-r")


@pytest.fixture
def manager(astrid: Session) -> Session:
    return replace(astrid, role="unit-manager")


async def curious(door: Door, bo: Session) -> None:
    """Bo, at surgery, chooses to open Vera, who lies at cardiology, and reads."""
    async with door.opened(bo, "care") as record:
        await record.choose("vera", reason="nyfiken")
    async with door.opened(bo, "care") as record:
        await record.read("Patient", "vera")
        await record.compartment("vera", {"Observation": 10})


async def ran(door: Door, clock: SetClock, **changed: object) -> review.Run:
    clock.instant += timedelta(days=1)
    return await review.run(door, DAY, "seed", **changed)  # type: ignore[arg-type] # a share or nothing


async def matters(door: Door, session: Session, *, is_open: bool = True) -> list[tuple[str, str, int]]:
    async with door.opened(session, "log-review") as record:
        return [(one.rule, one.actor, one.patient) for one, _ in await review.listed(record, is_open=is_open)]


async def test_reading_without_a_relation_becomes_a_matter(
    door: Door, clock: SetClock, astrid: Session, bo: Session, reviewer: Session
) -> None:
    async with door.opened(astrid, "care") as record:
        await record.read("Patient", "vera")  # her patient: nothing to ask about
    await curious(door, bo)
    run = await ran(door, clock)
    assert (run.opened, run.drawn) == (1, 0)
    assert await matters(door, reviewer) == [("no-relation", bo.actor, VERA)]
    again = await review.run(door, DAY, "another seed")
    assert (again.opened, again.seed) == (0, "seed")


async def test_a_relation_that_has_ended_since_is_remembered(
    door: Door, clock: SetClock, bo: Session, reviewer: Session
) -> None:
    stay = world.contact("vera-visit", "vera", "surgery")
    async with door.opened(world.SYSTEM, "administration") as record:
        await record.write([Wish("update", stay, owner=Owner(world.SURGERY, world.REGION))])
    await curious(door, bo)
    clock.instant += timedelta(hours=1)
    async with door.opened(world.SYSTEM, "administration") as record:
        over = stay | {"status": "finished"}
        await record.write([Wish("update", over, owner=Owner(world.SURGERY, world.REGION))])
    await curious(door, bo)
    await ran(door, clock)
    async with door.opened(reviewer, "log-review") as record:
        ((found, _),) = await review.listed(record)
        told = await review.one(record, found.matter)
    assert found.rule == "no-relation"
    assert {row.at.hour for row in told.rows} == {13}


async def test_a_day_that_is_not_over_is_not_reviewed(door: Door) -> None:
    with pytest.raises(Malformed, match="not over"):
        await review.run(door, DAY, "seed")


async def test_the_sample_of_a_month_is_the_same_for_the_same_seed(
    door: Door, clock: SetClock, database: Database, astrid: Session, reviewer: Session
) -> None:
    for n in range(40):
        clock.instant += timedelta(hours=1)
        async with door.opened(astrid, "care", request=f"r-{n}") as record:
            await record.read("Patient", "vera")
    clock.instant += timedelta(days=40)
    last = date(2026, 3, 31)
    run = await review.run(door, last, "seed", Decimal("0.1"))
    assert run.drawn == 4
    assert await matters(door, reviewer) == [("sample", astrid.actor, 0)]
    kept = await database.one("select places from audit.matter")
    async with database.transaction() as work:
        same, other = [
            [n async for rows in reading.drawn(work, f"{seed} 2026-03-01", Decimal("0.1"), DAY, date(2026, 4, 1))
             for row in rows for n in (row["chain"], row["place"])]
            for seed in ("seed", "another")
        ]  # fmt: skip
    assert sorted(zip(same[::2], same[1::2], strict=True)) == sorted(
        zip(kept["places"][::2], kept["places"][1::2], strict=True)
    )
    assert same != other


async def test_a_reviewer_s_reading_is_in_the_log_with_the_patient(
    door: Door, clock: SetClock, database: Database, bo: Session, reviewer: Session
) -> None:
    await curious(door, bo)
    await ran(door, clock)
    async with door.opened(reviewer, "log-review", request="looking") as record:
        ((found, _),) = await review.listed(record)
        told = await review.one(record, found.matter)
    assert [row.action for row in told.rows] == ["choice", "read", "chart"]
    assert "nyfiken" in told.rows[0].what, "the reason is the reviewer's to judge"
    assert told.names.patients == {VERA: "vera"}
    seen = await database.all("select action, patients, category, origin from audit.event where request = 'looking'")
    assert [(row["action"], row["patients"]) for row in seen] == [("review", []), ("review", [VERA])]
    assert {(row["category"], row["origin"]) for row in seen} == {("AuditEvent", "0")}


async def test_a_matter_is_judged_once_and_the_log_says_how(
    door: Door, clock: SetClock, database: Database, bo: Session, reviewer: Session
) -> None:
    await curious(door, bo)
    await ran(door, clock)
    async with door.opened(reviewer, "log-review") as record:
        ((found, _),) = await review.listed(record)
    for outcome, note, told in (("guilty", "x", "Choose"), ("unjustified", " ", "rests on")):
        with pytest.raises(Malformed, match=told):
            async with door.opened(reviewer, "log-review") as record:
                await review.judge(record, found.matter, outcome, note)
    async with door.opened(reviewer, "log-review") as record:
        await review.judge(record, found.matter, "unjustified", "ingen vårdrelation")
    with pytest.raises(Conflict):
        async with door.opened(reviewer, "log-review") as record:
            await review.judge(record, found.matter, "justified", "ångrar mig")
    assert (await matters(door, reviewer), len(await matters(door, reviewer, is_open=False))) == ([], 1)
    row = await database.one("select what from audit.event where action = 'review' and outcome = 'done'")
    digest = sha256("ingen vårdrelation".encode()).hexdigest()
    assert row["what"] == f"matter {found.matter}: unjustified, note {digest}"
    async with door.opened(reviewer, "log-review") as record:
        (tally,) = await review.year(record, 2026)
    assert (tally.name, tally.rule, tally.opened, tally.closed, tally.unjustified) == (
        "Surgery",
        "no-relation",
        1,
        1,
        1,
    )


async def test_nobody_judges_the_own_reading(door: Door, clock: SetClock, bo: Session, reviewer: Session) -> None:
    await curious(door, bo)
    await ran(door, clock)
    async with door.opened(reviewer, "log-review") as record:
        ((found, _),) = await review.listed(record)
    own = replace(reviewer, actor=bo.actor)
    for deed in (lambda r: review.one(r, found.matter), lambda r: review.judge(r, found.matter, "justified", "jag")):
        with pytest.raises(Refused, match="own reading"):
            async with door.opened(own, "log-review") as record:
                await deed(record)


async def test_who_may_not_review_sees_no_matter_and_a_manager_the_own_unit_s_only(
    door: Door, clock: SetClock, bo: Session, astrid: Session, manager: Session, reviewer: Session, cia: Session
) -> None:
    await curious(door, bo)
    await ran(door, clock)
    with pytest.raises(Refused, match="right to review"):
        await matters(door, astrid)
    assert await matters(door, manager) == []  # of cardiology; it was surgery that read
    assert len(await matters(door, replace(manager, unit=world.SURGERY))) == 1
    stranger = replace(reviewer, provider=cia.provider, unit=cia.unit)
    assert await matters(door, stranger) == []
    with pytest.raises(Absent):
        async with door.opened(stranger, "log-review") as record:
            await review.one(record, 1)


# Staff who are patients: identity, surname and address are the Practitioner's and the Patient's own -----------------


BO = "19800101-XC01"


def living(number: str, id_: str, family: str, street: str) -> dict[str, object]:
    """A patient of surgery, and where."""
    return world.patient(id_, id_, family, number) | {"address": [{"line": [street], "postalCode": "503 30"}]}


@pytest.fixture
async def neighbours(door: Door) -> None:
    """Bo of surgery has a number and a record; so has a colleague, and a neighbour, a namesake, and a stranger."""
    staff = world.person("bo", "Bo", "Ek")
    staff["identifier"].append({"system": world.RESERVE, "value": BO.replace("-", "")})
    other = world.person("siv", "Siv", "Alm")
    other["identifier"].append({"system": world.RESERVE, "value": "19810101-XC02"})
    people = [
        staff, other, world.assignment("siv", "surgery", "nurse"),
        living(BO, "bo-self", "Ek", "Storgatan 1"), living("19810101-XC02", "siv-self", "Alm", "Lillgatan 2"),
        living("19820101-XC03", "granne", "Berg", "Storgatan  1"), living("19830101-XC04", "namne", "Ek", "Ågatan 4"),
        living("19840101-XC05", "ingen", "Eke", "Storgatan 11"),
    ]  # fmt: skip
    ids = ("bo-self", "siv-self", "granne", "namne", "ingen")
    async with door.opened(world.SYSTEM, "administration") as record:
        await record.write([Wish("update", one, owner=Owner("", "")) for one in people])
        surgery = Owner(world.SURGERY, world.REGION)
        stays = [world.contact(f"{id_}-stay", id_, "surgery") for id_ in ids]
        await record.write([Wish("update", one, owner=surgery) for one in stays])


@pytest.mark.usefixtures("neighbours")
@pytest.mark.parametrize(
    ("patient", "rules"),
    [
        ("bo-self", ["own-record"]),
        ("siv-self", ["colleague"]),
        ("granne", ["same-address"]),
        ("namne", ["same-surname"]),
        ("ingen", []),
    ],
)
async def test_staff_are_known_by_their_number_surname_and_own_record(
    door: Door, clock: SetClock, bo: Session, reviewer: Session, patient: str, rules: list[str]
) -> None:
    async with door.opened(bo, "care") as record:
        await record.read("Patient", patient)
    await ran(door, clock)
    assert await matters(door, reviewer) == [(rule, bo.actor, key(f"Patient/{patient}")) for rule in rules]


@pytest.mark.usefixtures("neighbours")
async def test_a_colleague_of_another_unit_is_no_colleague(
    door: Door, clock: SetClock, astrid: Session, reviewer: Session
) -> None:
    async with door.opened(world.SYSTEM, "administration") as record:
        stay = world.contact("siv-heart", "siv-self", "cardiology")
        await record.write([Wish("update", stay, owner=Owner(world.CARDIOLOGY, world.REGION))])
    async with door.opened(astrid, "care") as record:
        await record.read("Patient", "siv-self")
    await ran(door, clock)
    assert await matters(door, reviewer) == []


# Days that are due -----------------------------------------------------------------------------------------------


async def test_missed_nights_are_due_until_they_are_made_up(door: Door, clock: SetClock, bo: Session) -> None:
    assert await review.due(door, clock.now()) == []
    await curious(door, bo)
    clock.instant += timedelta(days=3)
    assert await review.due(door, clock.now()) == [date(2026, 3, 1), date(2026, 3, 2), date(2026, 3, 3)]
    await review.run(door, date(2026, 3, 2), "seed")
    assert (await review.run(door, DAY, "seed")).opened == 1
    assert await review.due(door, clock.now()) == [date(2026, 3, 3)]
    clock.instant += timedelta(days=4000)
    assert len(await review.due(door, clock.now())) == 366, "what is too long ago is not begun by itself"


async def test_one_process_reviews_at_a_time_and_what_was_interrupted_is_still_due(
    door: Door, clock: SetClock, database: Database, bo: Session, reviewer: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    await curious(door, bo)
    clock.instant += timedelta(days=1)
    async with database.transaction() as other:
        assert await drawing.begun(other)
        with pytest.raises(Conflict, match="Another process"):
            await review.run(door, DAY, "seed")

    async def lost(*_: object) -> None:
        raise Unavailable("the database was lost")

    with monkeypatch.context() as broken:
        broken.setattr(drawing, "ran", lost)
        with pytest.raises(Unavailable):
            await review.run(door, DAY, "seed")
    assert await matters(door, reviewer) == []
    assert await review.due(door, clock.now()) == [DAY]
    assert (await review.run(door, DAY, "seed")).opened == 1
