"""Pages follow one another without gap, repetition or shift, whatever the order."""

import pytest

from tests.search.kept import EVERYTHING, LATEST, along, ids, keep, pages, rows
from tests.search.sample import sample
from varda.fhir import resource as json
from varda.kernel.db import Database
from varda.kernel.errors import Malformed
from varda.search.compile import compiled, next_page
from varda.search.question import asked

ORDERS = [
    ("Observation", ""),
    ("Observation", "date"),
    ("Observation", "-date"),
    ("Observation", "-date,status"),
    ("Observation", "code"),
    ("Observation", "-value-quantity"),
    ("Observation", "value-quantity,-_id"),
    ("Observation", "value-string"),
    ("Observation", "_id"),
    ("Observation", "-_lastUpdated,_id"),
    ("Observation", "subject,-date"),
    ("Observation", "-combo-value-quantity"),
    ("Observation", "_tag"),
    ("Patient", "family"),
    ("Patient", "-name,given"),
    ("Patient", "birthdate"),
    ("Patient", "-death-date"),
    ("Patient", "identifier"),
    ("Patient", "deceased"),
    ("Condition", "onset-date,-onset-age"),
    ("RiskAssessment", "probability"),
]


@pytest.mark.anyio
@pytest.mark.parametrize(("type_", "order"), ORDERS)
async def test_pages_put_together_are_the_whole(kept: Database, type_: str, order: str) -> None:
    sort = [("_sort", order)] if order else []
    whole = await ids(kept, type_, sort)
    assert len(whole) == len(set(whole)) > 1
    assert await pages(kept, type_, sort, 3) == whole
    assert await pages(kept, type_, sort, 1) == whole


@pytest.mark.anyio
async def test_pages_of_a_chain_are_the_whole(kept: Database) -> None:
    for order in ("", "-date", "code,_id"):
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
@pytest.mark.parametrize("order", ["", "code", "-date", "_id"])
async def test_what_is_born_after_the_first_page_is_never_on_a_later_one(database: Database, order: str) -> None:
    old = [r for r in sample() if r["resourceType"] == "Observation"][:9]
    await keep(database, old)
    pairs = [("_count", "4"), *([("_sort", order)] if order else [])]
    question = asked("Observation", pairs)
    first = await rows(database, compiled(question, EVERYTHING))
    snapshot = (await database.one("select max(born) as born from store.current"))["born"]
    await keep(database, [{**r, "id": f"new-{r['id']}"} for r in old])
    later = asked("Observation", [*pairs, ("_page", next_page(question, first[3], snapshot))])
    second = await rows(database, compiled(later, EVERYTHING))
    seen = [row["id"] for row in [*first[:4], *second[:4]]]
    assert len(set(seen)) == 8
    assert not [id_ for id_ in seen if id_.startswith("new-")]


@pytest.mark.anyio
async def test_a_cursor_fits_its_own_question_only(kept: Database) -> None:
    question = asked("Observation", [("status", "final"), ("_count", "2")])
    got = await rows(kept, compiled(question, EVERYTHING))
    page = next_page(question, got[1], LATEST)
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


@pytest.mark.anyio
async def test_a_page_has_the_bodies_as_stored(kept: Database) -> None:
    (row, *_) = await rows(kept, compiled(asked("Observation", [("_id", "b6")]), EVERYTHING))
    assert json.parse(row["body"]) == next(r for r in sample() if r["id"] == "b6")
    assert (row["version"], row["deleted"], row["id"]) == (1, False, "b6")


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
