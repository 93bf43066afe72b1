"""F16: a newborn child has a record of its own, with what of the pregnancy is the child's and nothing else of hers."""

import json
from random import Random
from typing import Any

import pytest

from tests.record import world
from varda.access.session import Session
from varda.care import births, growth, patients, pregnancies
from varda.kernel.db import Database
from varda.kernel.errors import Absent, Conflict, Unprocessable
from varda.record import Door, Owner, Wish
from varda.record.citizens import readable

BORN = "2026-02-26"
GIRL = {"sex": "female", "weight": "2150", "length": "45,5", "head": "31"}
HERS = "Utsatt för våld, bor på hemlig adress"


@pytest.fixture
async def vera(door: Door, astrid: Session) -> None:
    """Vera gave birth at 35+4 on 2026-02-26, and has told of something that is hers alone."""
    async with door.opened(astrid, "care") as record:
        await pregnancies.estimate(record, "vera", {"method": "ultrasound", "day": "2026-03-29"})
    async with door.opened(astrid, "care") as record:
        await record.create({
            "resourceType": "Observation", "status": "final", "code": {"text": "Våld"}, "valueString": HERS,
            "subject": {"reference": "Patient/vera"}, "effectiveDateTime": "2026-01-10",
        })  # fmt: skip
        await pregnancies.end(record, "vera", {"outcome": "birth", "day": BORN})


async def linked(door: Door, who: Session, **form: str) -> str:
    async with door.opened(who, "care") as record:
        return await births.link(record, "vera", form, block=patients.INVENTED_BLOCK, draw=Random(2).randrange)


async def everything(door: Door, who: Session, patient: str) -> list[dict[str, Any]]:
    async with door.opened(who, "care") as record:
        return [one.resource for one in (await record.everything(patient)).matches]


async def test_the_child_has_a_record_with_what_concerns_the_child(door: Door, astrid: Session, vera: None) -> None:
    child = await linked(door, astrid, **GIRL)
    found = await everything(door, astrid, child)
    who = patients.person(next(one for one in found if one["resourceType"] == "Patient"))
    assert (who.name, who.sex, str(who.born and who.born.day), who.kind) == (
        "Flicka Åkesson",
        "female",
        BORN,
        "reserve",
    )
    observed = [one for one in found if one["resourceType"] == "Observation"]
    curves = {one.kind: one for one in growth.growth(who, observed)}
    assert [point.value for point in curves["weight"].points] == [2.15]
    assert curves["weight"].early == 280 - (35 * 7 + 4), "curves know that the child was born early"
    mother = births.mother_of(one for one in found if one["resourceType"] == "RelatedPerson")
    assert mother is not None
    assert (mother.name, mother.identity) == ("Vera Maria Åkesson", "19500214-XA07")
    hers = await everything(door, astrid, "vera")
    (kin,) = births.born_to(one for one in hers if one["resourceType"] == "RelatedPerson")
    assert (kin.identity, str(kin.born and kin.born.day)) == (who.identity, BORN)


async def test_nothing_else_of_hers_is_in_the_child_s_record_nor_leads_to_hers(
    door: Door, astrid: Session, bo: Session, vera: None
) -> None:
    """A1, A3: who opens the child's record is no step nearer to what the mother has said."""
    child = await linked(door, astrid, **GIRL)
    text = json.dumps(await everything(door, astrid, child), default=str, ensure_ascii=False)
    hers = {f"{one['resourceType']}/{one['id']}" for one in await everything(door, astrid, "vera")}
    assert not [one for one in hers if one in text], "no entry of hers is named"
    assert HERS not in text
    async with door.opened(bo, "care") as record:
        await record.choose(child, reason="Jour", all_units=True)
    assert HERS not in json.dumps(await everything(door, bo, child), default=str, ensure_ascii=False)
    async with door.opened(bo, "care") as record:
        with pytest.raises(Absent):
            await record.everything("vera")


async def test_next_of_kin_opens_no_record_to_either(door: Door, astrid: Session, vera: None) -> None:
    """A17: who is a guardian is not said by a birth."""
    await linked(door, astrid, **GIRL)
    opened = await readable(door, f"{world.RESERVE}|19500214-XA07", door.clock.now())
    assert [one.patient for one in opened] == ["vera"]


