"""What a county declares of its own: two persons, from a day, never taken away; the later of a code stands."""

from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import pytest

from varda.catalogue import Catalogue, Deciding, Declaration, Rights
from varda.kernel.db import Database
from varda.kernel.errors import Absent, Conflict, Refused, Unprocessable

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
DAY, SECOND = timedelta(days=1), timedelta(seconds=1)
RIGHT = "design-forms"


def holding(person: str, special: str = RIGHT) -> Deciding:
    rights = Rights(frozenset({(special, "special")}), {})
    return Deciding(f"SE9999999999-{person}", person.capitalize(), "SE9999999999-C", rights)


ANNA, BRITT = holding("anna"), holding("britt")


def wanted(title: str = "Hembesök", **changed: Any) -> Declaration:
    given = {"kind": "note-template", "code": "home", "content": {"sv": title}, "opens": NOW, "reason": "Beslut 3"}
    return Declaration(**(given | changed))


@pytest.fixture
def catalogue(database: Database) -> Catalogue:
    return Catalogue(database)


async def decided(catalogue: Catalogue, one: Declaration, at: datetime = NOW, *, approved: bool = True) -> None:
    number = await catalogue.declarations.propose(one, ANNA, at, RIGHT)
    await catalogue.declarations.decide(number, one.kind, BRITT, at, RIGHT, approved=approved)


async def title(catalogue: Catalogue, at: datetime) -> str:
    return str((await catalogue.in_force(at)).declared("note-template").get("home", {}).get("sv", ""))


async def test_two_persons_declare_and_it_holds_at_once(catalogue: Catalogue) -> None:
    number = await catalogue.declarations.propose(wanted(), ANNA, NOW, RIGHT)
    assert await title(catalogue, NOW) == ""
    with pytest.raises(Refused, match="two persons"):
        await catalogue.declarations.decide(number, "note-template", ANNA, NOW, RIGHT, approved=True)
    await catalogue.declarations.decide(number, "note-template", BRITT, NOW, RIGHT, approved=True)
    assert await title(catalogue, NOW) == "Hembesök"
    with pytest.raises(Conflict, match="decided"):
        await catalogue.declarations.decide(number, "note-template", holding("cia"), NOW, RIGHT, approved=False)
    (one,) = await catalogue.declarations.proposed("note-template")
    assert (one.proposed_name, one.decided_name, one.approved) == ("Anna", "Britt", True)


async def test_it_begins_on_its_day_and_the_later_of_two_stands(catalogue: Catalogue) -> None:
    await decided(catalogue, wanted("Sedan", opens=NOW + 3 * SECOND))
    await decided(catalogue, wanted("Nu"))
    assert [await title(catalogue, NOW + n * SECOND) for n in (0, 2, 3, 9)] == ["Nu", "Nu", "Sedan", "Sedan"]


async def test_nothing_takes_effect_before_it_is_approved(catalogue: Catalogue) -> None:
    first = await catalogue.declarations.propose(wanted("Först"), ANNA, NOW, RIGHT)
    await decided(catalogue, wanted("Sist"))
    await catalogue.declarations.decide(first, "note-template", BRITT, NOW + 5 * SECOND, RIGHT, approved=True)
    one = next(one for one in await catalogue.declarations.proposed("note-template") if one.number == first)
    assert one.begins == NOW + 5 * SECOND
    assert [await title(catalogue, NOW + n * SECOND) for n in (5, 9)] == ["Först", "Först"]


async def test_what_a_later_day_has_overtaken_is_not_put_on_top_of_it(catalogue: Catalogue) -> None:
    number = await catalogue.declarations.propose(wanted("Först"), ANNA, NOW, RIGHT)
    await decided(catalogue, wanted("Sedan", opens=NOW + DAY))
    late = NOW + 2 * DAY
    with pytest.raises(Conflict, match="later day"):
        await catalogue.declarations.decide(number, "note-template", BRITT, late, RIGHT, approved=True)
    await catalogue.declarations.decide(number, "note-template", BRITT, late, RIGHT, approved=False)
    assert await title(catalogue, late) == "Sedan"


async def test_what_was_turned_down_holds_never(catalogue: Catalogue) -> None:
    await decided(catalogue, wanted(), approved=False)
    assert await title(catalogue, NOW + DAY) == ""


async def test_the_database_itself_refuses_one_person_as_both(catalogue: Catalogue, database: Database) -> None:
    number = await catalogue.declarations.propose(wanted(), ANNA, NOW, RIGHT)
    with pytest.raises(asyncpg.CheckViolationError):
        await database.run(
            "insert into catalogue.declaration_decision values ($1, $2, true, $2, 'Anna', $3)", number, ANNA.person, NOW
        )
    for table in ("declaration", "declaration_decision"):
        for deed in ("UPDATE", "DELETE", "TRUNCATE"):
            row = await database.one("select has_table_privilege('varda_app', $1::text, $2::text) as may",
                                     f"catalogue.{table}", deed)  # fmt: skip
            assert row["may"] is False


@pytest.mark.parametrize(
    ("changed", "path"),
    [({"reason": " "}, "reason"), ({"opens": NOW - DAY}, "opens"), ({"content": {"sv": "x" * 20_001}}, "keywords")],
)
async def test_what_cannot_be_is_said(catalogue: Catalogue, changed: dict[str, Any], path: str) -> None:
    with pytest.raises(Unprocessable) as wrong:
        await catalogue.declarations.propose(wanted(**changed), ANNA, NOW, RIGHT)
    assert [one.path for one in wrong.value.problems] == [path]


async def test_who_has_no_right_to_it_and_what_is_not_there(catalogue: Catalogue) -> None:
    with pytest.raises(Refused):
        await catalogue.declarations.propose(wanted(), holding("per", "manage-unit"), NOW, RIGHT)
    number = await catalogue.declarations.propose(wanted(), ANNA, NOW, RIGHT)
    with pytest.raises(Refused):
        await catalogue.declarations.decide(
            number, "note-template", holding("per", "manage-unit"), NOW, RIGHT, approved=True
        )
    for number_, kind in ((number + 1000, "note-template"), (number, "another-kind")):
        with pytest.raises(Absent):
            await catalogue.declarations.decide(number_, kind, BRITT, NOW, RIGHT, approved=True)
