"""Worlds to ask about: one county, and a list of steps drawn from a seed, each told to the oracle and done through the
door. A world is its steps, so that one that fails is repeated, and made smaller, by leaving steps out.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

from tests.law.oracle import (
    CITIZEN,
    COUNTY,
    FIRST,
    FOREVER,
    IN_DANGER,
    LAST,
    SHIFT,
    SHORT,
    SWEDEN,
    SYSTEM,
    Decision,
    Facts,
    Item,
    Kin,
    Opened,
    Patient,
    Place,
    Reader,
    Relation,
)
from tests.record import world as county
from varda.access.people import People
from varda.access.session import Session
from varda.care import certificates
from varda.care.pregnancies import METHODS
from varda.care.problems import ICD
from varda.care.programmes import PROGRAMMES
from varda.care.programmes.risks import RISK
from varda.kernel.clock import SetClock
from varda.kernel.errors import Fault
from varda.record import Door, Draft, Owner, Wish, signing
from varda.record.messages import CATEGORY
from varda.record.signing import CERTIFICATES

START = datetime(2026, 3, 1, 12, tzinfo=UTC)
DAYS = [date(2024, 5, 3), date(2025, 1, 1), date(2025, 6, 15), date(2025, 12, 31), date(2026, 2, 1)]

# id, kinds, below, provider
_PLACES = [
    ("region", ("region", "care-provider"), "", "region"),
    ("cardiology", ("care-unit", "health-centre", "maternity"), "region", "region"),
    ("surgery", ("care-unit",), "region", "region"),
    ("psychiatry", ("care-unit",), "region", "region"),
    ("boras", ("municipality", "care-provider"), "", "boras"),
    ("homecare", ("care-unit",), "boras", "boras"),
    ("boras-social", ("social-care-provider",), "boras", "boras-social"),
    ("elderly", ("care-unit",), "boras-social", "boras-social"),
    ("omsorg", ("social-care-provider",), "", "omsorg"),
    ("assist", ("care-unit",), "omsorg", "omsorg"),
    ("halsan", ("care-provider",), "", "halsan"),
    ("clinic", ("care-unit", "health-centre", "maternity"), "halsan", "halsan"),
]
SOCIAL = {"boras-social", "omsorg"}

# person, unit, role
_READERS = [
    ("astrid", "cardiology", "physician"),
    ("astrid", "surgery", "physician"),
    ("bo", "surgery", "nurse"),
    ("lisa", "psychiatry", "biomedical-scientist"),
    ("pia", "psychiatry", "physician"),
    ("cia", "homecare", "nurse"),
    ("dan", "clinic", "physician"),
    ("eva", "elderly", "needs-assessor"),
    ("sam", "assist", "home-help"),
]

_OFFICERS = [
    ("ulla", "surgery", "unit-manager"),
    ("lo", "surgery", "log-reviewer"),
    ("rut", "cardiology", "records-officer"),
    ("hans", "homecare", "log-reviewer"),
    ("olle", "homecare", "records-officer"),
]
"""They lead, review and keep; no step is theirs."""

_LICENCES = {"physician": ("läkare",), "nurse": ("sjuksköterska",)}
"""By which they sign certificates (F28, F30)."""

_SYSTEMS = {"laboratory": ("cardiology", "homecare"), "registry": ("psychiatry",)}
"""Registered systems and the units that they serve."""

_PATIENTS = [
    Patient("vera", date(1950, 2, 14), "19500214-XA07"),
    Patient("twin", date(1950, 2, 14), "19500214-XA15"),
    Patient("asa", date(1961, 3, 5), "19610305-XB12"),
    Patient("kid", date(2015, 4, 1), "20150401-XC19"),
    Patient("soon", date(2008, 3, 2), "20080302-XD17"),
]
"""Twin may be Vera in a second record; Soon comes of age the day after the world begins."""

# person, patient, role, until
_KIN = [
    ("asa", "kid", "GUARD", None),
    ("asa", "soon", "GUARD", None),
    ("soon", "vera", "HPOWATT", START + timedelta(hours=5)),
]
"""Åsa is the mother of both young people, Soon has a mandate from Vera for some hours."""

_TYPES = [
    "Observation",
    "Observation",
    "Condition",
    "Composition",
    "AllergyIntolerance",
    "Flag",
    "CarePlan",
    "CarePlan",
    "Task",
    "Communication",
    "QuestionnaireResponse",
    "Immunization",
    "DocumentReference",
]
_DISCRETION = "https://varda.example/fhir/CodeSystem/discretion"
_FINISHED = {"Encounter": "finished", "EpisodeOfCare": "finished", "CareTeam": "inactive", "Appointment": "fulfilled"}
_LASTING = {"Flag", "CarePlan", "CareTeam", "EpisodeOfCare", "Encounter"}
_RELATING = ["Encounter", "EpisodeOfCare", "CareTeam", "ServiceRequest", "CarePlan", "Appointment"]


@dataclass(frozen=True)
class Wrote:
    """An item of a unit's, in as many versions."""

    item: Item


