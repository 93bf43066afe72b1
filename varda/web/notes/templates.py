"""The county's templates of notes: those in force, what waits for a decision, and the form for a change of one."""

from starlette.responses import Response

from varda.care import notes
from varda.care.contacts import KINDS
from varda.care.notes import Template
from varda.catalogue import ROLES, Deciding, Declaration, Declarations, Words
from varda.kernel.errors import Absent, Unprocessable
from varda.record.forms import RIGHT
from varda.web.deciding import day_of, day_said, deciding, midnight, noted
from varda.web.language import N_
from varda.web.visit import Visit, page

AT = "/templates"
CONTACTS = {
    "AMB": N_("Visit"), "EMER": N_("Emergency"), "IMP": N_("Admission"), "HH": N_("At home"),
    "VR": N_("Telephone or video"),
}  # fmt: skip
"""What the kinds of contact are called here."""
assert CONTACTS.keys() == KINDS.keys()
WRITERS = {
    one.profession: one.words for one in ROLES.values() if ("F19", "write") in one.rights and "care" in one.purposes
}
"""The professions that write notes."""


async def shown(visit: Visit) -> Response:
    """All there are; `template` puts one into the form."""
    by = await deciding(visit, RIGHT)
    known = notes.known(visit.powers)
    asked = visit.asked("template")
    if asked and asked not in known:
        raise Absent("There is no such template.")
    return await _page(visit, by, known.get(asked) or Template("", Words("", ""), ()), is_new=not asked)


async def propose(visit: Visit) -> Response:
    """Propose a new template, a change of one, or that one is used no more."""
    by, now, known = await deciding(visit, RIGHT), visit.parts.clock.now(), notes.known(visit.powers)
    changed = visit.said("changes")
    wanted, is_new = _said(visit, changed or visit.said("code").strip()), not changed
    proposed = await _declarations(visit).proposed(notes.TEMPLATE)
    taken = {one.wanted.code for one in proposed if one.approved is not False}
    try:
        first = day_said(visit, "opens")
        problems = list(notes.problems(wanted, known, is_new=is_new, taken=taken))
        if problems:
            raise Unprocessable(problems[0].message, problems)
        opens = midnight(first) if first and first != visit.say.today else now
        content = wanted.content(is_retired=wanted.is_retired)
        proposal = Declaration(notes.TEMPLATE, wanted.code, content, opens, visit.said("reason"))
        number = await _declarations(visit).propose(proposal, by, now, RIGHT)
    except Unprocessable as wrong:
        told = wrong.by_path
        return await _page(visit, by, wanted, is_new=is_new, problems=told)
    await noted(visit, "templates", f"template {wanted.code}, change {number} proposed: {proposal.reason.strip()}")
    return visit.go(AT)


async def decide(visit: Visit) -> Response:
    """Approve or turn down somebody else's proposal."""
    by, number = await deciding(visit, RIGHT), visit.part("change")
    if not number.isdecimal() or len(number) > 15:
        raise Absent("There is no such proposal.")
    approved = visit.said("act") == "approve"
    now = visit.parts.clock.now()
    await _declarations(visit).decide(int(number), notes.TEMPLATE, by, now, RIGHT, approved=approved)
    await noted(visit, "templates", f"change {number} of templates {'approved' if approved else 'turned down'}")
    return visit.go(AT)


def _said(visit: Visit, code: str) -> Template:
    """The template that the form says."""
    return Template(
        code=code,
        words=Words(visit.said("sv").strip(), visit.said("en").strip()),
        keywords=tuple(notes.keyword(one) for one in visit.said("keywords").splitlines() if one.strip()),
        professions=tuple(str(one) for one in visit.form.getlist("professions")),
        contacts=tuple(str(one) for one in visit.form.getlist("contacts")),
        reasons=tuple(one.strip() for one in visit.said("reasons").splitlines() if one.strip()),
        is_retired=visit.said("retired") == "yes",
    )


async def _page(
    visit: Visit, by: Deciding, form: Template, *, is_new: bool, problems: dict[str, str] | None = None
) -> Response:
    proposed = await _declarations(visit).proposed(notes.TEMPLATE)
    return visit.page(
        "notes/templates.html",
        422 if problems else 200,
        by=by,
        known=notes.known(visit.powers),
        own=visit.powers.in_force.declared(notes.TEMPLATE),
        form=form,
        is_new=is_new,
        waiting=[one for one in proposed if one.approved is None],
        decided=[one for one in proposed if one.approved is not None],
        keywords=notes.KEYWORDS,
        professions=WRITERS,
        contacts=CONTACTS,
        free=notes.FREE,
        problems=problems or {},
        now=visit.parts.clock.now(),
        today=visit.say.today.isoformat(),
        day=day_of,
    )


def _declarations(visit: Visit) -> Declarations:
    return visit.parts.door.catalogue.declarations


ROUTES = [page(AT, shown), page(AT, propose, "POST"), page(f"{AT}/{{change}}", decide, "POST")]
