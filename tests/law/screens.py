"""Reading the chart and the lists on the screens."""

import json
import re
from datetime import timedelta

from tests.law.asking import Round, anybodys, both, way
from tests.law.oracle import ENDS, READS, SIGNS_NOT, Item, Reader, Verdict
from tests.law.worlds import is_answer

# Screens ------------------------------------------------------------------------------------------------------------

_SECTIONS = {
    "notes": ("Composition",),
    "problems": ("Condition",),
    "results": ("Observation",),
    "attention": ("AllergyIntolerance", "Flag"),
    "contacts": ("Encounter",),
    "plan": ("CarePlan",),
}


@way("chart sections")
async def _(asking: Round) -> None:
    for reader in asking.some(3, asking.staff):
        for patient in asking.some(3, list(asking.facts.patients)):
            for section, types in _SECTIONS.items():
                text = (await asking.page(reader, f"/chart/{patient}/{section}")).text
                on_chart(asking, "chart sections", reader, patient, text, types)
            text = (await asking.page(reader, f"/chart/{patient}/vitals")).text
            text += await asking.page_if_any(reader, f"/chart/{patient}/vitals/last")
            on_chart(asking, "chart sections", reader, patient, text, ())  # nobody has vital signs here
            text = (await asking.page(reader, f"/chart/{patient}/values")).text
            on_chart(asking, "chart sections", reader, patient, text, ("Observation",) if text else ())


@way("chart overview")
async def _(asking: Round) -> None:
    """Everything that is new, so that in a small world all that is seen of some types."""
    for reader in asking.some(4, asking.staff):
        for patient in asking.some(3, list(asking.facts.patients)):
            text = (await asking.page(reader, f"/chart/{patient}")).text
            on_chart(asking, "chart overview", reader, patient, text, ("AllergyIntolerance",))


def on_chart(asking: Round, name: str, reader: Reader, patient: str, text: str, whole: tuple[str, ...]) -> None:
    """On a page of the chart nothing is hidden of the types that it is for; of no type may anything leak."""
    one_person = asking.facts.same(patient)
    for item in asking.items():
        if item.type in ("Patient", "RelatedPerson"):
            continue
        verdict = both(asking.sees(reader, item), asking.sees(reader, f"Patient/{patient}"))
        if not one_person & set(item.patients):
            verdict = Verdict(False, "it is about somebody else")
        is_over = item.type == "CarePlan" and asking.world.resources[item.id][0]["status"] == "completed"
        shown = item.id in text
        if shown or verdict.seen is False or (item.type in whole and not is_over):
            asking.told(name, reader, item.name, shown, verdict)


@way("note page")
async def _(asking: Round) -> None:
    await _notes(asking, "note page", "")


@way("note history page")
async def _(asking: Round) -> None:
    await _notes(asking, "note history page", "/history")


async def _notes(asking: Round, name: str, more: str) -> None:
    for reader, item in asking.sample("Composition", staff=True):
        text = (await asking.page(reader, f"/chart/{item.patients[0]}/notes/{item.id}{more}")).text
        verdict = both(asking.sees(reader, item), asking.sees(reader, f"Patient/{item.patients[0]}"))
        asking.told(name, reader, item.name, item.id in text.replace(f"/notes/{item.id}", ""), verdict)


@way("diagnosis page")
async def _(asking: Round) -> None:
    for reader, item in asking.sample("Condition", staff=True):
        address = f"/chart/{item.patients[0]}/problems/{item.id}"
        text = await asking.page_if_any(reader, address)
        verdict = both(asking.sees(reader, item), asking.sees(reader, f"Patient/{item.patients[0]}"))
        asking.told("diagnosis page", reader, item.name, item.id in text.replace(address, ""), verdict)


