"""Writing: every wish is checked, all problems are told together, and then all are stored or none.

The order is always: understand, validate, hold what exists, decide, store, keep `access` in step, log.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal
from uuid import uuid4

import msgspec

from varda.access import decisions, projection, reach
from varda.access.projection import Written
from varda.access.session import hsa_key
from varda.audit.event import Event
from varda.fhir import resource as json
from varda.fhir import validate
from varda.fhir.definitions import compartment
from varda.fhir.keys import key
from varda.kernel.db import Work
from varda.kernel.errors import Conflict, Malformed, NotAllowed, Problem, Refused, Stale, Unprocessable
from varda.record import (
    answers,
    covering,
    deciding,
    discretion,
    following,
    forms,
    granted,
    live,
    messages,
    relatives,
    signing,
    views,
)
from varda.search.index import Index
from varda.store import reading
from varda.store import writing as store
from varda.store.destroying import tombstones
from varda.store.model import Change, Held, Stored

if TYPE_CHECKING:
    from varda.record.opened import Record

_NO_RELATION = "You have no care relation to this patient. Open the record by an active choice first."

COUNTY_OWNED = frozenset({
    "Patient", "Person", "Practitioner", "PractitionerRole", "Organization", "OrganizationAffiliation", "Location",
    "HealthcareService", "Endpoint", "InsurancePlan", "CodeSystem", "ValueSet", "ConceptMap", "NamingSystem",
    "StructureDefinition", "StructureMap", "SearchParameter", "OperationDefinition", "CapabilityStatement",
    "CompartmentDefinition", "ImplementationGuide", "GraphDefinition", "MessageDefinition", "TerminologyCapabilities",
    "ExampleScenario", "TestScript", "TestReport", "Questionnaire", "Library", "Measure", "ActivityDefinition",
    "PlanDefinition", "EventDefinition", "ChargeItemDefinition", "Evidence", "EvidenceVariable",
    "EffectEvidenceSynthesis", "RiskEvidenceSynthesis", "ResearchDefinition", "ResearchElementDefinition",
    "Medication", "MedicationKnowledge", "MedicinalProduct", "MedicinalProductAuthorization",
    "MedicinalProductContraindication", "MedicinalProductIndication", "MedicinalProductIngredient",
    "MedicinalProductInteraction", "MedicinalProductManufactured", "MedicinalProductPackaged",
    "MedicinalProductPharmaceutical", "MedicinalProductUndesirableEffect", "Substance", "SubstanceNucleicAcid",
    "SubstancePolymer", "SubstanceProtein", "SubstanceReferenceInformation", "SubstanceSourceMaterial",
    "SubstanceSpecification", "DeviceDefinition", "ObservationDefinition", "SpecimenDefinition", "CatalogEntry",
})  # fmt: skip
"""Identity, people, units and terminology belong to the county, everything else to a unit (ARCHITECTURE, idea 1)."""

_MAY_NAME_OTHERS = {"link", "focus", "member", "participant", "actor"}
"""Elements where FHIR itself intends another patient: Patient.link, focus, Group.member, shared Appointment."""

_SIGNED = {
    "Composition": (signing.problems, ""),
    "Provenance": (answers.problems, answers.FUNCTION),
    "QuestionnaireResponse": (forms.filled, ""),
    "Questionnaire": (forms.designed, ""),
    "Communication": (messages.problems, ""),
}
"""Types by which somebody answers for something: the rule, and the function that signing asks for if not the item's."""

MOST_PATIENTS = 200
"""Patients that one item may name; each has an index row of it."""


@dataclass(frozen=True, slots=True)
class Owner:
    """The unit and provider (HSA-ids) that an imported item belongs to. Both empty: the county."""

    unit: str
    provider: str


class Wish(msgspec.Struct, frozen=True):
    """One write that somebody wants. `place` is where it stands in a bundle, for the path of its problems."""

    kind: Literal["create", "update", "delete"]
    resource: dict[str, Any] | bytes
    expected: int | None = None
    owner: Owner | None = None
    place: str = ""
    valid: bool = False


@dataclass(slots=True)
class Prepared:
    """A wish on its way to becoming a change: understood, valid and indexed. `rest` is its resource as it is written
    after the meta element, which gets its stamp last.
    """

    record: "Record"
    wish: Wish
    type: str
    id: str
    resource: dict[str, Any]
    index: Index | None
    compartments: tuple[int, ...]
    item: int
    linked: tuple[int, ...] = ()
    dangling: tuple[str, ...] = ()
    owner: tuple[int, int] | None = None
    rest: bytes = b"{}"


