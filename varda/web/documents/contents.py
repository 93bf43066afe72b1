"""What a document says, as headings, texts and tables: from the chart that its reader may see.

Nothing is cut short unsaid: where there may be more than was read, a line says so (`cut`).
On paper the record speaks Swedish (PDL 3:13; RULES R7), whatever language its screens have.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from varda.care.attention import allergies
from varda.care.certificates import Issued
from varda.care.corrections import Entry
from varda.care.growth import Curve
from varda.care.notes import Note
from varda.care.overview import Chart
from varda.care.programmes import Course, Row
from varda.care.vaccinations import doses
from varda.web.language import N_, translations
from varda.web.phrases import Phrases

Block = dict[str, Any]
STATES = {
    "preliminary": N_("UNSIGNED – nobody answers for this yet, and it may change"),
    "amended": N_("Amended after signing"),
    "entered-in-error": N_("ENTERED IN ERROR – does not apply"),
}
NOTES_IN_SUMMARY = 5
_GROWN = {
    "weight": (N_("Weight"), "kg"), "height": (N_("Height"), "cm"), "head": (N_("Head circumference"), "cm"),
    "bmi": (N_("Body mass index"), "kg/m²"),
}  # fmt: skip
_PRINTED = {
    "AllergyIntolerance": N_("entries of allergies"), "Flag": N_("signals of attention"),
    "Condition": N_("entries of diagnoses"), "MedicationRequest": N_("prescriptions"),
    "MedicationStatement": N_("entries of medicines taken"), "Observation": N_("values"),
    "DiagnosticReport": N_("answers"), "CarePlan": N_("care plans"),
}  # fmt: skip
"""What a document is made of, as the line says it that tells of more."""


def _(text: str) -> str:
    return translations("sv").gettext(text)


def note(say: Phrases, one: Note, viewed: Iterable[Entry], level: int = 2) -> list[Block]:
    """A note in full, with how far it can be relied on and what the patient says of it (R3)."""
    blocks = [_text(" · ".join(filter(None, (say.exact(one.at), one.by, one.unit))))]
    if one.status in STATES:
        blocks.append({"kind": "strong", "text": _(STATES[one.status]) + (f": {one.reason}" if one.reason else "")})
    for part in one.parts:
        blocks += [*([_heading(part.title, level)] if part.title else []), _text(part.text)]
    if not one.parts:
        blocks.append(_text(_("The note has no text.")))
    if one.is_signed:
        blocks.append(_text(_("Signed by %(who)s") % {"who": one.signed_by} + f" {say.exact(one.signed)}"))
    return [*blocks, *_viewed(say, viewed, level)]


def certificate(say: Phrases, one: Issued, viewed: Iterable[Entry]) -> list[Block]:
    """A certificate as it is handed out: for whom, in which form and version, by which unit, and who answers for it."""
    note, kind = one.note, one.kind
    named, to, about = _("Form: none that is known here"), "", ""
    if kind:
        named = _("Form: %(name)s, version %(n)s") % {"name": kind.words.sv, "n": kind.version}
    if kind and kind.to:
        to = _("For: %(who)s") % {"who": kind.to}
        about = _("Drawn up after the questions that the recipient asks. It is not the recipient's own form.")
    issued_by = _("Issued by: %(unit)s") % {"unit": note.unit}
    blocks = [_text("\n".join(filter(None, (to, named, about, issued_by))))]
    if one.state != "signed":
        said = {"cancelled": N_("CANCELLED – does not apply"), "prepared": STATES["preliminary"]}[one.state]
        blocks.append({"kind": "strong", "text": _(said) + (f": {note.reason}" if note.reason else "")})
    for part in note.parts:
        blocks += [_heading(part.title, 2), _text(part.text)]
    if note.is_signed:
        signed = _("Signed by %(who)s") % {"who": note.signed_by}
        blocks.append({"kind": "strong", "text": f"{signed}\n{note.unit} {say.exact(note.signed)}"})
    return [*blocks, *_viewed(say, viewed, 2)]


def _viewed(say: Phrases, viewed: Iterable[Entry], level: int) -> list[Block]:
    """What the patient says of an entry (R3)."""
    blocks = []
    for view in (view for entry in viewed for view in entry.views):
        blocks += [_heading(_("The patient says that this is wrong"), level), _text(view.text)]
        blocks.append(_text(f"{say.exact(view.at)} {view.by}"))
    return blocks


def medication(say: Phrases, chart: Chart, level: int = 2) -> list[Block]:
    """The drug list: what is taken, then what has ended."""
    heads = (N_("Medicine"), N_("Dose"), N_("Reason"), N_("Prescribed"), N_("By"))
    blocks: list[Block] = []
    for title, is_current in ((N_("Current"), True), (N_("Ended"), False)):
        some = [one for one in chart.medicines if one.is_current == is_current]
        if some or is_current:
            rows = [
                (_named(one.name, one.is_needed, one.state), one.dose, one.reason, say.exact(one.at), one.by)
                for one in some
            ]
            blocks += [_heading(_(title), level), _table(heads, (3, 4, 3, 2, 3), rows)]
    return blocks


def diagnoses(say: Phrases, chart: Chart) -> list[Block]:
    """Diagnoses and problems, active first."""
    heads = (N_("Problem or diagnosis"), N_("Code"), N_("Since"), N_("Until"), N_("By"))
    rows = [
        (
            " ".join([
                one.text,
                *([] if one.is_sure or one.certainty == "refuted" else [f"({_('not confirmed')})"]),
                *([] if one.is_active or one.certainty == "refuted" else [f"({_('over')})"]),
                *([f"({_('ruled out')})"] if one.certainty == "refuted" else []),
            ]),
            one.code, say.exact(one.since), say.exact(one.ended), one.by,
        )
        for one in chart.problems
    ]  # fmt: skip
    return [_table(heads, (5, 2, 2, 2, 3), rows)]


def results(say: Phrases, chart: Chart) -> list[Block]:
    """The newest value of each analysis; answers in words stand as they were written."""
    marks = {"high": _("high"), "low": _("low"), "critical": _("critical"), "abnormal": _("abnormal")}
    states = {"preliminary": _("preliminary"), "amended": _("changed"), "corrected": _("changed")}
    heads = (N_("Analysis"), N_("Value"), N_("Reference"), N_("Time"), N_("By"))
    rows = []
    for series in chart.trends:
        one = series.last
        about = ", ".join(filter(None, (marks.get(one.mark, ""), states.get(one.state, ""))))
        said = say.reading(one) + (f" ({about})" if about else "")
        rows.append((series.name, said, say.limits(one), say.exact(one.at), one.by))
    return [_table(heads, (4, 4, 2, 3, 3), rows)]


def summary(say: Phrases, chart: Chart) -> list[Block]:
    """What somebody who takes over needs first: attention, diagnoses, medication, results, plan, the newest notes."""
    allergies = {"none": _("none known, asked"), "unknown": _("not known")}.get(chart.allergies.state, "")
    warned = [
        " ".join(filter(None, (one.substance, one.reaction, "" if one.is_sure else f"({_('not confirmed')})")))
        for one in chart.allergies.known
    ]
    blocks = [_heading(_("Attention"), 2), _text(f"{_('Allergies')}: {'; '.join(warned) or allergies}")]
    blocks += [_text(f"{signal.text} {say.exact(signal.at)}") for signal in chart.signals]
    blocks += [_heading(_("Diagnoses and problems"), 2), *diagnoses(say, chart)]
    blocks += [_heading(_("Medication"), 2), *medication(say, chart, 3)]
    blocks += [_heading(_("Vital signs"), 2), *_vitals(say, chart), _heading(_("Results"), 2), *results(say, chart)]
    blocks.append(_heading(_("Plan and agreements"), 2))
    for plan in chart.plans:
        blocks.append(_text("\n".join([plan.title or _("Care plan"), *filter(None, (plan.text,)), *plan.steps])))
    blocks.append(_heading(_("The %(n)s newest notes") % {"n": NOTES_IN_SUMMARY}, 2))
    for one in chart.notes[:NOTES_IN_SUMMARY]:
        viewed = [entry for entry in chart.viewed if entry.reference == f"Composition/{one.id}"]
        blocks += [_heading(one.title, 3), *note(say, one, viewed, 4)]
    return blocks


def programme(say: Phrases, course: Course, curves: Iterable[Curve]) -> list[Block]:
    """A course handed over: what must not be missed, each step and how it stands, doses, and growth with its values.

    It has what the own care provider has written alone, so nothing is said to be overdue: others may have done it.
    """
    nothing = _("nothing noted here")
    states = {
        "done": _("done"), "not-done": _("not done"), "due": nothing, "overdue": nothing, "coming": _("coming"),
        "passed": nothing,
    }  # fmt: skip
    warned = allergies(course.resources.get("AllergyIntolerance", ()))
    unknown = {"none": _("none known, asked"), "unknown": nothing}.get(warned.state, "")
    blocks = [
        _text(
            _("Only what the own care provider has written. What others have done, given or warned of is not included.")
        ),
        _text(f"{_('Allergies')}: {'; '.join(one.substance for one in warned.known) or unknown}"),
        _heading(_("Schedule"), 2),
    ]
    rows = [
        (turn.visit.words.sv, row.step.words.sv, states[row.state], *_evidence(say, row))
        for turn in course.turns
        for row in turn.rows
    ]
    heads = (N_("Visit"), N_("Step"), N_("State"), N_("Value"), N_("Time"), N_("By"))
    blocks.append(_table(heads, (3, 4, 2, 2, 2, 3), rows))
    blocks.append(_heading(_("Vaccinations"), 2))
    of_doses = (N_("Vaccine"), N_("Dose no."), N_("Time"), N_("Batch"), N_("By"))
    given = [one for one in doses(course.resources.get("Immunization", ())) if one.state == "completed"]
    doses_given = [(one.vaccine, str(one.number or "–"), say.exact(one.at), one.batch or "–", one.by) for one in given]
    blocks.append(_table(of_doses, (5, 1, 2, 3, 3), doses_given))
    for curve in curves:
        label, unit = _GROWN[curve.kind]
        blocks.append(_heading(f"{_(label)} ({unit})", 2))
        points = [
            (say.exact(one.at), say.decimal(one.value), say.decimal(one.sd) if one.sd is not None else "–")
            for one in reversed(curve.points)
        ]
        blocks.append(_table((N_("Time"), N_("Value"), N_("SD")), (3, 2, 2), points))
    return blocks


def cut(resources: Mapping[str, Sequence[Any]], wanted: Mapping[str, int]) -> list[Block]:
    """A line for each type of which as many were read as were asked for: there may be older ones."""
    line = _("%(what)s: only the %(n)s newest were read for this document. There may be older ones that are not in it.")
    return [
        {"kind": "strong", "text": line % {"n": wanted[type_], "what": _(name).capitalize()}}
        for type_, name in _PRINTED.items()
        if wanted.get(type_) and len(resources.get(type_, ())) >= wanted[type_]
    ]


def entries(resources: Mapping[str, Iterable[Mapping[str, Any]]], *types: str) -> list[str]:
    """The references of what a document is made of."""
    return [f"{type_}/{one['id']}" for type_ in types for one in resources.get(type_, ())]


def _evidence(say: Phrases, row: Row) -> tuple[str, str, str]:
    """Value or words, day and who; empty where nothing shows it, without words where they are kept back (A17): at home
    the paper is read by both guardians.
    """
    shown = row.evidence
    if shown is None:
        return "", "", ""
    words = "" if row.step.is_withheld else shown.text
    return say.reading(shown.reading) if shown.reading else words, say.exact(shown.at), shown.by


def _vitals(say: Phrases, chart: Chart) -> list[Block]:
    rows = [(one.name, say.reading(one.last), say.exact(one.last.at)) for one in chart.vitals]
    return [_table((N_("Measure"), N_("Value"), N_("Time")), (4, 3, 3), rows)]


def _named(name: str, is_needed: bool, state: str) -> str:
    also = [_("as needed")] if is_needed else []
    also += [_("on hold")] if state == "on-hold" else []
    return name + (f" ({', '.join(also)})" if also else "")


def _heading(text: str, level: int) -> Block:
    return {"kind": "heading", "level": level, "text": text}


def _text(text: str) -> Block:
    return {"kind": "text", "text": text}


def _table(heads: Iterable[str], widths: Iterable[int], rows: Sequence[tuple[str, ...]]) -> Block:
    if not rows:
        return _text(_("None recorded here"))
    return {"kind": "table", "heads": [_(one) for one in heads], "widths": list(widths), "rows": list(rows)}
