"""What may I do? And, for those who answer for it: the county's changes of rights, and exceptions at the own unit."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from starlette.responses import Response

from varda.catalogue import (
    ACTS,
    AREAS,
    FUNCTIONS,
    ROLES,
    SPECIAL,
    Act,
    Catalogue,
    Change,
    Deciding,
    Function,
    Proposal,
    Right,
    Special,
    Standing,
    State,
    right_words,
    role_of,
)
from varda.kernel.errors import Absent, Problem, Unprocessable
from varda.record.powers import worker
from varda.web.deciding import day_of, day_said, deciding, midnight, noted
from varda.web.visit import Visit, page

_USUAL_DAYS = 14
_MOST_PEOPLE = 500
_GIVEN = frozenset(right for role in ROLES.values() for right in role.rights)
"""Rights that some role has: nobody misses one that nobody has, such as signing a booking."""


@dataclass(frozen=True, slots=True)
class Row:
    """One function as it stands for the reader: how each act stands (absent: not in the role), and its state."""

    function: Function
    acts: dict[Act, Standing]
    state: State

    @property
    def told(self) -> list[Standing]:
        """The standings that have something to say beside yes or no."""
        return [
            one for one in self.acts.values() if one.missing or one.unlicensed or one.until or one.change or one.passed
        ]


async def mine(visit: Visit) -> Response:
    """What may I do?"""
    session, now, catalogue = visit.session, visit.parts.clock.now(), _catalogue(visit)
    who = worker(session)
    standing = {one.right: one for one in await catalogue.standings(who, now)}
    rights, known = await catalogue.rights(who, now), await catalogue.in_force(now)
    role = role_of(who.profession, who.purpose)
    given = _GIVEN | set(standing)
    rows = [
        Row(one, {act: standing[one.number, act] for act in ACTS if (one.number, act) in standing},
            known.state(one.number, session.unit))
        for one in FUNCTIONS.values()
        if any((one.number, act) in given for act in ACTS)
    ]  # fmt: skip
    special: list[tuple[Special, Standing]] = [
        (one, standing[code, "special"]) for code, one in SPECIAL.items() if (code, "special") in standing
    ]
    return visit.page(
        "rights/mine.html",
        role=role,
        areas=[(words, [row for row in rows if row.function.area == code]) for code, words in AREAS.items()],
        specials=special,
        changes=[one for one in known.changes if role and one.role == role.code],
        rights=rights,
        given=given,
        acts=ACTS,
        now=now,
        words=right_words,
        day=day_of,
        last=lambda at: day_of(at - timedelta(seconds=1)),
    )


async def changes(visit: Visit) -> Response:
    """The county's changes of rights, what waits for a decision first, and the form for another one."""
    by = await deciding(visit, "change-rights", "manage-unit")
    return await _changes(visit, by)


async def propose(visit: Visit) -> Response:
    """Propose a change."""
    by = await deciding(visit, "change-rights", "manage-unit")
    what, _, act = visit.said("right").partition(" ")
    try:
        first, last = day_said(visit, "opens"), day_said(visit, "closes")
        wanted = Proposal(
            role=visit.said("role"),
            right=(what, _act(act)),
            granted=visit.said("granted") == "yes",
            reason=visit.said("reason"),
            opens=midnight(first) if first else visit.parts.clock.now(),
            closes=midnight(last + timedelta(days=1)) if last else None,
            course=visit.said("course"),
        )
        number = await _catalogue(visit).propose(wanted, by, visit.parts.clock.now())
    except Unprocessable as wrong:
        return await _changes(visit, by, wrong.by_path, status=422)
    await noted(visit, "rights", f"change {number} proposed: {wanted.role} {what} {act} {wanted.reason.strip()}")
    return visit.go("/rights/changes")


async def decide(visit: Visit) -> Response:
    """Approve or turn down somebody else's proposal."""
    by = await deciding(visit, "change-rights")
    number = visit.part("change")
    if not number.isdecimal() or len(number) > 15:
        raise Absent("There is no such proposal.")
    approved = visit.said("act") == "approve"
    await _catalogue(visit).decide(int(number), by, visit.parts.clock.now(), approved=approved)
    await noted(visit, "rights", f"change {number} {'approved' if approved else 'turned down'}")
    return visit.go("/rights/changes")