async def write(record: "Record", wishes: Sequence[Wish]) -> list[Stored]:
    """Store every wish in the record's transaction. Gives what was stored, in the order of the wishes.

    Deleting what is not there stores nothing. See `Record.write` for what is raised.
    """
    return await written(record, understood(record, wishes))


async def written(record: "Record", drafts: Sequence[Prepared]) -> list[Stored]:
    """Store drafts in the record's transaction, and keep back with them what follows them."""
    work = await record.begun()
    try:
        changes = await stored(work, drafts)
        for one in await following.left(record, work, drafts):
            wish = Wish("update", discretion.labelled(one.resource), expected=one.version, valid=True)
            await by_own_rule(record, wish, (one.provider, one.unit))
    except BaseException as failed:
        # Half of it may be in the transaction: nothing of this record may be stored any more.
        record.failed = failed
        raise
    record.written.extend(events(record, changes))
    return await record.shown([as_stored(change) for change in changes])


async def by_own_rule(record: "Record", wish: Wish, owner: tuple[int, int]) -> Stored:
    """Store what a rule of the caller's has allowed, such as a patient's decision about the own data, whoever says it:
    valid, versioned and logged as any write. A new item belongs to `owner` (provider and unit by their numbers).
    """
    (draft,) = understood(record, [wish])
    work = await record.begun()
    held = await store.held(work, [draft.item]) if wish.kind == "update" else {}
    draft.owner = owner
    change = _change(draft, held.get(draft.item), record.now)
    await store.write(work, [change])
    await _project(work, [change], [draft])
    record.written.extend(events(record, [change]))
    return as_stored(change)


async def stored(work: Work, drafts: Sequence[Prepared]) -> list[Change]:
    """Decide and store drafts, of one record or of several, in the caller's transaction. The caller logs `events`."""
    await following.lock(work, drafts)
    held = await store.held(work, [d.item for d in drafts if d.wish.kind != "create"])
    for draft in drafts:
        if draft.wish.expected is not None and _is_anothers(draft, held.get(draft.item)):
            del held[draft.item]  # as if it were not there: refusals must not tell that it is (A13)
    drafts = [d for d in drafts if d.wish.kind != "delete" or _is_there(held.get(d.item))]
    where = await _whereabouts(work, drafts)
    for record, own in _by_record(drafts):
        granted.require_writes(record.session, own, held)  # first: what is there makes no difference to an app (A13)
        await _decide(record, work, own, held, where)
    await _require_undestroyed(work, drafts, held)
    _keep_views(drafts, held)
    await _hide_relatives(work, drafts)
    places = {d.item: _place(d, held.get(d.item)) for d in drafts if d.type in following.TYPES}
    await following.keep_back(work, drafts, places)
    instants = {record: record.now for record, _ in _by_record(drafts)}  # one piece of work has one
    changes = [_change(d, held.get(d.item), instants[d.record]) for d in drafts]
    await store.write(work, changes)
    people = [d for d in drafts if d.type == "Patient" and (d.item in held or d.linked or _is_marked(d))]
    before = await relatives.everybody(work, [d.item for d in people]) if people else []
    await _project(work, changes, drafts)
    await live.say(work, changes)
    if people:
        # Who is protected, or the same person as somebody who is, may have changed.
        both = {*before, *(d.item for d in people)}
        await relatives.found_anew(work, both, people[0].record.narrowing)
    return changes


def _is_marked(draft: Prepared) -> bool:
    return discretion.is_protected(draft.resource)


async def _hide_relatives(work: Work, drafts: Sequence[Prepared]) -> None:
    """Nobody finds out by searching where a relative of a protected person lives, labelled at this moment even."""
    concerned = [d for d in drafts if d.type in relatives.TYPES and d.index is not None]
    if concerned:
        await store.kept(work, await relatives.everybody(work, {c for d in concerned for c in d.compartments}))
    for draft in concerned:
        if await relatives.protected(work, draft.compartments, draft.record.narrowing):
            draft.index = discretion.searchable(draft.resource, also_if=True)


