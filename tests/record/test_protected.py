"""Where a protected person lives is shown to nobody who has not the right (A14 in docs/law.md)."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from tests.record import world
from tests.record.test_citizens import VERA, citizen, kin
from tests.support.door import client
from varda.access.session import Session
from varda.kernel.db import Database
from varda.kernel.errors import Unprocessable
from varda.record import Door, Owner, Wish

pytestmark = pytest.mark.anyio

LABEL = {"security": [{"system": "http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "code": "R"}]}
STREET = "Hemliga gatan 7"


def vera(**more: Any) -> dict[str, Any]:
    home = {"line": [STREET], "city": "Skövde"}
    return (
        world.patient("vera", "Vera Maria", "Åkesson", "19500214-XA07")
        | {
            "address": [home],
            "telecom": [{"system": "phone", "value": "0500-123"}],
        }
        | more
    )


async def keep(door: Door, resource: dict[str, Any], session: Session = world.SYSTEM) -> None:
    async with door.opened(session, "administration") as record:
        await record.write([Wish("update", resource)])


async def every_way(door: Door, session: Session) -> bytes:
    async with door.opened(session, "care") as record:
        shown = [
            await record.read("Patient", "vera"),
            *(await record.history("Patient", "vera")),
            *(await record.search("Patient", [("_id", "vera")])).matches,
            *(await record.search("Encounter", [("patient", "vera"), ("_include", "Encounter:patient")])).included,
            *(await record.everything("vera")).matches,
            *(await record.compartment("vera", {"Patient": 1}))["Patient"],
        ]
        shown += [await record.version("Patient", "vera", one.version) for one in shown[1:3]]
        return b"".join(one.body for one in shown)


async def test_the_whereabouts_are_kept_back_in_every_version(door: Door, astrid: Session) -> None:
    await keep(door, vera())
    assert STREET.encode() in await every_way(door, astrid)
    await keep(door, vera(meta=LABEL))
    told = await every_way(door, astrid)
    assert STREET.encode() not in told
    assert b"0500-123" not in told
    async with door.opened(world.SYSTEM, "administration") as record:
        assert STREET.encode() in (await record.read("Patient", "vera")).body


async def test_nobody_finds_out_by_searching(door: Door, astrid: Session) -> None:
    for resource, found in ((vera(), 1), (vera(meta=LABEL), 0)):
        await keep(door, resource)
        async with door.opened(astrid, "care") as record:
            for question in (("address", "Hemliga"), ("address-city", "Skövde"), ("phone", "0500-123")):
                assert len((await record.search("Patient", [question])).matches) == found, question


async def test_an_update_without_the_right_takes_nothing_away(door: Door, astrid: Session, database: Database) -> None:
    await keep(door, vera(meta=LABEL))
    async with door.opened(astrid, "care") as record:
        seen = (await record.read("Patient", "vera")).resource
        (stored,) = await record.write([Wish("update", {**seen, "maritalStatus": {"text": "Gift"}})])
        assert STREET.encode() not in stored.body
    async with door.opened(world.SYSTEM, "administration") as record:
        kept = (await record.read("Patient", "vera")).resource
    assert kept["address"][0]["line"] == [STREET]
    assert kept["maritalStatus"] == {"text": "Gift"}


async def test_nobody_without_the_right_takes_the_protection_away(door: Door, astrid: Session) -> None:
    await keep(door, vera(meta=LABEL))
    async with door.opened(astrid, "care") as record:
        seen = (await record.read("Patient", "vera")).resource
        bare = {name: value for name, value in seen.items() if name != "meta"}
        await record.write([Wish("update", {**bare, "address": [{"city": "Gissad"}]})])
    assert STREET.encode() not in await every_way(door, astrid)
    async with door.opened(astrid, "care") as record:
        for city in ("Gissad", "Skövde"):
            assert (await record.search("Patient", [("address-city", city)])).matches == []
        assert len((await record.search("Patient", [("_security", "R")])).matches) == 1
    async with door.opened(world.SYSTEM, "administration") as record:
        kept = (await record.read("Patient", "vera")).resource
    assert kept["address"][0]["city"] == "Skövde"
    await keep(door, vera())
    assert STREET.encode() in await every_way(door, astrid)


async def test_colleagues_and_patients_see_nothing_of_a_colleague_s_private_life(
    door: Door, astrid: Session, bo: Session
) -> None:
    number = "19800101-XC01"
    private = world.person("bo", "Bo", "Ek")
    private["identifier"].append({"system": world.RESERVE, "value": number})
    private["address"] = [{"use": "home", "line": [STREET]}, {"use": "work", "city": "Skövde"}]
    private["telecom"] = [{"system": "phone", "use": "home", "value": "0500-124"}]
    await keep(door, private)
    await keep(door, private)
    citizen = Session(kind="citizen", actor=f"{world.RESERVE}|19500214-XA07", name="Vera")
    app = client(reach="units", units=((world.CARDIOLOGY, "cardiology"),), scopes=("read",))
    for session in (astrid, bo, citizen, app):
        async with door.opened(session, "care") as record:
            shown = [
                await record.read("Practitioner", "bo"),
                await record.version("Practitioner", "bo", 2),
                *(await record.history("Practitioner", "bo")),
                *(await record.search("Practitioner", [("_id", "bo")])).matches,
                *(await record.search("PractitionerRole", [("_include", "PractitionerRole:practitioner")])).included,
            ]
            told = b"".join(one.body for one in shown)
            for asked in (("address", "Hemliga"), ("identifier", f"{world.RESERVE}|{number}"), ("phone", "0500-124")):
                assert not (await record.search("Practitioner", [asked])).matches
        assert b"Ek" in told
        assert "Skövde".encode() in told
        for hidden in (number, STREET, "0500-124"):
            assert hidden.encode() not in told, session.kind
    async with door.opened(world.SYSTEM, "administration") as record:
        assert number.encode() in (await record.read("Practitioner", "bo")).body


SON = "19750505-XC02"
HOME = "https://varda.example/fhir/StructureDefinition/home"


def son(**more: Any) -> dict[str, Any]:
    """Vera's proxy, who hides from her."""
    made = kin("son", "vera", f"{world.RESERVE}|{SON}", "HPOWATT")
    return made | {"address": [{"line": [STREET]}], "telecom": [{"system": "phone", "value": "0500-123"}]} | more