@way("attention entry page")
async def _(asking: Round) -> None:
    for type_, kind in (("AllergyIntolerance", "allergy"), ("Flag", "signal")):
        for reader, item in asking.sample(type_, staff=True):
            address = f"/chart/{item.patients[0]}/attention/{kind}/{item.id}"
            text = await asking.page_if_any(reader, address)
            verdict = both(asking.sees(reader, item), asking.sees(reader, f"Patient/{item.patients[0]}"))
            asking.told("attention entry page", reader, item.name, item.id in text.replace(address, ""), verdict)


@way("living pages")
async def _(asking: Round) -> None:
    for reader in asking.some(2, asking.staff):
        for patient in asking.some(2, list(asking.facts.patients)):
            for path in ("living", "living/panel"):
                text = await asking.page_if_any(reader, f"/chart/{patient}/{path}")
                on_chart(asking, "living pages", reader, patient, text, ())


@way("programme pages")
async def _(asking: Round) -> None:
    """Schedules are of children here: whoever is no child has none, and nobody's shows what is hidden."""
    for reader in asking.some(1, asking.staff):
        for patient in asking.some(2, list(asking.facts.patients)):
            for path in (
                "child-health", "child-health/panel", "child-health/w6/mood", "child-health/w6-vaccines/rota-1/vaccine",
                "child-health/checkup",
            ):  # fmt: skip
                text = await asking.page_if_any(reader, f"/chart/{patient}/programmes/{path}")
                on_chart(asking, "programme pages", reader, patient, text, ())
            out = await asking.form(
                reader, f"/chart/{patient}/programmes/child-health/handover", recipient="S", who="M", how="present"
            )
            is_out = out.content.startswith(b"%PDF")
            assert is_out <= bool(asking.sees(reader, f"Patient/{patient}").seen), (reader, patient)
            for path in (
                "pregnancy/estimate",
                "programmes/child-health/handover",
                "pregnancy/end",
                "birth",
                "programmes/maternity/risks",
                "programmes/maternity",
            ):
                text = await asking.page_if_any(reader, f"/chart/{patient}/{path}")
                on_chart(asking, "programme pages", reader, patient, text, ())
            said = await asking.form(reader, f"/chart/{patient}/pregnancy/estimate")
            assert (said.status_code == 422) <= bool(asking.sees(reader, f"Patient/{patient}").seen), (reader, patient)
            said = await asking.form(reader, f"/chart/{patient}/programmes/maternity/risks")
            is_told = said.status_code not in (403, 404)
            is_known = bool(asking.sees(reader, f"Patient/{patient}").seen) and any(
                asking.sees(reader, item).seen for item in asking.items("Condition") if item.kind == "pregnancy"
            )
            assert is_told <= is_known, (reader, patient, said.status_code)
            said = await asking.form(reader, f"/chart/{patient}/birth")
            assert (said.status_code == 409) <= bool(asking.sees(reader, f"Patient/{patient}").seen), (reader, patient)
            for path in ("w6/mood", "w6-vaccines/rota-1/vaccine", "checkup"):
                said = await asking.form(reader, f"/chart/{patient}/programmes/child-health/{path}")
                assert (said.status_code == 422) <= bool(asking.sees(reader, f"Patient/{patient}").seen), (reader, path)


@way("risks of a pregnancy")
async def _(asking: Round) -> None:
    """A risk is shown to who sees it, the pregnancy that it is of and the reckoning by which it goes on (A1-A13)."""
    some = [item for item in asking.items("Condition", "Observation") if item.kind and item.patients == ("asa",)]
    course = [item for item in some if item.kind in ("pregnancy", "due")]
    for reader in asking.staff:
        text = await asking.page_if_any(reader, "/chart/asa/programmes/maternity")
        around = both(asking.sees(reader, "Patient/asa"), *(asking.sees(reader, item) for item in course))
        for item in some:
            verdict = both(around, asking.sees(reader, item))
            if item not in course and (item.id in text or verdict.seen is not None):
                asking.told("risks of a pregnancy", reader, item.name, item.id in text, verdict)