@dataclass(frozen=True)
class Cares:
    """An item that makes a care relation for `unit`; `until` is when it ends by itself, None: it does not."""

    item: Item
    unit: str
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True)
class Finished:
    """What made a relation makes none any more."""

    id: str


@dataclass(frozen=True)
class Decides:
    """The patient decides; `until` None: until further notice. A unit's own staff write it where they may."""

    decision: Decision
    owner: str


@dataclass(frozen=True)
class Withdraws:
    """A decision is not in force any more."""

    id: str


@dataclass(frozen=True)
class Lifts:
    """A block is lifted for a time."""

    id: str
    lasts: timedelta


@dataclass(frozen=True)
class Chooses:
    """An active choice, width own or units; or an opening, which may be refused."""

    reader: str
    patient: str
    kind: str
    ground: str = ""
    providers: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    types: tuple[str, ...] = ()


@dataclass(frozen=True)
class Requests:
    """Somebody asks a provider to lift its block (A12); the reason is its mark."""

    reader: str
    patient: str
    provider: str

    @property
    def mark(self) -> str:
        return f"zqask-{self.reader}-{self.patient}-{self.provider}"


@dataclass(frozen=True)
class Drafts:
    """Somebody parks a note about a patient."""

    reader: str
    patient: str
    id: str


@dataclass(frozen=True)
class Waits:
    """Time passes."""

    lasts: timedelta


@dataclass(frozen=True)
class Joins:
    """Vera and Twin are one person, or are not after all."""

    is_one: bool


@dataclass(frozen=True)
class Asks:
    """Here everything is asked."""


Step = Wrote | Cares | Finished | Decides | Withdraws | Lifts | Chooses | Requests | Drafts | Waits | Joins | Asks


# Drawing -------------------------------------------------------------------------------------------------------------


def drawn(seed: int) -> list[Step]:
    """The steps of the world with this seed."""
    return _Drawing(Random(seed)).steps()


