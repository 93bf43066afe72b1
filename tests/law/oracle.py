"""May this session read this item now, and why: RULES A1-A13 and A17 said a second time, in plain Python over facts.

Nothing here comes from Varda: no SQL, no projection, no key of a number. Whoever doubts an answer reads the statute
beside the sentence that comes with it. Places are called by the ids of their Organizations, people by assignments.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

SWEDEN = ZoneInfo("Europe/Stockholm")
ALWAYS, FOREVER = datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, tzinfo=UTC)
FIRST, LAST = date(1, 1, 1), date(9999, 12, 31)
SHIFT, SHORT = timedelta(hours=12), timedelta(hours=4)
COUNTY = ""

READS = {
    "physician": None,
    "nurse": None,
    "biomedical-scientist": {
        "Observation",
        "AllergyIntolerance",
        "Appointment",
        "Encounter",
        "EpisodeOfCare",
        "Flag",
        "ServiceRequest",
        "RelatedPerson",
        "Communication",
    },
    "needs-assessor": {"CarePlan", "CareTeam", "Consent", "Task", "Communication"},
    "home-help": {"CarePlan", "CareTeam", "Task", "Communication"},
    "unit-manager": {"Appointment", "Consent", "Encounter", "EpisodeOfCare", "RelatedPerson"},
    "records-officer": None,
    "log-reviewer": set(),
}
"""What the roles of this world may read of care (A2); None is all. Whoever reads any of it reads who somebody is, and
whoever reads none of it meets nobody."""

ENDS = {
    "physician": ("Composition", "Observation", "Task", "Communication"),
    "nurse": ("Composition", "Task", "Communication"),
    "biomedical-scientist": ("Communication",),
    "needs-assessor": ("Task", "Communication"),
    "home-help": ("Task", "Communication"),
    "unit-manager": (),
    "records-officer": (),
    "log-reviewer": (),
}
"""What the roles of this world bring to an end: they sign notes or answers, take on tasks, are written to."""

SIGNS_NOT = {"nurse": ("certificate",)}
"""Kinds of certificates that a role which signs notes does not sign (F28)."""

CITIZEN, SYSTEM = "citizen", "system"
REVIEWERS, OFFICER = {"log-reviewer", "unit-manager"}, "records-officer"
IN_DANGER = {"physician", "nurse"}
"""The roles of this world that are authorised to open in danger to life or health (A5, A11)."""


@dataclass(frozen=True)
class Place:
    """A unit, or a provider when it is its own `provider`."""

    id: str
    hsa: str
    provider: str
    is_social: bool = False


@dataclass(frozen=True)
class Scope:
    """What an app may read: items of one type (empty: all), of the patient it was opened for (empty: of anybody), dated
    from a day on.
    """

    type: str = ""
    patient: str = ""
    since: date = FIRST


@dataclass(frozen=True)
class App:
    """What somebody reads through; it takes away and gives nothing."""

    id: str
    scopes: tuple[Scope, ...]


@dataclass(frozen=True)
class Reader:
    """One person in one assignment: `id` is the assignment's, the session is its. Or a citizen: `person` is the id of
    the own record, the role is `citizen`, and there is no place. Or a registered system that serves `units`.
    """

    id: str
    person: str
    unit: str
    provider: str
    is_social: bool
    role: str
    units: tuple[str, ...] = ()
    app: App | None = None

    @property
    def name(self) -> str:
        """Who asks, and through what."""
        return f"{self.id} through {self.app.id}" if self.app else self.id


@dataclass(frozen=True)
class Patient:
    id: str
    born: date
    number: str


@dataclass
class Item:
    """`unit` and `provider` are `COUNTY` for what belongs to no unit. The first of `patients` is whose it is. It is of
    the days from `day` to `last`, the same one where there is none. `kind` is what it is of its type where that is more
    than the type says: a category of certificates, `pregnancy`, `due`, or a `risk/` of it.
    """

    type: str
    id: str
    unit: str
    provider: str
    patients: tuple[str, ...]
    day: date
    versions: int = 1
    at_encounter: str = ""
    is_withheld: bool = False
    last: date | None = None
    kind: str = ""

    @property
    def name(self) -> str:
        return f"{self.type}/{self.id}"


@dataclass
class Relation:
    """A1: the unit has a care relation; `item` is what shows it."""

    unit: str
    patient: str
    item: str
    opens: datetime = ALWAYS
    closes: datetime = FOREVER


@dataclass(frozen=True)
class Kin:
    """A17: `person` (the id of the own record) is `patient`'s guardian, or proxy by a mandate."""

    patient: str
    person: str
    is_guardian: bool
    closes: datetime = FOREVER


