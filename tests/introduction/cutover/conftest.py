"""A delivery with pioneers, the keys of its gateways, and a run-book of few steps."""

from datetime import date, timedelta

import pytest

from tests.introduction.programme.conftest import NOW, OLGA, county, mandates, somebody, to
from tests.record import world
from varda.introduction.cutover import Books, Template, read
from varda.introduction.programme import Mandates, Participant, Participants, Plans
from varda.introduction.programme.template import overall
from varda.kernel.db import Database

__all__ = ["county", "mandates"]

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
STARTS = NOW + 2 * HOUR
SOUTH = "south-delivery"
IDA, PIA, OVE, STINA = somebody("ida"), somebody("pia"), somebody("ove"), somebody("stina")
CANDIDATE = ("0.1.0+test", "abc")

BOOK = """
version = 1
[[waves]]
code = "first"
sv = "De första"
en = "The first"
of = "pioneers"
[[waves]]
code = "rest"
sv = "Resten"
en = "The rest"
of = "administration, municipality"
"""
STEPS = (
    ("move", "first", "work", -120, -60, ()),
    ("moved", "first", "hold", -60, -45, ("move",)),
    ("print", "first", "work", -60, -30, ("move",)),
    ("go-first", "first", "go", -30, -15, ("moved", "print")),
    ("switch-first", "first", "switch", 0, 15, ("go-first",)),
    ("go-rest", "rest", "go", 600, 630, ("switch-first",)),
    ("switch-rest", "rest", "switch", 660, 690, ("go-rest",)),
)


def written(*changed: tuple[str, str, str, int, int, tuple[str, ...]]) -> str:
    """The run-book as a file, some of its steps otherwise."""
    steps = {one[0]: one for one in (*STEPS, *changed)}
    lines = [
        f'[[steps]]\ncode = "{code}"\nwave = "{wave}"\nkind = "{kind}"\nsv = "{code}"\nen = "{code}"\n'
        f'owner = "it-lead"\nfrom = {opens}\nto = {closes}\nafter = {list(after)}\n'
        for code, wave, kind, opens, closes, after in steps.values()
    ]
    return BOOK + "".join(lines)


@pytest.fixture
def template() -> Template:
    return read(written())


@pytest.fixture
async def books(mandates: Mandates, county: Database) -> Books:
    """Ida owns the steps, Pia and Ove have the keys, Stina is of the steering group; cardiology is the pioneer."""
    for who, role in (("stina", "steering-group"), ("pia", "gateway-programme"), ("ove", "gateway-operations")):
        await mandates.give(to(who, role), OLGA, NOW)
    await mandates.give(to("ida", "it-lead", world.REGION), OLGA, NOW)
    plans = Plans(county)
    items = overall({"south": date(2026, 9, 1)}, NOW.date())
    await plans.decide(await plans.propose(items, "first", OLGA, NOW), STINA, "§ 1", NOW, approved=True)
    await Participants(county).keep(
        [Participant(world.REGION, "south", "administration", pioneers=(world.CARDIOLOGY,)),
         Participant(world.BORAS, "south", "municipality")],
        OLGA, NOW,
    )  # fmt: skip
    return Books(county)
