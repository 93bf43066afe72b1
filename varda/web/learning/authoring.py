"""The county's own courses (decision 38): written and previewed here, proposed by one and approved by another, and the
organisations that stand behind each; and what each role is asked for.

A change of what is in use is a declaration as well; a course that is to be used no more says `withdrawn = true`, and
what people have done of it is kept.
"""

from asyncio import to_thread
from collections.abc import Mapping, Sequence

from starlette.responses import Response

from varda.access import Session
from varda.access.organisations import Organisation, Organisations
from varda.catalogue import ROLES, Deciding, Declaration, Declarations, Declared
from varda.introduction import training
from varda.introduction.programme import Mandates
from varda.introduction.training import Course, Learning, texts
from varda.introduction.training.curriculum import required
from varda.introduction.training.flaws import Flaw
from varda.kernel.errors import Absent, Problem, Refused, Unprocessable
from varda.web.deciding import day_of, day_said, deciding, midnight, noted
from varda.web.language import translations
from varda.web.visit import Visit, page

AT = "/learning/courses"
RIGHT = "design-courses"
LEAD = "training-lead"
"""The mandate of the introduction by which an organisation's training is led."""
_WRITTEN = ("course.toml", "sv.md", "en.md")
_NEW = {
    "course.toml": 'kind = "add-on"\nsv = ""\nen = ""\nabout = { sv = "", en = "" }\nminutes = 10\n'
    'requires = ["introduction"]\n\n[for]\nroles = ["nurse"]\n\n[[steps]]\ncode = "first"\nsv = ""\nen = ""\n',
    "sv.md": "# first\n\n",
    "en.md": "# first\n\n",
}  # fmt: skip


async def listed(visit: Visit) -> Response:
    """All courses with who stands behind them, what is proposed, and what a role is asked for."""
    may_design, mine = await answering(visit)
    known, force = training.known(visit.powers.in_force), visit.powers.in_force
    proposed = await _declarations(visit).proposed(training.KIND)
    role, provider = visit.asked("role"), visit.asked("provider", "region")
    return visit.page(
        "learning/courses.html",
        known=known,
        own=force.declared(training.KIND),
        unreadable={code: _told(visit, some) for code, some in training.unreadable(force).items()},
        approvals=await _learning(visit).approvals(),
        mine=mine,
        may_design=may_design,
        waiting=[one for one in proposed if one.approved is None],
        decided=[one for one in proposed if one.approved is not None],
        now=visit.parts.clock.now(),
        roles={code: one.words for code, one in ROLES.items()},
        role=role,
        provider=provider,
        asked_for=_asked_for(known, role, provider),
        day=day_of,
    )


async def edit(visit: Visit) -> Response:
    """A course as files, to be changed; or a new one."""
    by, code = await deciding(visit, RIGHT), visit.part("course")
    files = dict(_NEW) if code == "new" else training.files_in_use(visit.powers.in_force, code)
    if not files:
        raise Absent("There is no such course.")
    return await _editor(visit, by, "" if code == "new" else code, files)


async def write(visit: Visit) -> Response:
    """Look at what is written, or propose it."""
    by, now, force = await deciding(visit, RIGHT), visit.parts.clock.now(), visit.powers.in_force
    is_new = visit.part("course") == "new"
    code = visit.said("code").strip() if is_new else visit.part("course")
    files = _files(visit)
    try:
        if is_new and code in training.known(force):
            raise Unprocessable("There is a course with this name already. Open it in the list and change it.")
        wanted = training.proposed(force, code, files)
        if visit.said("act") != "propose":
            return await _editor(visit, by, code, files, preview=wanted)
        first = day_said(visit, "opens")
        opens = midnight(first) if first and first != visit.say.today else now
        proposal = Declaration(training.KIND, code, training.content(files), opens, visit.said("reason"))
        number = await _declarations(visit).propose(proposal, by, now, RIGHT)
    except Unprocessable as wrong:
        return await _editor(visit, by, code, files, problems=wrong.problems)
    await noted(
        visit, "courses", f"course {code} {wanted.version}, change {number} proposed: {proposal.reason.strip()}"
    )
    return visit.go(AT)


async def decide(visit: Visit) -> Response:
    """Approve or turn down somebody else's proposal; one that does not fit any more is not approved."""
    by, number = await deciding(visit, RIGHT), visit.part("number")
    approved, now = visit.said("act") == "approve", visit.parts.clock.now()
    found = next((one for one in await _declarations(visit).proposed(training.KIND) if str(one.number) == number), None)
    if found is None:
        raise Absent("There is no such proposal.")
    if approved:
        course = _proposed(visit, found)
        if visit.parts.post is not None:
            await to_thread(visit.parts.post.lay_out, course.version, found.wanted.content["files"])
    await _declarations(visit).decide(found.number, training.KIND, by, now, RIGHT, approved=approved)
    await noted(visit, "courses", f"change {number} of courses {'approved' if approved else 'turned down'}")
    return visit.go(AT)


