"""Controlled documents: number, version, issuer and day, approved by another than the author; which one is in force is
never in doubt, and older ones stay readable (F221)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from varda.catalogue import Deciding
from varda.introduction.office.formats import kind_of
from varda.introduction.programme import DECIDES, LOCAL, OFFICE, Mandates
from varda.kernel.db import Database, Row, Taken
from varda.kernel.errors import Absent, Conflict, Problem, Refused, Stale, Unprocessable
from varda.kernel.sql import named

_SQL = named("varda.introduction.office")
WRITES = (OFFICE, *LOCAL)
"""Who writes and withdraws one of an organisation, or (the office alone) of the programme."""
APPROVES = (OFFICE, DECIDES, *LOCAL)
_LONGEST = 200
_TWO = "Somebody else has written a version at the same time. Look at it first."


@dataclass(frozen=True, slots=True)
class Draft:
    """A version that somebody writes: a file (its name and bytes), or a link to where it is kept. `follows` is the
    version that its author has read; 0: whichever is the newest."""

    title: str
    issuer: str
    opens: date | None
    link: str = ""
    name: str = ""
    content: bytes = b""
    follows: int = 0


@dataclass(frozen=True, slots=True)
class Version:
    """One version; `approved` None: nobody has said anything yet. `size` in bytes, 0 for a link."""

    version: int
    title: str
    issuer: str
    opens: date
    link: str
    kind: str
    name: str
    size: int
    author: str
    author_name: str
    written_at: datetime
    approved: bool | None
    reason: str
    decided_name: str
    decided_at: datetime | None


@dataclass(frozen=True, slots=True)
class Document:
    """A document with its versions, the newest first; `withdrawn` says why it holds no longer."""

    id: int
    number: str
    organisation: str
    withdrawn: str
    withdrawn_name: str
    withdrawn_at: datetime | None
    versions: tuple[Version, ...]

    def in_force(self, today: date) -> Version | None:
        """The version that holds on a day: the newest that is approved and whose day has come."""
        if self.withdrawn:
            return None
        return next((one for one in self.versions if one.approved and one.opens <= today), None)

    @property
    def newest(self) -> Version:
        """The version that was written last, approved or not."""
        return self.versions[0]


class Documents:
    """Those of one database."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._mandates = Mandates(database)

    async def all(self) -> list[Document]:
        """Every document by its number."""
        return _documents(await self._database.all(_SQL["documents"], None))

    async def one(self, document: int) -> Document:
        """One with all its versions. Raises `Absent`."""
        found = _documents(await self._database.all(_SQL["documents"], document))
        if not found:
            raise Absent("There is no such document.")
        return found[0]

    async def content(self, document: int, version: int) -> bytes:
        """What a version says, byte for byte as it came. Raises `Absent`."""
        row = await self._database.maybe(_SQL["document_content"], document, version)
        if row is None:
            raise Absent("There is no such document.")
        return bytes(row["content"])

    async def opened(self, number: str, organisation: str, wanted: Draft, by: Deciding, now: datetime) -> int:
        """Write the first version of a new document, with a number that no other has; gives its id.

        Raises `Lacking`, `Unprocessable`, `TooLarge`, or `Conflict` for a number that is taken.
        """
        await self._mandates.require(by.person, WRITES, organisation, now)
        problems = list(_problems(wanted))
        if not number.strip() or len(number) > _LONGEST:
            problems.append(Problem("Give it a number.", "number"))
        values = _values(wanted, problems)
        async with self._database.transaction() as work:
            row = await work.maybe(_SQL["document_opened"], number.strip(), organisation, by.person, by.name, now)
            if row is None:
                taken = "Another document has this number. Choose another, or write a new version of that one."
                raise Unprocessable(taken, [Problem(taken, "number")])
            await work.run(_SQL["document_written"], row["document"], 1, *values, by.person, by.name, now)
        return int(row["document"])

    async def write(self, document: int, wanted: Draft, by: Deciding, now: datetime) -> int:
        """Write the next version; gives its number.

        Raises as `opened`, `Absent`, `Conflict` for one withdrawn, or `Stale` where another has written one since.
        """
        found = await self.one(document)
        await self._mandates.require(by.person, WRITES, found.organisation, now)
        if found.withdrawn:
            raise Conflict("It is withdrawn. Open a new document instead.")
        if wanted.follows not in (0, found.newest.version):
            raise Stale(_TWO)
        values = _values(wanted, list(_problems(wanted)))
        version = found.newest.version + 1
        try:
            await self._database.run(_SQL["document_written"], document, version, *values, by.person, by.name, now)
        except Taken:
            raise Stale(_TWO) from None
        return version

    async def decide(
        self, document: int, version: int, reason: str, by: Deciding, now: datetime, *, approved: bool
    ) -> None:
        """Approve a version that another has written, or turn it down with a reason.

        Raises `Absent`, `Lacking`, `Refused` for its author, `Unprocessable`, `Conflict`.
        """
        found = await self.one(document)
        wanted = next((one for one in found.versions if one.version == version), None)
        if wanted is None:
            raise Absent("There is no such document.")
        await self._mandates.require(by.person, APPROVES, found.organisation, now)
        if wanted.author == by.person:
            raise Refused("Whoever wrote a version does not approve it. Ask somebody else.")
        if found.withdrawn or version < found.newest.version:
            raise Conflict("It is withdrawn, or a newer version is written. Decide on that.")
        if not approved and not reason.strip():
            raise Unprocessable("Say why.", [Problem("Say why.", "reason")])
        values = (document, version, approved, reason.strip(), by.person, by.name, now)
        if await self._database.maybe(_SQL["document_decided"], *values) is None:
            raise Conflict("It has been decided already.")

    async def withdraw(self, document: int, reason: str, by: Deciding, now: datetime) -> None:
        """Let it hold no longer. Raises `Absent`, `Lacking`, `Unprocessable`, `Conflict`."""
        found = await self.one(document)
        await self._mandates.require(by.person, WRITES, found.organisation, now)
        if not reason.strip():
            raise Unprocessable("Say why.", [Problem("Say why.", "why")])
        if (
            await self._database.maybe(_SQL["document_withdrawn"], document, reason.strip(), by.person, by.name, now)
            is None
        ):
            raise Conflict("It is withdrawn already.")