def understood(record: "Record", wishes: Sequence[Wish]) -> list[Prepared]:
    """Every wish parsed, validated and indexed. Raises `Unprocessable` or `Malformed` with the problems of all."""
    problems: list[Problem] = []
    drafts: list[Prepared] = []
    require_may_delete(record, [wish for wish in wishes if wish.kind == "delete"])
    for wish in wishes:
        if wish.kind == "delete":
            assert isinstance(wish.resource, dict)
            type_, id_ = wish.resource["resourceType"], wish.resource["id"]
            drafts.append(Prepared(record, wish, type_, id_, {}, None, (), key(f"{type_}/{id_}")))
            continue
        resource = json.parse(wish.resource) if isinstance(wish.resource, bytes) else dict(wish.resource)
        # Bytes are given as well where there are some: only they show a key that is there twice.
        found = () if wish.valid else validate.problems(wish.resource, resource)
        wrong = [_placed(p, wish.place) for p in found if p.severity == "error"]
        problems += wrong
        if not wrong:
            drafts.append(_draft(record, wish, resource))
    record.wanted += drafts
    if problems:
        raise Unprocessable(_summary(problems), problems)
    items = [d.item for d in drafts]
    if len(set(items)) < len(items):
        twice = next(d for n, d in enumerate(drafts) if d.item in items[:n])
        raise Malformed(f"{twice.type}/{twice.id} is written twice in the same piece of work; write it once.")
    return drafts


def require_may_delete(record: "Record", wishes: Sequence[Wish]) -> None:
    """Raise `NotAllowed` to staff before anything is looked up, so that what is there makes no difference (R2)."""
    if wishes and record.session.kind == "staff":
        for wish in wishes:
            assert isinstance(wish.resource, dict)
            type_, id_ = wish.resource["resourceType"], wish.resource.get("id", "")
            record.attempts.append(record.event("delete", "undone", [], type_, f"{type_}/{id_}", ""))
        raise NotAllowed(
            "Nothing in the record is erased (PDL 3:14). Give the entry the status entered-in-error instead."
        )


def _draft(record: "Record", wish: Wish, found: dict[str, Any]) -> Prepared:
    type_ = found["resourceType"]
    id_ = found.get("id", "") if wish.kind == "update" or wish.valid else ""
    if not id_:
        if wish.kind == "update":
            raise Malformed(f"An update of {type_} needs an id.")
        id_ = str(uuid4())
    found["id"] = id_
    if record.base and not wish.valid:  # a bundle has seen to its own references
        _made_relative(found, record.base)
    rest = _rest(found)
    index = discretion.searchable(found, json.dump(found.get("meta") or {}) + rest)
    own = [id_] if type_ == "Patient" else []
    compartments = tuple(dict.fromkeys(key(f"Patient/{p}") for p in [*own, *index.patients, *_about(found)]))
    linked: tuple[int, ...] = ()
    if type_ == "Patient":
        compartments = compartments[:1]  # a link names another patient; the record stays its own
        linked = tuple(key(f"Patient/{p}") for p in projection.linked_ids(found))
    if len(compartments) > MOST_PATIENTS:
        raise Unprocessable(f"{type_}/{id_} names {len(compartments)} patients; {MOST_PATIENTS} are the most.")
    return Prepared(record, wish, type_, id_, found, index, compartments, key(f"{type_}/{id_}"), linked, rest=rest)


def _made_relative(value: Any, base: str) -> None:
    """References that spell out this server's own address mean its items, and are kept as such."""
    if isinstance(value, dict):
        text = value.get("reference")
        if isinstance(text, str) and text.startswith(f"{base}/"):
            value["reference"] = text[len(base) + 1 :]
        for inner in value.values():
            _made_relative(inner, base)
    elif isinstance(value, list):
        for inner in value:
            _made_relative(inner, base)


def _about(resource: dict[str, Any]) -> Iterator[str]:
    """The patient of an entry that FHIR counts to no compartment though it is about one, as a Task is; of a Binary that
    whom its access goes by (http://hl7.org/fhir/R4/binary.html#security).
    """
    if resource["resourceType"] not in COUNTY_OWNED and not compartment(resource["resourceType"]):
        for name in ("for", "subject", "patient", "securityContext"):
            targets = resource.get(name)
            for target in targets if isinstance(targets, list) else [targets]:
                reference = target.get("reference") if isinstance(target, dict) else None
                if isinstance(reference, str) and reference.startswith("Patient/"):
                    yield reference.removeprefix("Patient/")


