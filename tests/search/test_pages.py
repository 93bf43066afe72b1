"""Pages follow one another without gap, repetition or shift, whatever the order."""

import base64
from datetime import timedelta

import msgspec
import pytest

from tests.search.kept import EVERYTHING, NOW, along, ids, keep, pages, rows
from tests.search.sample import sample
from varda.fhir import resource as json
from varda.fhir.keys import key
from varda.kernel.db import Database
from varda.kernel.errors import Malformed
from varda.search.compile import compiled, next_page
from varda.search.narrowing import Narrowing
from varda.search.question import asked

ORDERS = [
    ("Observation", ""),
    ("Observation", "date"),
    ("Observation", "-date"),
    ("Observation", "value-string,-_lastUpdated"),
    ("Observation", "-value-quantity"),
    ("Observation", "value-quantity,-_id"),
    ("Observation", "value-string"),
    ("Observation", "_id"),
    ("Observation", "-_lastUpdated,_id"),
    ("Observation", "-combo-value-quantity"),
    ("Patient", "family"),
    ("Patient", "-name,given"),
    ("Patient", "birthdate"),
    ("Patient", "-death-date"),
    ("Condition", "onset-date,-onset-age"),
    ("RiskAssessment", "probability"),
]


OF_FEW = [("Observation", ("patient", "1,2,3"), order) for order in ("code", "-date,status", "subject,-date", "_tag")]
OF_FEW += [(type_, ("patient", "1"), "") for type_ in ("Observation", "Condition", "Encounter")]
OF_FEW += [("Patient", ("_id", "0,1,2,3,4,5,6,7"), order) for order in ("identifier", "deceased")]


@pytest.mark.anyio
@pytest.mark.parametrize(("type_", "of", "order"), [(type_, None, order) for type_, order in ORDERS] + OF_FEW)
async def test_pages_put_together_are_the_whole(
    kept: Database, type_: str, of: tuple[str, str] | None, order: str
) -> None:
    sort = [*([of] if of else []), *([("_sort", order)] if order else [])]
    whole = await ids(kept, type_, sort)
    assert len(whole) == len(set(whole)) > 1
    assert await pages(kept, type_, sort, 3) == whole
    assert await pages(kept, type_, sort, 1) == whole


@pytest.mark.anyio
async def test_one_patients_items_come_newest_first_by_date_and_others_as_they_were_made(kept: Database) -> None:
    of_one, in_order = [("patient", "1")], [("_sort", "-date")]
    assert await ids(kept, "Observation", of_one) == await ids(kept, "Observation", [*of_one, *in_order])
    assert await ids(kept, "Observation", []) != await ids(kept, "Observation", in_order)


@pytest.mark.anyio
async def test_pages_of_a_chain_are_the_whole(kept: Database) -> None:
    for order in ("", "-date", "value-quantity,_id"):
        pairs = [("encounter.status", "finished,planned"), *([("_sort", order)] if order else [])]
        assert await pages(kept, "Observation", pairs, 2) == await ids(kept, "Observation", pairs)


@pytest.mark.anyio
async def test_swedish_names_sort_as_in_the_telephone_book(kept: Database) -> None:
    families = {r["id"]: r["name"][0]["family"] for r in sample() if r["resourceType"] == "Patient" and "name" in r}
    order = [families[id_] for id_ in await ids(kept, "Patient", [("_sort", "family")]) if id_ in families]
    assert order == ["Andersson", "Carlsson", "Lindqvist-Ek", "O'Brien", "von Essen", "Åberg", "Öst"]
    backwards = [families[id_] for id_ in await ids(kept, "Patient", [("_sort", "-family")]) if id_ in families]
    assert backwards == order[::-1]