class _Drawing:
    def __init__(self, dice: Random) -> None:
        self.dice = dice
        self.units = [id_ for id_, _, _, provider in _PLACES if id_ != provider]
        self.provider = {id_: provider for id_, _, _, provider in _PLACES}
        self.readers = [f"{person}-{unit}" for person, unit, _ in _READERS]
        self.patients = [one.id for one in _PATIENTS]
        self.count = 0
        self.relating: list[str] = []
        self.cared: list[tuple[str, str]] = []
        self.decided: list[Decision] = []
        self.encounters: dict[str, list[str]] = {}
        self.now = START

    def steps(self) -> list[Step]:
        made: list[Step] = [
            self.informed(provider) for _ in range(5) for provider in sorted(set(self.provider.values()))
        ]
        made += [self.encounter() for _ in range(6)]
        made += [self.wrote(type_) for type_ in dict.fromkeys(_TYPES)]  # so that every way has something to ask for
        made += [self.wrote() for _ in range(14)]
        made += [self.certificate(kind) for kind in CERTIFICATES for _ in range(3)]
        made += self.pregnant()
        made += [self.cares() for _ in range(14)]
        made += [self.any() for _ in range(60)]
        for reader in self.dice.sample(self.readers, 6):
            patient = self.dice.choice(self.patients)
            made += [Chooses(reader, patient, "own"), Drafts(reader, patient, self.number())]
        made += [self.requests() for _ in range(12)]
        made += [step for _ in range(3) for step in self.left()]
        made.append(Asks())
        for _ in range(2):
            made += [self.any(changing=True) for _ in range(18)]
            made.append(Asks())
        return made

    def any(self, *, changing: bool = False) -> Step:
        ways = [self.decides] * 5 + [self.chooses] * 5 + [self.opens] * 14 + [self.cares, self.joins, self.drafts]
        if changing:
            ways += [self.waits] * 3 + [self.withdraws] * 3 + [self.lifts] * 2 + [self.finishes] * 2 + [self.wrote]
        return self.dice.choice(ways)()

    def number(self) -> str:
        self.count += 1
        return f"zq{self.count:03}x"

    def item(self, type_: str, unit: str = "", *, several: bool = False) -> Item:
        unit = unit or self.dice.choice(self.units)
        patient = self.dice.choice(self.patients)
        patients = (patient,)
        if several:
            others = [one for one in self.patients if one not in ("vera", "twin", patient)]
            patients = (patient, self.dice.choice(others))
        made = Item(type_, self.number(), unit, self.provider[unit], patients, self.dice.choice(DAYS))
        if type_ in _LASTING:
            made.last = self.dice.choice([LAST, *(day for day in DAYS if day >= made.day)])
        return made

    def encounter(self) -> Step:
        item = self.item("Encounter")
        self.encounters.setdefault(item.patients[0], []).append(item.id)
        return Wrote(item)

    def wrote(self, type_: str = "") -> Step:
        type_ = type_ or self.dice.choice(_TYPES)
        item = self.item(type_, several=type_ == "Observation" and self.dice.random() < 0.3)
        item.versions = self.dice.choice([1, 1, 1, 2])
        item.is_withheld = (type_ == "Composition" and _number(item.id) % 3 == 0) or _number(item.id) % 7 == 0
        if type_ == "Observation":
            item.at_encounter = self.dice.choice([*self.encounters.get(item.patients[0], []), ""])
        return Wrote(item)

    def certificate(self, kind: str) -> Step:
        step = self.wrote("Composition")
        assert isinstance(step, Wrote)
        step.item.kind = kind
        return step

    def pregnant(self) -> list[Step]:
        """Åsa is pregnant, as the unit says that she visits; others have noted as well what to look out for."""
        contact = self.item("Encounter", self.dice.choice(["cardiology", "surgery", "psychiatry", "homecare"]))
        contact.patients = ("asa",)
        own, anybodys = ["pregnancy", "due"], [f"risk/{one.code}" for one in PROGRAMMES["maternity"].risks]
        kinds = [*own, *anybodys]
        items = [self.item("Condition", contact.unit), self.item("Observation", contact.unit)]
        items += [self.item("Observation", self.dice.choice([contact.unit, ""])) for _ in anybodys]
        for item, kind in zip(items, kinds, strict=True):
            item.kind, item.patients, item.day = kind, ("asa",), DAYS[-1]
            item.is_withheld = kind == "risk/violence"
        return [Cares(contact, contact.unit), *(Wrote(one) for one in items)]

    def cares(self) -> Step:
        item = self.item(self.dice.choice(_RELATING))
        self.relating.append(item.id)
        unit, since, until = self.dice.choice(self.units), None, None
        if item.type in ("Encounter", "CarePlan", "Appointment"):
            unit = item.unit
        if item.type in ("EpisodeOfCare", "CareTeam"):
            since = self.dice.choice([None, START - timedelta(days=40), START + timedelta(hours=1)])
            until = self.dice.choice([None, None, START + timedelta(hours=5), START - timedelta(hours=1)])
            if since and until and until < since:
                until = None
        self.cared.append((unit, item.patients[0]))
        return Cares(item, unit, since, until)

    def finishes(self) -> Step:
        return Finished(self.dice.choice(self.relating)) if self.relating else self.waits()

    def left(self) -> list[Step]:
        """A contact that ends with work that nobody has finished."""
        contact = self.item("Encounter")
        at = {"unit": contact.unit, "provider": contact.provider, "patients": contact.patients, "at_encounter": ""}
        work = [self.wrote(type_) for type_ in ("Composition", "Observation", "Task", "Communication")]
        some = [Wrote(replace(one.item, **at)) for one in work if isinstance(one, Wrote)]
        return [Cares(contact, contact.unit), *some, Finished(contact.id)]

    def informed(self, provider: str) -> Step:
        patient = self.dice.choice(self.patients)
        decision = Decision("information", self.number(), patient, provider)
        self.decided.append(decision)
        return Decides(decision, self.unit_of(provider))

    def unit_of(self, provider: str) -> str:
        return self.dice.choice([unit for unit in self.units if self.provider[unit] == provider])

    def decides(self) -> Step:
        provider = self.dice.choice(["region", "region", "boras", "boras-social", "omsorg", "halsan"])
        unit = owner = self.unit_of(provider)
        kind = self.dice.choice(["information", "access", "access", "inner", "inner", "outer"])
        if kind == "information":
            return self.informed(provider)
        if kind == "access":
            unit = self.dice.choice([unit, ""])
        if kind == "outer" and self.dice.random() < 0.4:
            unit = ""
        decision = Decision(kind, self.number(), self.dice.choice(self.patients), provider, unit)
        if kind != "access" and self.dice.random() < 0.4:
            decision.since, decision.until = self.dice.choice(
                [(DAYS[1], DAYS[3]), (FIRST, DAYS[2]), (DAYS[3], LAST), (DAYS[2], DAYS[2])]
            )
        if self.dice.random() < 0.3:
            decision.opens = self.dice.choice([START, START + timedelta(hours=2)])
        if self.dice.random() < 0.3:
            decision.closes = START + self.dice.choice([timedelta(hours=3), timedelta(hours=6), timedelta(days=3)])
        self.decided.append(decision)
        return Decides(decision, owner)

    def withdraws(self) -> Step:
        return Withdraws(self.dice.choice(self.decided).id)

    def lifts(self) -> Step:
        blocks = [one for one in self.decided if one.kind in ("inner", "outer")]
        return Lifts(self.dice.choice(blocks).id, self.dice.choice([SHORT, SHIFT])) if blocks else self.waits()

    def chooses(self) -> Step:
        reader, patient = self.dice.choice(self.readers), self.dice.choice(self.patients)
        return Chooses(reader, patient, self.dice.choice(["own", "units", "units"]))

    def opens(self) -> Step:
        reader, patient = self.dice.choice(self.readers), self.dice.choice(self.patients)
        own = self.provider[reader.partition("-")[2]]
        types = self.dice.choice([(), (), ("Observation",), ("CarePlan", "Condition")])
        if self.dice.random() < 0.3:
            blocks = [d for d in self.decided if d.kind == "inner"]
            if blocks:
                block = self.dice.choice(blocks)
                mine = [r for r in self.readers if self.provider[r.partition("-")[2]] == block.provider]
                ground = self.dice.choice(["consent", "vital"])
                return Chooses(self.dice.choice(mine), block.patient, "blocked", ground, (), (block.unit,), types)
        others = [unit for unit in self.units if self.provider[unit] != own]
        providers: tuple[str, ...] = ()
        units: tuple[str, ...] = ()
        where = self.dice.random()
        if where < 0.45:
            providers = tuple({self.provider[unit] for unit in self.dice.sample(others, 2)})
        elif where < 0.6:
            units = tuple(self.dice.sample(others, 2))
        ground = self.dice.choice(["consent", "consent", "certificate", "child", "incapable", "emergency", "emergency"])
        consents = [d for d in self.decided if d.kind == "access"]
        if ground in ("consent", "certificate") and consents:
            consent = self.dice.choice(consents)
            who = [r for r in self.readers if r.partition("-")[2] == consent.unit or not consent.unit]
            who = [r for r in who if self.provider[r.partition("-")[2]] == consent.provider]
            reader, patient = self.dice.choice(who or [reader]), consent.patient
        elif self.cared and ground in ("child", "incapable"):
            unit, patient = self.dice.choice(self.cared)
            reader = self.dice.choice([r for r in self.readers if r.partition("-")[2] == unit] or [reader])
        if self.provider[reader.partition("-")[2]] != own:  # somebody else, to whom other places are the others
            providers = tuple(one for one in providers if one != self.provider[reader.partition("-")[2]])
            units = tuple(u for u in units if self.provider[u] != self.provider[reader.partition("-")[2]])
        return Chooses(reader, patient, "others", ground, tuple(sorted(providers)), tuple(sorted(units)), types)

    def requests(self) -> Step:
        blocks = [one for one in self.decided if one.kind == "outer"]
        if not blocks:
            return self.drafts()
        block = self.dice.choice(blocks)
        return Requests(self.dice.choice(self.readers), block.patient, block.provider)

    def drafts(self) -> Step:
        return Drafts(self.dice.choice(self.readers), self.dice.choice(self.patients), self.number())

    def joins(self) -> Step:
        return Joins(self.dice.random() < 0.7)

    def waits(self) -> Step:
        return Waits(self.dice.choice([timedelta(minutes=30), timedelta(hours=1), SHORT, SHIFT]))


