"""What the law costs: what deciding adds to a read by id, and what a patient's blocks add to a search of that patient.

The variants take turns, request by request, so that a machine that wanders hurts all alike. Without the network, one
request at a time; the county around is an invented one in a scratch database of its own.
"""

import asyncio
import random
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import msgspec

from varda.access.decisions import CATEGORY
from varda.access.session import Session
from varda.care.facts import HSA_ID
from varda.cli import db, telling, tools
from varda.cli.bench import own
from varda.cli.bench.figures import Added, Measured
from varda.cli.bench.inside import answered
from varda.cli.place import Place
from varda.cli.region import filled
from varda.cli.serve import Application, Wires
from varda.fhir.resource import Resource
from varda.record import Owner, Wish
from varda.region import DEMO_CENTRE, DEMO_HOME_CARE, DEMO_PEOPLE, DEMO_WARD


@dataclass(frozen=True, slots=True)
class Variant:
    """A patient to search: items of the own unit (`own`) and of another (`others`, of the place `whose`), whether that
    other unit is blocked, for `all_time` or a period of all its items, and blocks of the past, which hide nothing. The
    days of all items interleave, unless the other unit's are `newest`. `beside` is the patient who is alike but for the
    blocks.
    """

    patient: str
    name: str
    others: int = 60
    is_blocked: bool = False
    blocks: int = 0
    beside: str = "law-none"
    own: int = 60
    whose: str = DEMO_WARD
    newest: bool = False
    all_time: bool = True


def _both(part: str, name: str, others: int, **alike: Any) -> tuple[Variant, Variant]:
    """The same items open and blocked."""
    opened = Variant(f"law-open{part}", f"{name} open", others, beside="", **alike)
    blocked = Variant(f"law-shut{part}", f"{name} blocked", others, is_blocked=True, beside=opened.patient, **alike)
    return opened, blocked


VARIANTS = (
    Variant("law-none", "no block", beside=""),
    Variant("law-again", "no block, once more"),
    Variant("law-b1", "1 block of the past", blocks=1),
    Variant("law-b100", "100 blocks of the past", blocks=100),
    Variant("law-b10000", "10,000 blocks of the past", blocks=10_000),
    *_both("1", "1 item", 1),
    *_both("100", "100 items", 100),
    *_both("10000", "10,000 items", 10_000),
    *_both("mixed", "2,000 items among as many", 2_000, own=2_000),
    *_both("new", "10,000 newest items", 10_000, newest=True),
    *_both("outer", "10,000 items of another provider", 10_000, whose=DEMO_HOME_CARE),
    Variant(
        "law-period",
        "10,000 newest items blocked by their period",
        10_000,
        is_blocked=True,
        beside="law-opennew",
        newest=True,
        all_time=False,
    ),
)
"""What differs between the first two is chance."""
READ_BUDGET, BLOCK_BUDGET = 1.0, 10.0  # ms; percent
_PLACES = {DEMO_CENTRE: "own unit's", DEMO_WARD: "another unit's", DEMO_HOME_CARE: "another provider's"}
_EACH = 60  # items of the own unit and of the other provider about each patient
_READS, _SEARCHES, _WARM = 1500, 400, 40
_AT_ONCE = 500
_SEED = 1
_JOB = Session(kind="job", actor="bench", name="bench", reach="county", scopes=("read", "write", "import"))


async def costs(place: Place, rows: list[Measured], added: list[Added], *, keep: bool) -> None:
    """Add what was measured to `rows`, and the differences to `added`. The scratch database is dropped unless kept."""
    name = "varda_bench_law"
    settings = replace(place.settings, environment="test", database_url=place.beside(name), limit_searches=0)
    scratch = Place(settings, place.beside(name), None, True)
    own.dropped(scratch)
    await asyncio.to_thread(db.prepared, scratch)
    try:
        await filled(scratch, 200, _SEED)
        async with _desk(Application(settings)) as desk:
            with telling.progress("Patients with blocks", len(VARIANTS)) as advance:
                for variant in VARIANTS:
                    await _kept(desk, variant)
                    advance()
            await asyncio.to_thread(tools.psql, scratch.url, "vacuum analyze")
            await _opened(desk)
            await _reads(desk, rows, added)
            await _searches(desk, rows, added)
    finally:
        if not keep:
            own.dropped(scratch)


@dataclass(frozen=True, slots=True)
class _Desk:
    """Who asks: a physician for whom everything is decided, and a client that reaches everything. Bearer tokens."""

    application: Application
    wires: Wires
    physician: Session
    decided: str
    whole: str


