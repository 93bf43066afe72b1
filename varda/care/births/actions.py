"""Linking a newborn child to the record of who gave birth to it, and striking a link that was wrong.

What goes from her record into the child's is what concerns the child, as a fact of its own: how long the pregnancy was,
and what was measured at birth. It names no entry of hers, and nothing of it leads back into her record (RULES A1, A3).
Next of kin opens no record to anybody: who is a guardian is said elsewhere (A17).
"""

import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from varda.care import contacts, patients
from varda.care.attention import REASON
from varda.care.births.model import CHILD, MEASURES, MOTHER, NEAR, ROLE, Kin, born_to, is_of, mother_of
from varda.care.facts import codes, extended, instant
from varda.care.patients import Person
from varda.care.pregnancies import Pregnancy, latest
from varda.kernel.clock import STOCKHOLM
from varda.kernel.errors import Absent, Conflict, Problem, Refused, Unprocessable
from varda.record import Record

SEXES = ("female", "male", "unknown")
_LOINC, _UCUM = "http://loinc.org", "http://unitsofmeasure.org"
_LENGTH = "76516-4"
_CARRIED = {_LENGTH, *(codes[-1] for codes, *_ in MEASURES.values())}
"""LOINC of what only a birth writes."""
_VITAL = "http://terminology.hl7.org/CodeSystem/observation-category"
_NUMBER = re.compile(r"\d{1,4}(?:[.,]\d)?", re.ASCII)
_TEXTS = {MOTHER: "Född av", CHILD: "Barn"}


async def link(
    record: Record, mother_id: str, form: Mapping[str, str], *, block: str, draw: Callable[[int], int]
) -> str:
    """Link the child of the pregnancy that has ended in a birth; gives the child's id.

    `identity` names a child who has a number, with `name` where the county does not know it; whom the county knows is
    confirmed by `is`, the number once more. Empty: the child is registered under a reserve number, and `sex` is said.
    Where a child of this birth is linked already, `more` says that this is another one, or `same` (that one's number)
    that it is the same: then their records are joined. The form has the keys of `MEASURES` too, each may be empty.
    Raises `Unprocessable` with every problem, `Conflict` where no pregnancy has ended in a birth, or the child cannot
    be hers as the record stands.
    """
    found = await record.compartment(
        mother_id, {"Patient": 1, "Condition": 500, "Observation": 1000, "RelatedPerson": 50}
    )
    if not found.get("Patient"):
        raise Absent("There is no such patient for you.")
    some = {kind: [one.resource for one in items] for kind, items in found.items()}
    mother, today = patients.person(some["Patient"][0]), record.now.astimezone(STOCKHOLM).date()
    now = latest(some.get("Condition", ()), some.get("Observation", ()), today)
    if now is None or now.ended is None or now.outcome != "birth":
        raise Conflict("The record tells of no birth. Write that the pregnancy has ended, and how, first.")
    typed = form.get("identity", "").strip()
    number = patients.normal_identity(typed, today)
    values, wrong = _measured(form)
    if typed and not number:
        wrong.append(Problem("The identity number is not valid.", "identity"))
    if number and not _is_near(patients.birth_date(number), now.ended):
        wrong.append(Problem("Who has this number was born another day than the pregnancy ended.", "identity"))
    if not number and form.get("sex") not in SEXES:
        wrong.append(Problem("Choose one of the list.", "sex"))
    linked = [one for one in born_to(some.get("RelatedPerson", ())) if is_of(one, now.ended)]
    same = next((one for one in linked if one.identity == form.get("same") and number), None)
    if linked and not same and not form.get("more"):
        wrong.append(Problem("A child of this birth is registered already. Say whether this is another one.", "more"))
    if not wrong and number and form.get("is") != number and await patients.found(record, number):
        wrong.append(Problem("Is this the child? Nothing was stored yet.", "is"))
    if wrong:
        raise Unprocessable("Some of this cannot be right. Nothing was stored yet.", wrong)
    if number:
        child_id = await patients.register(
            record, number, form.get("name", ""), today, is_protected=mother.is_protected
        )
    else:
        child_id = await patients.register_newborn(record, mother, now.ended, form["sex"], block, draw)
    if await record.relation(child_id) is None:
        # That the child was born here, and nothing that goes on: whoever follows the child has contacts of their own.
        contact = await contacts.open_contact(record, child_id, kind="AMB", reason="Nyfödd")
        await contacts.close_contact(record, contact)
    child = await patients.one(record, child_id)
    if mother.is_protected and not child.is_protected:
        raise Conflict(
            "Who gave birth has a protected identity and this child has none, so nothing was stored. Have the child's "
            "protection entered first."
        )
    kept = (await record.compartment(child_id, {"RelatedPerson": 50})).get("RelatedPerson", [])
    related = [one.resource for one in kept]
    if (other := mother_of(related)) and not _is_same(other.identity, mother.identity):
        raise Conflict(
            "Somebody else stands as who gave birth to this child. Nothing was stored: look at the number again."
        )
    if not await _relate(record, child, MOTHER, mother, related):
        raise Conflict("This child is linked already.")
    await _relate(record, mother, CHILD, child, some.get("RelatedPerson", ()))
    if same:
        await _join(record, child_id, same)
    await _carry_over(record, child_id, now if not same else None, values, now.ended)
    return child_id


