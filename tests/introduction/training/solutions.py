"""How each shipped exercise is solved, through the same functions of varda/care that the screens use."""

from collections.abc import Awaitable, Callable, Mapping

from varda.care import attention, forms, notes, problems, results, vitals
from varda.care.forms import Filled
from varda.care.notes import Written
from varda.record import Record
from varda.region.forms import FALLS

Solving = Callable[[Record, Mapping[str, str]], Awaitable[object]]
"""Does what is asked for, about the invented patients (id by key)."""

STRAINED = {
    "breathing": "22", "saturation": "97", "systolic": "128", "diastolic": "76", "pulse": "95", "temperature": "36,8",
    "level": "A",
}  # fmt: skip


def _note(template: str, **texts: str) -> Solving:
    async def solved(record: Record, patients: Mapping[str, str]) -> object:
        return await notes.sign(record, Written(f"draft-{patients['maj']}", patients["maj"], template, texts))

    return solved


def _values(**changed: str) -> Solving:
    async def solved(record: Record, patients: Mapping[str, str]) -> object:
        return await vitals.keep(record, patients["maj"], STRAINED | changed)

    return solved


def _both(*solving: Solving) -> Solving:
    async def solved(record: Record, patients: Mapping[str, str]) -> object:
        return [await one(record, patients) for one in solving]

    return solved


def _reads(type_: str) -> Solving:
    async def solved(record: Record, patients: Mapping[str, str]) -> object:
        return await record.compartment(patients["maj"], {"Patient": 1, type_: 20})

    return solved


async def _diagnosis(record: Record, patients: Mapping[str, str]) -> object:
    return await problems.set_diagnosis(record, patients["maj"], {"code": "I10.9"})


async def _signal(record: Record, patients: Mapping[str, str]) -> object:
    form = {"text": "Får inte belasta höger ben", "kind": "restriction"}
    return await attention.raise_signal(record, patients["maj"], form)


async def _unsigned(record: Record, patients: Mapping[str, str]) -> object:
    texts = {"kontaktorsak": "Kommer för kontroll efter höftfraktur."}
    written = Written(f"draft-{patients['maj']}", patients["maj"], "visit", texts, signer="Practitioner/astrid")
    return await notes.save_unsigned(record, written)


async def _answer(record: Record, patients: Mapping[str, str]) -> object:
    (report,) = (await record.compartment(patients["maj"], {"DiagnosticReport": 5}))["DiagnosticReport"]
    found = await results.one_answer(record, "DiagnosticReport", report.id)
    return await results.sign(record, "DiagnosticReport", report.id, found.mark)


async def _allergy(record: Record, patients: Mapping[str, str]) -> object:
    form = {"substance": "Penicillin", "reaction": "Utslag", "said_by": "Patienten"}
    return await attention.note_allergy(record, patients["maj"], form)


async def _fallen(record: Record, patients: Mapping[str, str]) -> object:
    texts = {"omvardnad": "Har fallit två gånger hemma i år."}
    return await notes.sign(record, Written(f"draft-{patients['ture']}", patients["ture"], "nursing", texts))


async def _feverish(record: Record, patients: Mapping[str, str]) -> object:
    values = STRAINED | {"saturation": "95", "systolic": "134", "diastolic": "78", "pulse": "96", "temperature": "38,4"}
    return await vitals.keep(record, patients["ture"], values)


async def _pneumonia(record: Record, patients: Mapping[str, str]) -> object:
    texts = {"bedomning": "Pneumoni, CRB-65 1 poäng."}
    await notes.sign(record, Written(f"draft-p-{patients['ture']}", patients["ture"], "round", texts))
    return await problems.set_diagnosis(record, patients["ture"], {"code": "J18.9"})


async def _falls(record: Record, patients: Mapping[str, str]) -> object:
    said = dict.fromkeys(("yrsel", "somnmedel", "syn", "orolig"), "nej") | {"fallit": "flera", "steg": "jamt"}
    return await forms.sign(record, Filled(f"draft-{patients['maj']}", patients["maj"], FALLS["id"], said))


TEAMS: dict[tuple[str, str], dict[str, Solving]] = {
    ("team-admission", "admission-exercise"): {
        "assistant-nurse": _feverish,
        "nurse": _fallen,
        "physician": _pneumonia,
    },
}
"""By course and step of those that several professions solve together: what each of them does."""
SOLUTIONS: dict[tuple[str, str], tuple[str, Solving]] = {
    ("base-nurse", "note-exercise"): ("nurse", _note("nursing", omvardnad="Har sovit gott hela natten.")),
    ("base-nurse", "vitals-exercise"): ("nurse", _values()),
    ("base-nurse", "warn-exercise"): ("nurse", _allergy),
    ("base-physician", "assess-exercise"): (
        "physician",
        _both(_note("round", bedomning="Nydebuterad hypertoni."), _diagnosis),
    ),
    ("base-physician", "answer-exercise"): ("physician", _answer),
    ("base-assistant-nurse", "vitals-exercise"): ("assistant-nurse", _values(breathing="16", pulse="72")),
    ("base-medical-secretary", "note-exercise"): ("medical-secretary", _unsigned),
    ("base-physiotherapist", "goal-exercise"): (
        "physiotherapist",
        _note("rehabilitation", funktion="Går 20 m med rollator.", mal="Går till matsalen."),
    ),
    ("base-municipal-nurse", "visit-exercise"): (
        "nurse",
        _both(_signal, _note("home-visit", boende="Känner sig trygg hemma.")),
    ),
    ("forms-falls", "falls-exercise"): ("physiotherapist", _falls),
    ("track-coach", "read-exercise"): ("nurse", _reads("Composition")),
    ("track-instructor", "read-exercise"): ("nurse", _reads("AllergyIntolerance")),
}
"""By course and step: the profession of the learner, and what solves it."""
