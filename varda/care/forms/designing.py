"""Drawing, publishing and retiring the county's forms, by two persons (see `varda.record.forms`)."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import uuid4

from varda.care.facts import instant
from varda.care.forms import drawing
from varda.care.forms.model import Form, form
from varda.care.forms.queries import forms
from varda.care.forms.rules import unknown
from varda.fhir.resource import parse
from varda.kernel.errors import Conflict, Malformed, Problem, Unprocessable
from varda.record import Record
from varda.record import forms as rule

RIGHT = rule.RIGHT
ADDRESS = "https://varda.example/fhir/Questionnaire/"
_FRESH = ("id", "meta", "date")


def writers(resource: Mapping[str, Any]) -> list[str]:
    """The names of those who have changed a draft."""
    marks = (one for one in resource.get("extension", ()) if one.get("url") == rule.WRITER)
    return [str(one["valueReference"].get("display", "")) for one in marks]


def may_publish(record: Record, resource: Mapping[str, Any]) -> bool:
    """Whether this person may publish a draft: somebody else than those who have changed it."""
    return resource.get("status") == "draft" and record.session.practitioner not in rule.people(resource, rule.WRITER)


async def begin(record: Record, title: str) -> Form:
    """A new form with a title and nothing else. Raises `Unprocessable` without a title."""
    record.powers.require(rule.RIGHT)
    if not title.strip():
        raise Unprocessable("Give the form a title.", [Problem("Give the form a title.", "title")])
    made = {"url": f"{ADDRESS}{uuid4().hex[:12]}", "version": "1", "title": title.strip(), "item": []}
    return await _created(record, made)


async def draw(
    record: Record, form_id: str, version: int, said: Mapping[str, str], drawn: Sequence[drawing.Row]
) -> Form:
    """Keep title, description and rows of a draft. Raises `Conflict` for what is no draft any more."""
    record.powers.require(rule.RIGHT)
    resource = (await record.read("Questionnaire", form_id)).resource
    if resource.get("status") != "draft":
        raise Conflict("What is published does not change. Make a new version of the form.")
    if not drawing.is_drawn(resource):
        raise Conflict("This form says more than can be changed here; change it where it was made and import it again.")
    changed = {
        **resource,
        "title": said.get("title", "").strip() or resource["title"],
        "item": drawing.items(drawn, resource),
    }
    if said.get("description", "").strip():
        changed["description"] = said["description"].strip()
    else:
        changed.pop("description", None)
    if not changed["item"]:
        changed.pop("item")
    return form((await record.update(_named(record, changed), expected=version)).resource)


async def publish(record: Record, form_id: str, version: int) -> Form:
    """Make a draft the form that is filled in, and retire the version before it.

    Raises `Unprocessable` for what cannot be filled in, `Refused` for who has changed the draft.
    """
    record.powers.require(rule.RIGHT)
    resource = (await record.read("Questionnaire", form_id)).resource
    read = form(resource)
    wrong = list(unknown(read))
    if not read.questions:
        wrong.append(Problem("The form asks nothing yet."))
    if wrong:
        raise Unprocessable("The form cannot be published yet.", wrong)
    mark = {
        "url": rule.PUBLISHER,
        "valueReference": {"reference": record.session.practitioner, "display": record.session.name},
    }
    active = {**resource, "status": "active", "date": instant(record.now), "extension": [*resource["extension"], mark]}
    stored = await record.update(active, expected=version)
    for before in await forms(record, "active"):
        if before.url == read.url and before.id != form_id:
            await retire(record, before.id, before.stored)
    return form(stored.resource)


async def retire(record: Record, form_id: str, version: int) -> Form:
    """Let a form be filled in no more; what has been begun may be finished."""
    record.powers.require(rule.RIGHT)
    resource = (await record.read("Questionnaire", form_id)).resource
    return form((await record.update({**resource, "status": "retired"}, expected=version)).resource)


async def next_version(record: Record, form_id: str) -> Form:
    """A draft of the version after the newest one. Raises `Conflict` while there is such a draft."""
    record.powers.require(rule.RIGHT)
    resource = (await record.read("Questionnaire", form_id)).resource
    others = [one for one in await forms(record, "draft", "active", "retired") if one.url == resource.get("url")]
    if any(one.status == "draft" for one in others):
        raise Conflict("There is a draft of the next version already.")
    number = max((int(one.version) for one in others if one.version.isdigit()), default=0) + 1
    return await _created(record, {**resource, "version": str(number)})


async def bring_in(record: Record, text: str) -> Form:
    """Import a form as a draft. Raises `Malformed` for what is no Questionnaire, and what the validator says."""
    record.powers.require(rule.RIGHT)
    resource = parse(text.encode())
    if resource.get("resourceType") != "Questionnaire":
        raise Malformed("This is no Questionnaire in FHIR's JSON.")
    others = await forms(record, "draft", "active", "retired")
    address, version = resource.get("url"), str(resource.get("version", "1"))
    if any((one.url, one.version) == (address, version) for one in others):
        raise Conflict("The county has this version of the form already; give it another version.")
    made = {"url": f"{ADDRESS}{uuid4().hex[:12]}", "title": "?", **resource, "version": version}
    return await _created(record, made)


async def _created(record: Record, made: Mapping[str, Any]) -> Form:
    kept = {name: value for name, value in made.items() if name not in _FRESH and value != []}
    marks = [one for one in made.get("extension", ()) if one.get("url") not in (rule.WRITER, rule.PUBLISHER)]
    kept = (
        {**kept, "extension": marks} if marks else {name: value for name, value in kept.items() if name != "extension"}
    )
    fresh = {**kept, "resourceType": "Questionnaire", "status": "draft", "date": instant(record.now)}
    return form((await record.create(_named(record, {"subjectType": ["Patient"], **fresh}))).resource)


def _named(record: Record, resource: dict[str, Any]) -> dict[str, Any]:
    """The draft with the one who changes it among its writers."""
    who = {"reference": record.session.practitioner, "display": record.session.name}
    if record.session.practitioner in rule.people(resource, rule.WRITER):
        return resource
    return {**resource, "extension": [*resource.get("extension", ()), {"url": rule.WRITER, "valueReference": who}]}
