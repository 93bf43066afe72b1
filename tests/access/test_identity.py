"""Whom a provider vouches for, and whether Varda says the same; what is taken up once is taken up once."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from varda.access.identity import Commission, Why, disagreement, vouched
from varda.access.once import Once
from varda.access.session import Session
from varda.access.tickets import Holder, Tickets
from varda.kernel.db import Database
from varda.kernel.errors import Refused, SignedOut

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
WHO = {"iss": "https://idp.example", "sub": "7", "acr": "loa3"}
ONE = {"commissionHsaId": "A", "healthCareUnitHsaId": "U", "healthCareProviderHsaId": "V"}
KNOWN = {"person": "P", "unit": "U", "provider": "V", "purpose": "care", "is_current": True}


def test_plain_claims_and_a_list_say_the_same() -> None:
    plain = vouched(WHO | {"employeeHsaId": "P", **ONE})
    listed = vouched(WHO | {"employeeHsaId": ["P"], "commissions": [ONE | {"employeeHsaId": "P"}]})
    assert plain == listed
    assert plain.commissions == (Commission("A", "P", "U", "V"),)
    assert plain.subject == "https://idp.example|7"


def test_no_commissions_is_not_the_same_as_none_kept() -> None:
    assert vouched(WHO | {"employeeHsaId": "P"}).commissions is None
    assert vouched(WHO | {"employeeHsaId": "P", "commissions": []}).commissions == ()


def test_a_subject_of_another_provider_is_somebody_else() -> None:
    one, other = (vouched(WHO | {"iss": iss, "employeeHsaId": "P"}).subject for iss in ("https://a", "https://b"))
    assert one != other


@pytest.mark.parametrize("claims", [{}, {"employeeHsaId": []}, {"employeeHsaId": ""}, {"name": "P"}])
def test_nobody_is_nobody(claims: dict[str, Any]) -> None:
    with pytest.raises(Refused):
        vouched(WHO | claims)


@pytest.mark.parametrize(
    ("known", "why"),
    [
        (KNOWN, None),
        (None, "unknown"),
        (KNOWN | {"person": "Q"}, "person"),
        (KNOWN | {"unit": "W"}, "unit"),
        (KNOWN | {"provider": "W"}, "provider"),
        (KNOWN | {"provider": None}, "provider"),
        (KNOWN | {"purpose": "quality"}, "purpose"),
        (KNOWN | {"is_current": False}, "ended"),
        (KNOWN | {"person": "Q", "is_current": False}, "person"),
    ],
)
def test_both_must_say_the_same(known: dict[str, Any] | None, why: Why | None) -> None:
    assert disagreement(Commission("A", "P", "U", "V", purpose="care"), known) == why


def test_what_the_provider_does_not_say_is_varda_s_to_know() -> None:
    assert disagreement(Commission("A", "P", "", ""), KNOWN) is None


async def test_of_many_who_take_at_once_one_gets_it(database: Database) -> None:
    once = Once(database)
    secret = await once.kept("code", {"a": 1}, now=NOW, lasts=HOUR)
    found = await asyncio.gather(*(once.taken("code", secret, now=NOW) for _ in range(5)))
    assert sorted(found, key=bool) == [None] * 4 + [{"a": 1}]


async def test_neither_another_kind_nor_too_late_nor_a_guess(database: Database) -> None:
    once = Once(database)
    secret = await once.kept("code", {}, now=NOW, lasts=HOUR)
    assert await once.taken("other", secret, now=NOW) is None
    assert await once.taken("code", "guess\ud800", now=NOW) is None
    assert await once.taken("code", secret, now=NOW + HOUR) is None
    assert (await database.one("select count(*) as n from access.once"))["n"] == 0


async def test_neither_a_secret_nor_what_is_waited_for_is_stored_in_plain_words(database: Database) -> None:
    secret = await Once(database).kept("code", {}, now=NOW, lasts=HOUR)
    ticket = await Tickets(database).made(None, kind="browser", now=NOW, lasts=HOUR)
    rows = [*await database.all("select * from access.once"), *await database.all("select * from access.ticket")]
    assert len(rows) == 2
    assert not any(word in str(tuple(row)) for row in rows for word in (secret, ticket))


async def test_a_browser_that_has_chosen_nothing_is_nobody_yet(database: Database) -> None:
    tickets = Tickets(database)
    holder = Holder(subject="s", name="Bo", people=("P",), offered=("A", "B"))
    secret = await tickets.made(None, kind="browser", now=NOW, lasts=HOUR, holder=holder)
    ticket = await tickets.browser(secret, now=NOW, idle=HOUR)
    assert (ticket.session, ticket.holder, ticket.is_locked) == (None, holder, False)
    with pytest.raises(SignedOut):
        await tickets.session(secret, kind="browser", now=NOW)


async def test_a_bearer_token_is_no_browser_and_is_not_locked(database: Database) -> None:
    tickets = Tickets(database)
    client = Session(kind="client", actor="bench", name="bench")
    secret = await tickets.made(client, kind="bearer", now=NOW, lasts=2 * HOUR)
    with pytest.raises(SignedOut):
        await tickets.browser(secret, now=NOW, idle=HOUR)
    assert await tickets.session(secret, kind="bearer", now=NOW + HOUR) == client


async def test_everywhere_is_every_browser_of_the_subject_and_tokens_in_the_person_s_name(database: Database) -> None:
    tickets = Tickets(database)
    citizen = Session(kind="citizen", actor="system|1", name="Vera")
    mine, others = Holder(subject="me", people=("P",)), Holder(subject="you", people=("Q",))
    ended = [await tickets.made(citizen, kind="browser", now=NOW, lasts=HOUR, holder=mine) for _ in range(2)]
    kept = await tickets.made(citizen, kind="browser", now=NOW, lasts=HOUR, holder=others)
    await tickets.made(Session(kind="staff", actor="P", name="Bo"), kind="bearer", now=NOW, lasts=HOUR)
    client = await tickets.made(Session(kind="client", actor="P", name="P"), kind="bearer", now=NOW, lasts=HOUR)
    await tickets.ended_everywhere(mine, NOW)
    assert (await database.one("select count(*) as n from access.ticket"))["n"] == 2
    for secret in ended:
        with pytest.raises(SignedOut):
            await tickets.browser(secret, now=NOW, idle=HOUR)
    assert (await tickets.browser(kept, now=NOW, idle=HOUR)).session == citizen
    assert (await tickets.session(client, kind="bearer", now=NOW)).kind == "client"
    # A holder without a subject is nobody, not everybody.
    await tickets.ended_everywhere(Holder(), NOW)
    assert (await tickets.session(client, kind="bearer", now=NOW + timedelta(seconds=6))).kind == "client"
