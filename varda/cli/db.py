"""`varda db`: prepare, migrate, look at, back up and restore the database."""

import asyncio
import subprocess
import time
from importlib import resources
from pathlib import Path
from typing import Annotated, Any, get_args

from cyclopts import App, Parameter

from varda.cli import telling, tools
from varda.cli.place import Place, placed
from varda.kernel import migrate as migrations
from varda.kernel.clock import WallClock
from varda.kernel.db import Database
from varda.kernel.errors import Conflict, Malformed, Refused, Unavailable
from varda.kernel.settings import Environment
from varda.record import stamp

app = App(name="db", help="The database: prepare, migrate, look at, back up, restore.")
# Counting every row of a county takes minutes; the planner's own estimate is near enough there.
_ITEMS = """select case when reltuples > 1e6 then reltuples::bigint else (select count(*) from store.current) end
            from pg_class where oid = 'store.current'::regclass"""
Json = Annotated[bool, Parameter(negative="", help="Print the result as JSON.")]


@app.command
def init() -> None:
    """Create the database if it is not there, its roles and tables, and stamp it for VARDA_ENVIRONMENT."""
    with placed() as place:
        made = prepared(place)
        telling.answer(f"{place.shown} is ready for {place.settings.environment}{' (made now)' if made else ''}.")


def prepared(place: Place) -> bool:
    """Create, migrate and stamp what is not yet; says whether the database was created. Raises `Refused` for a database
    of another environment.
    """
    made = created(place)
    if not made and not migrations.pending(place.url):
        asyncio.run(_stamped(place))
        return made
    if not made and (found := _stamp(place)) not in ("", place.settings.environment):
        raise Refused(stamp.other(found, place.settings.environment))
    migrations.migrate(place.url)
    asyncio.run(_stamped(place))
    return made


def created(place: Place) -> bool:
    """Create the database unless it is there; says whether it did. Raises `Unavailable`."""
    try:
        migrations.pending(place.url)
    except Unavailable as lost:
        if "does not exist" not in str(lost):
            raise Unavailable(f"The database at {place.shown} cannot be reached.") from lost
    else:
        return False
    _create(place.beside("postgres"), place.name)
    return True


def _create(server: str, name: str) -> None:
    """Make an empty database. Swedish names are sorted by a key of their own, so the plainest order is the fastest and
    the same on every machine; from PostgreSQL 17 on it comes with small and capital letters of every language.
    """
    is_builtin = int(tools.psql(server, "show server_version_num")) >= 170000
    locale = "locale_provider builtin builtin_locale 'C.UTF-8' locale 'C'" if is_builtin else ""
    tools.psql(server, f"create database {tools.quoted(name)} template template0 encoding 'UTF8' {locale}")


async def _stamped(place: Place) -> None:
    database = await Database.connect(place.url, size=1)
    try:
        await stamp.stamp(database, place.settings.environment, WallClock().now())
    finally:
        await database.close()


def _stamp(place: Place) -> str:
    """The stamp of a database that may lack the table for it."""
    there = tools.psql(place.url, "select to_regclass('record.stamp') is not null").strip() == "t"
    return tools.psql(place.url, "select environment from record.stamp").strip() if there else ""


@app.command
def migrate(*, json: Json = False) -> None:
    """Bring the tables up to what this version of Varda needs. Nothing is lost; what has been run is not run again."""
    with placed() as place:
        names = migrations.migrate(place.url)
    if json:
        telling.as_json({"migrated": names})
    else:
        telling.answer("\n".join(names) if names else "Nothing was pending.")


@app.command
def status(*, json: Json = False) -> int:
    """Say where the database is, what it is for, and whether it is up to date. Exit code 1 when it is not usable."""
    with placed() as place:
        found = _status(place)
    if json:
        telling.as_json(found)
    else:
        for name, value in found.items():
            telling.answer(f"{name:<12} {', '.join(value) if isinstance(value, list) else value}")
    return 0 if found["usable"] else 1


