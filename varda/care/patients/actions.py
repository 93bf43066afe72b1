"""Registering somebody, and saying that two records are of one person. Nothing is moved: `Patient.link` joins them."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from varda.care.patients import rules
from varda.care.patients.model import PROTECTED, UNIDENTIFIED, Person
from varda.fhir import resource
from varda.kernel.clock import STOCKHOLM
from varda.kernel.errors import Conflict, Problem, Unprocessable
from varda.record import Record, Stored, bundles

_DRAWS = 5  # of a block of 2,100 numbers a day
_PROTECTED = {"meta": {"security": [{"system": PROTECTED, "code": "R"}]}}


async def register(record: Record, identity: str, name: str, today: date, *, is_protected: bool = False) -> str:
    """Register a known person by number and name (the last word is the family name); gives the patient's id. One who
    `is_protected` has a protected identity from the beginning (A14).

    Whoever has the number already keeps their record: then its id is given and nothing is written.
    Raises `Unprocessable` naming each field that is wrong.
    """
    number = rules.normal_identity(identity, today)
    problems = []
    if not number:
        problems.append(Problem("The identity number is not valid.", "identity"))
    existing = await known(record, number) if number else ""
    if existing:
        return existing
    if not name.strip():
        problems.append(Problem("The name is missing.", "name"))
    if problems:
        raise Unprocessable("The person cannot be registered.", problems)
    stored, _ = await _once(
        record,
        {
            **(_PROTECTED if is_protected else {}),
            "resourceType": "Patient",
            "identifier": [
                {
                    "use": "official",
                    "system": rules.identity_system(number),
                    "value": rules.shown_identity(number),
                }
            ],
            "active": True,
            "name": [_name(name)],
            "gender": rules.sex(number),
            "birthDate": rules.birth_date(number),
        },
    )
    return str(stored.id)


async def known(record: Record, number: str) -> str:
    """The id of the patient who has this identity number, reachable or not; empty when nobody has."""
    matches = await record.find_patients(rules.shown_identity(number))
    return next((str(one.id) for one in matches), "")


async def register_unknown(record: Record, block: str, draw: Callable[[int], int]) -> str:
    """Register somebody who cannot say who they are, under a new reserve number; gives the patient's id.

    `block` is the number's first letter. Its date is the day of arrival, so no birth date is read from it. Raises
    `Conflict` if five draws all name somebody.
    """
    arrived = record.now.astimezone(STOCKHOLM)
    for _ in range(_DRAWS):
        number = rules.reserve_number(arrived.date(), block, draw)
        if not await known(record, number) and (id_ := await _first(record, _unknown(number, arrived))):
            return id_
    raise Conflict("No free reserve number was found. Please try again.")


async def register_newborn(
    record: Record, mother: Person, born: date, sex: str, block: str, draw: Callable[[int], int]
) -> str:
    """Register a newborn child under a reserve number of the day of birth; gives the patient's id. The name is the
    mother's until the child has one of its own, and a protected identity of hers is the child's too (A14). Raises
    `Conflict` if five draws all name somebody.
    """
    said = {"female": "Flicka", "male": "Pojke"}.get(sex, "Barn")
    new: dict[str, Any] = {
        "resourceType": "Patient",
        "active": True,
        "name": [{"use": "temp", "text": f"{said} {mother.family}", "family": mother.family, "given": [said]}],
        "gender": sex,
        "birthDate": born.isoformat(),
    }
    if mother.is_protected:
        new |= _PROTECTED
    for _ in range(_DRAWS):
        number = rules.reserve_number(born, block, draw)
        identifier = [{"use": "temp", "system": rules.RESERVE, "value": number}]
        if not await known(record, number) and (id_ := await _first(record, new | {"identifier": identifier})):
            return id_
    raise Conflict("No free reserve number was found. Please try again.")


async def _first(record: Record, patient: dict[str, Any]) -> str:
    # Two may draw one number at the same moment, and have both looked before the other was there.
    try:
        stored, is_new = await _once(record, patient)
    except Conflict:
        return ""
    return str(stored.id) if is_new else ""


def _unknown(number: str, arrived: datetime) -> dict[str, Any]:
    return {
        "resourceType": "Patient",
        "meta": {"tag": [{"system": UNIDENTIFIED, "code": "unidentified"}]},
        "identifier": [{"use": "temp", "system": rules.RESERVE, "value": number}],
        "active": True,
        "name": [{"use": "temp", "text": f"Okänd person {arrived:%H.%M}", "family": "Okänd"}],
        "gender": "unknown",
    }


async def merge(record: Record, kept: str, duplicate: str) -> None:
    """Say that `duplicate` is the same person as `kept`. Both records stay as they are; the door opens both.

    Raises `Conflict` when either already stands for, or is replaced by, a third.
    """
    if kept == duplicate:
        raise Conflict("A record cannot be joined with itself.")
    if await record.relation(duplicate) is None:
        await record.choose(duplicate, reason=f"Samma person som Patient/{kept}")
    first, second = await record.read("Patient", kept), await record.read("Patient", duplicate)
    if any(_types(one.resource) & {"replaced-by"} for one in (first, second)):
        raise Conflict("One of the two records has already been replaced by another.")
    await record.update(_linked(first.resource, duplicate, "replaces"), expected=first.version)
    await record.update({**_linked(second.resource, kept, "replaced-by"), "active": False}, expected=second.version)


async def separate(record: Record, kept: str, duplicate: str) -> None:
    """Undo `merge`: the two are different people after all."""
    first, second = await record.read("Patient", kept), await record.read("Patient", duplicate)
    await record.update(_unlinked(first.resource, duplicate), expected=first.version)
    await record.update({**_unlinked(second.resource, kept), "active": True}, expected=second.version)


async def _once(record: Record, patient: dict[str, Any]) -> tuple[Stored, bool]:
    """Create unless somebody has the number; who has it then, and whether they are new. Raises `Conflict` when they
    have come to another unit this very moment."""
    (identifier,) = patient["identifier"]
    condition = f"identifier={identifier['system']}|{identifier['value']}"
    return await bundles.create_once(record, "Patient", resource.dump(patient), condition)


def _name(text: str) -> dict[str, Any]:
    *given, family = text.split()
    return {
        "use": "official",
        "text": " ".join([*given, family]),
        "family": family,
        **({"given": given} if given else {}),
    }


def _types(patient: dict[str, Any]) -> set[str]:
    return {link.get("type", "") for link in patient.get("link", ())}


def _linked(patient: dict[str, Any], other: str, kind: str) -> dict[str, Any]:
    link = {"other": {"reference": f"Patient/{other}"}, "type": kind}
    return {**patient, "link": [*patient.get("link", ()), link]}


def _unlinked(patient: dict[str, Any], other: str) -> dict[str, Any]:
    left = [one for one in patient.get("link", ()) if one.get("other", {}).get("reference") != f"Patient/{other}"]
    return {**{k: v for k, v in patient.items() if k != "link"}, **({"link": left} if left else {})}