@asynccontextmanager
async def _desk(application: Application) -> AsyncIterator[_Desk]:
    async with application.running():
        wires = application.wires
        assert wires is not None
        now, lasts = wires.clock.now(), timedelta(days=1)
        sessions = await wires.people.sessions(DEMO_PEOPLE[0].hsa, now)
        physician = next(one for one in sessions if one.unit == DEMO_CENTRE)
        whole = Session(kind="client", actor="bench", name="bench", reach="county", scopes=("read",))
        tokens = [await wires.tickets.made(one, kind="bearer", now=now, lasts=lasts) for one in (physician, whole)]
        yield _Desk(application, wires, physician, *tokens)


# The patients --------------------------------------------------------------------------------------------------------


async def _kept(desk: _Desk, variant: Variant) -> None:
    """A patient with an open contact at the centre, items of three places, a consent, and blocks."""
    patient = variant.patient
    people = desk.wires.people
    units = {hsa: await people.unit(hsa) for hsa in _PLACES}
    providers = {unit.provider: await _organization(desk, unit.provider) for unit in units.values()}
    owners = {hsa: Owner(hsa, unit.provider) for hsa, unit in units.items()}
    home, centre = owners[DEMO_HOME_CARE], owners[DEMO_CENTRE]
    wishes = [
        Wish("update", _patient(patient), owner=Owner("", "")),
        Wish("update", _contact(patient, units[DEMO_CENTRE].organization), owner=centre),
        Wish("update", _consent(patient, "told", "information", providers[home.provider]), owner=home),
        Wish("update", _consent(patient, "yes", "access", reader=providers[centre.provider]), owner=centre),
    ]
    for hsa, owner in owners.items():
        is_whose = hsa == variant.whose
        many = variant.others if is_whose else variant.own if hsa == DEMO_CENTRE else _EACH
        year = 2026 if is_whose and variant.newest else 2025
        wishes += [Wish("update", _observation(patient, hsa, n, year), owner=owner) for n in range(many)]
    ward, outer = units[DEMO_WARD].organization, units[DEMO_HOME_CARE].organization
    if variant.is_blocked:
        time: dict[str, Any] = {} if variant.all_time else {"dataPeriod": {"start": "2026-01-01", "end": "2026-12-31"}}
        is_outer = variant.whose == DEMO_HOME_CARE
        kind, who, whom = ("outer-block", home, outer) if is_outer else ("inner-block", centre, ward)
        block = _consent(patient, "block", kind, providers[who.provider], reader=whom, **time)
        wishes.append(Wish("update", block, owner=owners[variant.whose]))
    for n in range(variant.blocks):
        past = {"dataPeriod": {"start": "2001-01-01", "end": f"2001-12-{n % 28 + 1:02}"}}
        inner = _consent(patient, f"b{n}", "inner-block", providers[centre.provider], reader=ward, **past)
        outside = _consent(patient, f"b{n}", "outer-block", providers[home.provider], reader=outer, **past)
        wishes.append(Wish("update", outside if n % 2 else inner, owner=home if n % 2 else owners[DEMO_WARD]))
    for first in range(0, len(wishes), _AT_ONCE):
        async with desk.wires.door.opened(_JOB, "bench") as record:
            await record.write(wishes[first : first + _AT_ONCE])


async def _organization(desk: _Desk, hsa: str) -> str:
    async with desk.wires.door.opened(_JOB, "bench") as record:
        return (await record.search("Organization", [("identifier", f"{HSA_ID}|{hsa}")])).matches[0].id


def _patient(patient: str) -> Resource:
    return {"resourceType": "Patient", "id": patient, "birthDate": "1950-02-14", "name": [{"family": "Mätt"}]}


def _contact(patient: str, organization: str) -> Resource:
    return {
        "resourceType": "Encounter",
        "id": f"{patient}-contact",
        "status": "in-progress",
        "class": {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "AMB"},
        "subject": {"reference": f"Patient/{patient}"},
        "serviceProvider": {"reference": f"Organization/{organization}"},
    }


def _observation(patient: str, hsa: str, number: int, year: int = 2025) -> Resource:
    return {
        "resourceType": "Observation",
        "id": f"{patient}-{hsa[-4:].replace('-', '')}-{number}",
        "status": "final",
        "code": {"coding": [{"system": "http://loinc.org", "code": "718-7", "display": "Hemoglobin"}]},
        "subject": {"reference": f"Patient/{patient}"},
        "effectiveDateTime": f"{year}-{number % 12 + 1:02}-{number % 28 + 1:02}",
        "valueQuantity": {"value": 120 + number % 30, "system": "http://unitsofmeasure.org", "code": "g/L"},
    }