async def test_a_child_that_has_a_number_keeps_its_record(door: Door, astrid: Session, vera: None) -> None:
    number = "20260226-XB17"
    async with door.opened(world.SYSTEM, "administration") as record:
        small = world.patient("noa", "Noa", "Åkesson", number)
        await record.write([Wish("update", small, owner=Owner("", ""))])
    with pytest.raises(Unprocessable) as asked:
        await linked(door, astrid, identity=number)
    assert [one.path for one in asked.value.problems] == ["is"], "whose number it is is looked at first"
    told = {"identity": number, "is": number.replace("-", "")}
    assert await linked(door, astrid, **told) == "noa"
    with pytest.raises(Conflict):
        await linked(door, astrid, **told, more="yes")
    assert len([one for one in await everything(door, astrid, "noa") if one["resourceType"] == "RelatedPerson"]) == 1


async def test_twins_are_two(door: Door, astrid: Session, vera: None) -> None:
    first = await linked(door, astrid, **GIRL)
    with pytest.raises(Unprocessable) as again:  # pressed twice, or in two windows
        await linked(door, astrid, **GIRL)
    assert [one.path for one in again.value.problems] == ["more"]
    second = await linked(door, astrid, sex="male", weight="2300", more="yes")
    assert first != second
    hers = await everything(door, astrid, "vera")
    assert len(births.born_to(one for one in hers if one["resourceType"] == "RelatedPerson")) == 2


@pytest.mark.parametrize(
    ("form", "fields"),
    [
        ({"sex": ""}, {"sex"}), (GIRL | {"weight": "2,1"}, {"weight"}),
        (GIRL | {"head": "x", "length": "455"}, {"head", "length"}),
        ({"identity": "20260226-XB1"}, {"identity", "sex"}), ({"identity": "20240226-XB17"}, {"identity"}),
        ({"identity": "20260226-XB17", "name": ""}, {"name"}),
    ],
)  # fmt: skip
async def test_what_cannot_be_right_is_said_and_nobody_is_registered(
    door: Door, astrid: Session, vera: None, database: Database, form: dict[str, str], fields: set[str]
) -> None:
    with pytest.raises(Unprocessable) as wrong:
        await linked(door, astrid, **form)
    assert {one.path for one in wrong.value.problems} == fields
    assert len(await everything(door, astrid, "vera")) > 0
    async with door.opened(world.SYSTEM, "administration") as record:
        assert await record.count("Patient", [("birthdate", "ge2026-01-01")]) == 0


async def test_without_a_birth_and_without_a_way_there_is_nothing_to_link(
    door: Door, astrid: Session, cia: Session
) -> None:
    with pytest.raises(Conflict):
        await linked(door, astrid, **GIRL)
    with pytest.raises(Absent):
        await linked(door, cia, **GIRL)


