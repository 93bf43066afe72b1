"""Who tells where a protected person lives without being labelled: relatives, the person's other records (A14).

Whoever is a relative (RelatedPerson), or the same human by another name (Person) or in another record (Patient), has
whereabouts kept back while any record of the patient is labelled: in what is shown, in what a search finds, and by an
update of who was not shown them.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from varda.access import reach
from varda.fhir.keys import key
from varda.kernel.db import Work
from varda.record import discretion
from varda.search.narrowing import Narrowing
from varda.store import reading
from varda.store import writing as store
from varda.store.model import Stored

if TYPE_CHECKING:
    from varda.record.opened import Record

TYPES = frozenset({"RelatedPerson", "Person"})
_MOST = 1000


async def hidden(record: "Record", stored: Sequence[Stored]) -> frozenset[str]:
    """The references among what is about to be shown whose whereabouts would tell a protected patient's.

    Nobody's own are hidden from themselves.
    """
    concerned = [one for one in stored if (one.type in TYPES or one.type == "Patient") and not one.deleted]
    if not concerned:
        return frozenset()
    own = {key(reference) for reference in record.own}
    async with record.at_work() as work:
        about = {c for one in concerned if one.type in TYPES for c in one.patients}
        # Nearly everybody has one record, whose own label tells by itself.
        about |= set(await reach.same(work, {c for one in concerned if one.type == "Patient" for c in one.patients}))
        marked = await protected(work, about - own, record.narrowing)
    return frozenset(one.reference for one in concerned if marked & set(one.patients))


def still_joined(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    """An update by somebody without the right keeps whose relative or other record it is: that is what hides it."""
    links = after.get("link") or []
    kept = [*links, *(one for one in before.get("link") or () if one not in links)]
    whose = {"patient": before["patient"]} if "patient" in before else {}
    return {**after, **({"link": kept} if kept else {}), **whose}


async def protected(work: Work, patients: Collection[int], rule: Narrowing) -> set[int]:
    """Which of these patients (by compartment) are protected now, by any record of the same person."""
    if not patients:
        return set()
    same = await reach.same(work, patients)
    records = sorted({*patients, *_others(same)})
    found = await reading.read(work, [(one, rule.without_limit()) for one in records])
    marked = {
        compartment
        for compartment, one in zip(records, found, strict=True)
        if one.stored and not one.stored.deleted and discretion.is_protected(one.stored.resource)
    }
    return {one for one in patients if one in marked or marked & same.get(one, set())}


async def everybody(work: Work, patients: Iterable[int]) -> list[int]:
    """These patients' compartments and those of every other record of the same people."""
    given = set(patients)
    return sorted({*given, *_others(await reach.same(work, given))})


def _others(same: Mapping[int, set[int]]) -> set[int]:
    return {other for others in same.values() for other in others}


async def found_anew(work: Work, patients: Iterable[int], rule: Narrowing) -> None:
    """Bring the indexes of these patients' records and relatives in step with who is protected now."""
    compartments = await everybody(work, patients)
    wanted = dict.fromkeys((*TYPES, "Patient"), _MOST)
    found = await reading.chart(work, compartments, wanted, rule.without_limit())
    items = {one.reference: one for some in found.values() for one in some}.values()
    marked = await protected(work, {c for one in items for c in one.patients}, rule)
    for one in items:
        index = discretion.searchable(one.resource, also_if=bool(marked & set(one.patients)))
        await store.found_by(work, one.patients, key(one.reference), index)