# Doing ---------------------------------------------------------------------------------------------------------------


@dataclass
class World:
    """A county on a database of its own, and what the oracle knows of it."""

    door: Door
    clock: SetClock
    facts: Facts = field(default_factory=Facts)
    sessions: dict[str, Session] = field(default_factory=dict)
    resources: dict[str, tuple[dict[str, Any], Owner]] = field(default_factory=dict)
    drafts: dict[str, tuple[str, str]] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    requests: set[Requests] = field(default_factory=set)
    destructions: dict[str, int] = field(default_factory=dict)
    is_reviewed: bool = False

    @property
    def now(self) -> datetime:
        return self.clock.now()

    async def begin(self) -> None:
        """The county without care: places, people, patients."""
        facts = self.facts
        for id_, _, _, provider in _PLACES:
            facts.places[id_] = Place(id_, f"SE9999999999-{id_.upper()}", provider, provider in SOCIAL)
        for person, unit, role in [*_READERS, *_OFFICERS]:
            place = facts.places[unit]
            id_ = f"{person}-{unit}"
            facts.readers[id_] = Reader(id_, person, unit, place.provider, place.is_social, role)
        for patient in _PATIENTS:
            facts.patients[patient.id] = patient
            facts.items[f"Patient/{patient.id}"] = Item("Patient", patient.id, COUNTY, COUNTY, (patient.id,), FIRST)
        resources = [
            *(county.organization(i, facts.places[i].hsa, *kinds, part_of=below) for i, kinds, below, _ in _PLACES),
            *(
                county.person(who, who, "Zq", *_LICENCES.get(role, ()))
                for who, role in {who: role for who, _, role in [*_READERS, *_OFFICERS]}.items()
            ),
            *(county.assignment(*one) for one in [*_READERS, *_OFFICERS]),
            *(self.patient(one) for one in _PATIENTS),
        ]
        async with self.door.opened(county.SYSTEM, "administration") as record:
            await record.write([Wish("update", one, owner=Owner("", "")) for one in resources])
        people = People(self.door.database)
        for reader in facts.readers.values():
            hsa = f"SE9999999999-{reader.person}"
            self.sessions[reader.id] = await people.session(hsa, f"{hsa}-{reader.unit}", self.now)
        self._systems()
        await self._citizens()

    def _systems(self) -> None:
        """What registered systems come as."""
        facts = self.facts
        for name, units in _SYSTEMS.items():
            facts.readers[name] = Reader(name, name, "", "", False, SYSTEM, units)
            served = tuple((facts.places[unit].hsa, unit) for unit in units)
            first = facts.places[units[0]]
            self.sessions[name] = Session(
                kind="client", actor=name, name=name, unit=first.hsa, organization=first.id, reach="units",
                provider=facts.places[first.provider].hsa, units=served, scopes=("read",),
            )  # fmt: skip

    async def _citizens(self) -> None:
        """Everybody may sign in as the subject that they are (A17)."""
        facts = self.facts
        for patient in _PATIENTS:
            reader = Reader(f"citizen-{patient.id}", patient.id, "", "", False, CITIZEN)
            identity = f"{county.RESERVE}|{patient.number}"
            facts.readers[reader.id] = reader
            self.sessions[reader.id] = Session(kind="citizen", actor=identity, name="", scopes=("read",))
        for n, (person, patient_, role, until) in enumerate(_KIN):
            item = Item("RelatedPerson", f"kin{n}", "cardiology", "region", (patient_,), _today(self.now))
            code = {"system": "http://terminology.hl7.org/CodeSystem/v3-RoleCode", "code": role}
            made: dict[str, Any] = {
                "resourceType": item.type,
                "id": item.id,
                "patient": {"reference": f"Patient/{patient_}"},
                "identifier": [{"system": county.RESERVE, "value": facts.patients[person].number}],
                "relationship": [{"coding": [code]}],
            }
            if until:
                made["period"] = {"end": _said(until)}
            await self._wrote(item, made)
            closes = until + timedelta(seconds=1) if until else FOREVER
            facts.kin.append(Kin(patient_, person, role == "GUARD", closes))

    def patient(self, patient: Patient, *, links: Sequence[str] = ()) -> dict[str, Any]:
        made = county.patient(patient.id, "Zq", f"Zq{patient.id}", patient.number)
        made["birthDate"] = patient.born.isoformat()
        if links:
            made["link"] = [{"type": "refer", "other": {"reference": f"Patient/{one}"}} for one in links]
        return made

    async def do(self, step: Step) -> None:
        """One step, done and told."""
        match step:
            case Wrote(item):
                await self._wrote(replace(item), resource(item))
            case Cares():
                await self._cares(step)
            case Finished(id_):
                await self._finished(id_)
            case Decides(decision, owner):
                await self._decides(replace(decision), owner)
            case Withdraws(id_):
                await self._withdraws(id_)
            case Lifts(id_, lasts):
                await self._lifts(id_, lasts)
            case Chooses():
                await self._chooses(step)
            case Requests():
                await self._requests(step)
            case Drafts():
                await self._drafts(step)
            case Waits(lasts):
                self.clock.instant += lasts
            case Joins(is_one):
                await self._joins(is_one=is_one)
            case Asks():
                pass

    async def _wrote(self, item: Item, made: dict[str, Any]) -> None:
        if item.at_encounter and f"Encounter/{item.at_encounter}" not in self.facts.items:
            item.at_encounter = ""
            made.pop("encounter", None)
        owner = self._owner(item.unit)
        if item.type == "DocumentReference":
            await self._write(held(item), owner)
        for _ in range(item.versions):
            await self._write(made, owner)
        self.facts.items[item.name] = item
        self.resources[item.id] = made, owner

    def _owner(self, unit: str) -> Owner:
        place = self.facts.places[unit]
        return Owner(place.hsa, self.facts.places[place.provider].hsa)

    async def _write(self, made: dict[str, Any], owner: Owner) -> None:
        async with self.door.opened(county.SYSTEM, "administration") as record:
            await record.write([Wish("update", dict(made), owner=owner)])

    async def _cares(self, step: Cares) -> None:
        item = replace(step.item, day=_today(step.since) if step.since else step.item.day)
        if item.type in ("EpisodeOfCare", "CareTeam", "CarePlan"):
            item.last = _today(step.until) if step.until else LAST
        made = resource(item) | caring(step)
        await self._wrote(item, made)
        closes = Relation(step.unit, item.patients[0], item.id).closes
        if item.type == "Appointment":
            closes = START + timedelta(days=1, hours=2, seconds=1)  # a day after its end
        if step.until:
            closes = step.until + timedelta(seconds=1)
        opens = step.since or Relation(step.unit, item.patients[0], item.id).opens
        self.facts.relations += [Relation(step.unit, patient, item.id, opens, closes) for patient in item.patients]

    async def _finished(self, id_: str) -> None:
        if id_ not in self.resources:
            return
        made, owner = self.resources[id_]
        made = made | {"status": _FINISHED.get(made["resourceType"], "completed")}
        await self._write(made, owner)
        self.resources[id_] = made, owner
        item = self.facts.items[f"{made['resourceType']}/{id_}"]
        item.versions += 1
        for one in self.facts.relations:
            if one.item == id_:
                one.closes = min(one.closes, self.now)

    async def _decides(self, decision: Decision, owner: str) -> None:
        made = consent(decision)
        item = Item("Consent", decision.id, owner, decision.provider, (decision.patient,), _today(self.now))
        if decision.kind in ("inner", "outer") and decision.unit:
            item.unit = decision.unit
        writer = next(
            (r for r in self.facts.readers.values() if r.unit == owner and r.role in ("physician", "nurse")), None
        )
        if writer is None or not self.facts.reaches(writer, decision.patient, self.now):
            await self._write(made, self._owner(item.unit))
        else:
            async with self.door.opened(self.sessions[writer.id], "care") as record:
                await record.write([Wish("update", made)])
        if decision.closes.year < 9999:
            decision.closes += timedelta(seconds=1)
        self.facts.decisions.append(decision)
        self.facts.items[item.name] = item
        self.resources[decision.id] = made, self._owner(item.unit)

    def _known(self, id_: str) -> Decision | None:
        return next((one for one in self.facts.decisions if one.id == id_), None)

    async def _withdraws(self, id_: str) -> None:
        decision = self._known(id_)
        if decision is None:
            return
        made, owner = self.resources[id_]
        made = made | {"status": "inactive"}
        await self._write(made, owner)
        self.resources[id_] = made, owner
        decision.closes = min(decision.closes, self.now)
        self.facts.items[f"Consent/{id_}"].versions += 1

    async def _lifts(self, id_: str, lasts: timedelta) -> None:
        decision = self._known(id_)
        if decision is None:
            return
        made, owner = self.resources[id_]
        until = self.now + lasts
        period = {"start": _said(self.now), "end": _said(until)}
        made = made | {"provision": made["provision"] | {"provision": [{"type": "permit", "period": period}]}}
        await self._write(made, owner)
        self.resources[id_] = made, owner
        decision.lift_opens, decision.lift_closes = self.now, until + timedelta(seconds=1)
        self.facts.items[f"Consent/{id_}"].versions += 1

    async def _chooses(self, step: Chooses) -> None:
        facts, reader, now = self.facts, self.facts.readers[step.reader], self.now
        opened = Opened(
            reader.id, step.patient, step.kind, now, now + SHIFT, step.ground, step.providers, step.units, step.types
        )
        lacks = ""
        if step.kind == "others":
            named = bool(step.providers or step.units)
            lacks = facts.lacks_for_others(reader, step.patient, step.ground, now, named=named)
            opened.social_only = reader.is_social and step.ground in ("child", "incapable")
            if opened.social_only and any(not facts.places[p].is_social for p in (*step.providers, *step.units)):
                lacks = lacks or "A9, A10: social care names social care only"
            if step.ground == "emergency":
                opened.closes = now + SHORT
            if step.ground in ("consent", "certificate"):
                opened.consents = facts.consents(reader, step.patient, now)
        elif step.kind == "blocked":
            opened.closes = now + SHORT
            lacks = facts.lacks_for_blocked(reader, step.patient, step.ground, step.units, now)
        refused = await self._opened(step)
        if bool(lacks) != bool(refused):
            self.problems.append(f"{step}: the law says {lacks or 'granted'!r}, Varda {refused or 'granted'!r}")
        if not lacks:
            facts.opened.append(opened)
            if step.ground in ("emergency", "vital"):  # the record itself with it, the danger being the reason (A1)
                facts.opened.append(Opened(reader.id, step.patient, "own", now, now + SHORT))

    async def _opened(self, step: Chooses) -> str:
        """Why Varda refuses; empty when it does not."""
        places = self.facts.places
        units = tuple(places[one].hsa for one in step.units)
        providers = tuple(places[one].hsa for one in step.providers)
        try:
            async with self.door.opened(self.sessions[step.reader], "care") as record:
                if step.kind in ("own", "units"):
                    await record.choose(step.patient, reason="Jour", all_units=step.kind == "units")
                elif step.kind == "blocked":
                    ground: Any = step.ground
                    await record.open_blocked(step.patient, units=units, ground=ground, reason="Jour", types=step.types)
                else:
                    ground = step.ground
                    await record.open_others(
                        step.patient, ground=ground, reason="Jour", providers=providers, units=units, types=step.types
                    )
        except Fault as fault:
            return fault.message
        return ""

    async def _requests(self, step: Requests) -> None:
        facts, reader, now = self.facts, self.facts.readers[step.reader], self.now
        is_lawful = not reader.is_social and reader.role in IN_DANGER
        if not is_lawful or step.provider not in facts.blocking(reader, step.patient, now):
            return
        async with self.door.opened(self.sessions[step.reader], "emergency") as record:
            await record.ask_to_lift(step.patient, provider=facts.places[step.provider].hsa, reason=step.mark)
        self.requests.add(step)
        facts.opened.append(
            Opened(step.reader, step.patient, "own", now, now + SHORT)
        )  # the danger being the reason (A1)

    async def _drafts(self, step: Drafts) -> None:
        reader = self.facts.readers[step.reader]
        if not self.facts.reaches(reader, step.patient, self.now):
            return
        content = {"template": "visit", "texts": {"status": step.id}}
        draft = Draft(id=f"{step.id}{'0' * 26}", patient=step.patient, kind="note", content=content)
        async with self.door.opened(self.sessions[step.reader], "care") as record:
            await record.keep_draft(draft)
        self.drafts[step.id] = reader.person, step.patient

    async def _joins(self, *, is_one: bool) -> None:
        link = frozenset(("vera", "twin"))
        if is_one == (link in self.facts.links):
            return
        patient = self.facts.patients["twin"]
        await self._write(self.patient(patient, links=["vera"] if is_one else []), Owner("", ""))
        self.facts.items["Patient/twin"].versions += 1
        (self.facts.links.add if is_one else self.facts.links.discard)(link)