def _status(place: Place) -> dict[str, Any]:
    found: dict[str, Any] = {"database": place.shown, "embedded": place.server is not None}
    try:
        pending = migrations.pending(place.url)
    except Unavailable as lost:
        return found | {"usable": False, "problem": tools.last(str(lost))}
    environment = _stamp(place)
    found["server"] = tools.psql(place.url, "show server_version").strip()
    found["environment"] = environment or "not stamped"
    found["pending"] = pending
    found["size"] = tools.psql(place.url, "select pg_size_pretty(pg_database_size(current_database()))").strip()
    if not pending:
        found["items"] = items(place.url)
    expected = place.settings.environment if place.is_said else environment
    found["usable"] = not pending and environment == expected and environment != ""
    return found


def items(url: str) -> int:
    """How many items a migrated database holds: exactly up to a million, above that nearly."""
    return int(tools.psql(url, _ITEMS))


@app.command
def backup(file: Annotated[Path, Parameter(help="The file to write; it must not be there yet.")]) -> None:
    """Write the whole database, as of one moment, into a file (pg_dump's custom format). It may be in use meanwhile."""
    if file.exists():
        raise Conflict(f"{file} is there already; choose another name.")
    partial = file.with_name(f".{file.name}.partial")
    with placed() as place:
        try:
            _dumped(place, partial)
            partial.rename(file)
        finally:
            partial.unlink(missing_ok=True)
    telling.answer(f"{file} ({file.stat().st_size:,} bytes)")


def _dumped(place: Place, file: Path) -> None:
    total = int(tools.psql(place.url, "select pg_database_size(current_database())") or 0)
    command = [tools.program("pg_dump"), "--dbname", place.url, "-Fc", "--no-owner", "--file", str(file)]
    with (
        telling.progress(f"Backing up {total:,} bytes into") as advance,
        subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process,  # noqa: S603 - our own program
    ):
        written = 0
        try:
            while process.poll() is None:
                time.sleep(0.2)
                size = file.stat().st_size if file.exists() else 0
                advance(size - written)
                written = size
        finally:
            process.terminate()
        assert process.stderr is not None
        said = process.stderr.read()
    if process.returncode:
        raise Unavailable(f"The backup failed: {tools.last(said)}")


@app.command
def restore(
    file: Annotated[Path, Parameter(help="A file written by varda db backup.")],
    *,
    replace: Annotated[bool, Parameter(negative="", help="Throw away what the database holds now.")] = False,
) -> None:
    """Bring back a backup. The database must be empty, or --replace given; a failure leaves everything as it was."""
    if not file.is_file():
        raise Malformed(f"There is no file {file}.")
    with placed() as place:
        created(place)
        if not _is_empty(place):
            _require_replaceable(place, replace=replace)
            _replaced(place, file)
        else:
            _restored(place.url, file)
        found = _stamp(place)
        pending = migrations.pending(place.url)
    telling.answer(f"Restored from {file} (environment {found or 'not stamped'}).")
    if pending:
        telling.say("The backup is of an earlier version. Run: varda db migrate")


def _is_empty(place: Place) -> bool:
    tables = "select count(*) from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.relkind = 'r'"
    own = " and n.nspname not like 'pg\\_%' and n.nspname <> 'information_schema'"
    return tools.psql(place.url, tables + own).strip() == "0"


def _require_replaceable(place: Place, *, replace: bool) -> None:
    if not replace:
        raise Refused(f"{place.shown} is not empty. Give --replace to throw away what it holds now.")
    found: Environment | str = _stamp(place)
    if found in get_args(Environment) and found != place.settings.environment:
        raise Refused(stamp.other(found, place.settings.environment))


def _replaced(place: Place, file: Path) -> None:
    """Into a database beside it first, which then takes its place: a broken file costs nothing."""
    beside = f"{place.name}_restored"
    server, new, old = place.beside("postgres"), tools.quoted(beside), tools.quoted(place.name)
    tools.psql(server, f"drop database if exists {new} with (force)")
    _create(server, beside)
    try:
        _restored(place.beside(beside), file)
    except Unavailable:
        tools.psql(server, f"drop database if exists {new} with (force)")
        raise
    tools.psql(server, f"drop database {old} with (force)", f"alter database {new} rename to {old}")


def _restored(url: str, file: Path) -> None:
    roles = resources.files("varda").joinpath("migrations/0001.roles.sql").read_text(encoding="utf-8")
    tools.psql(url, roles)
    program = tools.program("pg_restore")
    tools.run(program, url, "--no-owner", "--exit-on-error", "--single-transaction", str(file))
    tools.psql(url, "analyze")