async def unit(visit: Visit) -> Response:
    """Exceptions from courses at my unit, and the form for another one."""
    return await _unit(visit, await deciding(visit, "manage-unit"))


async def except_from(visit: Visit) -> Response:
    """Give somebody of my unit an exception."""
    by, now = await deciding(visit, "manage-unit"), visit.parts.clock.now()
    person, course, reason = visit.said("person"), visit.said("course"), visit.said("reason")
    assignments = await visit.parts.people.sessions(person, now) if person else []
    try:
        if not assignments:
            raise Unprocessable("Choose a person.", [Problem("Choose a person.", "person")])
        whom, units = (person, assignments[0].name), [one.unit for one in assignments]
        until = now + timedelta(days=_days(visit))
        await _catalogue(visit).except_from(course, whom, units, by, until, reason, now)
    except Unprocessable as wrong:
        return await _unit(visit, by, wrong.by_path, status=422)
    await noted(visit, "exception", f"{person} without {course} until {until:%Y-%m-%d %H:%M}: {reason.strip()}")
    return visit.go("/rights/unit")


async def _changes(visit: Visit, by: Deciding, problems: dict[str, str] | None = None, status: int = 200) -> Response:
    proposed, now = await _catalogue(visit).changes(), visit.parts.clock.now()
    return visit.page(
        "rights/changes.html",
        status,
        waiting=[one for one in proposed if one.approved is None],
        decided=[one for one in proposed if one.approved is not None],
        by=by,
        may_decide="change-rights" in by.rights.special,
        problems=problems or {},
        roles=ROLES,
        areas=AREAS,
        groups=_offered(),
        words=right_words,
        now=now,
        today=visit.say.today.isoformat(),
        day=day_of,
        last=lambda at: day_of(at - timedelta(seconds=1)),
    )


async def _unit(visit: Visit, by: Deciding, problems: dict[str, str] | None = None, status: int = 200) -> Response:
    now = visit.parts.clock.now()
    known = await _catalogue(visit).in_force(now)
    found = await visit.parts.people.choices(visit.session.unit_name, now, most=_MOST_PEOPLE)
    here = {one.person: one for one in found if one.unit_name == visit.session.unit_name and one.person != by.person}
    return visit.page(
        "rights/unit.html",
        status,
        by=by,
        people=list(here.values()),
        courses=_courses(known.changes),
        exceptions=await _catalogue(visit).exceptions(by.unit),
        words=right_words,
        problems=problems or {},
        days=_USUAL_DAYS,
        now=now,
        day=day_of,
    )


def _courses(changes: Sequence[Change]) -> dict[str, list[Right]]:
    """The courses that rights wait for, and which rights."""
    found: dict[str, list[Right]] = {}
    for change in changes:
        if change.course and change.right not in found.setdefault(change.course, []):
            found[change.course].append(change.right)
    return found


def _offered() -> list[tuple[str, list[Right]]]:
    """Every right there is by area; the last group, without an area, is of those that belong to no function."""
    groups: list[tuple[str, list[Right]]] = [
        (code, [(one.number, act) for one in FUNCTIONS.values() if one.area == code for act in ACTS]) for code in AREAS
    ]
    return [*groups, ("", [(code, "special") for code in SPECIAL])]


def _catalogue(visit: Visit) -> Catalogue:
    return visit.parts.door.catalogue


def _act(text: str) -> Act:
    acts: dict[str, Act] = {act: act for act in (*ACTS, "special")}
    if text not in acts:
        raise Unprocessable("There is no such right.", [Problem("There is no such right.", "right")])
    return acts[text]


def _days(visit: Visit) -> int:
    text = visit.said("days")
    return int(text) if text.isdecimal() and len(text) < 4 else 0


ROUTES = [
    page("/rights", mine),
    page("/rights/changes", changes),
    page("/rights/changes", propose, "POST"),
    page("/rights/changes/{change}", decide, "POST"),
    page("/rights/unit", unit),
    page("/rights/unit", except_from, "POST"),
]