async def test_the_child_of_somebody_protected_is_protected(door: Door, astrid: Session, vera: None) -> None:
    """A14: an address that is hers would be found at the child."""
    async with door.opened(world.SYSTEM, "administration") as record:
        hers = dict((await record.read("Patient", "vera")).resource)
        label = {"system": "http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "code": "R"}
        await record.update(hers | {"meta": {"security": [label]}})
    child = await linked(door, astrid, **GIRL)
    who = patients.person(
        next(one for one in await everything(door, astrid, child) if one["resourceType"] == "Patient")
    )
    assert who.is_protected


@pytest.mark.parametrize("known", [False, True])
async def test_a_child_with_a_number_is_protected_as_who_gave_birth_or_is_not_linked(
    door: Door, astrid: Session, vera: None, known: bool
) -> None:
    """A14."""
    number = "20260226-XB17"
    async with door.opened(world.SYSTEM, "administration") as record:
        hers = dict((await record.read("Patient", "vera")).resource)
        label = {"system": "http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "code": "R"}
        await record.update(hers | {"meta": {"security": [label]}})
        if known:
            await record.write([Wish("update", world.patient("noa", "Noa", "Åkesson", number), owner=Owner("", ""))])
    if known:
        with pytest.raises(Conflict):
            await linked(door, astrid, **{"identity": number, "is": "20260226XB17"})
        async with door.opened(world.SYSTEM, "administration") as record:
            assert await record.count("RelatedPerson", []) == 0
        return
    child = await linked(door, astrid, identity=number, name="Noa Åkesson")
    async with door.opened(astrid, "care") as record:
        assert (await patients.one(record, child)).is_protected


async def test_a_child_has_one_who_gave_birth(door: Door, astrid: Session, vera: None) -> None:
    """A number typed wrong joins nobody to a stranger's child."""
    number = "20260226-XB17"
    async with door.opened(world.SYSTEM, "administration") as record:
        await record.write([Wish("update", world.patient("noa", "Noa", "Sand", number), owner=Owner("", ""))])
        other = {
            "resourceType": "RelatedPerson", "id": "other", "active": True, "patient": {"reference": "Patient/noa"},
            "relationship": [{"coding": [{"system": births.model.ROLE, "code": "MTH"}]}],
            "identifier": [{"system": world.RESERVE, "value": "19900101-XA31"}],
        }  # fmt: skip
        await record.write([Wish("update", other, owner=Owner(world.CARDIOLOGY, world.REGION))])
    with pytest.raises(Conflict):
        await linked(door, astrid, **{"identity": number, "is": "20260226XB17"})
    hers = await everything(door, astrid, "vera")
    assert not [one for one in hers if one["resourceType"] == "RelatedPerson"]


async def test_a_child_that_gets_a_number_of_its_own_stands_once(door: Door, astrid: Session, vera: None) -> None:
    """Registered under a reserve number at birth; by the own one later. The two records are joined, as patients are."""
    first = await linked(door, astrid, **GIRL)
    number = "20260226-XB17"
    hers = await everything(door, astrid, "vera")
    (kin,) = births.born_to(one for one in hers if one["resourceType"] == "RelatedPerson")
    with pytest.raises(Unprocessable) as asked:
        await linked(door, astrid, identity=number, name="Alva Åkesson")
    assert [one.path for one in asked.value.problems] == ["more"], "the same child, or another one?"
    second = await linked(door, astrid, identity=number, name="Alva Åkesson", same=kin.identity)
    assert second != first
    async with door.opened(astrid, "care") as record:
        assert (await patients.one(record, first)).replaced_by == second
        whole = await record.compartment(second, {"Observation": 50, "RelatedPerson": 50})
    texts = [one.resource["code"]["text"] for one in whole["Observation"]]
    assert sorted(texts) == ["Födelselängd", "Födelsevikt", "Graviditetslängd vid födseln", "Huvudomfång vid födseln"]
    hers = await everything(door, astrid, "vera")
    (kin,) = births.born_to(one for one in hers if one["resourceType"] == "RelatedPerson")
    assert (kin.name, kin.identity) == ("Alva Åkesson", number)


async def test_a_link_that_was_wrong_is_struck_in_both_records(
    door: Door, astrid: Session, cia: Session, vera: None
) -> None:
    """F16; PDL 3:14: nothing is erased, and why is said."""
    child = await linked(door, astrid, **GIRL)
    hers = await everything(door, astrid, "vera")
    (kin,) = births.born_to(one for one in hers if one["resourceType"] == "RelatedPerson")
    async with door.opened(astrid, "care") as record:
        with pytest.raises(Unprocessable):
            await births.strike(record, "vera", kin.id, kin.version, " ")
        with pytest.raises(Absent):
            await births.strike(record, child, kin.id, kin.version, "Fel barn")
    async with door.opened(cia, "care") as record:
        with pytest.raises(Absent):
            await births.strike(record, "vera", kin.id, kin.version, "Fel barn")
    async with door.opened(astrid, "care") as record:
        await births.strike(record, "vera", kin.id, kin.version, "Fel barn")
    hers, theirs = await everything(door, astrid, "vera"), await everything(door, astrid, child)
    assert births.born_to(one for one in hers if one["resourceType"] == "RelatedPerson") == []
    assert births.mother_of(one for one in theirs if one["resourceType"] == "RelatedPerson") is None
    observed = [one for one in theirs if one["resourceType"] == "Observation"]
    assert {one["status"] for one in observed} == {"entered-in-error"}
    assert "Fel barn" in json.dumps(hers, default=str)
    async with door.opened(astrid, "care") as record:
        with pytest.raises(Absent):
            await births.strike(record, "vera", kin.id, kin.version + 1, "Fel barn")
    again = await linked(door, astrid, **GIRL)
    assert again != child


async def test_the_contact_of_a_newborn_child_leaves_nothing_open(door: Door, astrid: Session, vera: None) -> None:
    child = await linked(door, astrid, **GIRL)
    met = [one for one in await everything(door, astrid, child) if one["resourceType"] == "Encounter"]
    assert [one["status"] for one in met] == ["finished"]