async def every_way_to_kin(door: Door, session: Session) -> bytes:
    async with door.opened(session, "care") as record:
        shown = [
            await record.read("RelatedPerson", "son"),
            *(await record.history("RelatedPerson", "son")),
            *(await record.search("RelatedPerson", [("patient", "vera")])).matches,
            *(await record.search("Patient", [("_id", "vera"), ("_revinclude", "RelatedPerson:patient")])).included,
            *(await record.everything("vera")).matches,
            *(await record.compartment("vera", {"RelatedPerson": 5}))["RelatedPerson"],
        ]
        shown += [await record.version("RelatedPerson", "son", one.version) for one in shown[1:3]]
        return b"".join(one.body for one in shown)


async def test_a_relatives_own_protection_is_kept_from_staff_and_from_the_patient(door: Door, astrid: Session) -> None:
    owner = Owner(world.CARDIOLOGY, world.REGION)
    for resource, is_told in ((son(), True), (son(meta=LABEL), False)):
        async with door.opened(world.SYSTEM, "administration") as record:
            await record.write([Wish("update", resource, owner=owner)])
        for session in (astrid, citizen(VERA)):
            told = await every_way_to_kin(door, session)
            assert (STREET.encode() in told) is is_told
            assert (b"0500-123" in told) is is_told
        async with door.opened(astrid, "care") as record:
            found = await record.search("RelatedPerson", [("phone", "0500-123")])
            assert bool(found.matches) is is_told