@way("programme lists")
async def _(asking: Round) -> None:
    """A unit's list names nobody whom the unit does not reach, and counts nothing that is hidden."""
    for reader in asking.some(2, asking.staff):
        for code in ("child-health", "maternity"):
            text = await asking.page_if_any(reader, f"/programmes/{code}?show=all")
            for item in asking.items("Patient"):
                shown, verdict = f"/chart/{item.id}/" in text, asking.sees(reader, item)
                if shown or verdict.seen is False:
                    asking.told("programme lists", reader, item.name, shown, verdict)
        figures = await asking.page_if_any(reader, "/programmes/child-health/numbers")
        assert not re.search(r"zq\d{3}x", figures), reader


@way("setting a diagnosis")
async def _(asking: Round) -> None:
    """The page that answers shows what the section shows, and nothing of who is out of reach."""
    for reader in asking.some(2, asking.staff):
        for patient in asking.some(2, list(asking.facts.patients)):
            form = {"code": "I10.9", "where": "problems"}
            text = (await asking.form(reader, f"/chart/{patient}/problems/set", **form)).text
            on_chart(asking, "setting a diagnosis", reader, patient, text, ())


@way("filled forms")
async def _(asking: Round) -> None:
    for reader in asking.some(3, asking.staff):
        for patient in asking.some(3, list(asking.facts.patients)):
            for where in ("", "/write"):
                text = (await asking.page(reader, f"/chart/{patient}/forms{where}")).text
                whole = ("QuestionnaireResponse",) if not where else ()
                on_chart(asking, "filled forms", reader, patient, text, whole)


@way("form page")
async def _(asking: Round) -> None:
    for more in ("", "/history"):
        for reader, item in asking.sample("QuestionnaireResponse", staff=True):
            text = (await asking.page(reader, f"/chart/{item.patients[0]}/forms/{item.id}{more}")).text
            verdict = both(asking.sees(reader, item), asking.sees(reader, f"Patient/{item.patients[0]}"))
            asking.told("form page", reader, item.name, item.id in text.replace(f"/forms/{item.id}", ""), verdict)


@way("trend page")
async def _(asking: Round) -> None:
    for reader, item in asking.sample("Observation", staff=True):
        text = (await asking.page(reader, f"/chart/{item.patients[0]}/results/{item.id}")).text
        verdict = both(asking.sees(reader, item), asking.sees(reader, f"Patient/{item.patients[0]}"))
        asking.told("trend page", reader, item.name, item.id in text.replace(f"/results/{item.id}", ""), verdict)


@way("answer page")
async def _(asking: Round) -> None:
    """An answer in full, and the original of it."""
    for reader, item in asking.sample("Observation", staff=True):
        home = f"/chart/{item.patients[0]}/answers/{item.name}"
        reached = asking.sees(reader, f"Patient/{item.patients[0]}")
        for path, verdict in (
            (home, both(asking.sees(reader, item), reached)),
            (f"{home}/original/0", asking.sees(reader, item)),
        ):
            text = (await asking.page(reader, path)).text.replace(item.name, "").replace(f"/results/{item.id}", "")
            asking.told("answer page", reader, f"{item.name} by {path}", item.id in text, verdict)


@way("answers to sign")
async def _(asking: Round) -> None:
    """The own unit's that nobody has signed, and no others (A3)."""
    for reader in asking.staff:
        text = await asking.page_if_any(reader, "/answers/unit") + await asking.page_if_any(reader, "/answers")
        types = READS[reader.role]
        for item in asking.items("Observation"):
            verdict = asking.sees(reader, item)
            is_late = item.day > asking.now.date() - timedelta(days=180)
            is_waiting = is_answer(item) and is_late and item.unit == reader.unit
            reads = types is None or "Observation" in types
            if item.id in text or verdict.seen is False or (is_waiting and reads):
                asking.told("answers to sign", reader, item.name, item.id in text, verdict)