async def strike(record: Record, mother_id: str, kin: str, version: int, why: str) -> None:
    """Strike that a child was born to somebody: both stand as nobody's kin, and what was carried over into the child's
    record is entered in error. `kin` is the entry in the record of who gave birth. Raises `Unprocessable` without a
    reason, `Refused` for what another unit has linked.
    """
    stored = await record.read("RelatedPerson", kin)
    one = stored.resource
    if one.get("patient", {}).get("reference") != f"Patient/{mother_id}" or not (found := born_to([one])):
        raise Absent("There is no such link in this record.")
    if stored.unit != record.session.unit_key:
        raise Refused("Another unit has noted this; only that unit changes it.")
    reason = " ".join(why.split())
    if not reason:
        raise Unprocessable("Say why.", [Problem("Say why.", "reason", "required")])
    mother = await patients.one(record, mother_id)
    await record.update(_struck(one, reason), expected=version)
    known = await patients.found(record, found[0].identity)
    if not known:
        return
    if await record.relation(known[0].id) is None:
        await record.choose(known[0].id, reason=f"Felaktig länk stryks: {reason}")
    theirs = await record.compartment(known[0].id, {"RelatedPerson": 50, "Observation": 1000})
    for each in theirs["RelatedPerson"]:
        other = mother_of([each.resource])
        if other and _is_same(other.identity, mother.identity) and each.unit == record.session.unit_key:
            await record.update(_struck(each.resource, reason), expected=each.version)
    for each in theirs["Observation"]:
        is_carried = codes(each.resource.get("code")) & _CARRIED and each.resource.get("status") != "entered-in-error"
        if is_carried and each.unit == record.session.unit_key:
            note = [*each.resource.get("note", ()), {"text": reason, "time": instant(record.now)}]
            await record.update(each.resource | {"status": "entered-in-error", "note": note}, expected=each.version)


def _struck(one: Mapping[str, Any], reason: str) -> dict[str, Any]:
    return {**one, "active": False, "extension": extended(one, REASON, valueString=reason)}


async def _join(record: Record, child_id: str, before: Kin) -> None:
    """The record under the number that the child had before is the same child's, as patients are merged."""
    (known, *_) = await patients.found(record, before.identity)
    if known.id != child_id:
        await patients.merge(record, child_id, known.id)
    stored = await record.read("RelatedPerson", before.id)
    if stored.unit == record.session.unit_key:
        await record.update(_struck(stored.resource, "Barnet har fått ett eget nummer."), expected=stored.version)


def _is_same(one: str, other: str) -> bool:
    return one.replace("-", "") == other.replace("-", "")


def _is_near(born: str, ended: date) -> bool:
    return abs(date.fromisoformat(born) - ended) <= NEAR


def _measured(form: Mapping[str, str]) -> tuple[dict[str, Decimal], list[Problem]]:
    values, wrong = {}, []
    for key, (*_, least, most) in MEASURES.items():
        typed = form.get(key, "").strip().replace(" ", "")
        value = Decimal(typed.replace(",", ".")) if _NUMBER.fullmatch(typed) else None
        if typed and (value is None or not least <= value <= most):
            wrong.append(Problem("This cannot be right. Is the comma in its place?", key))
        elif value is not None:
            values[key] = value
    return values, wrong


async def _relate(record: Record, of: Person, role: str, kin: Person, known: Any) -> bool:
    """Write somebody down as next of kin: name, number and birth date, and not where they live (A14). False where they
    are already.
    """
    for one in known:
        numbers = {str(each.get("value", "")).replace("-", "") for each in one.get("identifier", ())}
        if (
            one.get("active", True)
            and role in codes(one.get("relationship"), ROLE)
            and kin.identity.replace("-", "") in numbers
        ):
            return False
    new: dict[str, Any] = {
        "resourceType": "RelatedPerson",
        "active": True,
        "patient": {"reference": f"Patient/{of.id}"},
        "relationship": [{"coding": [{"system": ROLE, "code": role}], "text": _TEXTS[role]}],
        "identifier": [{"system": patients.identity_system(kin.identity.replace("-", "")), "value": kin.identity}],
        "name": [{"text": kin.name, "family": kin.family}],
        "gender": kin.sex,
    }
    if kin.born and kin.born.precision == "day":
        new["birthDate"] = kin.born.day.isoformat()
    await record.create(new)
    return True


async def _carry_over(
    record: Record, child_id: str, now: Pregnancy | None, values: Mapping[str, Decimal], born: date
) -> None:
    """What concerns the child, as entries of the child's own record; without a pregnancy what was measured alone."""
    for key, value in values.items():
        loinc, text, _, unit, ucum, *_ = MEASURES[key]
        amount = {"value": value, "unit": unit, "system": _UCUM, "code": ucum}
        if key == "weight":  # as all weights of the record, so that the curve begins with it
            amount = {"value": value / 1000, "unit": "kg", "system": _UCUM, "code": "kg"}
        await record.create(_observation(record, child_id, loinc, text, born) | {"valueQuantity": amount})
    if now and (length := now.on(born)):
        days = {"value": length.weeks * 7 + length.days, "unit": "dagar", "system": _UCUM, "code": "d"}
        told = _observation(record, child_id, (_LENGTH,), "Graviditetslängd vid födseln", born)
        note = [{"text": f"{length} veckor, överfört från den födande förälderns journal."}]
        await record.create(told | {"valueQuantity": days, "note": note})


def _observation(record: Record, child_id: str, loinc: tuple[str, ...], text: str, day: date) -> dict[str, Any]:
    session = record.session
    who = {"reference": session.practitioner, "display": f"{session.name}, {session.title}".rstrip(", ")}
    return {
        "resourceType": "Observation",
        "status": "final",
        "category": [{"coding": [{"system": _VITAL, "code": "vital-signs"}]}],
        "code": {"coding": [{"system": _LOINC, "code": one} for one in loinc], "text": text},
        "subject": {"reference": f"Patient/{child_id}"},
        "effectiveDateTime": day.isoformat(),
        "issued": instant(record.now),
        "performer": [who],
    }