async def put(door: Door, *resources: dict[str, Any]) -> None:
    owner = Owner(world.CARDIOLOGY, world.REGION)
    async with door.opened(world.SYSTEM, "administration") as record:
        await record.write([Wish("update", one, owner=owner) for one in resources])


async def finds(door: Door, session: Session) -> dict[str, int]:
    """How many relatives are found by where they live and are reached, whichever way it is asked."""
    address, phone = ("address", "Hemliga"), ("phone", "0500-123")
    asked = {
        "address": ("RelatedPerson", [address]),
        "phone": ("RelatedPerson", [phone]),
        "of the patient": ("RelatedPerson", [("patient", "vera"), address]),
        "back": ("Patient", [("_has:RelatedPerson:patient:address", "Hemliga")]),
    }
    async with door.opened(session, "care") as record:
        return {name: len((await record.search(type_, how)).matches) for name, (type_, how) in asked.items()}


@pytest.mark.parametrize("way", ["the relative first", "the patient first", "together"])
async def test_a_relative_without_a_label_does_not_tell_where_a_protected_patient_lives(
    door: Door, astrid: Session, way: str
) -> None:
    """A14: whoever lives with somebody who is protected has the same address."""
    if way == "the relative first":
        await put(door, son())
        assert set((await finds(door, astrid)).values()) == {1}
        assert STREET.encode() in await every_way_to_kin(door, astrid)
        await keep(door, vera(meta=LABEL))
    elif way == "the patient first":
        await keep(door, vera(meta=LABEL))
        await put(door, son())
    else:
        await put(door, son(), vera(meta=LABEL))
    told = await every_way_to_kin(door, astrid)
    assert STREET.encode() not in told
    assert b"0500-123" not in told
    assert b"RelatedPerson" in told, "that there is a relative is care's to know"
    assert set((await finds(door, astrid)).values()) == {0}
    proxy = citizen(f"{world.RESERVE}|{SON}")
    assert STREET.encode() not in await every_way_to_kin(door, proxy)
    assert STREET.encode() in await every_way_to_kin(door, citizen(VERA)), "nothing is kept from oneself"
    async with door.opened(astrid, "care") as record:
        assert "Gissad" not in str((await record.search("RelatedPerson", [("patient", "vera")])).matches)
    async with door.opened(world.SYSTEM, "administration") as record:
        assert STREET.encode() in (await record.read("RelatedPerson", "son")).body
    await keep(door, vera())
    assert set((await finds(door, astrid)).values()) == {1}, "found again when the protection has ended"
    assert STREET.encode() in await every_way_to_kin(door, astrid)


async def test_who_was_not_shown_where_a_relative_lives_takes_nothing_away(door: Door, astrid: Session) -> None:
    await put(door, son(), vera(meta=LABEL))
    async with door.opened(astrid, "care") as record:
        seen = (await record.read("RelatedPerson", "son")).resource
        stored = await record.update({**seen, "gender": "male"})
        assert STREET.encode() not in stored.body
    assert set((await finds(door, astrid)).values()) == {0}
    async with door.opened(world.SYSTEM, "administration") as record:
        kept = (await record.read("RelatedPerson", "son")).resource
    assert (kept["gender"], kept["address"], kept["telecom"]) == ("male", son()["address"], son()["telecom"])


async def test_a_relative_is_not_made_somebody_elses_to_show_where_they_live(door: Door, astrid: Session) -> None:
    await put(door, son(), vera(meta=LABEL))
    await keep(door, world.patient("vera2", "Vera", "Åkesson", "19500214-XA08"))
    await put(door, world.contact("vera2-stay", "vera2", "cardiology"))
    async with door.opened(astrid, "care") as record:
        seen = (await record.read("RelatedPerson", "son")).resource
    with pytest.raises(Unprocessable):
        async with door.opened(astrid, "care") as record:
            await record.update({**seen, "patient": {"reference": "Patient/vera2"}})
    assert STREET.encode() not in await every_way_to_kin(door, astrid)