@way("patient list")
async def _(asking: Round) -> None:
    for reader in asking.staff:
        text = await asking.page_if_any(reader, "/patients?show=all")
        for item in asking.items("Patient"):
            asking.told("patient list", reader, item.name, f"/chart/{item.id}" in text, asking.sees(reader, item))
        for show in ("admitted", "today", "open", "mine"):
            text += await asking.page_if_any(reader, f"/patients?show={show}")
        for item in asking.items("Encounter", "Appointment"):
            verdict = asking.sees(reader, item)
            if item.id in text or verdict.seen is False:
                asking.told("patient list", reader, item.name, item.id in text, verdict)


@way("find by name")
async def _(asking: Round) -> None:
    for reader in asking.staff:
        for item in asking.items("Patient"):
            text = (await asking.form(reader, "/palette", q=f"Zq{item.id}")).text
            asking.told("find by name", reader, item.name, f"/chart/{item.id}" in text, asking.sees(reader, item))


@way("find by number")
async def _(asking: Round) -> None:
    """A full identity number finds anybody, with name and age and nothing of what is written (A1)."""
    for reader in asking.staff:
        for patient in asking.facts.patients.values():
            text = (await asking.form(reader, "/palette", q=patient.number)).text
            asking.told(
                "find by number", reader, f"Patient/{patient.id}", f"/chart/{patient.id}" in text, anybodys(reader)
            )
            assert not re.search(r"zq\d{3}x", text)


@way("drafts")
async def _(asking: Round) -> None:
    """A draft is its writer's alone."""
    for reader in asking.staff:
        text = (await asking.page(reader, "/unsigned")).text
        types = READS[reader.role]
        own = True if types is None or "Composition" in types else None  # A2: no list of notes for who reads none
        for id_, (person, _) in asking.world.drafts.items():
            verdict = Verdict(own if person == reader.person else False, "a draft is seen by its writer alone")
            asking.told("drafts", reader, f"draft/{id_}", id_ in text, verdict)


@way("unsigned list")
async def _(asking: Round) -> None:
    for reader in asking.staff:
        text = (await asking.page(reader, "/unsigned/unit")).text + (await asking.page(reader, "/unsigned")).text
        for item in asking.items("Composition"):
            verdict = asking.sees(reader, item)
            is_waiting = asking.world.resources[item.id][0]["status"] == "preliminary" and item.unit == reader.unit
            if item.id in text or verdict.seen is False or is_waiting:
                asking.told("unsigned list", reader, item.name, item.id in text, verdict)


@way("inbox")
async def _(asking: Round) -> None:
    """What is to be done at the own unit, about those whom one sees (A1, A3); the count says no more than the list."""
    for reader in asking.staff:
        text = await asking.page_if_any(reader, "/inbox") + await asking.page_if_any(reader, "/inbox/unit")
        counted = 0
        for item in asking.items("Task", "Communication", "Composition"):
            verdict = both(asking.sees(reader, item), asking.sees(reader, f"Patient/{item.patients[0]}"))
            is_own = item.unit == reader.unit
            if item.id in text or verdict.seen is False or (is_own and item.type != "Composition"):
                asking.told("inbox", reader, item.name, item.id in text, verdict)
            counted += bool(verdict.seen) and item.type != "Composition"
        told = json.loads(await asking.page_if_any(reader, "/inbox/waiting") or '{"waiting": 0}')["waiting"]
        asking.told("inbox", reader, "the count", told > counted, Verdict(False, "it counts what is not seen"))
        left = re.search(r"data-left>\s*(\d+)", text)
        is_more = left is not None and int(left[1]) > len(_left(asking, reader))
        asking.told("inbox", reader, "what is left", is_more, Verdict(False, "it is not left of the unit's"))


