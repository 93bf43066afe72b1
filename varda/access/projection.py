"""Keeping `access` in step with the resources it is a projection of, inside the transaction that writes them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from varda.access.relations import ALWAYS, FOREVER, derived, instant
from varda.access.session import hsa_key, unit_grantee
from varda.fhir.keys import key
from varda.kernel.db import Work
from varda.kernel.sql import named

_SQL = named("varda.access")

HSA = "urn:oid:1.2.752.29.4.19"
ORGANIZATION_KIND = "https://varda.example/fhir/CodeSystem/organization-kind"
PROJECTED = frozenset(
    {"Patient", "Organization", "Practitioner", "PractitionerRole", "EpisodeOfCare", "Encounter", "CareTeam"}
)


@dataclass(frozen=True, slots=True)
class Written:
    """A write that may change who reaches whom. `resource` is None when the item was deleted."""

    type: str
    id: str
    item: int
    compartment: int
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
    if relations := [w for name in ("EpisodeOfCare", "Encounter", "CareTeam") for w in by_type.get(name, [])]:
        await _relations(work, relations)
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
    rows = []
    for w in writes:
        hsa = identifier(w.resource or {}, HSA)
        if w.resource is None or not hsa:
            continue
        kinds = {
            coding.get("code")
            for concept in w.resource.get("type") or []
            for coding in concept.get("coding") or []
            if coding.get("system") == ORGANIZATION_KIND
        }
        part_of = (w.resource.get("partOf") or {}).get("reference", "").removeprefix("Organization/")
        active = w.resource.get("active", True)
        rows.append((hsa_key(hsa), hsa, w.resource.get("name", ""), w.id, part_of, "care-provider" in kinds, active))
    if rows:
        await work.run(_SQL["units_known"], *zip(*{r[0]: r for r in rows}.values(), strict=True))
        await work.run(_SQL["providers_found"])
        # What belongs to no patient is reached by everybody who works somewhere.
        nobody = [(0, unit_grantee(row[3]), key(f"Organization/{row[3]}"), 0, ALWAYS, FOREVER) for row in rows]
        await work.run(_SQL["reach_given"], *zip(*nobody, strict=True))


async def _people(work: Work, writes: Sequence[Written]) -> None:
    rows = []
    for w in writes:
        if w.resource is not None and (hsa := identifier(w.resource, HSA)):
            name = spoken_name(w.resource)
            rows.append((w.id, hsa, name, name.lower(), w.resource.get("active", True)))
    if rows:
        await work.run(_SQL["people_known"], *zip(*{r[0]: r for r in rows}.values(), strict=True))


async def _assignments(work: Work, writes: Sequence[Written]) -> None:
    rows = []
    for w in writes:
        r = w.resource or {}
        assignment = identifier(r, HSA)
        if not assignment:
            continue
        code: dict[str, Any] = next((c for concept in r.get("code") or [] for c in concept.get("coding") or []), {})
        title = next((concept.get("text", "") for concept in r.get("code") or []), "") or code.get("display", "")
        period = r.get("period") or {}
        rows.append(
            (
                assignment,
                (r.get("practitioner") or {}).get("reference", "").removeprefix("Practitioner/"),
                (r.get("organization") or {}).get("reference", "").removeprefix("Organization/"),
                code.get("code", ""),
                title,
                instant(period.get("start"), ALWAYS),
                instant(period.get("end"), FOREVER),
                r.get("active", True),
            )
        )
    if rows:
        await work.run(_SQL["assignments_known"], *zip(*{r[0]: r for r in rows}.values(), strict=True))


async def _relations(work: Work, writes: Sequence[Written]) -> None:
    changed = [w for w in writes if not w.is_new]
    if changed:
        await work.run(_SQL["reach_ended"], [w.compartment for w in changed], [w.item for w in changed])
    rows = {
        (w.compartment, unit_grantee(reach.organization), w.item): (
            w.compartment, unit_grantee(reach.organization), w.item, 0, reach.opens, reach.closes,
        )
        for w in writes
        if w.resource is not None and w.compartment
        for reach in derived(w.resource)
    }  # fmt: skip
    if rows:
        await give(work, list(rows.values()))


async def give(work: Work, rows: Sequence[tuple[Any, ...]]) -> None:
    """Add reach: (compartment, grantee, source, width, opens, closes) each; mirrored to linked records."""
    await work.run(_SQL["reach_given"], *zip(*rows, strict=True))
    linked = await work.all(_SQL["same_of"], [row[0] for row in rows])
    if linked:
        await work.run(_SQL["reach_mirrored"], list({row["compartment"] for row in linked}))


async def _links(work: Work, patient: Written) -> None:
    wanted = {
        key(target)
        for link in (patient.resource or {}).get("link") or []
        if link.get("type") in ("replaces", "replaced-by", "refer")
        and (target := (link.get("other") or {}).get("reference", "")).startswith("Patient/")
    }
    own = patient.compartment
    known = {row["other"] for row in await work.all(_SQL["same_said"], own)}
    if undone := known - wanted:
        await work.run(_SQL["same_unsaid"], own, list(undone))
        await work.run(_SQL["reach_unmirrored"], own, list(undone))
    if made := wanted - known:
        pairs = [(own, o, own) for o in made] + [(o, own, own) for o in made]
        await work.run(_SQL["same_known"], *zip(*pairs, strict=True))
        await work.run(_SQL["reach_mirrored"], [own, *made])
