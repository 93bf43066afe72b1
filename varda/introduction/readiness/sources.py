"""Where evidence comes from: one function for each computed check, that looks at everything at once.

A function is given the world as it was read for this gathering and tells, for each place that it asks something of, how
many were looked at and who or what is lacking. It decides nothing: the threshold is the check's.
"""

from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from varda.access import Session
from varda.access.organisations import Organisations
from varda.access.people import People, Post, Posts
from varda.catalogue import FUNCTIONS, Catalogue, InForce, Role, asks_licence, role_of
from varda.introduction import training
from varda.introduction.coaching import Register, lines
from varda.introduction.downtime import Packs
from varda.introduction.readiness import loads
from varda.introduction.readiness.candidate import Candidates
from varda.introduction.readiness.checks import CHECKS
from varda.introduction.readiness.concerns import Concerns
from varda.introduction.readiness.evidence import MOST, Found, Kept, Lack
from varda.introduction.readiness.matrix import Difference, Matrices, differences, in_effect
from varda.introduction.readiness.synthetic import Tries
from varda.introduction.readiness.trials import Trials
from varda.introduction.testruns import Kind, Run, TestRuns, newest
from varda.introduction.training import Course, Learning
from varda.introduction.training.curriculum import required
from varda.kernel.db import Database
from varda.kernel.errors import Unavailable
from varda.record.imports import Reckoned, reckoned

_CRITERION = frozenset({"introduction", "base"})
"""The kinds of course that are asked for before the start (INTRODUCTION §2)."""
COMPARING = "job-text-comparison"
"""By whom a flow is stopped whose answers are not shown as they came."""
_RUN: tuple[Kind, ...] = ("regression", "rehearsal")
"""What a candidate has to have behind it."""


Arrivals = Callable[[datetime], Awaitable[tuple[int, Sequence[Lack]]]]
"""Compares what has come in with its pages: how many, and what is lacking."""


@dataclass
class World:
    """What checks look at. What several of them need is read once for a gathering."""

    database: Database
    catalogue: Catalogue
    kept: Kept
    trials: Trials
    candidates: Candidates
    in_force: InForce
    build: str
    now: datetime
    tries: Tries | None = None
    arrivals: Arrivals | None = None
    _sessions: Sequence[Session] | None = None
    _posts: Sequence[Posts] | None = None

    @property
    def learning(self) -> Learning:
        """What people have finished."""
        return Learning(self.database, self.catalogue, self.build)

    @property
    def courses(self) -> Mapping[str, Course]:
        """The courses that count now."""
        return training.known(self.in_force)

    async def sessions(self) -> Sequence[Session]:
        """One for each assignment in care that anybody holds now."""
        if self._sessions is None:
            self._sessions = await People(self.database).everywhere(self.now)
        return self._sessions

    async def posts(self) -> dict[str, list[Posts]]:
        """How many work at each unit, by profession and purpose: what takes no list of everybody."""
        if self._posts is None:
            self._posts = await People(self.database).counted(self.now)
        found: dict[str, list[Posts]] = defaultdict(list)
        for one in self._posts:
            found[one.unit].append(one)
        return found

    async def runs(self) -> list[Run]:
        """The candidate's test runs, the newest first."""
        now = self.candidates.now
        runs = await TestRuns(self.database, self.kept.seal).all(self.build)
        return [one for one in runs if one.configuration in ("", now.configuration if now else "")]

    async def by_unit(self) -> dict[str, list[Session]]:
        """The same by unit."""
        found: dict[str, list[Session]] = defaultdict(list)
        for one in await self.sessions():
            found[one.unit].append(one)
        return found


Source = Callable[[World], Awaitable[Sequence[Found]]]


async def rights(world: World) -> list[Found]:
    """Each assignment against the agreed matrix and its role's licence."""
    posts, effective = await world.posts(), in_effect(world.in_force.changes, world.now)
    wrong = differences(await Matrices(world.database).agreed(), effective)
    pairs = {(one.role, one.purpose) for some in posts.values() for one in some}
    asked = [(*pair, licence) for pair in sorted(pairs) if (licence := _looked_for(role_of(*pair), wrong)) is not None]
    lacking: dict[str, list[Lack]] = defaultdict(list)
    for one in await People(world.database).posted(asked, world.now):
        lacking[one.unit].append(_lack(one, wrong))
    return [Found.told(unit, sum(one.posts for one in some), lacking.get(unit, ())) for unit, some in posts.items()]


