"""A gateway takes from readiness what is computed, and no key passes it while a concern is unanswered (F215)."""

from datetime import date, timedelta

import pytest

from tests.introduction.programme.conftest import NOW, OLGA, somebody, to
from tests.introduction.readiness.test_gathering import SEAL, Ward
from tests.record import world
from varda.introduction.programme import GATEWAYS, Computed, Gateways, Mandates, Participant, Participants, Plans
from varda.introduction.programme.template import overall
from varda.introduction.readiness import Attestations, Concerns, Deliveries, Kept, Register
from varda.kernel.db import Database
from varda.kernel.errors import Conflict

pytestmark = pytest.mark.anyio

AT = ("south-delivery", "g5")
STINA, PIA, OVE = somebody("stina"), somebody("pia"), somebody("ove")


@pytest.fixture
async def gateways(mandates: Mandates, county: Database) -> Gateways:
    """The region takes part in the south, whose plan is decided; Boras does not."""
    for who, role in (("stina", "steering-group"), ("pia", "gateway-programme"), ("ove", "gateway-operations")):
        await mandates.give(to(who, role), OLGA, NOW)
    items = overall({"south": date(2026, 9, 1)}, NOW.date())
    plans = Plans(county)
    await plans.decide(await plans.propose(items, "first", OLGA, NOW), STINA, "§ 1", NOW, approved=True)
    await Participants(county).keep([Participant(world.REGION, "south", "administration")], OLGA, NOW)
    return Gateways(county, GATEWAYS, Deliveries(county))


async def test_computed_criteria_are_met_by_every_unit_of_the_delivery_alone(
    gateways: Gateways, county: Database
) -> None:
    ward = Ward(county)
    assert (await gateways.standing(*AT, NOW)).how("downtime") == "unmet", "no unit has been looked at"
    await ward.gather()
    stands = await gateways.standing(*AT, NOW)
    assert stands.readiness.computed["downtime"] == Computed(2, 0, 0)
    said, candidates = Attestations(county, Kept(county, SEAL)), await Register(county).all()
    assert candidates.now is not None
    for nth, unit in enumerate((world.CARDIOLOGY, world.SURGERY)):
        assert (await gateways.standing(*AT, NOW)).readiness.computed["downtime"].met == nth
        await said.say("paper", unit, "In the red binder.", ("a", "A"), NOW, is_met=True)
        [waiting] = await said.at(unit)
        await said.confirm(waiting.number, candidates.now.number, ("b", "B"), NOW)
    stands = await gateways.standing(*AT, NOW)
    assert stands.how("downtime") == "met"
    assert stands.how("trained") == "unmet"
    assert (stands.readiness.build, stands.readiness.configuration) == (
        candidates.now.build, candidates.now.configuration
    )  # fmt: skip
    later = await gateways.standing(*AT, NOW + timedelta(days=91))
    assert later.how("downtime") == "unmet", "it has grown old"


async def test_what_is_carried_over_is_listed(gateways: Gateways, county: Database) -> None:
    ward = Ward(county)
    await ward.gather()
    said, candidates = Attestations(county, Kept(county, SEAL)), await Register(county).all()
    assert candidates.now is not None
    await said.say("paper", world.SURGERY, "In the red binder.", ("a", "A"), NOW, is_met=True)
    await said.confirm((await said.at(world.SURGERY))[0].number, candidates.now.number, ("b", "B"), NOW)
    await Register(county).declare("0.1.0+two", ["F19"], "Two words", OLGA, NOW)
    ward.build = "0.1.0+two"
    await ward.gather()
    assert (await gateways.standing(*AT, NOW)).readiness.computed["downtime"] == Computed(2, 1, 1)


async def test_no_key_passes_any_gateway_while_a_concern_is_unanswered(gateways: Gateways, county: Database) -> None:
    first, concerns = ("south-delivery", "g1"), Concerns(county)
    for one in GATEWAYS["g1"].criteria:
        await gateways.give_evidence(first, one.code, "looked at", OLGA, NOW, is_met=True)
    elsewhere = await concerns.raise_(world.BORAS, "We know nothing.", ("u", "Union"), NOW)
    assert (await gateways.standing(*first, NOW)).readiness.concerns == 0
    number = await concerns.raise_(world.SURGERY, "Nobody has tried the printers.", ("u", "Union"), NOW)
    whole = await concerns.raise_("", "Too fast.", ("u", "Union"), NOW)
    assert (await gateways.standing(*first, NOW)).readiness.concerns == 2
    for one in (number, whole):
        with pytest.raises(Conflict, match="unanswered"):
            await gateways.turn(first, "programme", "ready", PIA, NOW, passed=True)
        await concerns.answer(one, "They are tried on Monday.", ("olga", "Olga"), NOW)
    await gateways.turn(first, "programme", "ready", PIA, NOW, passed=True)
    await gateways.turn(first, "operations", "ready", OVE, NOW, passed=True)
    assert (await gateways.standing(*first, NOW)).state == "passed"
    assert elsewhere < number
