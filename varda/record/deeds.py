"""What somebody did about a patient since an instant, as the access log tells it: for whoever judges an exercise.

Only a job, or the person, asks: to look into what colleagues do is log review (RULES section 3).
"""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from varda.access import reach
from varda.access.projection import HSA, identifier
from varda.audit import reading
from varda.audit.reading import Question
from varda.fhir.keys import key
from varda.kernel.errors import Refused

if TYPE_CHECKING:
    from varda.record.opened import Record

_MOST = 500
_WRITES = frozenset({"create", "update"})


@dataclass(frozen=True, slots=True)
class Deeds:
    """The items that were written (`Type/id`), and the types of data that were shown."""

    written: frozenset[str]
    read: frozenset[str]


async def of(record: "Record", who: str, patient: str, since: datetime) -> Deeds:
    """What a person (a Practitioner's reference) did about a patient (id). Raises `Refused`, or `Absent` for nobody."""
    session = record.session
    if session.kind != "job" and who != session.practitioner:
        raise Refused("What colleagues do is looked into by log review.")
    stored = await record.read("Practitioner", who.rpartition("/")[2])
    actor = identifier(stored.resource, HSA)
    async with record.at_work() as work:
        compartments = await reach.linked(work, [key(f"Patient/{patient}")])
        asked = Question(patients=tuple(compartments), since=since, actor=actor, most=_MOST)
        rows, _ = await reading.found(work, asked)
    await record.note("deeds", [], "AuditEvent", f"what {actor} did about Patient/{patient}", patients=compartments)
    written = (one for row in rows if row.action in _WRITES and row.outcome == "done" for one in row.what.split())
    read = (type_ for row in rows if row.outcome == "given" for type_ in row.category.split(","))
    return Deeds(frozenset(one.rpartition("/")[0] for one in written), frozenset(read))