def _consent(
    patient: str, name: str, kind: str, organization: str = "", *, reader: str = "", **provision: Any
) -> Resource:
    rules: Resource = {"type": "deny" if kind.endswith("block") else "permit", **provision}
    if reader:
        rules["actor"] = [{"role": {"text": "part"}, "reference": {"reference": f"Organization/{reader}"}}]
    scope = {"system": "http://terminology.hl7.org/CodeSystem/consentscope", "code": "patient-privacy"}
    made: Resource = {
        "resourceType": "Consent",
        "id": f"{patient}-{name}",
        "status": "active",
        "scope": {"coding": [scope]},
        "category": [{"coding": [{"system": CATEGORY, "code": kind}]}],
        "patient": {"reference": f"Patient/{patient}"},
        "performer": [{"reference": f"Patient/{patient}"}],
        "policyRule": {"coding": [{"system": f"{CATEGORY}-way", "code": "present"}]},
        "provision": rules,
    }
    return made | ({"organization": [{"reference": f"Organization/{organization}"}]} if organization else {})


async def _opened(desk: _Desk) -> None:
    """The physician chooses other units, and opens other providers' data on the consent, of each patient."""
    for variant in VARIANTS:
        async with desk.wires.door.opened(desk.physician, "care") as record:
            await record.choose(variant.patient, reason="Mätning", all_units=True)
            await record.open_others(variant.patient, ground="consent", reason="Mätning")


# The measurements ----------------------------------------------------------------------------------------------------


async def _reads(desk: _Desk, rows: list[Measured], added: list[Added]) -> None:
    """The same items read by both, in turn; who is first changes."""
    for hsa, whose in _PLACES.items():
        ids = [_observation("law-none", hsa, n)["id"] for n in range(_EACH)]
        whole, decided = Measured(f"read {whose}, all reached"), Measured(f"read {whose}, decided")
        pair = [(desk.whole, whole), (desk.decided, decided)]
        for number in range(_READS + _WARM):
            for token, done in pair if number % 2 else pair[::-1]:
                await _timed(desk, done, token, f"/fhir/Observation/{ids[number % _EACH]}", number)
        rows += [whole, decided]
        half, most = (decided.below(share) - whole.below(share) for share in (0.5, 0.95))
        added.append(Added(f"a read of {whose}", "ms", half, most, READ_BUDGET))


async def _searches(desk: _Desk, rows: list[Measured], added: list[Added]) -> None:
    """The newest fifty of each patient, who takes turns in an order that changes."""
    path, dice = "/fhir/Observation", random.Random(_SEED)  # noqa: S311 - an order, no secret
    done = {variant.patient: Measured(f"search, {variant.name}") for variant in VARIANTS}
    for variant in VARIANTS:
        await _require_seen(desk, variant, done[variant.patient])
    for number in range(_SEARCHES + _WARM):
        for one in dice.sample(VARIANTS, len(VARIANTS)):
            question = f"patient={one.patient}&_sort=-date&_count=50"
            await _timed(desk, done[one.patient], desk.decided, path, number, question)
    rows += done.values()
    for variant in (one for one in VARIANTS if one.beside):
        ours, beside = done[variant.patient], done[variant.beside]
        half, most = ((ours.below(share) / beside.below(share) - 1) * 100 for share in (0.5, 0.95))
        added.append(Added(f"a search, {variant.name}", "%", half, most, BLOCK_BUDGET))


async def _require_seen(desk: _Desk, variant: Variant, done: Measured) -> None:
    """Each patient must be seen as was meant, or the figures are about something else."""
    question = f"patient={variant.patient}&_summary=count"
    _, body = await answered(desk.application, "/fhir/Observation", question, authorization=f"Bearer {desk.decided}")
    others = 0 if variant.is_blocked else variant.others
    seen, meant = msgspec.json.decode(body).get("total"), variant.own + _EACH + others
    if seen != meant:
        done.failed(f"{seen} items are seen of {variant.name}, and {meant} were meant")


async def _timed(desk: _Desk, done: Measured, token: str, path: str, number: int, question: str = "") -> bytes:
    """One request; the first ones only warm."""
    before = time.perf_counter()
    status, body = await answered(desk.application, path, question, authorization=f"Bearer {token}")
    taken = time.perf_counter() - before
    if number >= _WARM:
        done.times.append(taken)
        done.seconds += taken
    if status != 200:
        done.failed(f"{path} answered {status}: {body[:200]!r}")
    return body