# As FHIR says it -----------------------------------------------------------------------------------------------------


def _text(text: str, system: str = "https://varda.example/law", code: str = "") -> dict[str, Any]:
    return {"coding": [{"system": system, "code": code or text}], "text": text}


def resource(item: Item) -> dict[str, Any]:
    """The item with its id as the text that every way of showing it shows."""
    home, day, mark = {"reference": f"Patient/{item.patients[0]}"}, item.day.isoformat(), item.id
    period = {"start": day} | ({"end": item.last.isoformat()} if item.last and item.last < LAST else {})
    made: dict[str, Any] = {"resourceType": item.type, "id": item.id}
    if item.is_withheld:
        made["meta"] = {"security": [{"system": _DISCRETION, "code": "withheld"}]}
    match item.type:
        case "Observation":
            made |= {"status": "final", "subject": home, "effectiveDateTime": day, "valueString": mark}
            made["code"] = _text(mark)
            made["code"]["coding"].append({"system": "https://varda.example/law", "code": "common"})
            if is_answer(item):
                made["category"] = [{"coding": [{"code": "laboratory"}]}]
            if item.at_encounter:
                made["encounter"] = {"reference": f"Encounter/{item.at_encounter}"}
            if item.kind == "due":
                made["code"]["coding"].append({"system": "http://loinc.org", "code": METHODS["period"]})
                made["valueDateTime"] = _today(START + timedelta(days=150)).isoformat()
            elif item.kind:
                risk = item.kind.removeprefix("risk/")
                made["code"]["coding"].append({"system": RISK, "code": f"maternity/{risk}"})
                made |= {"valueBoolean": True, "note": [{"text": mark}]}
            if item.kind:
                del made["valueString"]
            if item.patients[1:]:
                made["focus"] = [{"reference": f"Patient/{one}"} for one in item.patients[1:]]
        case "Condition":
            made |= {"subject": home, "recordedDate": day, "code": _text(mark)}
            made["code"]["coding"].append({"system": "https://varda.example/law", "code": "common"})
            if item.kind:
                made["code"]["coding"].insert(0, {"system": ICD, "code": "Z34.9"})
                made["clinicalStatus"] = {
                    "coding": [{"system": "http://terminology.hl7.org/CodeSystem/condition-clinical", "code": "active"}]
                }
        case "Composition":
            status = "preliminary" if _number(mark) % 3 == 0 else "final"
            made |= {"status": status, "type": _text("visit"), "subject": home, "date": day, "title": mark}
            made["author"] = [{"display": "Zq"}]
            if item.kind:
                made["category"] = [{"coding": [{"system": signing.CATEGORY, "code": item.kind}]}]
                form = next(one.form.canonical for one in certificates.CERTIFICATES if one.category == item.kind)
                answers = {"resourceType": "QuestionnaireResponse", "id": "answers", "status": "completed"}
                made["contained"] = [answers | {"questionnaire": form}]
        case "AllergyIntolerance":
            made |= {"patient": home, "recordedDate": day, "code": _text(mark)}
            made["clinicalStatus"] = {
                "coding": [
                    {
                        "system": "http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical",
                        "code": "active",
                    }
                ]
            }
        case "Flag":
            made |= {"status": "active", "subject": home, "period": period, "code": _text(mark)}
        case "Task":
            made |= {"status": "requested", "intent": "order", "for": home, "authoredOn": day, "description": mark}
        case "Communication":
            made |= {"status": "completed", "subject": home, "sent": day, "payload": [{"contentString": mark}]}
            made["category"] = [{"coding": [CATEGORY]}]
            made["recipient"] = [{"reference": f"Organization/{item.unit}"}]
        case "CarePlan":
            made |= {"status": "draft", "intent": "plan", "subject": home, "period": period, "title": mark}
        case "QuestionnaireResponse":
            made |= {"status": "completed", "subject": home, "authored": day}
            made["item"] = [{"linkId": "q", "text": mark, "answer": [{"valueString": mark}]}]
        case "Immunization":
            made |= {"status": "completed", "patient": home, "occurrenceDateTime": day, "vaccineCode": _text(mark)}
        case "DocumentReference":
            made |= {"status": "current", "subject": home, "date": f"{day}T12:00:00+01:00", "description": mark}
            made["content"] = [{"attachment": {"contentType": "application/pdf", "url": f"Binary/{mark}"}}]
        case "CareTeam":
            made |= {"status": "inactive", "subject": home, "period": period, "name": mark}
        case "ServiceRequest":
            made |= {"status": "completed", "intent": "order", "subject": home, "authoredOn": day, "code": _text(mark)}
        case "EpisodeOfCare":
            made |= {"status": "finished", "patient": home, "period": period, "type": [_text(mark)]}
        case "Appointment":
            start = START + timedelta(hours=1)
            made |= {"status": "fulfilled", "start": _said(start), "end": _said(start + timedelta(hours=1))}
            made |= {"description": mark, "participant": [{"actor": home, "status": "accepted"}]}
            item.day = _today(start)
        case "Encounter":
            made |= {"status": "finished", "subject": home, "period": period, "reasonCode": [_text(mark)]}
            made["class"] = {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "AMB"}
    return made


