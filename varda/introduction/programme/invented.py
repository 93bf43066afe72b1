"""An invented programme for the invented county: four deliveries, the south under way, everybody's plans and roles.

The same seed gives the same programme. It goes by the same verbs as people do, as the office and the steering group.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from random import Random

from varda.catalogue import Deciding, Rights
from varda.introduction.programme.criteria import GATEWAYS
from varda.introduction.programme.gateways import Gateways
from varda.introduction.programme.items import DETAILED, Item, Link, Progress
from varda.introduction.programme.mandates import LEADING, Appointment, Mandates
from varda.introduction.programme.network import scheduled
from varda.introduction.programme.participants import OPTIONS, Participant, Participants, Sort
from varda.introduction.programme.plans import Plans
from varda.introduction.programme.reports import DUTIES, RHYTHM, Reports
from varda.introduction.programme.roles import LOCAL
from varda.introduction.programme.template import local, overall
from varda.kernel.clock import STOCKHOLM
from varda.kernel.db import Database
from varda.region.model import Assignment, County, Unit
from varda.region.organisations import PLACES
from varda.region.staff import DEMO_PEOPLE
from varda.region.telling import county

_BOARD = Deciding("", "Regionstyrelsen", "", Rights(frozenset({(LEADING, "special")}), {}))
_BEGAN = {"south": -310, "west": -60, "north": 120, "east": 120}
"""Days from today when each area's delivery began or begins."""
_PACKAGES = ("Förberedelser", "Genomförande", "Uppföljning")
_STEPS = ("Underlag", "Arbetsmöten", "Beslut", "Information")
_STANDS = ("not-begun", "going", "going", "going", "done", "done", "hindered")
_DONE = (
    "Målgruppsanalysen är gjord.",
    "Coacherna är utsedda.",
    "Rutinerna är genomgångna.",
    "Inget nytt.",
)
_OBSTACLES = ("Ersättare under utbildningen saknas.", "Korten är försenade.", "Skrivarna är inte beställda.")
_PIONEERS = 1  # units of each organisation of the area that is under way
_ADMINISTRATIONS = {"SÄS": "south", "Södra Älvsborg": "south", "NU": "north", "Skaraborg": "east"}
_SORTS: dict[str, Sort] = {"municipality": "municipality", "administration": "administration", "company": "private"}


async def fill(database: Database, now: datetime, seed: int = 1) -> int:
    """Fill an invented programme, unless a plan is in force; gives the number of things in its plans."""
    plans = Plans(database)
    if await plans.in_force() is not None:
        return 0
    land, chance = county(seed), Random(f"{seed}:programme")  # noqa: S311 - an invented programme, not a secret
    office, group = await _appointed(database, land, chance, now)
    taking_part = list(_participants(land, chance))
    then = now + timedelta(days=min(_BEGAN.values()))
    await Participants(database).keep(taking_part, office, then)
    today, began = now.astimezone(STOCKHOLM).date(), then.astimezone(STOCKHOLM).date()
    items = overall({area: today + timedelta(days=days) for area, days in _BEGAN.items()}, began)
    first = await plans.propose(items, "Första överordnade tidplanen", office, then)
    await plans.decide(first, group, "Styrgruppen § 4", then, approved=True)
    work = [*_central(items), *_everywhere(taking_part, items, chance)]
    await plans.keep(work, office, "Detaljplan", then)
    await _moved_on(plans, items, office, group, then + timedelta(days=200))
    for area in ("south", "west"):
        at = now + timedelta(days=_BEGAN[area])
        await plans.set_state(f"{area}-delivery", "running", group, "Leveransen startar", "Styrgruppen § 5", at)
    for gateway in ("g1", "g2", "g3", "g4"):
        await _passed(Gateways(database), ("south-delivery", gateway), items, began, office)
    said = dict(_told([*items, *work], began, today, chance))
    await plans.say_all(said, office, now)
    await _reported(database, chance, now)
    return len(items) + len(work)


async def _appointed(database: Database, land: County, chance: Random, now: datetime) -> tuple[Deciding, Deciding]:
    """Everybody's appointments; gives the office and a member of the steering group."""
    mandates, known = Mandates(database), {one.key: one for one in DEMO_PEOPLE}
    opens = now + timedelta(days=min(_BEGAN.values()))

    async def give(person: tuple[str, str], role: str, organisation: str, by: Deciding) -> None:
        if await mandates.held(person[0], role, organisation, opens):  # by a filling that was stopped
            return
        wanted = Appointment(*person, role, organisation, opens, None, "Utsedd vid programmets start")
        await mandates.give(wanted, by, opens)

    def demo(key: str) -> tuple[str, str]:
        return known[key].hsa, known[key].name

    await give(demo("programme-manager"), "programme-office", "", _BOARD)
    office, group = (Deciding(*demo(key), "", Rights(frozenset(), {})) for key in ("programme-manager", "unit-manager"))
    await give(demo("unit-manager"), "steering-group", "", office)
    await give(demo("second-rights-administrator"), "gateway-programme", "", office)
    await give(demo("ward-physician"), "gateway-operations", "", office)
    await give(demo("quality-nurse"), "reference-group", "", office)
    for unit in land.units.values():
        if unit.is_a("municipality"):
            for role, who in _leads(land, unit, chance):
                await give((who.person, who.name), role, unit.hsa, office)
    return office, group