@way("work left behind")
async def _(asking: Round) -> None:
    """A1, A13: unfinished work of the own unit tells of whom it is, to who may end it, and nothing of what it says; to
    other units and other roles it tells nothing. As mine it tells at least of what was written to the unit.
    """
    for reader in asking.staff:
        mine = await asking.page_if_any(reader, "/inbox/left")
        whole = await asking.page_if_any(reader, "/inbox/left/unit")
        lawful = {item.patients[0] for item in _left(asking, reader)}
        to_all = {item.patients[0] for item in _left(asking, reader) if item.type == "Communication"}
        for patient in asking.facts.patients:
            verdict = Verdict(patient in lawful, f"A1: what {reader.unit} has left unfinished about {patient}")
            shown = f"/chart/{patient}/choose" in whole
            asking.told("work left behind", reader, f"Patient/{patient}", shown, verdict)
            if (is_mine := f"/chart/{patient}/choose" in mine) or patient in to_all:
                asking.told("work left behind", reader, f"Patient/{patient} as mine", is_mine, verdict)
        assert not re.search(r"zq\d{3}x", (mine + whole).partition("<main")[2]), "nothing of what it says"


def _left(asking: Round, reader: Reader) -> list[Item]:
    """What the reader's unit has not finished about whom the reader does not reach, and the role may end."""
    return [
        item
        for item in asking.items()
        if item.type in ENDS[reader.role]
        and item.kind not in SIGNS_NOT.get(reader.role, ())
        and item.unit == reader.unit
        and _waits(asking, item)
        and not asking.facts.reaches(reader, item.patients[0], asking.now)
    ]


def _waits(asking: Round, item: Item) -> bool:
    if item.type == "Composition":
        return str(asking.world.resources[item.id][0]["status"]) == "preliminary"
    is_late = item.day > asking.now.date() - timedelta(days=180)
    return item.type != "Observation" or (is_answer(item) and is_late)


@way("task pages")
async def _(asking: Round) -> None:
    for reader, item in asking.sample("Task", staff=True):
        home = f"/chart/{item.patients[0]}/tasks"
        verdict = both(asking.sees(reader, item), asking.sees(reader, f"Patient/{item.patients[0]}"))
        text = (await asking.page(reader, f"{home}/{item.id}")).text
        asking.told("task pages", reader, item.name, item.id in text.replace(f"/tasks/{item.id}", ""), verdict)
        text = (await asking.page(reader, home)).text
        asking.told("task pages", reader, f"{item.name} in the list", item.id in text, verdict)
        await asking.page_if_any(reader, f"{home}/write")
        if verdict.seen is False:
            said = [
                await asking.form(reader, f"{home}/{one}/decline", version="1", text=" ") for one in (item.id, "zq000y")
            ]
            told = [re.sub(r"\b[0-9A-F]{8}\b", "", one.text).replace(item.id, "zq000y") for one in said]
            shown = said[0].status_code != said[1].status_code or _main(told[0]) != _main(told[1])
            asking.told("task pages", reader, f"{item.name} declined", shown, verdict)


@way("message pages")
async def _(asking: Round) -> None:
    """A thread, the threads of a record, and what is written, read or struck without seeing it."""
    for reader, item in asking.sample("Communication", staff=True):
        home = f"/chart/{item.patients[0]}/messages"
        verdict = both(asking.sees(reader, item), asking.sees(reader, f"Patient/{item.patients[0]}"))
        text = (await asking.page(reader, f"{home}/{item.id}")).text
        asking.told("message pages", reader, item.name, item.id in text.replace(f"/messages/{item.id}", ""), verdict)
        text = (await asking.page(reader, home)).text
        asking.told("message pages", reader, f"{item.name} in the list", item.id in text, verdict)
        await asking.page_if_any(reader, f"{home}/write")
        if verdict.seen is not False:
            continue
        for step in ("answer", "read", "strike", "to-note"):
            said = [
                await asking.form(reader, f"{home}/{one}/{step}", version="1", answer="Hej")
                for one in (item.id, "zq000y")
            ]
            told = [re.sub(r"\b[0-9A-F]{8}\b", "", one.text).replace(item.id, "zq000y") for one in said]
            shown = said[0].status_code != said[1].status_code or _main(told[0]) != _main(told[1])
            asking.told("message pages", reader, f"{item.name} by {step}", shown, verdict)


def _main(text: str) -> str:
    found = re.search(r"<main.*?</main>", text, re.DOTALL)
    return found[0] if found else text