@pytest.mark.anyio
async def test_dates_sort_with_the_dateless_last_when_newest_first(kept: Database) -> None:
    has_date = {
        r["id"]: "effectiveDateTime" in r or "effectivePeriod" in r
        for r in sample()
        if r["resourceType"] == "Observation"
    }
    newest = [has_date[id_] for id_ in await ids(kept, "Observation", [("_sort", "-date")])]
    assert newest == sorted(newest, reverse=True)
    oldest = [has_date[id_] for id_ in await ids(kept, "Observation", [("_sort", "date")])]
    assert oldest == sorted(oldest)


@pytest.mark.anyio
@pytest.mark.parametrize("order", ["", "value-quantity", "-date", "_id"])
async def test_what_is_born_after_the_first_page_is_never_on_a_later_one(database: Database, order: str) -> None:
    old = [r for r in sample() if r["resourceType"] == "Observation"][:9]
    await keep(database, old)
    pairs = [("_count", "4"), *([("_sort", order)] if order else [])]
    question = asked("Observation", pairs)
    first = await rows(database, compiled(question, EVERYTHING))
    await keep(database, [{**r, "id": f"new-{r['id']}"} for r in old])
    later = asked("Observation", [*pairs, ("_page", next_page(question, first[0], first[3]))])
    second = await rows(database, compiled(later, EVERYTHING))
    seen = [row["id"] for row in [*first[:4], *second[:4]]]
    assert len(set(seen)) == 8
    assert not [id_ for id_ in seen if id_.startswith("new-")]


@pytest.mark.anyio
async def test_a_cursor_fits_its_own_question_only(kept: Database) -> None:
    question = asked("Observation", [("status", "final"), ("_count", "2")])
    got = await rows(kept, compiled(question, EVERYTHING))
    page = next_page(question, got[0], got[1])
    assert asked("Observation", [("_count", "5"), ("status", "final"), ("_page", page)]).cursor is not None
    others = (
        ("Observation", [("status", "preliminary")]),
        ("Observation", []),
        ("Encounter", [("status", "final")]),
        ("Observation", [("status", "final"), ("_sort", "date")]),
    )
    for type_, pairs in others:
        with pytest.raises(Malformed, match="_page"):
            asked(type_, [*pairs, ("_page", page)])
    for broken in ("", "x", page[:-2], page + "A", "é", page[::-1], "A" * 40):
        if broken:
            with pytest.raises(Malformed, match="_page"):
                asked("Observation", [("status", "final"), ("_page", broken)])


DELETED = "delete from store.current where id = $1"
CHANGED = """
with told as (
    insert into store.version
        (compartment, item, version, type, id, at, dated, dated_until, deleted, provider, unit, withheld, author, body)
    select compartment, item, 2, type, id, at, dated, dated_until, deleted, provider, unit, withheld, author, body
    from store.version where id = $1
)
update store.current set version = 2 where id = $1
"""


async def first_page(database: Database, order: str, size: int, rule: Narrowing = EVERYTHING) -> tuple[list[str], str]:
    question = asked("Patient", [("_sort", order), ("_count", str(size))])
    got = await rows(database, compiled(question, rule))
    return [row["id"] for row in got[:size]], next_page(question, got[0], got[size - 1])


async def page_at(database: Database, order: str, place: str, rule: Narrowing = EVERYTHING) -> list[str]:
    question = asked("Patient", [("_sort", order), ("_page", place)])
    return [row["id"] for row in await rows(database, compiled(question, rule))]


@pytest.mark.anyio
async def test_a_page_link_tells_nothing_of_the_last_item(kept: Database) -> None:
    for order in ("family", "-name,given", "birthdate,_id"):
        last, place = await first_page(kept, order, 2)
        inside = base64.urlsafe_b64decode(place + "=" * (-len(place) % 4))[9:]
        item, version, born, snapshot, keys = msgspec.json.decode(inside)
        assert {int} == {type(one) for one in (item, version, born, snapshot)}
        assert [key for key in keys if key is not None] == ([last[-1]] if order.endswith("_id") else [])


