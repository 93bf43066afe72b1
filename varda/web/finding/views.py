"""Search in the record, by `/`: a field, what it finds as one types, and any entry in full.

It is asked by POST: what is looked for may say what somebody suspects, and stands in no address, history or log of a
proxy. The browser's page remembers it for going back (`static/find.js`).
"""

from datetime import date
from typing import Any

from starlette.responses import Response

from varda.care import finding, overview
from varda.care.finding import KINDS, TYPES, Question
from varda.kernel.errors import Absent, Malformed
from varda.web.chart.sections import Section
from varda.web.chart.views import closed, framed, opened
from varda.web.language import N_
from varda.web.visit import Visit, page

SECTION = Section("find", N_("Search in the record"), overview.BANNER, TYPES)
NAMES = {
    "notes": N_("Notes"), "results": N_("Results"), "diagnoses": N_("Diagnoses"), "medication": N_("Medication"),
    "vaccinations": N_("Vaccinations"), "attention": N_("Attention"), "contacts": N_("Contacts"),
    "plans": N_("Plans and orders"),
}  # fmt: skip
ICONS = {
    "notes": "✎", "results": "∿", "diagnoses": "✚", "medication": "℞", "vaccinations": "◈", "attention": "⚑",
    "contacts": "⌂", "plans": "☰",
}  # fmt: skip
STATES = {
    "entered-in-error": N_("entered in error"), "refuted": N_("ruled out"), "not-done": N_("not done"),
    "not-taken": N_("not taken"), "do-not": N_("not to be given or done"), "unconfirmed": N_("not confirmed"),
    "over": N_("over"), "cancelled": N_("cancelled"), "revoked": N_("cancelled"), "stopped": N_("stopped"),
    "on-hold": N_("on hold"), "preliminary": N_("preliminary"), "registered": N_("awaited"), "amended": N_("changed"),
    "corrected": N_("changed"), "noshow": N_("did not come"), "draft": N_("draft"), "ended": N_("over"),
    "inactive": N_("over"), "abandoned": N_("cancelled"), "rejected": N_("cancelled"),
}  # fmt: skip
"""How far an entry holds, in words."""
SECTION_OF = {
    "notes": "notes", "results": "results", "diagnoses": "problems", "medication": "medication",
    "attention": "attention", "contacts": "contacts", "plans": "plan",
}  # fmt: skip
"""Where in the chart entries of a kind are listed."""


async def find(visit: Visit) -> Response:
    """The field, and what a question that was sent without a script finds."""
    patient, question = visit.part("patient"), asked(visit)
    async with visit.record() as record:
        record.powers.require_reading(*TYPES)
        try:
            found = await opened(record, patient, SECTION)
        except Absent:
            return await closed(visit, record, patient)
        answer = await finding.found(record, patient, question)
    return framed(visit, "finding/find.html", found, SECTION, **_values(visit, question, answer))


async def hits(visit: Visit) -> Response:
    """What is found, alone: as one types, and as one goes on to what is older."""
    patient, question = visit.part("patient"), asked(visit)
    async with visit.record() as record:
        record.powers.require_reading(*TYPES)
        answer = await finding.found(record, patient, question)
    template = "finding/_hits.html" if question.after else "finding/_found.html"
    return visit.page(template, **_values(visit, question, answer))


async def entry(visit: Visit) -> Response:
    """One entry in full, word for word."""
    patient, reference = visit.part("patient"), f"{visit.part('type')}/{visit.part('id')}"
    async with visit.record() as record:
        found = await opened(record, patient, SECTION)
        line = await finding.entry(record, found.chart.people, reference)
    return framed(
        visit,
        "finding/entry.html",
        found,
        SECTION,
        line=line,
        kinds=NAMES,
        states=STATES,
        section_of=SECTION_OF.get(line.kind, ""),
    )


def asked(visit: Visit) -> Question:
    """The question of a form. Raises `Malformed` for days that are none."""

    def chosen(name: str) -> list[str]:
        return [one for one in visit.form.getlist(name) if isinstance(one, str) and one]

    return Question(
        text=visit.said("q").strip(),
        kinds=tuple(one for one in chosen("kind") if one in KINDS),
        units=tuple(chosen("unit")),
        since=day(visit.said("since")),
        until=day(visit.said("until")),
        after=visit.said("after"),
    )


def day(text: str) -> date | None:
    """A day as the browser sends it. Raises `Malformed`."""
    try:
        found = date.fromisoformat(text) if text else None
    except ValueError as wrong:
        raise Malformed("Write the date as 2026-05-31.") from wrong
    if found and not 1800 <= found.year <= 2200:
        raise Malformed("Write the date as 2026-05-31.")
    return found


def _values(visit: Visit, question: Question, answer: finding.Found) -> dict[str, Any]:
    readable = {kind: name for kind, name in NAMES.items() if visit.powers.reads(*KINDS[kind])}
    home = f"/chart/{visit.part('patient')}"
    return {
        "question": question,
        "answer": answer,
        "kinds": readable,
        "icons": ICONS,
        "home": home,
        "states": STATES,
    }


ROUTES = [
    page("/chart/{patient}/find", find, "GET", "POST"),
    page("/chart/{patient}/find/hits", hits, "POST"),
    page("/chart/{patient}/entry/{type}/{id}", entry),
]