async def functions(world: World) -> list[Found]:
    """The functions that the roles of a unit work with, and those of them that are not on."""
    found = []
    for unit, some in (await world.posts()).items():
        used = sorted(set().union(*(_used(one) for one in some)))
        states = {one: state for one in used if (state := world.in_force.state(one, unit)) != "closed"}
        lacking = [Lack(f"function-{state}", one) for one, state in states.items() if state != "on"]
        if states:
            found.append(Found.told(unit, len(states), lacking))
    return found


async def finished(world: World) -> list[Found]:
    """Who has the courses behind them that the start asks for."""
    courses, standing = world.courses, await world.learning.standing(world.now)
    known: dict[object, frozenset[str]] = {}
    found = []
    for unit, some in (await world.by_unit()).items():
        people: dict[str, list[Session]] = defaultdict(list)
        for one in some:
            people[one.actor].append(one)
        lacking = []
        for person, mine in people.items():
            alike = frozenset((one.role, one.assignment_purpose, one.is_municipal) for one in mine)
            if alike not in known:
                asked = required(courses, mine)
                known[alike] = frozenset(code for code in asked if courses[code].kind in _CRITERION)
            if missing := known[alike].difference(standing.finished.get(person, ())):
                lacking.append(Lack("course", person, mine[0].name, {"courses": ", ".join(sorted(missing))}))
        found.append(Found.told(unit, len(people), lacking))
    return found


async def coaches(world: World) -> list[Found]:
    """What the rule of coverage asks for, and what it lacks."""
    units = list(await world.by_unit())
    people = await People(world.database).staffing(units, world.now)
    held = await Register(world.database, world.learning, world.courses).at(units, world.now)
    found = []
    for unit, some in people.items():
        asked = lines(some, held.get(unit, ()))
        lacking = [Lack("coach", one.role, values={"lacking": str(one.lacking)}) for one in asked if one.lacking]
        if asked:
            found.append(Found.told(unit, len(asked), lacking))
    return found


async def tried(world: World) -> list[Found]:
    """Who has signed in themselves and gone through the trial of each assignment, on the candidate."""
    done = await world.trials.counting(world.candidates)
    return [
        Found.told(
            unit,
            len(some),
            [Lack("trial", one.actor, one.name) for one in some if (one.actor, one.assignment) not in done],
        )
        for unit, some in (await world.by_unit()).items()
    ]


async def unanswered(world: World) -> list[Found]:
    """Safety concerns about each unit or anything above it, and those that nobody has answered."""
    raised = await Concerns(world.database).all()
    below = await Organisations(world.database).below_each({one.organisation for one in raised if one.organisation})
    about: dict[str, list[Lack]] = defaultdict(list)
    units = await world.posts()
    for one in raised:
        if one.answered_at is None:
            for unit in below.get(one.organisation, ()) if one.organisation else units:
                about[unit].append(Lack("concern", str(one.number)))
    return [Found.told(unit, max(1, len(about[unit])), about[unit]) for unit in units]


async def packed(world: World) -> list[Found]:
    """Units where somebody works in care, and those whose downtime pack is not young enough."""
    packs = Packs(world.database)
    units, known = await packs.units(world.now), await packs.all()
    found = []
    for unit in units:
        pack = known.get(unit)
        is_young = pack is not None and pack.is_young(world.now)
        at = pack.made_at.isoformat() if pack and pack.made_at else ""
        found.append(Found.told(unit, 1, [] if is_young else [Lack("pack", unit, values={"at": at})]))
    return found


async def genuine(world: World) -> list[Found]:
    """Every piece of evidence that counts, and those that this installation did not write."""
    forged = await world.kept.forged()
    await world.kept.disown(forged, world.now)
    return [Found.told("", max(1, len(forged)), [Lack("forged", str(one)) for one in forged])]


