"""Giving a dose of a programme's vaccine, or noting one that was given elsewhere; striking a dose."""

import re
from collections.abc import Mapping
from datetime import date

from varda.care.facts import Resource, instant, moment
from varda.care.programmes import ROUTES, VACCINE, Course, Step, Turn, course
from varda.care.vaccinations.model import SITE, SITES
from varda.care.vaccinations.rules import DOUBTS, doubts
from varda.kernel.clock import STOCKHOLM
from varda.kernel.errors import Absent, Conflict, Problem, Refused, Unprocessable
from varda.record import Record

_ATC = "http://www.whocc.no/atc"
_ROUTE = "http://terminology.hl7.org/CodeSystem/v3-RouteOfAdministration"
_ORIGIN = "http://terminology.hl7.org/CodeSystem/immunization-origin"
_BATCH = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ./-]{1,29}", re.ASCII)


async def give(record: Record, patient_id: str, step: tuple[str, str, str], form: Mapping[str, str]) -> str:
    """Keep a dose of a step (programme, visit, step) of today or of `day`; gives the id.

    The form has product (an ATC code, where there are several), batch and site (what is swallowed has none);
    `elsewhere` says who tells that it was given elsewhere, and then these may be unknown. Each doubt (a code of
    `DOUBTS`) needs its own `sure-` and code. Raises `Unprocessable` with every problem, `Absent`, or `Conflict` when
    the dose has been given.
    """
    at = await course(record, patient_id, step[0])
    turn, wanted = _step(at, step)
    today = record.now.astimezone(STOCKHOLM).date()
    said = {key: " ".join(form.get(key, "").split()) for key in ("day", "product", "batch", "site", "elsewhere")}
    typed = moment(said["day"])
    day = typed.day if typed else today
    wrong = [*_wrong(said, wanted), *_untimely(said["day"], at, today)]
    if not wrong:
        is_more = not _is_told(record, at, today) and (await record.elsewhere(patient_id)).is_any
        some = doubts(at, turn, wanted, day, is_more=is_more)
        wrong = [Problem(DOUBTS[one], f"sure-{one}") for one in some if not form.get(f"sure-{one}")]
    if wrong:
        raise Unprocessable("Some of this cannot be right. Nothing was stored yet.", wrong)
    return (await record.create(_immunization(record, patient_id, wanted, said))).id


async def strike(record: Record, patient_id: str, dose: str, version: int, why: str) -> None:
    """Strike a dose entered in error. Raises `Unprocessable` without a reason, `Refused` for another unit's."""
    stored = await record.read("Immunization", dose)
    if stored.resource.get("patient", {}).get("reference") != f"Patient/{patient_id}":
        raise Absent("There is no such dose in this record.")
    if stored.unit != record.session.unit_key:
        raise Refused("Another unit has noted this; only that unit changes it.")
    if stored.resource.get("status") == "entered-in-error":
        raise Conflict("This is over already.")
    if not why.strip():
        raise Unprocessable("Say why.", [Problem("Say why.", "reason", "required")])
    note = {"text": " ".join(why.split()), "time": instant(record.now), "authorString": _who(record)["display"]}
    changed = stored.resource | {"status": "entered-in-error", "note": [*stored.resource.get("note", ()), note]}
    await record.update(changed, expected=version)


def _is_told(record: Record, at: Course, today: date) -> bool:
    """Whether this person has kept a dose here today, and so was asked about what is not shown: once is enough."""
    for one in at.resources.get("Immunization", ()):
        written, given_by = moment(one.get("recorded")), one.get("performer", ())
        if (
            written
            and written.day == today
            and any(part.get("actor", {}).get("reference") == record.session.practitioner for part in given_by)
        ):
            return True
    return False


def _step(at: Course, step: tuple[str, str, str]) -> tuple[Turn, Step]:
    for turn in at.turns:
        for row in turn.rows:
            if (turn.visit.code, row.step.code) == step[1:] and row.step.vaccine:
                if row.state == "done":
                    raise Conflict("This dose has been given already. Strike that one first if it is wrong.")
                return turn, row.step
    raise Absent("There is no such step.")


def _wrong(said: Mapping[str, str], step: Step) -> list[Problem]:
    """What is missing or cannot be a product, a batch or a site."""
    assert step.vaccine is not None
    wrong = []
    needs_product = len(step.vaccine.atc) > 1 and not said["elsewhere"]
    if (said["product"] or needs_product) and said["product"] not in step.vaccine.atc:
        wrong.append(Problem("Choose which product was given.", "product"))
    if (said["batch"] or not said["elsewhere"]) and not _BATCH.fullmatch(said["batch"]):
        wrong.append(Problem("Write the batch as it stands on the package.", "batch"))
    needs_site = not step.vaccine.is_swallowed and not said["elsewhere"]
    if (said["site"] or needs_site) and said["site"] not in SITES:
        wrong.append(Problem("Choose where it was given.", "site"))
    return wrong


def _untimely(typed: str, at: Course, today: date) -> list[Problem]:
    said = moment(typed or None)
    if typed and (said is None or said.precision != "day" or not min(at.since.values()) <= said.day <= today):
        return [Problem("Write a day that has been, as 2026-05-31.", "day")]
    return []


def _immunization(record: Record, patient_id: str, step: Step, said: Mapping[str, str]) -> Resource:
    vaccine = step.vaccine
    assert vaccine is not None
    atc = said["product"] or (vaccine.atc[0] if len(vaccine.atc) == 1 else "")
    coding = {"system": _ATC, "code": atc} if atc else {"system": VACCINE, "code": vaccine.code}
    made: Resource = {
        "resourceType": "Immunization",
        "status": "completed",
        "vaccineCode": {"coding": [coding], "text": vaccine.words.sv},
        "patient": {"reference": f"Patient/{patient_id}"},
        "occurrenceDateTime": said["day"] or instant(record.now),
        "recorded": instant(record.now),
        "primarySource": not said["elsewhere"],
        "protocolApplied": [{"doseNumberPositiveInt": step.dose}],
    }
    if said["batch"]:
        made["lotNumber"] = said["batch"]
    if said["site"]:
        made["site"] = {"coding": [{"system": SITE, "code": said["site"]}]}
    if said["elsewhere"]:
        made["reportOrigin"] = {"coding": [{"system": _ORIGIN, "code": "recall"}], "text": said["elsewhere"]}
    else:
        if vaccine.route:
            made["route"] = {"coding": [{"system": _ROUTE, "code": vaccine.route, "display": ROUTES[vaccine.route]}]}
        made["performer"] = [{"actor": _who(record)}]
    return made


def _who(record: Record) -> dict[str, str]:
    session = record.session
    return {"reference": session.practitioner, "display": f"{session.name}, {session.title}".rstrip(", ")}