@pytest.mark.anyio
@pytest.mark.parametrize("order", ["family", "-family", "death-date"])
@pytest.mark.parametrize("change", [DELETED, CHANGED])
async def test_when_the_last_item_has_changed_the_pages_begin_anew(database: Database, order: str, change: str) -> None:
    await keep(database, [r for r in sample() if r["resourceType"] == "Patient"])
    first, place = await first_page(database, order, 3)
    (rest, whole) = (await page_at(database, order, place), await ids(database, "Patient", [("_sort", order)]))
    assert rest == whole[3:]
    await database.run(change, first[-1])
    assert await page_at(database, order, place) == await ids(database, "Patient", [("_sort", order)])


@pytest.mark.anyio
async def test_what_the_item_itself_answers_for_goes_on_although_it_has_changed(database: Database) -> None:
    await keep(database, [r for r in sample() if r["resourceType"] == "Patient"])
    for order in ("_id", "-_lastUpdated,_id"):
        first, place = await first_page(database, order, 3)
        rest = await page_at(database, order, place)
        assert len(rest) >= 4
        await database.run(DELETED, first[-1])
        assert await page_at(database, order, place) == rest


@pytest.mark.anyio
async def test_the_place_of_a_hidden_item_in_an_order_is_not_told(database: Database) -> None:
    await keep(database, [r for r in sample() if r["resourceType"] == "Patient"])
    _, place = await first_page(database, "family", 3)
    for n in (0, 1):
        await database.run(
            "insert into access.reach (compartment, grantee, source, home, width, opens, closes) "
            "values ($1, 5, $1, $1, 0, $2, $3)",
            key(f"Patient/{n}"),
            NOW - timedelta(1),
            NOW + timedelta(1),
        )
    nurse = Narrowing(everything=False, unit=1, provider=1, grantees=(5,), now=NOW)
    assert await page_at(database, "family", place, nurse) == ["1", "0"]


@pytest.mark.anyio
async def test_a_page_has_the_bodies_as_stored(kept: Database) -> None:
    (row, *_) = await rows(kept, compiled(asked("Observation", [("_id", "b6")]), EVERYTHING))
    assert json.parse(row["body"]) == next(r for r in sample() if r["id"] == "b6")
    assert (row["version"], row["id"]) == (1, "b6")


@pytest.mark.anyio
async def test_what_matches_point_to_comes_along(kept: Database) -> None:
    assert await along(kept, "Observation", [("patient", "1"), ("_include", "Observation:subject")]) == {"Patient/1"}
    got = await along(kept, "Encounter", [("_id", "e1"), ("_include", "*")])
    assert got == {"Patient/1", "Organization/o1", "Practitioner/p1"}
    got = await along(kept, "Encounter", [("_id", "e1"), ("_include", "Encounter:participant:Practitioner")])
    assert got == {"Practitioner/p1"}
    assert await along(kept, "Observation", [("_id", "b0"), ("_include", "Observation:performer")]) == {
        "Practitioner/p1"
    }
    assert await along(kept, "Observation", [("_id", "group"), ("_include", "Observation:subject")]) == set()
    assert await along(kept, "Appointment", [("_include", "Appointment:patient")]) == {"Patient/1", "Patient/2"}


@pytest.mark.anyio
async def test_what_points_to_matches_comes_along(kept: Database) -> None:
    conditions = {
        f"Condition/{r['id']}"
        for r in sample()
        if r["resourceType"] == "Condition" and r["subject"]["reference"] == "Patient/1"
    }
    assert await along(kept, "Patient", [("_id", "1"), ("_revinclude", "Condition:patient")]) == conditions
    got = await along(kept, "Patient", [("_id", "1,2"), ("_revinclude", "Appointment:actor")])
    assert got == {"Appointment/both"}
    got = await along(
        kept, "Practitioner", [("_id", "p1"), ("_revinclude", "Encounter:practitioner"), ("_revinclude", "Patient:*")]
    )
    assert {"Encounter/e1", "Patient/1", "Patient/5"} <= got
    assert not {name for name in got if name.startswith("Practitioner")}
