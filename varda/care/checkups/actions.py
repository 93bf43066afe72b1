"""Noting a check-up: everything in one piece of work, all or nothing, with every problem at its own field."""

from collections.abc import Awaitable, Mapping
from typing import Any

from varda.care import contacts, pregnancies, programmes, vaccinations, vitals
from varda.care.checkups.model import asked, checkup, fields
from varda.kernel.errors import Conflict, Problem, Unprocessable
from varda.record import Record


async def keep(record: Record, patient_id: str, code: str, form: Mapping[str, str]) -> int:
    """Note what the form says of what waits in a programme; gives how much was noted.

    The form has `met` (the check-up took place here), keys of measures, visit.step of what was done by hand, and of a
    dose visit.step.product, .batch and .site: one without any of them was not given. Each doubt about it
    needs its own .sure- and code.
    Raises `Unprocessable` with every problem, `Conflict` where something of it waits no more, `Absent` where the
    programme does not follow the patient.
    """
    waits = checkup(await programmes.course(record, patient_id, code))
    if any(form[name].strip() for name in asked(form) - waits.names):
        raise Conflict(
            "Somebody else has noted some of this since the form was opened. Nothing was stored, and what you typed "
            "stands here: open the check-up anew beside it to see what is left."
        )
    wrong: list[Problem] = []
    number = 0

    async def tried(work: Awaitable[Any], name: str = "") -> None:
        nonlocal number
        try:
            await work
            number += 1
        except Unprocessable as told:
            wrong.extend(_placed(one, name) for one in told.problems)

    measured = {key: form.get(key, "") for key in waits.vitals}
    signs = {key: form.get(key, "") for key in waits.signs}
    if any(one.strip() for one in measured.values()):
        await tried(vitals.keep(record, patient_id, measured))
    if any(one.strip() for one in signs.values()):
        await tried(pregnancies.measure(record, patient_id, signs))
    for one in waits.steps:
        if form.get(one.name):
            step = (code, one.turn.visit.code, one.row.step.code)
            await tried(programmes.note_step(record, patient_id, step, "done", "", ""), one.name)
    for one in waits.doses:
        said = fields(one, form)
        if any(said[key].strip() for key in ("product", "batch", "site")):
            step = (code, one.turn.visit.code, one.row.step.code)
            await tried(vaccinations.give(record, patient_id, step, said), one.name)
    if waits.contact and form.get("met"):
        contact = await contacts.open_contact(record, patient_id, kind="AMB", reason=waits.contact)
        await contacts.close_contact(record, contact)
        number += 1
    if not number and not wrong:
        wrong = [Problem("Write or tick what was done.", "met")]
    if wrong:
        raise Unprocessable("Some of this cannot be right. Nothing was stored yet.", wrong)
    return number


def _placed(problem: Problem, name: str) -> Problem:
    """A problem at the field of the whole form: what makes a dose doubtful is confirmed of that dose alone."""
    where = f"{name}.{problem.path}" if name else problem.path
    return Problem(problem.message, where, problem.code)