async def rehearsed(world: World) -> list[Found]:
    """The candidate's newest regression run and dress rehearsal, as the register has them."""
    runs = await world.runs()
    found = {kind: newest(runs, kind) for kind in _RUN}
    lacking = [Lack("run-failed" if one else "no-run", kind) for kind, one in found.items() if not (one and one.passed)]
    return [Found.told("", len(found), lacking)]


async def tried_by_nobody(world: World) -> list[Found]:
    """What the synthetic user of each unit met. Raises `Unavailable` where no running server is known."""
    units = sorted(await world.posts())
    if world.tries is None:
        raise Unavailable("No running server is named to try the screens of: varda readiness watch --at http://…")
    await world.tries.round(units)
    return world.tries.found(units, world.now)


async def loaded(world: World) -> list[Found]:
    """The candidate's newest load run, against half as many users again as the largest wave expects at once."""
    runs = await world.runs()
    awaited = await loads.expected(world.database, await world.posts())
    return [Found.told("", 1, loads.lacking(runs, awaited))]


async def migrated(world: World) -> list[Found]:
    """The imports, and those that are not over or of which less is here than their source held. None: nothing asked."""
    runs = await reckoned(world.database)
    return [Found.told("", len(runs), [lack for one in runs for lack in _left(one)])]


async def shown(world: World) -> list[Found]:
    """What has come in since the last round against its pages, and the flows that stand still for what was lost.
    Raises `Unavailable` where no pages are at hand."""
    if world.arrivals is None:
        raise Unavailable("What has come in is compared by the gathering that goes on: varda readiness watch.")
    _, lacking = await world.arrivals(world.now)
    units = {one.who for one in lacking}
    stood = [(one.switch.function, one.switch.unit) for one in world.in_force.said.values()
             if one.person == COMPARING and one.switch.state != "on"]  # fmt: skip
    lacking = [*lacking, *(Lack("text-stopped", function) for function, unit in stood if unit not in units)]
    return [Found("", len(lacking), max(1, len(lacking)), tuple(lacking[:MOST]))]


SOURCES: Mapping[str, Source] = {
    "rights": rights,
    "functions": functions,
    "training": finished,
    "coaches": coaches,
    "smoke": tried,
    "concerns": unanswered,
    "packs": packed,
    "evidence": genuine,
    "synthetic": tried_by_nobody,
    "load": loaded,
    "text": shown,
    "migration": migrated,
    "rehearsed": rehearsed,
}
"""By the code of their check."""
LONGEST = timedelta(seconds=60)
"""How long one may take before it is given up."""
if missing_ := {one.code for one in CHECKS.values() if not one.is_attested} ^ set(SOURCES):
    raise AssertionError(f"computed checks and their sources do not match: {sorted(missing_)}")


def _looked_for(role: Role | None, wrong: Mapping[str, Difference]) -> str | None:
    """Whose assignments of a role are looked for: all (empty) where the role itself is wrong or missing, of those
    without the licence where it asks for one, else nobody's (None)."""
    if role is None or role.code in wrong:
        return ""
    return role.licence if role.licence and any(asks_licence(role, each) for each in role.rights) else None


def _lack(one: Post, wrong: Mapping[str, Difference]) -> Lack:
    role = role_of(one.role, one.purpose)
    if role is None:
        return Lack("no-role", one.person, one.name, {"title": one.title})
    if role.code in wrong:
        values = {"role": role.code, "lacks": _named(wrong[role.code].lacks), "has": _named(wrong[role.code].has)}
        return Lack("matrix", one.person, one.name, values)
    return Lack("licence", one.person, one.name, {"licence": role.licence})


def _named(rights_: frozenset[tuple[str, str]]) -> str:
    return ", ".join(f"{what} {act}" for what, act in sorted(rights_))


def _used(one: Posts) -> set[str]:
    role = role_of(one.role, one.purpose)
    return {what for what, act in role.rights if act != "special" and what in FUNCTIONS} if role else set()


def _left(one: Reckoned) -> list[Lack]:
    """What a run of an import still lacks, as one line: the gravest of it."""
    values = {"at": one.at.isoformat(), "patients": str(one.differing), "items": str(one.rejected)}
    if not one.is_over:
        return [Lack("import-open", values=values)]
    return [Lack("import-differs", values=values)] if one.differing or one.rejected else []
