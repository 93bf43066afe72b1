"""Somebody unknown gets a number that is nobody else's, of the block that this environment issues (RULES §5)."""

import asyncio
import re
from collections.abc import Callable, Iterator

import httpx
import pytest

from tests.record import world
from tests.support.signing_in import signed_in
from varda.care.patients import INVENTED_BLOCK, UNKNOWN_BLOCK
from varda.cli.serve import reserve_block
from varda.record import Door, Owner, Wish

PERSON, WARD = "SE9999999999-astrid", "SE9999999999-astrid-cardiology"
TODAY = "20260301"


def drawing(*numbers: int) -> Callable[[int], int]:
    drawn: Iterator[int] = iter(numbers)
    return lambda below: next(drawn) % below


async def number_of_a_new_unknown(visitor: httpx.AsyncClient) -> str:
    answer = await visitor.post("/patients/unknown")
    assert answer.status_code == 303, answer.text
    page = (await visitor.get(answer.headers["location"])).text
    found = re.search(r'class="number">(\S+?)<', page)
    assert found
    return found.group(1)


@pytest.mark.parametrize("environment", ["production", "training", "test", "demo"])
def test_only_where_everybody_is_invented_are_numbers_of_invented_people_issued(environment: str) -> None:
    assert reserve_block(environment) == (UNKNOWN_BLOCK if environment == "production" else INVENTED_BLOCK)
    assert UNKNOWN_BLOCK != INVENTED_BLOCK


@pytest.mark.parametrize("block", [UNKNOWN_BLOCK, INVENTED_BLOCK])
async def test_an_unknown_person_gets_a_number_of_the_block(
    visitor_of: Callable[..., httpx.AsyncClient], block: str
) -> None:
    async with visitor_of(reserve_block=block, draw=drawing(0, 7)) as visitor:
        await signed_in(visitor, PERSON, WARD)
        assert await number_of_a_new_unknown(visitor) == f"{TODAY}-{block}A07"


async def test_a_number_that_somebody_has_is_drawn_again_though_that_patient_is_out_of_reach(
    visitor_of: Callable[..., httpx.AsyncClient], door: Door
) -> None:
    taken = world.patient("taken", "Eva", "Ny", f"{TODAY}-XA07")
    async with door.opened(world.SYSTEM, "administration") as record:
        await record.write([Wish("update", taken, owner=Owner("", ""))])
    async with visitor_of(draw=drawing(0, 7, 0, 8)) as visitor:
        await signed_in(visitor, PERSON, WARD)
        assert await number_of_a_new_unknown(visitor) == f"{TODAY}-XA08"


async def test_two_who_draw_the_same_number_at_once_get_two_numbers(
    visitor_of: Callable[..., httpx.AsyncClient],
) -> None:
    async with visitor_of(draw=drawing(0, 7, 0, 8)) as one, visitor_of(draw=drawing(0, 7, 0, 9)) as other:
        await signed_in(one, PERSON, WARD)
        await signed_in(other, "SE9999999999-bo", "SE9999999999-bo-surgery")
        numbers = await asyncio.gather(number_of_a_new_unknown(one), number_of_a_new_unknown(other))
    assert f"{TODAY}-XA07" in numbers
    assert len(set(numbers)) == 2


async def test_five_numbers_that_are_all_taken_are_told_and_nobody_is_registered(
    visitor_of: Callable[..., httpx.AsyncClient],
) -> None:
    async with visitor_of(draw=lambda below: 3) as visitor:
        await signed_in(visitor, PERSON, WARD)
        await number_of_a_new_unknown(visitor)
        answer = await visitor.post("/patients/unknown")
        assert answer.status_code == 409
        assert "reservnummer" in answer.text
