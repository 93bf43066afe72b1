"""The patient's view that an entry is wrong, noted on the entry itself (PDL 3:8, RULES R3).

An extension of the entry and a tag to search by (`_tag`), in a version of their own: whoever reads the entry, by
whatever way, reads the view with it, and what the author wrote stays as it was. No later writing takes it away.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from varda.fhir import resource as json
from varda.fhir import validate
from varda.fhir.keys import key
from varda.fhir.resource import Resource
from varda.kernel.errors import Absent, Problem, Refused, Unprocessable
from varda.record.discretion import PEOPLE
from varda.search.index import indexed
from varda.store import writing as store
from varda.store.model import Held, Stored

if TYPE_CHECKING:
    from varda.record.opened import Record

VIEW = "https://varda.example/fhir/StructureDefinition/patient-view"
TAG = {"system": "https://varda.example/fhir/CodeSystem/entry-mark", "code": "patient-view"}
LONGEST = 10_000
"""Characters of one view."""


def views(resource: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The extensions that hold the patient's views, oldest first."""
    return [one for one in resource.get("extension") or () if one.get("url") == VIEW]


async def note(record: "Record", type_: str, id_: str, text: str) -> Stored:
    """Note the patient's view, in the patient's words, on an entry. See `Record.note_view`."""
    session = record.session
    if session.kind not in ("staff", "citizen"):
        raise Refused("The patient's view is noted by the patient, or by staff for the patient.")
    if not text.strip() or len(text) > LONGEST:
        message = f"Write what the patient says is wrong, {LONGEST} characters at most."
        raise Unprocessable(message, [Problem(message, "text", "required")])
    work, item = await record.begun(), key(f"{type_}/{id_}")
    held = (await store.held(work, [item])).get(item)
    stored = await record.read(type_, id_)
    if type_ in PEOPLE:
        raise Refused("Who somebody is is corrected by registering it anew.")
    if held is None or not stored.patients:
        raise Absent(f"There is no {type_}/{id_} about a patient that you can see.")
    if session.kind == "citizen" and not set(stored.patients) <= {key(name) for name in record.own}:
        raise Refused("Only the patient notes what the patient thinks; a guardian or proxy says it to the clinic.")
    if session.kind == "staff" and held.provider not in (0, session.provider_key):
        raise Refused("The patient's view is noted by the provider whose entry it is.")
    resource = _with_view(record, stored.resource, held.version + 1, text.strip())
    body = json.dump(resource)
    if problems := [one for one in validate.problems(body, resource) if one.severity == "error"]:
        raise Unprocessable(problems[0].message, problems)
    await store.annotate(work, held, record.now, session.actor, body, indexed(resource).tokens)
    what = f"{type_}/{id_}/{held.version + 1}"
    record.written.append(record.event("view", "done", stored.patients, type_, what, str(held.unit)))
    return Stored(
        type_, id_, held.version + 1, held.provider, held.unit, body, held.compartment, held.also, at=record.now
    )


def kept(before: Held | None, after: Resource, *, may_bring: bool) -> Resource:
    """The resource with every view that stood on it, though its writer left them out. Raises `Unprocessable` for one
    that is new or changed, unless the writer may bring what was noted elsewhere.
    """
    had = json.parse(before.viewed) if before is not None and before.viewed is not None else {}
    there = views(had)
    if not may_bring and any(one not in there for one in views(after)):
        message = "The patient's view is noted on an entry by itself, and is not changed by writing the entry."
        raise Unprocessable(message, [Problem(message, f"{after['resourceType']}.extension", "business-rule")])
    lost = [one for one in there if one not in views(after)]
    return _tagged({**after, "extension": [*after.get("extension", ()), *lost]}) if there else after


def _with_view(record: "Record", before: Mapping[str, Any], version: int, text: str) -> Resource:
    instant = record.now.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    session = record.session
    by = f"{session.name}, {session.unit_name}" if session.kind == "staff" else "patient"
    parts = [
        {"url": "text", "valueString": text},
        {"url": "time", "valueDateTime": instant},
        {"url": "noted-by", "valueString": by},
    ]
    found = {**before, "extension": [*before.get("extension", ()), {"url": VIEW, "extension": parts}]}
    found["meta"] = {**before.get("meta", {}), "versionId": str(version), "lastUpdated": instant}
    return _tagged(found)


def _tagged(resource: Resource) -> Resource:
    meta = resource.get("meta") or {}
    tags = meta.get("tag") or []
    is_tagged = any((one.get("system"), one.get("code")) == (TAG["system"], TAG["code"]) for one in tags)
    return resource if is_tagged else {**resource, "meta": {**meta, "tag": [*tags, TAG]}}