def _leads(land: County, municipality: Unit, chance: Random) -> Iterator[tuple[str, Assignment]]:
    """Most of the six roles of a municipality, several often one person's, from its own home care."""
    staff = land.assignments[f"{municipality.hsa}H"]
    some = staff[: chance.randint(1, 4)]
    for nth, role in enumerate(LOCAL):
        if nth < 2 or chance.random() < 0.8:
            yield role, some[0] if nth == 0 else chance.choice(some)


def _participants(land: County, chance: Random) -> Iterator[Participant]:
    for unit in land.units.values():
        kind = next((sort for name, sort in _SORTS.items() if unit.is_a(name)), None)
        if kind is None:
            continue
        area = PLACES[unit.municipality].area
        if kind == "administration":
            area = next((to for name, to in _ADMINISTRATIONS.items() if name in unit.name), "west")
        more = [code for code in OPTIONS if code in ("option-1", "option-2") or chance.random() < 0.35]
        below = [one.hsa for one in land.units.values() if one.parent == unit.hsa]
        first = tuple(below[:_PIONEERS]) if area == "south" else ()
        yield Participant(unit.hsa, area, kind, tuple(more) if kind == "municipality" else (), pioneers=first)


def _central(items: Iterable[Item]) -> Iterator[Item]:
    """Work packages and activities of each event of the overall plan, one after another within its days."""
    for event in items:
        if event.kind != "event":
            continue
        least, over = divmod(event.days, len(_PACKAGES) * len(_STEPS))
        before, count = "", 0
        for nth, title in enumerate(_PACKAGES, 1):
            package = f"{event.code}.p{nth}"
            yield Item(package, "package", f"{title}: {event.title}", event.code)
            for step, what in enumerate(_STEPS, 1):
                code = f"{package}.{step}"
                after = (Link(before),) if before else ()
                yield Item(code, "activity", f"{what} ({title.lower()})", package, least + (count < over), after)
                before, count = code, count + 1


def _everywhere(taking_part: Iterable[Participant], items: list[Item], chance: Random) -> Iterator[Item]:
    """What each organisation does at home, from the pattern, with days of its own."""
    for one in taking_part:
        for item in local(one.organisation, f"{one.area}-delivery", items):
            yield replace(item, days=max(3, round(item.days * chance.uniform(0.6, 1.15))))


async def _moved_on(plans: Plans, items: list[Item], office: Deciding, group: Deciding, at: datetime) -> None:
    """A second plan that was decided, and a third that waits."""

    def later(some: Iterable[Item], code: str, lag: int) -> list[Item]:
        def moved(one: Item) -> Item:
            after = tuple(Link(link.code, link.lag + lag) for link in one.after)
            return replace(one, after=after, due=one.due and one.due + timedelta(days=lag))

        return [moved(one) if one.code == code else one for one in some]

    second = later(items, "south-delivery.go-live", 14)
    number = await plans.propose(second, "Utvärderingen hos pionjärerna ska hinna behandlas", office, at)
    await plans.decide(number, group, "Styrgruppen § 17", at + timedelta(days=6), approved=True)
    third = later(second, "west-delivery.g3", 21)
    await plans.propose(third, "Kopplingarna i väst behöver provas längre", office, at + timedelta(days=20))


async def _passed(gateways: Gateways, at: tuple[str, str], items: list[Item], began: date, office: Deciding) -> None:
    """A gateway that both sides have passed on its day."""
    day = scheduled(items, {}, began)[".".join(at)].finish
    now, known = datetime.combine(day, time(9), STOCKHOLM), {one.key: one for one in DEMO_PEOPLE}
    for one in GATEWAYS[at[1]].criteria:
        await gateways.give_evidence(at, one.code, "Genomgånget på beredskapsmötet", office, now, is_met=True)
    for side, key in (("programme", "second-rights-administrator"), ("operations", "ward-physician")):
        by = Deciding(known[key].hsa, known[key].name, "", Rights(frozenset(), {}))
        await gateways.turn(at, "programme" if side == "programme" else "operations", "Kriterierna är uppfyllda", by,
                            now, passed=True)  # fmt: skip


async def _reported(database: Database, chance: Random, now: datetime) -> None:
    """The municipalities' reports of the last periods; some have sent none of late, and some never any."""
    mandates, reports = await Mandates(database).in_force(now), Reports(database)
    leads = {one.organisation: one for one in mandates if one.role.code == LOCAL[0]}
    often = {organisation: chance.choice((0.0, 0.7, 0.9, 0.9, 1.0)) for organisation in leads}
    for back in range(3, -1, -1):
        for one in leads.values():
            if chance.random() >= often[one.organisation]:
                continue
            duties = {code: chance.choice(_STANDS) for code in DUTIES if chance.random() < 0.95}
            texts = {"done": chance.choice(_DONE)}
            if "hindered" in duties.values():
                texts["obstacles"] = chance.choice(_OBSTACLES)
            by = Deciding(one.person, one.name, "", Rights(frozenset(), {}))
            await reports.send(one.organisation, duties, texts, by, now - back * RHYTHM)


def _told(items: list[Item], began: date, today: date, chance: Random) -> Iterator[tuple[str, Progress]]:
    """What should have happened by now, most of it a little late and some not at all."""
    times = scheduled(items, {}, began)
    for one in items:
        at = times[one.code]
        if at.start > today or one.kind == "gateway" or (one.kind in DETAILED and chance.random() < 0.06):
            continue
        late = timedelta(days=chance.choice((0, 0, 0, 1, 2, 5)) if one.organisation else 0)
        begun, finished = min(at.start + late, today), at.finish + late
        if finished <= today:
            yield one.code, Progress(begun, max(begun, finished))
        elif not one.is_moment:
            yield one.code, Progress(begun)