async def _whereabouts(work: Work, drafts: Sequence[Prepared]) -> dict[int, int]:
    """The compartment of everything that is referred to and exists, or will."""
    here = {d.item: (d.compartments[0] if d.compartments else 0) for d in drafts}
    targets = {key(f"{t}/{i}") for d in drafts for t, i in (d.index.references if d.index else ())}
    unknown = [item for item in targets if item not in here]
    return here | (await store.whereabouts(work, unknown) if unknown else {})


async def _decide(
    record: "Record", work: Work, drafts: Sequence[Prepared], held: dict[int, Held], where: dict[int, int]
) -> None:
    """What one session may write, every patient named reached, every reference where it may point."""
    _may(record, drafts, held, await _following(record, work, drafts, held))
    new_patients = {d.item for d in drafts if d.type == "Patient" and d.item not in held}
    touched = {c for d in drafts for c in (*d.compartments, *d.linked)}
    touched |= {c for d in drafts if (h := held.get(d.item)) for c in (h.compartment, *h.also) if c}
    strange = {place for d in drafts for _, place in _others(d, where)} - touched
    reached = await reach.reached(work, record.narrowing, touched | strange) | new_patients
    if touched - reached:
        raise Refused(_NO_RELATION)
    if any(_is_anothers(d, held.get(d.item)) for d in drafts):
        raise Refused("An entry is changed only by the unit that owns it.")
    await _answered_for(record, work, drafts, held)
    await _decided(record, work, drafts)
    await _keep_whereabouts(record, work, drafts, held)
    problems: list[Problem] = []
    for draft in drafts:
        problems += await _referred(work, draft, where, reached)
    if problems:
        raise Unprocessable(_summary(problems), problems)


async def _answered_for(record: "Record", work: Work, drafts: Sequence[Prepared], held: dict[int, Held]) -> None:
    """Raise `Refused` for what would be signed, or change though it is signed, by somebody who may not."""
    found: list[Problem] = []
    for draft in drafts:
        if draft.type not in _SIGNED or draft.wish.kind == "delete" or record.session.may("import"):
            continue
        before, h = None, held.get(draft.item)
        if h is not None and not h.deleted:
            before = await reading.version(work, h.compartment, h.item, h.version, record.narrowing)
        rule, what = _SIGNED[draft.type]
        what = answers.function_of(draft.resource) if draft.type == "Provenance" else what
        signs = record.powers.signs(what or draft.resource)
        wrong = [*rule(record.session, signs, before.resource if before else None, draft.resource)]
        if draft.type == "Communication" and before is not None:
            covered = await covering.covered(record)
            wrong += messages.read_problems(record.session, covered, before.resource, draft.resource)
        found += [_placed(problem, draft.wish.place) for problem in wrong]
        if draft.type == "Provenance":
            items = {key(name): name for name in answers.versions(draft.resource)}
            stand = {
                items[one.item]: one.version for one in (await store.held(work, items)).values() if not one.deleted
            }
            found += [_placed(problem, draft.wish.place) for problem in answers.stale(draft.resource, stand)]
    if found:
        raise Refused(_summary(found), found)


async def _keep_whereabouts(record: "Record", work: Work, drafts: Sequence[Prepared], held: dict[int, Held]) -> None:
    """Who was not shown where a protected person lives takes neither that away by an update, nor the protection."""
    if record.sees_whereabouts:
        return
    for draft in drafts:
        h = held.get(draft.item)
        if draft.type not in discretion.PEOPLE or draft.index is None or h is None or h.deleted:
            continue
        before = await reading.version(work, h.compartment, h.item, h.version, record.narrowing)
        if before is None:
            continue
        is_hidden = await relatives.hidden(record, [before])
        if discretion.keeps_back(before.resource) or is_hidden:
            draft.resource = discretion.still_protected(before.resource, draft.resource)
            if is_hidden or not discretion.is_protected(before.resource):
                draft.resource = relatives.still_joined(before.resource, draft.resource)
            draft.rest = _rest(draft.resource)
            draft.index = discretion.searchable(draft.resource)


