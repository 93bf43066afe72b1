"""Finding anybody in the county by name or birth date, after an active choice (PDL 4:1; A1): identity and nothing more.

Few are shown at a time and everybody shown is in the log; protected people are found by their whole number only (A14).
"""

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from varda.access.projection import CARE
from varda.access.session import Session
from varda.kernel.errors import Problem, Refused, Unprocessable
from varda.record import discretion, finding, searching
from varda.record.finding import FoundPatient
from varda.record.powers import Powers
from varda.search.escapes import escaped

if TYPE_CHECKING:
    from varda.record.opened import Record

MOST = 20
"""People that are shown. Where more fit, nobody is: who is not meant is not shown."""
LEAST = 3
"""Letters of a name that are asked for without a birth date."""


@dataclass(frozen=True, slots=True)
class County:
    """What a search of the county found: at most `MOST` people, or nobody because `are_more` fit."""

    people: list[FoundPatient]
    are_more: bool


def may(session: Session, powers: Powers) -> bool:
    """Whether a session may look through the whole county: staff who meet patients, in an assignment for care."""
    return session.kind == "staff" and session.assignment_purpose == CARE and powers.meets_patients


async def found(record: "Record", name: str, born: date | None, reason: str) -> County:
    """Anybody in the county by name, birth date or both. See `Record.find_in_county`."""
    words = name.replace(",", " ").split()
    record.powers.require_patients()
    if not may(record.session, record.powers):
        raise Refused("Only staff in an assignment for care may look for patients of the whole county.")
    problems = [] if reason.strip() else [Problem("Say why you look for somebody in the whole county.", "reason")]
    if born is None and len("".join(words)) < LEAST:
        problems.append(Problem("Give three letters of the name at least, or the whole birth date.", "name"))
    if problems:
        raise Unprocessable(problems[0].message, problems)
    wanted = [("name", escaped(word)) for word in words] + ([("birthdate", born.isoformat())] if born else [])
    if not record.powers.has(discretion.RIGHT):
        # A protected person is found by the whole identity number only (A14).
        wanted.append(("_security:not", ",".join(discretion.PROTECTING)))
    wanted += [("_sort", "family"), ("_count", str(MOST))]
    page = await searching.asked_for(record, "Patient", wanted, replace(record.narrowing, everything=True))
    return County([], are_more=True) if page.next else County(await finding.told(record, page.matches), are_more=False)