async def seen(visit: Visit) -> Response:
    """A proposal as it would be, for who decides on it."""
    by = await deciding(visit, RIGHT)
    number = visit.part("number")
    found = next((one for one in await _declarations(visit).proposed(training.KIND) if str(one.number) == number), None)
    if found is None:
        raise Absent("There is no such proposal.")
    files: Mapping[str, str] = found.wanted.content["files"]
    try:
        return await _editor(visit, by, found.wanted.code, files, preview=_proposed(visit, found))
    except Unprocessable as wrong:
        return await _editor(visit, by, found.wanted.code, files, problems=wrong.problems)


async def approve(visit: Visit) -> Response:
    """An organisation stands behind a course as it reads now, by the word of who leads its training."""
    one = training.known(visit.powers.in_force).get(visit.part("course"))
    organisation = (await led(visit)).get(visit.said("organisation"))
    if one is None:
        raise Absent("There is no such course.")
    if organisation is None:
        raise Refused("An organisation's word is given by who leads its training.")
    if visit.said("version") != one.version:
        raise Unprocessable("The course has been changed since you read it. Read it again.")
    now = visit.parts.clock.now()
    await _learning(visit).approve(one, (organisation.hsa, organisation.name), visit.session, now)
    return visit.go(AT)


async def answering(visit: Visit) -> tuple[bool, dict[str, Organisation]]:
    """Whether the reader designs courses, and whose training they lead. Raises `Refused` where neither is anything."""
    may_design, mine = visit.powers.has(RIGHT), await led(visit)
    if not may_design and not mine:
        raise Refused(
            "Courses are written by those who design them, and approved by who leads an organisation's training."
        )
    return may_design, mine


async def led(visit: Visit) -> dict[str, Organisation]:
    """The organisations whose training the reader leads by mandate, by HSA-id."""
    database, now = visit.parts.door.database, visit.parts.clock.now()
    held = await Mandates(database).of(visit.session.actor, now)
    return await Organisations(database).known([one.organisation for one in held if one.role.code == LEAD])


async def _editor(
    visit: Visit, by: Deciding, code: str, files: Mapping[str, str], *, preview: Course | None = None,
    problems: Sequence[Problem] = (),
) -> Response:  # fmt: skip
    return visit.page(
        "learning/author.html",
        422 if problems else 200,
        by=by,
        code=code,
        is_new=visit.request.path_params.get("course") == "new",
        files={name: files.get(name, "") for name in [*_WRITTEN, *sorted(set(files) - {*_WRITTEN})]},
        preview=preview,
        html=texts.html,
        problems=_told(visit, problems),
        today=visit.say.today.isoformat(),
    )


def _told(visit: Visit, problems: Sequence[Problem]) -> list[tuple[str, str]]:
    """Where each is and what, in the reader's language."""
    gettext = translations(visit.language).gettext
    return [
        (one.path, gettext(one.sentence) % one.values if isinstance(one, Flaw) else gettext(one.message))
        for one in problems
    ]


def _proposed(visit: Visit, found: Declared) -> Course:
    return training.proposed(visit.powers.in_force, found.wanted.code, found.wanted.content["files"])


def _files(visit: Visit) -> dict[str, str]:
    """The files of the form: `file-<name>` each, and one more that is new."""
    found = {name[5:]: text for name, text in visit.form.items() if name.startswith("file-") and isinstance(text, str)}
    if visit.said("exercise-name").strip():
        found[f"{visit.said('exercise-name').strip()}.exercise.toml"] = visit.said("exercise")
    return {name: text.replace("\r\n", "\n").replace("\0", "") for name, text in found.items() if text.strip()}


def _asked_for(known: Mapping[str, Course], role: str, provider: str) -> list[Course]:
    """What somebody in a role is asked for, at the region or at a municipality."""
    return [known[code] for code in required(known, [in_role(role, provider)])] if role in ROLES else []


def in_role(role: str, provider: str) -> Session:
    """Somebody in a role (its code) at the region or at a municipality, who is nobody."""
    found = ROLES[role]
    return Session(
        kind="staff", actor="", name="", role=found.profession, assignment_purpose=found.purposes[0],
        is_municipal=provider == "municipality",
    )  # fmt: skip


def _declarations(visit: Visit) -> Declarations:
    return visit.parts.door.catalogue.declarations


def _learning(visit: Visit) -> Learning:
    return Learning(visit.parts.door.database, visit.parts.door.catalogue, visit.parts.build)


ROUTES = [
    page(AT, listed),
    page(f"{AT}/decide/{{number}}", seen),
    page(f"{AT}/decide/{{number}}", decide, "POST"),
    page(f"{AT}/{{course}}", edit),
    page(f"{AT}/{{course}}", write, "POST"),
    page(f"{AT}/{{course}}/approve", approve, "POST"),
]