def held(item: Item) -> dict[str, Any]:
    """What is in a file."""
    made = {"resourceType": "Binary", "id": item.id, "contentType": "application/pdf", "data": "JVBERi0="}
    made["securityContext"] = {"reference": f"Patient/{item.patients[0]}"}
    if item.is_withheld:
        made["meta"] = {"security": [{"system": _DISCRETION, "code": "withheld"}]}
    return made


def is_answer(item: Item) -> bool:
    """Whether an Observation is a laboratory's, so that somebody is to sign it."""
    return item.type == "Observation" and not item.kind and _number(item.id) % 2 == 0


def _number(mark: str) -> int:
    return int(mark[2:5])


def caring(step: Cares) -> dict[str, Any]:
    """What makes the item a care relation (A1)."""
    unit, item = {"reference": f"Organization/{step.unit}"}, step.item
    period = {"start": _said(step.since) if step.since else item.day.isoformat()}
    if step.until:
        period["end"] = _said(step.until)
    match item.type:
        case "Encounter":
            return {"status": "in-progress", "serviceProvider": unit}
        case "EpisodeOfCare":
            return {"status": "active", "managingOrganization": unit, "period": period}
        case "CareTeam":
            return {"status": "active", "managingOrganization": [unit], "period": period}
        case "ServiceRequest":
            return {"status": "active", "performer": [unit]}
        case "Appointment":
            return {"status": "booked"}
    return {"status": "active"}


def consent(decision: Decision) -> dict[str, Any]:
    """The decision as a Consent."""
    category = {"inner": "inner-block", "outer": "outer-block"}.get(decision.kind, decision.kind)
    provision: dict[str, Any] = {}
    period = {}
    if decision.opens.year > 1:
        period["start"] = _said(decision.opens)
    if decision.closes.year < 9999:
        period["end"] = _said(decision.closes)
    if period:
        provision["period"] = period
    days = {}
    if decision.since > FIRST:
        days["start"] = decision.since.isoformat()
    if decision.until < LAST:
        days["end"] = decision.until.isoformat()
    if days:
        provision["dataPeriod"] = days
    if decision.kind == "access":
        return county.decision(
            category, decision.patient, id_=decision.id, actors=(decision.unit or decision.provider,), **provision
        )
    actors = (decision.unit,) if decision.unit else ()
    return county.decision(
        category, decision.patient, id_=decision.id, provider=decision.provider, actors=actors, **provision
    )


def _said(at: datetime) -> str:
    return at.isoformat(timespec="seconds").replace("+00:00", "Z")


def _today(now: datetime) -> date:
    return now.astimezone(SWEDEN).date()