async def test_a_relative_of_the_same_person_s_other_record_does_not_tell_either(door: Door, astrid: Session) -> None:
    """The label stands on one of two records that are one person's, and the relative on the other."""
    await put(door, son())
    other = world.patient("vera2", "Vera", "Åkesson", "19500214-XA08")
    await put(door, other | {"meta": LABEL}, world.contact("vera2-stay", "vera2", "cardiology"))
    assert set((await finds(door, astrid)).values()) == {1}
    joined = vera(link=[{"other": {"reference": "Patient/vera2"}, "type": "refer"}], address=[{"city": "Gissad"}])
    await keep(door, joined | {"telecom": [{"system": "phone", "value": "0500-999"}]})
    assert STREET.encode() not in await every_way_to_kin(door, astrid)
    assert set((await finds(door, astrid)).values()) == {0}
    await keep(door, vera())
    assert set((await finds(door, astrid)).values()) == {1}


async def test_an_unlabelled_record_of_a_protected_person_does_not_tell_either(door: Door, astrid: Session) -> None:
    """Two records are one person's, whichever of them says so; what was labelled once hides both, and only so long."""
    street = "Ollonvägen 7"
    second = world.patient("vera2", "Vera", "Åkesson", "19500214-XA08") | {"address": [{"line": [street]}]}
    link = {"link": [{"other": {"reference": "Patient/vera2"}, "type": "refer"}]}
    await put(door, second, world.contact("vera2-stay", "vera2", "cardiology"))

    async def told() -> tuple[bool, int]:
        async with door.opened(astrid, "care") as record:
            found = await record.search("Patient", [("address", street)])
            said = [await record.read("Patient", "vera2"), *(await record.history("Patient", "vera2"))]
            said += (await record.search("Patient", [("_id", "vera2")])).matches
            said += (await record.everything("vera2")).matches
        return any(street.encode() in one.body for one in said), len(found.matches)

    assert await told() == (True, 1)
    await keep(door, vera(meta=LABEL, **link))
    assert await told() == (False, 0)
    async with door.opened(astrid, "care") as record:
        seen = (await record.read("Patient", "vera2")).resource
        await record.update({**seen, "maritalStatus": {"text": "Gift"}})
    assert await told() == (False, 0)
    await keep(door, vera(meta=LABEL))
    await keep(door, second | {"link": [{"other": {"reference": "Patient/vera"}, "type": "refer"}]})
    assert await told() == (False, 0)
    async with door.opened(astrid, "care") as record:
        seen = (await record.read("Patient", "vera2")).resource
        await record.update({name: value for name, value in seen.items() if name != "link"})
    assert await told() == (False, 0), "the link is taken away by nobody who may not see what it hides"
    await keep(door, vera())
    assert await told() == (True, 1)


async def test_a_relative_written_while_the_label_is_set_does_not_tell_either(door: Door, astrid: Session) -> None:
    """Neither of the two has seen the other when it begins; the second waits for the first."""
    async with door.opened(world.SYSTEM, "administration") as record:
        await record.update(vera(meta=LABEL))
        relative = asyncio.create_task(put(door, son()))
        await asyncio.sleep(0.3)
        assert not relative.done()
    await relative
    assert set((await finds(door, astrid)).values()) == {0}


async def test_a_person_known_by_a_relative_alone_tells_no_whereabouts(door: Door, astrid: Session) -> None:
    """A Person names the relative and not the patient: whose home it is cannot be told, so it is kept back."""
    link = {"target": {"reference": "RelatedPerson/son"}}
    person = {"resourceType": "Person", "id": "sonny", "address": [{"text": "Hemliga gatan 9"}], "link": [link]}

    async def told() -> tuple[bool, int]:
        async with door.opened(astrid, "care") as record:
            found = await record.search("Person", [("address", "Hemliga")])
            said = [await record.read("Person", "sonny"), *(await record.history("Person", "sonny"))]
        return any(b"Hemliga" in one.body for one in said), len(found.matches)

    await put(door, son(), person)
    assert await told() == (False, 0)
    await put(door, person | {"link": [link, {"target": {"reference": "Patient/vera"}}]})
    assert await told() == (True, 1), "Vera is not protected"
    await keep(door, vera(meta=LABEL))
    assert await told() == (False, 0)


