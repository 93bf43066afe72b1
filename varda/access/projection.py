"""Keeping `access` in step with the resources it is a projection of, inside the transaction that writes them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from varda.access.decisions import decided
from varda.access.relations import ALWAYS, FOREVER, OWNER, RELATING, derived, lasting
from varda.access.session import hsa_key, unit_grantee
from varda.fhir.keys import key
from varda.kernel.db import Work
from varda.kernel.sql import named

_SQL = named("varda.access")

HSA = "urn:oid:1.2.752.29.4.19"
ORGANIZATION_KIND = "https://varda.example/fhir/CodeSystem/organization-kind"
PURPOSE = "https://varda.example/fhir/CodeSystem/assignment-purpose"
LICENCE = "https://varda.example/fhir/CodeSystem/licence"
AHEAD = "https://varda.example/fhir/StructureDefinition/clock-ahead"
"""The extension of an Organization in the training environment: seconds that its clock is ahead of the wall's."""
CARE = "care"
"""The purpose of an assignment that names none."""
PROJECTED = frozenset({"Patient", "Organization", "Practitioner", "PractitionerRole", "Consent", *RELATING})
PROVIDER_KINDS = frozenset({"care-provider", "social-care-provider"})


@dataclass(frozen=True, slots=True)
class Written:
    """A write that may change who reaches whom. `unit` owns it; `resource` is None when the item was deleted."""

    type: str
    id: str
    item: int
    compartment: int
    unit: int
    is_new: bool
    resource: dict[str, Any] | None


async def project(work: Work, writes: Sequence[Written]) -> None:
    """Bring units, people, assignments, relations and links up to date with the writes."""
    by_type: dict[str, list[Written]] = {}
    for write in writes:
        by_type.setdefault(write.type, []).append(write)
    if "Organization" in by_type:
        await _units(work, by_type["Organization"])
    if "Practitioner" in by_type:
        await _people(work, by_type["Practitioner"])
    if "PractitionerRole" in by_type:
        await _assignments(work, by_type["PractitionerRole"])
    if relations := [w for name in RELATING for w in by_type.get(name, [])]:
        await _relations(work, relations)
    if "Consent" in by_type:
        await _decisions(work, by_type["Consent"])
    for patient in by_type.get("Patient", []):
        await _links(work, patient)


def identifier(resource: dict[str, Any], system: str) -> str:
    """The value of the first identifier with that system; empty when there is none."""
    for found in resource.get("identifier") or []:
        if found.get("system") == system:
            return str(found.get("value", ""))
    return ""


def spoken_name(resource: dict[str, Any]) -> str:
    """Given and family name as one says them."""
    for name in resource.get("name") or []:
        parts = [*(name.get("given") or []), name.get("family", "")]
        return str(name.get("text") or " ".join(p for p in parts if p))
    return ""


async def _units(work: Work, writes: Sequence[Written]) -> None:
    rows: dict[str, tuple[Any, ...]] = {}
    for w in writes:
        hsa = identifier(w.resource or {}, HSA)
        if w.resource is not None and hsa:
            part_of = _id(w.resource.get("partOf"), "Organization")
            kinds = _kinds(w.resource)
            is_provider = bool(PROVIDER_KINDS & kinds)
            is_social = "care-provider" not in kinds and "social-care-provider" in kinds
            hats = (is_provider, is_social, "municipality" in kinds)
            name, active = w.resource.get("name", ""), w.resource.get("active", True)
            rows[w.id] = (w.id, hsa_key(hsa), hsa, name, part_of, *hats, active, _ahead(w.resource))
    await _known(work, "units", writes, rows)
    if rows:
        await work.run(_SQL["providers_found"])
        # What belongs to no patient is reached by everybody who works somewhere.
        everybody = [
            Given(0, unit_grantee(id_), key(f"Organization/{id_}"), 0, ALWAYS, FOREVER) for id_ in sorted(rows)
        ]
        await work.run(_SQL["reach_given"], *zip(*everybody, strict=True))


def _ahead(organization: dict[str, Any]) -> timedelta:
    """How far the clock of a unit is ahead of the wall's, in seconds."""
    said = (one for one in organization.get("extension") or [] if one.get("url") == AHEAD)
    return timedelta(seconds=next((one["valueInteger"] for one in said if "valueInteger" in one), 0))


async def _people(work: Work, writes: Sequence[Written]) -> None:
    rows: dict[str, tuple[Any, ...]] = {}
    for w in writes:
        if w.resource is not None and (hsa := identifier(w.resource, HSA)):
            name = spoken_name(w.resource)
            rows[w.id] = (w.id, hsa, name, name.lower(), w.resource.get("active", True))
    await _known(work, "people", writes, rows)
    await work.run(_SQL["licences_gone"], sorted({w.id for w in writes}))
    held = {(w.id, one[0]): one for w in writes if w.id in rows for one in licences(w.resource or {})}
    if held:
        await work.run(_SQL["licences_held"], *zip(*((id_, *one) for (id_, _), one in held.items()), strict=True))


async def _assignments(work: Work, writes: Sequence[Written]) -> None:
    rows: dict[str, tuple[Any, ...]] = {}
    for w in writes:
        r = w.resource or {}
        assignment = identifier(r, HSA)
        if not assignment:
            continue
        profession, purpose, title = _work(r)
        opens, closes = lasting(r.get("period"))
        rows[w.id] = (
            w.id,
            assignment,
            _id(r.get("practitioner"), "Practitioner"),
            _id(r.get("organization"), "Organization"),
            profession,
            purpose,
            title,
            opens,
            closes,
            r.get("active", True),
        )
    await _known(work, "assignments", writes, rows)