@dataclass
class Decision:
    """`kind` is information, access, inner or outer. `unit` empty: all of the provider's.

    In force from `opens` until `closes`, about items of the days `since` to `until`, unless lifted meanwhile.
    """

    kind: str
    id: str
    patient: str
    provider: str
    unit: str = ""
    opens: datetime = ALWAYS
    closes: datetime = FOREVER
    since: date = FIRST
    until: date = LAST
    lift_opens: datetime = ALWAYS
    lift_closes: datetime = ALWAYS


@dataclass
class Opened:
    """A recorded choice. `kind`: own (A1), units (A3), blocked (A5) or others (A8-A11), with its `ground`."""

    reader: str
    patient: str
    kind: str
    opens: datetime
    closes: datetime
    ground: str = ""
    providers: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    consents: tuple[str, ...] = ()
    social_only: bool = False


@dataclass(frozen=True)
class Verdict:
    """`seen` None: the law is kept either way."""

    seen: bool | None
    why: str


@dataclass
class Facts:
    """Everything that is known, and the questions that the law asks of it."""

    places: dict[str, Place] = field(default_factory=dict)
    readers: dict[str, Reader] = field(default_factory=dict)
    patients: dict[str, Patient] = field(default_factory=dict)
    links: set[frozenset[str]] = field(default_factory=set)
    items: dict[str, Item] = field(default_factory=dict)
    relations: list[Relation] = field(default_factory=list)
    decisions: list[Decision] = field(default_factory=list)
    opened: list[Opened] = field(default_factory=list)
    kin: list[Kin] = field(default_factory=list)

    # May it be read? -------------------------------------------------------------------------------------------------

    def sees(self, reader: Reader, item: Item, now: datetime) -> Verdict:
        """The rule for one item and one session at one instant, whatever the way of reading."""
        if reader.app is not None:
            return self._through(reader, reader.app, item, now)
        if reader.role == SYSTEM:
            return self._system(reader, item, now)
        if reader.role == CITIZEN:
            return self._citizen(reader, item, now)
        types = READS[reader.role]
        if item.type != "Patient" and types is not None and item.type not in types:
            return Verdict(False, f"A2: a {reader.role} does not read {item.type}")
        if not item.patients:
            return Verdict(True, "it is about nobody")
        if types is not None and not types:
            return Verdict(False, f"A1, A2: a {reader.role} meets no patients")
        if item.provider == COUNTY or item.unit == reader.unit:
            return self._own(reader, item, now)
        if item.provider == reader.provider:
            return self._other_unit(reader, item, now)
        return self._other_provider(reader, item, now)

    def _through(self, reader: Reader, app: App, item: Item, now: datetime) -> Verdict:
        """A2: who comes through an app reaches what one reaches oneself, less what the app was not given."""
        verdict = self.sees(replace(reader, app=None), item, now)
        of_type = [one for one in app.scopes if one.type in ("", item.type)]
        if not any(one.patient in ("", *item.patients) and one.since <= item.day for one in of_type):
            return Verdict(False, f"A2: the app {app.id} has no scope for it")
        if not any(one.patient == "" or set(item.patients) == {one.patient} for one in of_type):
            return Verdict(None if verdict.seen else verdict.seen, "A2: the app is opened for one of those it names")
        return verdict

    def _system(self, reader: Reader, item: Item, now: datetime) -> Verdict:
        """A2: a registered system reads what the units that it serves have written, and who their patients are."""
        if not item.patients or item.unit in reader.units:
            return Verdict(True, "A2: of a unit that the system serves")
        if item.provider == COUNTY and any(self.is_related(u, p, now) for u in reader.units for p in item.patients):
            return Verdict(True, "A1: a patient of a unit that the system serves")
        return Verdict(False, "A2: of no unit that the system serves")

    def _citizen(self, reader: Reader, item: Item, now: datetime) -> Verdict:
        records = self.records(reader, now)
        if not item.patients:
            return Verdict(True if records else None, "A17: it is about nobody")
        if item.is_withheld:
            return Verdict(False, "A17: care withholds it, or nobody has signed it yet")
        if set(item.patients) <= records:
            return Verdict(True, "A17: of the own record, a child's or by mandate")
        if set(item.patients) <= {one for record in records for one in self.same(record)}:
            return Verdict(None, "A17: of another record of the same person")
        return Verdict(False, "A17: neither the own record, nor a child's, nor by mandate")

    def records(self, reader: Reader, now: datetime) -> set[str]:
        """A17: whose records a citizen reads: the own from 16, a child's until 13, and by mandate. Dated parameters."""
        own = {reader.person} if age(self.patients[reader.person].born, now) >= 16 else set()
        kin = [one for one in self.kin if one.person == reader.person and now < one.closes]
        return own | {
            one.patient for one in kin if not one.is_guardian or age(self.patients[one.patient].born, now) < 13
        }

    def _own(self, reader: Reader, item: Item, now: datetime) -> Verdict:
        for patient in item.patients:
            if not self.reaches(reader, patient, now):
                return Verdict(False, f"A1: {reader.unit} has no relation to {patient} and no choice was made")
        return Verdict(True, "A1: the own unit's, and a relation or a choice")

    def _other_unit(self, reader: Reader, item: Item, now: datetime) -> Verdict:
        blocks = [d for p in item.patients for d in self._blocks("inner", p, item.provider, now)]
        stands_before = any(self._is_about(block, item) for block in blocks)
        home, *others = item.patients
        if others:
            if not all(self._has_chosen_units(reader, patient, now) for patient in item.patients):
                return Verdict(False, "A3: other units were not chosen for everybody whom it names")
            if stands_before:
                return Verdict(False, "A4: one of those whom it names has blocked it")
            return Verdict(None if blocks else True, "A3: other units were chosen for everybody whom it names")
        if self._has_chosen_units(reader, home, now) and not stands_before:
            return Verdict(True, "A3: other units were chosen, and no inner block stands before it")
        for one in self._openings(reader, home, "blocked", now):
            if item.unit in one.units and _fits(item.type, one.types):
                return Verdict(True, "A5: opened in spite of the inner block")
        return Verdict(False, "A4: an inner block" if stands_before else "A3: other units were not chosen")

    def _other_provider(self, reader: Reader, item: Item, now: datetime) -> Verdict:
        if len(item.patients) > 1:
            return Verdict(False, "SVOD 3: what names several patients is not made available")
        (home,) = item.patients
        if not self.is_informed(home, item.provider, now):
            return Verdict(False, "A6: the patient was not informed")
        if any(self._is_about(block, item) for block in self._blocks("outer", home, item.provider, now)):
            return Verdict(False, "A4, A12: an outer block")
        verdict = Verdict(False, "A8-A11: nothing was opened on a ground of SVOD 3")
        for one in self._openings(reader, home, "others", now):
            found = self._by_ground(one, reader, item, now)
            if found.seen:
                return found
            verdict = found if found.seen is None else verdict
        return verdict

    def _by_ground(self, one: Opened, reader: Reader, item: Item, now: datetime) -> Verdict:
        named = (one.units and item.unit in one.units) or (not one.units and item.provider in one.providers)
        if (one.units or one.providers) and not named:
            return Verdict(False, "not among the places that were named")
        if not _fits(item.type, one.types):
            return Verdict(False, "not relevant by what was named")
        if one.social_only and not self.places[item.provider].is_social:
            return Verdict(False, "A9, A10: social care reads other social care on this ground")
        if one.ground not in ("emergency", "certificate") and not self.is_related(reader.unit, item.patients[0], now):
            return Verdict(False, "A8: no current relation")
        if one.consents:
            left = [d for d in self.decisions if d.id in one.consents and d.opens <= now < d.closes]
            if not left:
                return Verdict(False, "A8: the consent is not in force any more")
            if len({d.id for d in left}) < len(one.consents):
                return Verdict(None, "A8: of several consents one is left")
        return Verdict(True, f"A8-A11: opened on the ground {one.ground}")

    # May it be opened? -----------------------------------------------------------------------------------------------

    def lacks_for_others(self, reader: Reader, patient: str, ground: str, now: datetime, *, named: bool) -> str:
        """What lacks for opening other providers' data on a ground (A8-A11); empty when nothing does."""
        years = age(self.patients[patient].born, now)
        needs_relation = ground in ("consent", "child", "incapable")
        if reader.is_social and ground in ("emergency", "certificate"):
            return "A8, A11: never social care"
        if ground == "emergency" and reader.role not in IN_DANGER:
            return "A11: not a role that opens in an emergency"
        if needs_relation and not self.is_related(reader.unit, patient, now):
            return "no current relation"
        if ground == "certificate" and not self.was_related(reader.unit, patient, now):
            return "no relation, now or before"
        if ground in ("consent", "certificate") and not self.consents(reader, patient, now):
            return "no consent"
        if ground == "child" and years >= 18:
            return "of age"
        if ground == "incapable" and years < 18:
            return "a child"
        if ground in ("incapable", "emergency") and not named:
            return "the list of providers comes first"
        if ground in ("child", "incapable") and reader.is_social and not named:
            others = [p for p in self.available(reader, patient, now) if self.places[p].is_social]
            return "" if others else "no social care has anything"
        return ""

    def lacks_for_blocked(self, reader: Reader, patient: str, ground: str, units: Iterable[str], now: datetime) -> str:
        """What lacks for opening what an inner block hides (A5); empty when nothing does."""
        if ground == "vital" and reader.role not in IN_DANGER:
            return "A5: not an authorised person"
        if ground == "consent" and not self.reaches(reader, patient, now):
            return "no relation and no choice"
        return "" if set(units) <= self.units_blocked(reader, patient, now) else "no such block is in force"

    def consents(self, reader: Reader, patient: str, now: datetime) -> tuple[str, ...]:
        """The consents by which the reader's unit may read others' data."""
        return tuple(
            d.id
            for d in self._in_force("access", patient, now)
            if d.provider == reader.provider and d.unit in ("", reader.unit)
        )

    # What may be told of what cannot be read -------------------------------------------------------------------------

    def units_blocked(self, reader: Reader, patient: str, now: datetime) -> set[str]:
        """A5, step 1: the own provider's other units with a block in force."""
        return {d.unit for d in self._blocks("inner", patient, reader.provider, now)} - {reader.unit}

    def blocking(self, reader: Reader, patient: str, now: datetime) -> set[str]:
        """A12: which other providers have an outer block in force."""
        found = {d.provider for d in self._in_force("outer", patient, now) if not _is_lifted(d, now)}
        return found - {reader.provider}

    def available(self, reader: Reader, patient: str, now: datetime) -> set[str]:
        """A10, A11: which other providers have something that may be made available."""
        people = self.same(patient)
        return {
            item.provider
            for item in self.items.values()
            if item.provider not in (COUNTY, reader.provider)
            and people & set(item.patients)
            and self.is_informed(patient, item.provider, now)
            and not any(self._is_about(d, item) for d in self._blocks("outer", patient, item.provider, now))
        }

    # Who reaches whom ------------------------------------------------------------------------------------------------

    def reaches(self, reader: Reader, patient: str, now: datetime) -> bool:
        """A1: a relation of the unit, or a choice of this person in this assignment; by a role that meets patients."""
        if READS[reader.role] == set():
            return False
        chosen = [*self._openings(reader, patient, "own", now), *self._openings(reader, patient, "units", now)]
        return bool(chosen) or self.is_related(reader.unit, patient, now)

    def is_related(self, unit: str, patient: str, now: datetime) -> bool:
        """Whether the unit has a care relation now."""
        people = self.same(patient)
        return any(r.unit == unit and r.patient in people and r.opens <= now < r.closes for r in self.relations)

    def was_related(self, unit: str, patient: str, now: datetime) -> bool:
        """Whether it has or has had one; who has written about a patient has cared for the patient."""
        people = self.same(patient)
        wrote = any(item.unit == unit and people & set(item.patients) for item in self.items.values())
        return wrote or any(r.unit == unit and r.patient in people and r.opens <= now for r in self.relations)

    def same(self, patient: str) -> set[str]:
        """The records that are of one person, this one included."""
        return {patient, *(one for link in self.links if patient in link for one in link)}

    def _has_chosen_units(self, reader: Reader, patient: str, now: datetime) -> bool:
        return any(self._openings(reader, patient, "units", now))

    def _openings(self, reader: Reader, patient: str, kind: str, now: datetime) -> Iterator[Opened]:
        people = self.same(patient)
        for one in self.opened:
            is_own = one.reader == reader.id and one.kind == kind and one.patient in people
            if is_own and one.opens <= now < one.closes:
                yield one

    # What the patient has decided ------------------------------------------------------------------------------------

    def _in_force(self, kind: str, patient: str, now: datetime) -> Iterator[Decision]:
        people = self.same(patient)
        for one in self.decisions:
            if one.kind == kind and one.patient in people and one.opens <= now < one.closes:
                yield one

    def _blocks(self, kind: str, patient: str, provider: str, now: datetime) -> Iterator[Decision]:
        for one in self._in_force(kind, patient, now):
            if one.provider == provider and not _is_lifted(one, now):
                yield one

    def in_force_of(self, provider: str, patient: str, now: datetime) -> Iterator[Decision]:
        """What the patient has decided about a provider's data, or lets it read; lifted blocks too."""
        for kind in ("information", "access", "inner", "outer"):
            yield from (one for one in self._in_force(kind, patient, now) if one.provider == provider)

    def is_blocked(self, kind: str, patient: str, item: Item, now: datetime) -> bool:
        """Whether a block of this patient's stands before the item."""
        return any(self._is_about(block, item) for block in self._blocks(kind, patient, item.provider, now))

    def is_informed(self, patient: str, provider: str, now: datetime) -> bool:
        return any(one.provider == provider for one in self._in_force("information", patient, now))

    @staticmethod
    def _is_about(block: Decision, item: Item) -> bool:
        """A4: of the unit, and of a time that touches what was blocked."""
        return block.unit in ("", item.unit) and block.since <= (item.last or item.day) and item.day <= block.until


def age(born: date, now: datetime) -> int:
    """Whole years in Sweden."""
    today = now.astimezone(SWEDEN).date()
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def _fits(type_: str, types: tuple[str, ...]) -> bool:
    return not types or type_ in types


def _is_lifted(block: Decision, now: datetime) -> bool:
    return block.lift_opens <= now < block.lift_closes