async def _decided(record: "Record", work: Work, drafts: Sequence[Prepared]) -> None:
    """Raise `Refused` for decisions of patients that this session may not register, and say whose the others are."""
    consents = [d for d in drafts if d.type == "Consent" and d.wish.kind != "delete"]
    if not consents:
        return
    if any(decisions.kind(d.resource) for d in consents) and not record.session.may("import"):
        record.powers.require("register-decisions")
    places = await reach.organizations(work, {name for d in consents for name in decisions.named(d.resource)})
    found: list[Problem] = []
    for draft in consents:
        wrong = deciding.problems(record.session, draft.resource, places)
        found += [_placed(problem, draft.wish.place) for problem in wrong]
        unit = deciding.owner(draft.resource, places)
        if unit is not None and record.session.kind == "staff":
            draft.owner = unit.provider, unit.key
    if found:
        raise Refused(_summary(found), found)


async def _referred(work: Work, draft: Prepared, where: dict[int, int], reached: set[int]) -> list[Problem]:
    """Flag what is not here. A reference into another patient's record is a problem, unless FHIR intends it there: then
    reading the entry needs that patient too. Into a record out of reach it looks like one to nothing (A13).
    """
    missing = [f"{t}/{i}" for t, i in (draft.index.references if draft.index else ()) if key(f"{t}/{i}") not in where]
    problems: list[Problem] = []
    one_person: set[int] | None = None
    for name, place in _others(draft, where):
        paths = [path for path, text in _references(draft.resource, draft.type) if text == name]
        is_intended = all(_MAY_NAME_OTHERS & {step.split("[")[0] for step in path.split(".")} for path in paths)
        if draft.type == "Patient" and is_intended:
            continue  # Patient.link: its right was asked for already
        if place not in reached and not name.startswith("Patient/"):
            missing.append(name)
            continue
        if one_person is None:
            one_person = set(await reach.linked(work, draft.compartments))
        if place in one_person:
            continue
        if is_intended:
            if place not in reached:
                raise Refused(_NO_RELATION)
            draft.compartments = (*draft.compartments, place)
            continue
        message = f"{name} belongs to another patient than this entry does; an entry has one patient."
        problems += [_placed(Problem(message, path, "business-rule"), draft.wish.place) for path in paths]
    draft.dangling = tuple(dict.fromkeys(missing))
    return problems


def _others(draft: Prepared, where: dict[int, int]) -> Iterator[tuple[str, int]]:
    """What a draft refers to outside its own patients' records, and in whose it is."""
    for type_, id_ in draft.index.references if draft.index else ():
        item = key(f"{type_}/{id_}")
        place = item if type_ == "Patient" else where.get(item, 0)
        if place and draft.compartments and place not in draft.compartments:
            yield f"{type_}/{id_}", place


def _keep_views(drafts: Sequence[Prepared], held: dict[int, Held]) -> None:
    """What the patient says of an entry stays on it, whoever writes the entry anew (PDL 3:8)."""
    for draft in drafts:
        before = held.get(draft.item)
        if draft.index is not None and (views.views(draft.resource) or (before and before.viewed)):
            draft.resource = views.kept(before, draft.resource, may_bring=draft.record.session.may("import"))
            draft.rest = _rest(draft.resource)
            draft.index.tokens = discretion.searchable(draft.resource).tokens


async def _require_undestroyed(work: Work, drafts: Sequence[Prepared], held: dict[int, Held]) -> None:
    """Raise `Conflict` for what was destroyed: it does not come back under its old id (PDL 8:4)."""
    revived = [d for d in drafts if d.wish.kind == "update" and (h := held.get(d.item)) and h.deleted]
    destroyed = await tombstones(work, [d.item for d in revived]) if revived else set()
    for draft in revived:
        if draft.item in destroyed:
            message = f"{draft.type}/{draft.id} was destroyed by an authority's decision and is not written again."
            raise Conflict(message, [_placed(Problem(message, code="conflict"), draft.wish.place)])


def _by_record(drafts: Sequence[Prepared]) -> Iterator[tuple["Record", list[Prepared]]]:
    for record in {id(d.record): d.record for d in drafts}.values():
        yield record, [d for d in drafts if d.record is record]


async def _following(record: "Record", work: Work, drafts: Sequence[Prepared], held: dict[int, Held]) -> frozenset[int]:
    """Files whose standing alone changes, with that of the note that they belong to, and recordings that are given to
    the note that was written from them: a stop of files stops no note.
    """
    found: set[int] = set()
    known = record.powers.in_force
    for draft in drafts if known.stopped or known.closed else ():
        h = held.get(draft.item)
        if draft.type != "DocumentReference" or draft.wish.kind != "update" or h is None or h.deleted:
            continue
        before = await reading.version(work, h.compartment, h.item, h.version, record.narrowing)
        if before is not None and signing.follows(before.resource, draft.resource):
            found.add(draft.item)
    return frozenset(found)