def _work(assignment: dict[str, Any]) -> tuple[str, str, str]:
    """What a PractitionerRole is, what for, and what it is called."""
    concepts: list[dict[str, Any]] = assignment.get("code") or []
    profession, purpose, title = "", CARE, ""
    for concept in reversed(concepts):  # of several the first
        coding: dict[str, Any] = (concept.get("coding") or [{}])[0]
        if coding.get("system") == PURPOSE:
            purpose = coding.get("code", "")
        else:
            profession, title = coding.get("code", ""), concept.get("text", "") or coding.get("display", "")
    return profession, purpose, title


def licences(practitioner: dict[str, Any]) -> list[tuple[str, datetime, datetime]]:
    """The licences to practise of a Practitioner: name, from and until each; of one that stands twice, the last."""
    found = {
        coding["code"]: lasting(qualification.get("period"))
        for qualification in practitioner.get("qualification") or []
        for coding in (qualification.get("code") or {}).get("coding") or []
        if coding.get("system") == LICENCE and coding.get("code")
    }
    return [(name, *lasts) for name, lasts in found.items()]


async def _known(work: Work, what: str, writes: Sequence[Written], rows: dict[str, tuple[Any, ...]]) -> None:
    """Write what is known, in one order for all so that nobody waits in a circle; end what is not any more."""
    if rows:
        await work.run(_SQL[f"{what}_known"], *zip(*(rows[id_] for id_ in sorted(rows)), strict=True))
    if ended := sorted({w.id for w in writes} - set(rows)):
        await work.run(_SQL[f"{what}_ended"], ended)


def _kinds(organization: dict[str, Any]) -> set[str]:
    return {
        coding.get("code", "")
        for concept in organization.get("type") or []
        for coding in concept.get("coding") or []
        if coding.get("system") == ORGANIZATION_KIND
    }


def _id(reference: dict[str, Any] | None, type_: str) -> str:
    text = (reference or {}).get("reference", "")
    return str(text).removeprefix(f"{type_}/")


async def _relations(work: Work, writes: Sequence[Written]) -> None:
    changed = [w for w in writes if not w.is_new]
    if changed:
        await work.run(_SQL["reach_ended"], [w.compartment for w in changed], [w.item for w in changed])
    made = [(w, reach) for w in writes if w.resource is not None and w.compartment for reach in derived(w.resource)]
    owners = {w.unit for w, reach in made if reach.organization == OWNER}
    known = await work.all(_SQL["organization_of"], list(owners)) if owners else []
    own = {row["unit"]: row["organization"] for row in known}
    rows = {}
    for w, reach in made:
        organization = reach.organization or own.get(w.unit, "")
        if organization:
            given = Given(w.compartment, unit_grantee(organization), w.item, 0, reach.opens, reach.closes)
            rows[given[:3]] = given
    if rows:
        await give(work, list(rows.values()))


class Given(NamedTuple):
    """One row of reach; see access.reach for the words. `types` as an array's text, None for all."""

    compartment: int
    grantee: int
    source: int
    width: int
    opens: datetime
    closes: datetime
    provider: int = 0
    unit: int = 0
    types: str | None = None
    consent: int = 0


async def give(work: Work, rows: Sequence[Given]) -> None:
    """Add reach; mirrored to linked records."""
    await work.run(_SQL["reach_given"], *zip(*sorted(rows, key=lambda row: row[:3]), strict=True))
    linked = await work.all(_SQL["same_of"], [row.compartment for row in rows])
    if linked:
        await work.run(_SQL["reach_mirrored"], list({row["compartment"] for row in linked}))


async def _decisions(work: Work, writes: Sequence[Written]) -> None:
    """What patients have decided, in force from the next read on."""
    if changed := [w.item for w in writes if not w.is_new]:
        await work.run(_SQL["decisions_ended"], changed)
    rows = [
        (
            w.compartment, w.item, int(one.kind), _bare(one.provider), _bare(one.unit), one.opens, one.closes,
            one.since, one.until, one.lift_opens, one.lift_closes,
        )
        for w in writes
        if w.resource is not None and w.compartment
        for one in decided(w.resource)
    ]  # fmt: skip
    if rows:
        await work.run(_SQL["decisions_made"], *zip(*rows, strict=True))
        linked = await work.all(_SQL["same_of"], [row[0] for row in rows])
        if linked:
            await work.run(_SQL["decisions_mirrored"], list({row["compartment"] for row in linked}))


def _bare(reference: str) -> str:
    return reference.removeprefix("Organization/")


def linked_ids(patient: dict[str, Any]) -> list[str]:
    """Ids of the records that a Patient says are of the same person (Patient.link, but not "see also")."""
    return [
        target.removeprefix("Patient/")
        for link in patient.get("link") or []
        if link.get("type") in ("replaces", "replaced-by", "refer")
        and (target := (link.get("other") or {}).get("reference", "")).startswith("Patient/")
    ]


async def _links(work: Work, patient: Written) -> None:
    wanted = {key(f"Patient/{id_}") for id_ in linked_ids(patient.resource or {})}
    own = patient.compartment
    known = {row["other"] for row in await work.all(_SQL["same_said"], own)}
    if undone := known - wanted:
        await work.run(_SQL["same_unsaid"], own, list(undone))
        await work.run(_SQL["reach_unmirrored"], own, list(undone))
        await work.run(_SQL["decisions_unmirrored"], own, list(undone))
    if made := wanted - known:
        pairs = [(own, o, own) for o in made] + [(o, own, own) for o in made]
        await work.run(_SQL["same_known"], *zip(*pairs, strict=True))
        await work.run(_SQL["reach_mirrored"], [own, *made])
        await work.run(_SQL["decisions_mirrored"], [own, *made])
