"""Reading forms, what has been filled in, and what the record knows of a patient that a form may begin with."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from varda.care.facts import Moment
from varda.care.forms.model import Form, form
from varda.care.forms.reckoning import FACTS
from varda.care.forms.response import Response, response
from varda.care.patients import age, person
from varda.care.results import readings
from varda.care.vitals import numbers
from varda.kernel.clock import STOCKHOLM
from varda.kernel.errors import Absent, Conflict
from varda.record import Draft, Record
from varda.search.escapes import escaped
from varda.search.kinds.string import swedish

KIND = "form"
USED = ("active", "retired")
"""The statuses of a form that responses may answer: what was begun may be finished after it is retired."""
CONFIRMED = ("final", "amended", "corrected")
"""The statuses of values that a form may begin with: somebody answers for them."""
KNOWN = {"Patient": 1, "Observation": 200}
"""How much of a record is read for the facts that a form begins with."""


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that the record knows: a number or a text, when it was so (None: always), and what it is called that
    says so, where it is one entry."""

    value: Any
    at: Moment | None = None
    source: str = ""


async def forms(record: Record, *statuses: str) -> list[Form]:
    """The county's forms by title, the newest version first; active ones if no status is named."""
    wanted = [("status", ",".join(statuses or ("active",))), ("_count", "500")]
    found = [form(one.resource) for one in (await record.search("Questionnaire", wanted)).matches]
    by_version = sorted(found, key=lambda one: (one.version.isdigit(), len(one.version), one.version), reverse=True)
    return sorted(by_version, key=lambda one: (swedish(one.title), one.url))


def offered(all_forms: Iterable[Form], role: str) -> list[Form]:
    """Those for a role first, then those for everybody, then the others: none is kept from anybody."""
    return sorted(all_forms, key=lambda one: 0 if role in one.roles else 1 if not one.roles else 2)


async def one_form(record: Record, form_id: str) -> Form:
    """A form by its id. Raises `Absent`."""
    return form((await record.read("Questionnaire", form_id)).resource)


async def form_of(record: Record, canonical: str) -> Form | None:
    """The form that a response names, in the version it names; None when the county has no such form."""
    url, _, version = canonical.partition("|")
    if not url:
        return None
    wanted = [("url", escaped(url)), *([("version", escaped(version))] if version else []), ("_count", "50")]
    found = [form(one.resource) for one in (await record.search("Questionnaire", wanted)).matches]
    return next((one for status in USED for one in found if one.status == status), None)


async def one_response(record: Record, response_id: str) -> Response:
    """A filled form as it stands now. Raises `Absent`."""
    return response((await record.read("QuestionnaireResponse", response_id)).resource)


async def form_to_go_on_with(record: Record, before: Response) -> Form:
    """The form that a response is gone on with in. Raises `Conflict` where it is not here."""
    found = await form_of(record, before.form)
    if found is None:
        raise Conflict("The county has no form by the name that these answers give, so they cannot be changed here.")
    return found


async def versions(record: Record, response_id: str) -> list[Response]:
    """Every version of a filled form, newest first. Raises `Absent`."""
    history = await record.history("QuestionnaireResponse", response_id)
    return [response(one.resource) for one in history if not one.deleted]


async def my_drafts(record: Record, patient_id: str = "") -> list[Draft]:
    """The signed-in person's private drafts of forms, of one patient or of all, newest first."""
    return [one for one in await record.drafts(patient_id) if one.kind == KIND]


def previous(resources: Iterable[Mapping[str, Any]], url: str, but: str = "") -> Response | None:
    """The newest signed response to any version of a form, of resources newest first."""
    found = (response(one) for one in resources if one.get("id") != but)
    return next((one for one in found if one.is_signed and one.form.partition("|")[0] == url), None)


async def facts_of(record: Record, patient_id: str) -> dict[str, Fact]:
    """The facts of one patient. Raises `Absent` where this session has no way to the patient."""
    found = await record.compartment(patient_id, KNOWN)
    if not found.get("Patient"):
        raise Absent("There is no such patient for you.")
    today = record.now.astimezone(STOCKHOLM).date()
    return facts({kind: [one.resource for one in items] for kind, items in found.items()}, today)


def facts(resources: Mapping[str, list[dict[str, Any]]], today: date) -> dict[str, Fact]:
    """What forms may begin with: age in whole years, sex, and the last confirmed bedside values in their own units."""
    who = person(resources["Patient"][0])
    lived = age(who.born, who.died.day if who.died else today)
    known: dict[str, Fact] = {"sex": Fact(who.sex)} if who.sex else {}
    if lived is not None and not lived.about:
        known["age"] = Fact(lived.number // {"years": 1, "months": 12, "weeks": 52, "days": 365}[lived.unit])
    confirmed = [one for one in resources.get("Observation", ()) if one.get("status") in CONFIRMED and _is_exact(one)]
    by_id = {str(one.get("id", "")): one for one in confirmed}
    for reading in readings(confirmed):
        for key, number in numbers(by_id[reading.id]).items():
            if key in FACTS and key not in known:
                known[key] = Fact(number, reading.at)
    return known


def _is_exact(observation: Mapping[str, Any]) -> bool:
    """Whether its numbers are so, and not more or less than so."""
    parts = (observation, *observation.get("component", ()))
    return not any(part.get("valueQuantity", {}).get("comparator") for part in parts)


def values(known: Mapping[str, Fact]) -> dict[str, Any]:
    """The facts alone, as a form reckons with them."""
    return {name: one.value for name, one in known.items()}