def _may(record: "Record", drafts: Sequence[Prepared], held: dict[int, Held], following: frozenset[int]) -> None:
    """Default deny: rights of the session's kind, ownership, then the role's rights and what is stopped; what follows
    a note (`following`) by the switch of notes.

    Raises `NotAllowed`, `Stale` or `Refused`.
    """
    session = record.session
    scope = "delete" if any(d.wish.kind == "delete" for d in drafts) else "write"
    if not session.may(scope):
        raise Refused(f"{session.name or session.actor} may not {scope} here.")
    if any(d.wish.owner for d in drafts) and not session.may("import"):
        raise Refused("Only a trusted import may say whose an item is.")
    for draft in drafts if session.reach != "county" else ():
        if draft.type in COUNTY_OWNED and draft.type != "Patient" and not _designs(record, draft):
            raise Refused(f"{draft.type} belongs to the county; people, units and terminology are not changed here.")
    if session.may("import"):
        return  # what is taken over from elsewhere is no use of a function
    refused: list[tuple[Refused, Problem]] = []
    for draft in drafts:
        if _designs(record, draft):
            continue
        before = held.get(draft.item)
        unit = before.unit if before else _owner(draft, None)[1]
        item = draft.resource or {"resourceType": draft.type}
        switches = (signing.NOTES,) if draft.item in following else ()
        if problem := record.powers.refusal(item, (unit, session.unit_key), switches):
            refused.append((problem, _placed(Problem(problem.message, draft.type, "forbidden"), draft.wish.place)))
    if refused:
        first = refused[0][0]
        first.problems = tuple(one for _, one in refused)
        raise first


def _designs(record: "Record", draft: Prepared) -> bool:
    """Whether it is one of the county's forms, and written by staff with the right to that."""
    is_staff = record.session.kind == "staff"
    return draft.type == "Questionnaire" and is_staff and record.powers.has(forms.RIGHT)


def _is_anothers(draft: Prepared, before: Held | None) -> bool:
    """Whether another unit owns the item; a decision of the patient's is the whole provider's to register."""
    session = draft.record.session
    if before is None or session.reach == "county" or before.unit in (0, session.unit_key):
        return False
    return draft.type != "Consent" or before.provider != session.provider_key


async def require(record: "Record", work: Work, patients: set[int]) -> None:
    """Raise `Refused` unless the session reaches every one of these compartments now."""
    if patients - await reach.reached(work, record.narrowing, patients):
        raise Refused(_NO_RELATION)