async def test_a_third_record_by_way_of_the_second_does_not_tell_either(door: Door, astrid: Session) -> None:
    """A links to B and B to C: the label of A hides where C says that the person lives, and their relatives."""
    street = "Ollonvägen 7"
    third = world.patient("vera3", "Vera", "Åkesson", "19500214-XA16") | {"address": [{"line": [street]}]}
    second = world.patient("vera2", "Vera", "Åkesson", "19500214-XA08")
    to_third = {"link": [{"other": {"reference": "Patient/vera3"}, "type": "refer"}]}
    await put(door, third, world.contact("vera3-stay", "vera3", "cardiology"))
    await put(door, second | to_third, vera(link=[{"other": {"reference": "Patient/vera2"}, "type": "refer"}]))

    async def told() -> tuple[bool, int]:
        async with door.opened(astrid, "care") as record:
            found = await record.search("Patient", [("address", street)])
            said = [await record.read("Patient", "vera3"), *(await record.history("Patient", "vera3"))]
        return any(street.encode() in one.body for one in said), len(found.matches)

    assert await told() == (True, 1)
    await keep(door, vera(meta=LABEL, link=[{"other": {"reference": "Patient/vera2"}, "type": "refer"}]))
    assert await told() == (False, 0)
    await keep(door, second)
    assert await told() == (True, 1), "whom nothing joins to the labelled record any more is somebody else"


async def test_a_citizen_sees_the_own_whereabouts_and_a_proxy_does_not(door: Door) -> None:
    owner = Owner(world.CARDIOLOGY, world.REGION)
    async with door.opened(world.SYSTEM, "administration") as record:
        await record.write([Wish("update", vera(meta=LABEL)), Wish("update", son(), owner=owner)])
    assert STREET.encode() in await every_way(door, citizen(VERA))
    async with door.opened(citizen(f"{world.RESERVE}|{SON}"), "own") as record:
        for one in (await record.read("Patient", "vera"), *(await record.history("Patient", "vera"))):
            assert STREET.encode() not in one.body


async def test_neither_narrative_extensions_nor_contained_people_tell(door: Door, astrid: Session) -> None:
    div = f'<div xmlns="http://www.w3.org/1999/xhtml">{STREET}</div>'
    hidden = vera(
        meta=LABEL,
        text={"status": "generated", "div": div},
        extension=[{"url": HOME, "valueAddress": {"line": [STREET]}}, {"url": f"{HOME}-not", "valueBoolean": True}],
        contained=[{"resourceType": "Organization", "id": "gp", "address": [{"line": [STREET]}]}],
        generalPractitioner=[{"reference": "#gp"}],
    )
    await keep(door, hidden)
    assert STREET.encode() not in await every_way(door, astrid)
    async with door.opened(astrid, "care") as record:
        seen = (await record.read("Patient", "vera")).resource
        await record.update({**seen, "maritalStatus": {"text": "Gift"}})
    async with door.opened(world.SYSTEM, "administration") as record:
        kept = (await record.read("Patient", "vera")).resource
    assert kept["text"]["div"] == div
    assert kept["contained"] == hidden["contained"]
    assert {one["url"]: one for one in kept["extension"]} == {one["url"]: one for one in hidden["extension"]}


async def test_what_is_taken_out_keeps_them_back_from_staff_with_the_right_too(door: Door, astrid: Session) -> None:
    await keep(door, vera(meta=LABEL))
    officer = replace(astrid, role="unit-manager")
    async with door.opened(officer, "care") as record:
        assert STREET.encode() in (await record.read("Patient", "vera")).body
        assert STREET.encode() not in b"".join(one.body for one in (await record.everything("vera")).matches)
