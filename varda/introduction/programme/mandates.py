"""Who is appointed to what in the introduction: everybody may read, and who may write follows from a mandate.

A mandate counts at its organisation and below it, or for the whole programme. It is given by somebody else than the one
who gets it, with a reason, and is never taken out of the table: its end is a row of its own (decision 38).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from varda.access.organisations import Organisations
from varda.catalogue import Deciding
from varda.introduction.programme.roles import OFFICE, ROLES, Role
from varda.kernel.db import Database, Row
from varda.kernel.errors import Absent, Conflict, Lacking, Problem, Refused, Unprocessable
from varda.kernel.sql import named

LEADING = "lead-introduction"
"""The special right of whoever appoints the programme office."""
_SQL = named("varda.introduction.programme")
_MOST = 500
_LACKING = (
    "This takes an appointment in the introduction that you do not hold here: %(roles)s. The programme office appoints."
)
_MAY_NOT_GIVE = (
    "You may not appoint anybody to this here. The programme office can, and for the own organisation its "
    "implementation lead."
)


@dataclass(frozen=True, slots=True)
class Appointment:
    """A mandate that somebody is to have. `organisation` empty: the whole programme; `closes` None: until ended."""

    person: str
    name: str
    role: str
    organisation: str
    opens: datetime
    closes: datetime | None
    reason: str


@dataclass(frozen=True, slots=True)
class Mandate:
    """One that was given; `closes` is when it ends or was ended. See `Appointment`."""

    number: int
    person: str
    name: str
    role: Role
    organisation: str
    opens: datetime
    closes: datetime | None
    reason: str
    given_name: str
    given_at: datetime
    end_reason: str = ""
    ended_name: str = ""

    def lasts(self, now: datetime) -> bool:
        """Whether it is in force."""
        return self.opens <= now and (self.closes is None or self.closes > now)


class Mandates:
    """Those of one database."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._organisations = Organisations(database)

    async def of(self, person: str, now: datetime) -> list[Mandate]:
        """What somebody (HSA-id) is appointed to now."""
        return [_mandate(row) for row in await self._database.all(_SQL["mandates_of"], person, now)]

    async def held(self, person: str, roles: str | Iterable[str], organisation: str, now: datetime) -> Mandate | None:
        """A mandate in any of the roles that counts at an organisation (HSA-id; empty: for the whole programme)."""
        wanted = {roles} if isinstance(roles, str) else set(roles)
        holds = [one for one in await self.of(person, now) if one.role.code in wanted]
        if not holds:
            return None
        line = {"", *(await self._organisations.line(organisation) if organisation else ())}
        return next((one for one in holds if one.organisation in line), None)

    async def require(self, person: str, roles: str | Iterable[str], organisation: str, now: datetime) -> Mandate:
        """As `held`. Raises `Lacking` where there is none."""
        found = await self.held(person, roles, organisation, now)
        if found is None:
            raise _lacking([roles] if isinstance(roles, str) else list(roles))
        return found

    async def at(self, organisations: Sequence[str], *, most: int = _MOST) -> list[Mandate]:
        """Everybody who is or was appointed at some organisations (empty: the programme), those in force first."""
        return [_mandate(row) for row in await self._database.all(_SQL["mandates_at"], list(organisations), most)]

    async def in_force(self, now: datetime) -> list[Mandate]:
        """Every mandate that counts now."""
        return [_mandate(row) for row in await self._database.all(_SQL["mandates_in_force"], now)]

    async def may_give(self, by: Deciding, organisation: str, now: datetime) -> list[Role]:
        """The roles that somebody may appoint others to, at an organisation or (empty) for the whole programme."""
        line = {"", *(await self._organisations.line(organisation) if organisation else ())}
        given = {code for one in await self.of(by.person, now) if one.organisation in line for code in one.role.gives}
        if LEADING in by.rights.special:
            given.add(OFFICE)
        unfit = "local" if not organisation else "programme"
        return [role for code, role in ROLES.items() if code in given and role.extent != unfit]

    async def give(self, wanted: Appointment, by: Deciding, now: datetime) -> int:
        """Appoint somebody; gives the mandate's number. Raises `Refused`, `Unprocessable` or `Conflict`."""
        problems = list(_problems(wanted, now))
        if wanted.organisation and not await self._organisations.line(wanted.organisation):
            problems.append(Problem("There is no such organisation.", "organisation"))
        if problems:
            raise Unprocessable("The appointment is not complete.", problems)
        if wanted.role not in [one.code for one in await self.may_give(by, wanted.organisation, now)]:
            raise Refused(_MAY_NOT_GIVE)
        if wanted.person == by.person:
            raise Refused("Nobody appoints themselves. Ask somebody else who may appoint.")
        same = (wanted.role, wanted.organisation)
        if any((one.role.code, one.organisation) == same for one in await self.of(wanted.person, now)):
            raise Conflict("The person holds this appointment already.")
        row = await self._database.one(
            _SQL["mandate_given"], wanted.person, wanted.name, wanted.role, wanted.organisation, wanted.opens,
            wanted.closes, wanted.reason.strip(), by.person, by.name, now,
        )  # fmt: skip
        return int(row["mandate"])

    async def end(self, number: int, by: Deciding, reason: str, now: datetime) -> None:
        """End a mandate now, by whoever may give it or holds it. Raises `Absent`, `Refused`, `Unprocessable` or
        `Conflict`.
        """
        row = await self._database.maybe(_SQL["mandate"], number)
        if row is None:
            raise Absent("There is no such appointment.")
        mandate = _mandate(row)
        may = [one.code for one in await self.may_give(by, mandate.organisation, now)]
        if mandate.person != by.person and mandate.role.code not in may:
            raise Refused(_MAY_NOT_GIVE)
        if not reason.strip():
            raise Unprocessable("Say why.", [Problem("Say why.", "reason")])
        values = (number, max(now, mandate.opens), reason.strip(), by.person, by.name)
        if await self._database.maybe(_SQL["mandate_ended"], *values) is None:
            raise Conflict("It has been ended already.")


def _lacking(roles: Sequence[str]) -> Lacking:
    said = {language: ", ".join(ROLES[one].words.said(language) for one in roles) for language in ("sv", "en")}
    return Lacking(_LACKING, {"roles": said})


def _problems(wanted: Appointment, now: datetime) -> Iterable[Problem]:
    role = ROLES.get(wanted.role)
    if not wanted.person:
        yield Problem("Choose a person.", "person")
    if role is None:
        yield Problem("Choose a role.", "role")
    elif role.extent == "local" and not wanted.organisation:
        yield Problem("This role is held at an organisation. Choose which.", "organisation")
    elif role.extent == "programme" and wanted.organisation:
        yield Problem("This role is held for the whole programme, not at an organisation.", "organisation")
    if not wanted.reason.strip():
        yield Problem("Say why.", "reason")
    if wanted.closes is not None and wanted.closes <= max(wanted.opens, now):
        yield Problem("The last day must be after the first, and not past.", "closes")


def _mandate(row: Row) -> Mandate:
    values = dict(row)
    role = ROLES[values.pop("role")]
    return Mandate(number=values.pop("mandate"), role=role, **values)