def _references(value: Any, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for name, inner in value.items():
            if name == "reference" and isinstance(inner, str):
                yield path, inner
            else:
                yield from _references(inner, f"{path}.{name}")
    elif isinstance(value, list):
        for n, inner in enumerate(value):
            yield from _references(inner, f"{path}[{n}]")


def _require_version(draft: Prepared, before: Held | None) -> None:
    """Raise `Stale` unless the version that the wish is based on is the newest one."""
    expected = draft.wish.expected
    if expected is not None and (before is None or before.version != expected):
        newest = f"version {before.version}" if before else "nothing"
        message = f"{draft.type}/{draft.id}: you based this on version {expected}, but the newest is {newest}."
        raise Stale(message, [_placed(Problem(message, code="conflict"), draft.wish.place)])


def _compartments(draft: Prepared, before: Held | None) -> tuple[int, ...]:
    """Home first. Raises `Unprocessable` when the entry would leave the patient whose it is."""
    if before is None:
        return draft.compartments or (0,)
    if draft.index is None:
        return (before.compartment, *before.also)
    if not before.compartment or before.compartment in draft.compartments:
        others = tuple(c for c in draft.compartments if c != before.compartment)
        return (before.compartment, *others) if before.compartment else draft.compartments or (0,)
    if not draft.compartments:
        return (before.compartment,)
    message = "An entry cannot be moved to another patient. Mark it entered-in-error and write a new one."
    raise Unprocessable(message, [_placed(Problem(message, draft.type, "business-rule"), draft.wish.place)])


def _change(draft: Prepared, before: Held | None, now: datetime) -> Change:
    _require_version(draft, before)
    if before is not None and (before.type, before.id) != (draft.type, draft.id):
        raise Conflict(f"{draft.type}/{draft.id} cannot be used as an id here; choose another one.")
    if before is not None and draft.wish.kind == "create":
        message = f"{draft.type}/{draft.id} exists already."
        raise Conflict(message, [_placed(Problem(message, code="conflict"), draft.wish.place)])
    compartments = _compartments(draft, before)
    version = before.version + 1 if before else 1
    provider, unit = _owner(draft, before)
    stamp = {"versionId": str(version), "lastUpdated": now.isoformat(timespec="milliseconds").replace("+00:00", "Z")}
    return Change(
        type=draft.type,
        id=draft.id,
        item=draft.item,
        compartment=compartments[0],
        also=compartments[1:],
        version=version,
        at=now,
        provider=provider,
        unit=unit,
        author=draft.record.session.actor,
        body=_body(draft, stamp),
        index=draft.index,
        before=before,
        dangling=draft.dangling,
        linked=draft.linked,
        withheld=discretion.is_withheld(draft.resource),
    )


def _body(draft: Prepared, stamp: dict[str, str]) -> bytes:
    meta = {**(draft.resource.get("meta") or {}), **stamp}
    head = json.dump({"resourceType": draft.type, "id": draft.id, "meta": meta})
    return head if draft.rest == b"{}" else b"%b,%b" % (head[:-1], draft.rest[1:])


def _rest(resource: dict[str, Any]) -> bytes:
    return json.dump({name: value for name, value in resource.items() if name not in ("resourceType", "id", "meta")})


def _place(draft: Prepared, before: Held | None) -> following.Place:
    return following.Place(*_owner(draft, before), tuple(filter(None, _compartments(draft, before))))


def _owner(draft: Prepared, before: Held | None) -> tuple[int, int]:
    """Provider and unit as numbers. What has no unit belongs to the system that wrote it, and no unit sees it."""
    if before is not None:
        return before.provider, before.unit
    if draft.type in COUNTY_OWNED:
        return 0, 0
    if draft.owner is not None:
        return draft.owner
    session, owner = draft.record.session, draft.wish.owner
    unit, provider = (owner.unit, owner.provider) if owner else (session.unit, session.provider)
    if not unit:
        own = key(f"system:{session.actor}")
        return own, own
    return hsa_key(provider), hsa_key(unit)


def attempt(draft: Prepared) -> Event:
    """What the log says if this comes to nothing."""
    record = draft.record
    return record.event(draft.wish.kind, "undone", draft.compartments, draft.type, f"{draft.type}/{draft.id}", "")


async def _project(work: Work, changes: Sequence[Change], drafts: Sequence[Prepared]) -> None:
    written = [
        Written(c.type, c.id, c.item, c.compartment, c.unit, c.before is None, d.resource if c.index else None)
        for c, d in zip(changes, drafts, strict=True)
        if c.type in projection.PROJECTED
    ]
    if written:
        await projection.project(work, written)


def events(record: "Record", changes: Sequence[Change]) -> list[Event]:
    """One row for each kind of write, patient and owner: a bundle of a whole life is a few rows, a note is one."""
    rows: dict[tuple[str, tuple[int, ...], int], list[Change]] = {}
    for c in changes:
        action = "delete" if c.index is None else "create" if c.before is None else "update"
        rows.setdefault((action, c.patients, c.unit), []).append(c)
    return [
        record.event(
            action,
            "done",
            patients,
            ",".join(sorted({c.type for c in some})),
            " ".join(f"{c.type}/{c.id}/{c.version}" for c in some),
            str(unit),
        )
        for (action, patients, unit), some in rows.items()
    ]


def _is_there(held: Held | None) -> bool:
    """Deleting what is not there, or not there any more, changes nothing."""
    return held is not None and not held.deleted


def as_stored(c: Change) -> Stored:
    """The new version as its reader will see it."""
    deleted = c.index is None
    return Stored(c.type, c.id, c.version, c.provider, c.unit, c.body, c.compartment, at=c.at, deleted=deleted)


def _placed(problem: Problem, place: str) -> Problem:
    if not place:
        return problem
    path = f"{place}.resource.{problem.path.partition('.')[2]}" if problem.path else place
    return Problem(problem.message, path, problem.code, problem.severity)


def _summary(problems: Sequence[Problem]) -> str:
    first = problems[0]
    more = f" ({len(problems) - 1} more)" if len(problems) > 1 else ""
    return f"{first.path}: {first.message}{more}" if first.path else f"{first.message}{more}"