def _problems(wanted: Draft) -> Iterator[Problem]:
    for name in ("title", "issuer"):
        said = getattr(wanted, name).strip()
        if not said or len(said) > _LONGEST:
            yield Problem("Write this, in at most 200 letters.", name)
    if wanted.opens is None:
        yield Problem("Say from which day it is valid.", "opens")
    if bool(wanted.link.strip()) == bool(wanted.content or wanted.name):
        yield Problem("Choose a file, or write a link to where it is kept: one of them.", "file")
    elif wanted.link.strip() and not (wanted.link.strip().startswith("https://") and len(wanted.link) < 2000):
        yield Problem("A link begins with https://.", "link")


def _values(wanted: Draft, problems: Sequence[Problem]) -> tuple[object, ...]:
    """What is stored of a version. Raises `Unprocessable` with everything that is wrong, the file too."""
    kind, found = "", list(problems)
    if not wanted.link.strip() and not any(one.path == "file" for one in found):
        try:
            kind = kind_of(wanted.name, wanted.content)
        except Unprocessable as wrong:
            found += wrong.problems
    if found:
        raise Unprocessable("Some of it is not right, so nothing was stored.", found)
    name = " ".join(wanted.name.replace("\\", "/").rpartition("/")[2].split())[:_LONGEST] if kind else ""
    return (
        wanted.title.strip(), wanted.issuer.strip(), wanted.opens, wanted.link.strip(), kind, name,
        wanted.content if kind else b"",
    )  # fmt: skip


def _documents(rows: Sequence[Row]) -> list[Document]:
    found = []
    for _, of in groupby(rows, key=lambda row: row["document"]):
        some = list(of)
        first = some[0]
        versions = tuple(Version(**{name: row[name] for name in Version.__slots__}) for row in some)
        ends = (first["withdrawn"], first["withdrawn_name"], first["withdrawn_at"])
        found.append(Document(first["document"], first["number"], first["organisation"], *ends, versions))
    return found
