"""The door itself: what every opened record shares, and the one way to open one."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

from varda.access.organisations import Organisations
from varda.access.session import Session
from varda.audit.journal import Journal
from varda.catalogue import Catalogue
from varda.fhir.keys import key
from varda.kernel.clock import Clock
from varda.kernel.db import Database
from varda.kernel.errors import Fault, Unavailable
from varda.kernel.limits import Limits
from varda.record import citizens
from varda.record.gathering import Gathering
from varda.record.opened import Record
from varda.record.powers import powers
from varda.store.cohort import Kept
from varda.store.reading import Reads, Searches


class Door:
    """One a process. `database` runs as the application's role; `journal` must be started.

    `population` is for questions that no patient narrows; its planner looks at the values each time. `catalogue` says
    what each role may do, `limits` how often one person or system may search here. `keeper` connects under varda_keeper
    for the moment of a destruction; None: nothing is destroyed from here. `names_in_log`: whether patients see
    the names of staff in the own access log.
    """

    def __init__(
        self,
        database: Database,
        journal: Journal,
        clock: Clock,
        population: Database | None = None,
        catalogue: Catalogue | None = None,
        limits: Limits | None = None,
        *,
        keeper: Callable[[], Awaitable[Database]] | None = None,
        names_in_log: bool = False,
    ) -> None:
        self.database = database
        self.population = population or database
        self.journal = journal
        self.clock = clock
        self.keeper = keeper
        self.names_in_log = names_in_log
        self.catalogue = catalogue or Catalogue(database, Organisations(database).below_each)
        self.limits = limits or Limits()
        self.reads = Reads(database)
        self.searches = Searches(database)
        self.kept = Kept(database)
        self.gathering = Gathering(journal, database)

    @asynccontextmanager
    async def opened(
        self, session: Session, purpose: str, *, request: str = "", base: str = ""
    ) -> AsyncIterator[Record]:
        """A record for one piece of work: everything written in the block is stored at its end, or nothing is.

        `request` is the number that a user can quote, `base` this server's own address as the caller knows it. A
        refusal is logged though its work is undone.
        """
        held = await powers(self.catalogue, session, self.clock)
        self.journal.configuration = held.in_force.configuration
        record = Record(self, session, held, purpose, request, base)
        if session.kind == "citizen":
            found = await citizens.readable(self, session.actor, record.now)
            record.people = tuple(key(f"Patient/{one.patient}") for one in found)
            record.own = frozenset(f"Patient/{one.patient}" for one in found if one.role == "self")
        try:
            yield record
            await record.done()
        except Unavailable as lost:
            # What became of the work is what the caller must hear, and not that the log is lost as well. That it was
            # tried is not logged: on a full disk the log's last room is for reading.
            with suppress(Unavailable):
                await record.undone(lost)
            raise
        except BaseException as failed:
            try:
                await record.undone(failed)
            finally:
                if isinstance(failed, Fault):
                    await record.note_refusal(failed)
            raise
