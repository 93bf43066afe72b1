"""What a document says, as headings, texts and tables: from the chart that its reader may see.

Nothing is cut short unsaid: where there may be more than was read, a line says so (`cut`).
On paper the record speaks Swedish (PDL 3:13; RULES R7), whatever language its screens have.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from varda.care.corrections import Entry
from varda.care.notes import Note
from varda.care.overview import Chart
from varda.web.language import N_, translations
from varda.web.phrases import Phrases

Block = dict[str, Any]
STATES = {
    "preliminary": N_("UNSIGNED – nobody answers for this yet, and it may change"),
    "amended": N_("Amended after signing"),
    "entered-in-error": N_("ENTERED IN ERROR – does not apply"),
}
NOTES_IN_SUMMARY = 5
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
    for entry in viewed:
        for view in entry.views:
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
