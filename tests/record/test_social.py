"""A16 in docs/law.md: nobody looks for those who have had social services, by whatever words (PDL 2:8)."""

from dataclasses import replace

import pytest

from tests.record import world
from varda.access.session import Session
from varda.kernel.errors import Malformed
from varda.record import Door, Owner, Wish

TEAM = {
    "resourceType": "CareTeam",
    "id": "team",
    "subject": {"reference": "Patient/vera"},
    "participant": [{"member": {"reference": "Organization/help"}}],
}


@pytest.fixture
async def helped(door: Door) -> Door:
    """Home help of the town's social care takes part in Vera's care, as the ward has noted; the ward's own team too."""
    social = world.organization("social", f"{world.HSA_PREFIX}-O", "social-care-provider", part_of="boras")
    unit = world.organization("help", f"{world.HSA_PREFIX}-HT", "care-unit", "home-help", part_of="social")
    team = TEAM | {"id": "own", "participant": [{"member": {"reference": "Organization/cardiology"}}]}
    async with door.opened(world.SYSTEM, "administration") as record:
        await record.write([Wish("update", one, owner=Owner("", "")) for one in (social, unit)])
        owner = Owner(world.CARDIOLOGY, world.REGION)
        await record.write([Wish("update", one, owner=owner) for one in (TEAM, team)])
    return door


@pytest.mark.parametrize(
    ("type_", "pairs"),
    [
        ("CareTeam", [("participant", "Organization/help")]),
        ("CareTeam", [("participant:Organization", "help")]),
        ("CareTeam", [("participant", "Organization/cardiology,Organization/help")]),
        ("CareTeam", [("participant:Organization.name", "Help")]),
        ("CareTeam", [("participant:Organization.partof", "Organization/social")]),
        ("CareTeam", [("patient", "vera,asa"), ("participant", "Organization/help")]),
        ("CareTeam", [("participant", "Patient/vera,Organization/help")]),
        ("CareTeam", [("participant:identifier", f"urn:oid:1.2.752.29.4.19|{world.HSA_PREFIX}-HT")]),
        ("Organization", [("_id", "help"), ("_revinclude", "CareTeam:participant")]),
        ("Organization", [("_revinclude", "CareTeam:participant")]),
        ("Patient", [("_id:not", "asa"), ("_has:CareTeam:patient:participant", "Organization/help")]),
        ("Patient", [("_has:CareTeam:patient:participant", "Organization/help")]),
        ("Patient", [("_has:CareTeam:patient:participant:Organization.name", "help")]),
        ("Encounter", [("patient.general-practitioner", "Organization/help")]),
    ],
)
async def test_no_question_to_everybody_asks_for_social_services(
    helped: Door, astrid: Session, type_: str, pairs: list[tuple[str, str]]
) -> None:
    for asker in (astrid, world.SYSTEM):
        with pytest.raises(Malformed) as refused:
            async with helped.opened(asker, "care") as record:
                await record.search(type_, pairs)
        assert "PDL 2:8" in str(refused.value)
        assert refused.value.problems[0].code == "forbidden"


async def test_care_is_asked_for_and_one_patient_too(helped: Door, astrid: Session) -> None:
    """Units of care, one named patient, the register of units itself; and social care about its own."""
    async with helped.opened(astrid, "care") as record:
        found = (await record.search("CareTeam", [("participant", "Organization/cardiology")])).matches
        assert [one.id for one in found] == ["own"]
        assert (await record.search("CareTeam", [("participant:Organization.name", "cardio")])).matches
        whose = [("patient", "vera"), ("participant", "Organization/help")]
        assert [one.id for one in (await record.search("CareTeam", whose)).matches] == ["team"]
        assert (await record.search("Organization", [("name", "Help")])).matches
        pairs = [("_id", "cardiology"), ("name:contains", "a"), ("_revinclude", "CareTeam:participant")]
        assert [one.id for one in (await record.search("Organization", pairs)).included] == ["own"]
        assert not (await record.search("CareTeam", [("participant", "Organization/nobody")])).matches
    async with helped.opened(replace(astrid, is_social=True), "care") as record:
        assert (await record.search("CareTeam", [("participant", "Organization/help")])).matches
