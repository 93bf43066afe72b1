"""Status reports: one template, one rhythm, rolled up; what is missing is as much in sight as what is there (F254).

Nothing is filled in for anybody: a duty that a report does not tell of is not told, and a report that tells nothing is
none. The milestones are the exception: they are those of the plan, as they stood when the report was sent.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from varda.catalogue import Deciding, Words
from varda.introduction.programme import milestones
from varda.introduction.programme.mandates import Mandates
from varda.introduction.programme.milestones import Milestone, milestones_of
from varda.introduction.programme.pictures import Pictures
from varda.introduction.programme.roles import LOCAL, declared
from varda.kernel.clock import STOCKHOLM
from varda.kernel.db import Database, Row
from varda.kernel.errors import Problem, Unprocessable
from varda.kernel.sql import named

_SQL = named("varda.introduction.programme")
_template = declared("report.toml")
RHYTHM = timedelta(days=_template["days"])
"""From one report to the next."""
_FIRST: date = _template["first"]
STATES = {code: Words(one["sv"], one["en"]) for code, one in _template["states"].items()}
"""How a duty may stand."""
DUTIES = {code: Words(one["sv"], one["en"]) for code, one in _template["duties"].items()}
"""The eleven that a local project answers for."""
TEXTS = {code: Words(one["sv"], one["en"]) for code, one in _template["texts"].items()}
"""What is told in words."""
_LONGEST = 4000


@dataclass(frozen=True, slots=True)
class Report:
    """What an organisation (HSA-id) has told for a period (its first day): duties by state, texts, and its milestones
    as they stood then.
    """

    organisation: str
    period: date
    duties: Mapping[str, str]
    texts: Mapping[str, str]
    sent_name: str
    sent_at: datetime
    milestones: tuple[Milestone, ...] = ()

    @property
    def hindered(self) -> list[str]:
        """The duties that are hindered."""
        return [code for code in DUTIES if self.duties.get(code) == "hindered"]

    @property
    def untold(self) -> list[str]:
        """The duties that it does not tell of."""
        return [code for code in DUTIES if code not in self.duties]


def period(day: date) -> date:
    """The first day of the period that a day lies in."""
    return _FIRST + (day - _FIRST) // RHYTHM * RHYTHM


class Reports:
    """Those of one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def send(
        self, organisation: str, duties: Mapping[str, str], texts: Mapping[str, str], by: Deciding, now: datetime
    ) -> None:
        """Send the report of the period that lasts now; sent again, the newer one counts and the older is kept.

        Raises `Lacking` without a local role at the organisation, and `Unprocessable`.
        """
        await Mandates(self._database).require(by.person, LOCAL, organisation, now)
        told = {code: state for code, state in duties.items() if state}
        said = {code: text.strip() for code, text in texts.items() if text.strip()}
        problems = [
            Problem("Choose how it stands.", code)
            for code, state in told.items()
            if code not in DUTIES or state not in STATES
        ]
        problems += [
            Problem("This text is too long.", code)
            for code, text in said.items()
            if code not in TEXTS or len(text) > _LONGEST
        ]
        if not told and not said:
            problems.append(Problem("A report that tells nothing is none. Tell of one thing at least.", "done"))
        if problems:
            raise Unprocessable("The report is not right, so it was not sent.", problems)
        stand = milestones_of(organisation, await Pictures(self._database).picture(now))
        kept = {"duties": told, "texts": said, "milestones": [milestones.written(one) for one in stand]}
        content = json.dumps(kept, ensure_ascii=False)
        day = period(now.astimezone(STOCKHOLM).date())
        await self._database.run(_SQL["report_sent"], organisation, day, content, by.person, by.name, now)

    async def of(self, organisation: str) -> list[Report]:
        """An organisation's reports, the newest of each period, newest first."""
        return [_report(row) for row in await self._database.all(_SQL["reports_of"], organisation)]

    async def first(self) -> date | None:
        """The first period that anybody has reported of."""
        found: date | None = (await self._database.one(_SQL["first_reported"]))["period"]
        return found

    async def within(self, day: date) -> dict[str, Report]:
        """The reports of a period (its first day), by organisation."""
        return {row["organisation"]: _report(row) for row in await self._database.all(_SQL["reports_within"], day)}


def _report(row: Row) -> Report:
    content = json.loads(row["content"])
    sent = (row["sent_name"], row["sent_at"])
    stand = tuple(milestones.read(one) for one in content.get("milestones", ()))
    return Report(row["organisation"], row["period"], content["duties"], content["texts"], *sent, stand)
