"""`varda bench`: any FHIR R4 server over HTTP, given the same work as every other; and of Varda's own the chart by size
and what the law costs.
"""

import asyncio
import random
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any

import msgspec
import uvloop
from cyclopts import Parameter

from varda.cli import build, telling
from varda.cli.bench import own, work
from varda.cli.bench.client import Target
from varda.cli.bench.figures import Added, Measured, differences, table
from varda.cli.bench.work import Known, Plan
from varda.cli.edge import Misused
from varda.cli.place import placed
from varda.kernel.clock import WallClock

_SEED = 1


def bench(
    *,
    base_url: Annotated[str, Parameter(help="Base address of a server, such as http://127.0.0.1:8000/fhir.")] = "",
    token: Annotated[str, Parameter(help="Bearer token, such as varda token --client bench prints.")] = "",
    bundles: Annotated[Path | None, Parameter(help="Folder of transaction Bundles (.json).")] = None,
    concurrency: Annotated[int, Parameter(help="Connections, each with one request at a time.")] = 64,
    seconds: Annotated[float, Parameter(help="How long each kind of work is measured.")] = 10,
    json: Annotated[
        Path | None, Parameter(allow_leading_hyphen=True, help="File for the figures as JSON; - for standard output.")
    ] = None,
    chart: Annotated[bool, Parameter(negative="", help="Measure Varda's own chart by number of patients.")] = False,
    times: Annotated[str, Parameter(help="Sizes for --chart, in times 200 patients.")] = "1,10,100",
    long: Annotated[int, Parameter(help="Measure the pages of one record of so many entries, and search in it.")] = 0,
    programmes: Annotated[int, Parameter(help="Measure a unit's lists of programmes with so many children.")] = 0,
    left: Annotated[int, Parameter(help="Measure the lists of work left behind, with so many answers of a unit.")] = 0,
    law: Annotated[bool, Parameter(negative="", help="Measure what the law adds to reads and searches.")] = False,
    keep: Annotated[
        bool,
        Parameter(negative="", help="Keep the scratch databases of --chart, --long, --programmes, --left and --law."),
    ] = False,
    log_rows: Annotated[int, Parameter(help="Measure log review of a day with so many rows instead.")] = 0,
    codes: Annotated[int, Parameter(help="Measure finding a diagnosis in an invented list of so many codes.")] = 0,
    staff: Annotated[int, Parameter(help="Measure the import of an invented directory of so many people.")] = 0,
    classes: Annotated[
        int, Parameter(help="Measure proposals of classes for an invented county of so many staff.")
    ] = 0,
    readiness: Annotated[int, Parameter(help="Measure readiness of an invented county of so many staff.")] = 0,
    introduction: Annotated[
        int, Parameter(help="Measure the pages of units and of the programme in a county of so many staff.")
    ] = 0,
    switches: Annotated[int, Parameter(help="Measure how soon a function's stop holds in so many processes.")] = 0,
    practice: Annotated[int, Parameter(help="Measure the training environment with so many learners at once.")] = 0,
) -> int:
    """Measure a FHIR R4 server: bundle import, read, eleven searches, $everything and create, each for some seconds.

    Without --base-url a Varda of its own is started on a scratch database, and invented lives are its bundles.
    With --chart instead, or as well, how long Varda's chart takes at 1, 10 and 100 times 200 patients; this fills
    scratch databases, which takes minutes. With --long, how long its pages and a search take in one record of, say,
    20,000 entries. With --programmes, how long a unit's lists of child health and maternity care take with, say,
    1,500 children. With --left, how long the lists of work left behind take. With --law, what the decision adds to
    reads by id, and what 1, 100 and 10,000 blocks add to a patient's search. With --log-rows, how long log review
    takes for one such day. With --codes, how long each letter takes that is typed to find a diagnosis. With
    --practice, how long a learner waits for a unit of their own and what pages take with so many at work. With
    --staff, how long the import of so many people takes. With --classes, how long a proposal of their classes takes by
    unit, role and week, and by person for a wave of some 6,000, with how far each may be from the best.
    With --readiness, how long each check of all units takes, and the board. With --introduction, how long the pages of
    units, learners, coaches and the programme office take there. With --switches, how soon a function's stop and its
    restart hold in so many servers on one database, each written to all the time. Ctrl+C stops cleanly and tells what
    was measured so far.
    Exit code 1 when any request failed.
    """
    if base_url and bundles is None:
        raise Misused("--base-url needs --bundles DIR, the transaction Bundles to work with.")
    if concurrency < 1 or seconds <= 0:
        raise Misused("--concurrency and --seconds must be above zero.")
    if codes:
        return _typed(codes)
    if staff:
        return _staff(staff)
    if classes:
        return _classes(classes)
    if readiness:
        return _readiness(readiness)
    if switches:
        return _switches(switches)
    if introduction:
        return _introduction(introduction, keep=keep)
    if practice:
        return _practice(practice, keep=keep)
    if log_rows:
        return _reviewed(log_rows)
    sizes = tuple(_size(size) for size in times.split(",")) if chart else ()
    files = sorted(bundles.glob("*.json")) if bundles else []
    if bundles and not files:
        raise Misused(f"The folder {bundles} holds no .json file.")
    found: dict[str, list[Measured]] = {"server": [], "chart": [], "long": [], "programmes": [], "left": [], "law": []}
    added: list[Added] = []
    is_own = chart or long or programmes or left or law
    try:
        with _target(base_url, token, files, is_wanted=bool(base_url or not is_own)) as (target, files):
            if target is not None:
                uvloop.run(_measured(target, files, concurrency, seconds, found["server"]))
        if sizes:
            _charts(sizes, found["chart"], keep=keep)
        if long:
            _long(long, found["long"], keep=keep)
        if programmes:
            _programmes(programmes, found["programmes"], keep=keep)
        if left:
            _left(left, found["left"], keep=keep)
        if law:
            _law(found["law"], added, keep=keep)
    finally:
        _told(found, added, json, {"base_url": base_url or "own", "concurrency": concurrency, "seconds": seconds})
    return int(any(row.errors for rows in found.values() for row in rows))


@contextmanager
def _target(
    base_url: str, token: str, files: list[Path], *, is_wanted: bool
) -> Iterator[tuple[Target | None, list[Path]]]:
    """The server to measure and the bundles for it: the one that was named, or one of our own."""
    if base_url or not is_wanted:
        yield (Target.at(base_url, token) if base_url else None), files
        return
    with placed(default="test") as place, TemporaryDirectory() as folder, own.served(place) as (url, made):
        yield Target.at(url, made), files or own.bundles(Path(folder))


async def _measured(
    target: Target, bundles: list[Path], concurrency: int, seconds: float, rows: list[Measured]
) -> None:
    known, dice = Known(), random.Random(_SEED)  # noqa: S311 - the same questions to every server
    plan = Plan(target, concurrency, seconds, dice, rows.append)
    with telling.progress("Measuring", 14) as advance:
        await work.bundles_in(plan, bundles, known)
        if not known.patients:
            await work.known_without_bundles(plan, known)
        advance()
        for name, make in work.steps(plan, known):
            await work.measured(plan, name, make)
            advance()


def _charts(times: tuple[int, ...], rows: list[Measured], *, keep: bool) -> None:
    from varda.cli.bench.chart import charts  # brings the screens along; only this needs them

    with placed(default="test") as place:
        asyncio.run(charts(place, times, rows, keep=keep))


def _long(entries: int, rows: list[Measured], *, keep: bool) -> None:
    from varda.cli.bench.long import long  # brings the screens along; only this needs them

    if entries < 1:
        raise Misused("--long is a whole number above zero.")
    with placed(default="test") as place:
        asyncio.run(long(place, entries, rows, keep=keep))


def _programmes(children: int, rows: list[Measured], *, keep: bool) -> None:
    from varda.cli.bench.programmes import programmes  # brings the screens along; only this needs them

    if children < 1:
        raise Misused("--programmes is a whole number above zero.")
    with placed(default="test") as place:
        asyncio.run(programmes(place, children, rows, keep=keep))


def _reviewed(rows: int) -> int:
    from varda.cli.bench.reviewed import reviewed

    if rows < 0:
        raise Misused("--log-rows is a whole number above zero.")
    with placed(default="test") as place:
        found = reviewed(place, rows)
    telling.answer(found.said)
    telling.answer(f"{found.seconds:.1f} s, {found.processor:.1f} s of processor time, at most {found.most:.0f} MB")
    return 0


def _typed(rows: int) -> int:
    from varda.cli.bench.codes import typed

    if rows < 1:
        raise Misused("--codes is a whole number above zero.")
    ready, held, taken = typed(rows, random.Random(_SEED))  # noqa: S311 - the same list each time
    taken.sort()
    p50, p95 = (1000 * taken[int(len(taken) * share)] for share in (0.5, 0.95))
    telling.answer(f"{held:,} codes put in order in {ready:.2f} s; {len(taken):,} times a letter was typed")
    telling.answer(f"p50 {p50:.2f} ms, p95 {p95:.2f} ms, at most {1000 * taken[-1]:.1f} ms")
    return 0


def _practice(learners: int, *, keep: bool) -> int:
    from varda.cli.bench.practice import practice  # brings the screens along; only this needs them

    if learners < 1:
        raise Misused("--practice is a whole number above zero.")
    rows: list[Measured] = []
    try:
        with placed(default="test") as place:
            asyncio.run(practice(place, learners, rows, keep=keep))
    finally:
        telling.out.print(table("The training environment", rows))
    return int(any(row.errors for row in rows))


def _introduction(people: int, *, keep: bool) -> int:
    from varda.cli.bench.introduction import introduction  # brings the screens along; only this needs them

    if people < 1:
        raise Misused("--introduction is a whole number above zero.")
    rows: list[Measured] = []
    try:
        with placed(default="test") as place:
            asyncio.run(introduction(place, people, rows, keep=keep))
    finally:
        telling.out.print(table("The introduction", rows))
    return int(any(row.errors for row in rows))


def _staff(people: int) -> int:
    from varda.cli.bench.staff import taken

    if people < 1:
        raise Misused("--staff is a whole number above zero.")
    with placed(default="test") as place:
        found = taken(place, people)
    telling.answer(f"{found.rows:,} rows of {people:,} people in {found.first:.1f} s; once more in {found.again:.1f} s")
    return 0


def _classes(people: int) -> int:
    from varda.cli.bench.classes import planned

    if people < 1:
        raise Misused("--classes is a whole number above zero.")
    with placed(default="test") as place:
        for line in planned(place, people):
            telling.answer(line)
    return 0


def _readiness(people: int) -> int:
    from varda.cli.bench.readiness import measured

    if people < 1:
        raise Misused("--readiness is a whole number above zero.")
    with placed(default="test") as place:
        for line in measured(place, people):
            telling.answer(line)
    return 0


def _switches(processes: int) -> int:
    from varda.cli.bench.switches import measured

    if processes < 1:
        raise Misused("--switches is a whole number above zero.")
    with placed(default="test") as place:
        for line in measured(place, processes):
            telling.answer(line)
    return 0


def _left(answers: int, rows: list[Measured], *, keep: bool) -> None:
    from varda.cli.bench.left import left  # brings the screens along; only this needs them

    if answers < 1:
        raise Misused("--left is a whole number above zero.")
    with placed(default="test") as place:
        asyncio.run(left(place, answers, rows, keep=keep))


def _law(rows: list[Measured], added: list[Added], *, keep: bool) -> None:
    from varda.cli.bench.law import costs  # brings the wiring along; only this needs it

    with placed(default="test") as place:
        asyncio.run(costs(place, rows, added, keep=keep))


def _size(text: str) -> int:
    if not text.strip().isdecimal() or int(text) < 1:
        raise Misused("--times is a list of whole numbers such as 1,10,100.")
    return int(text)


def _told(found: dict[str, list[Measured]], added: list[Added], json: Path | None, about: dict[str, Any]) -> None:
    server = f"{about['base_url']}, {about['concurrency']} connections"
    titles = {
        "server": server,
        "chart": "Varda's chart",
        "long": "A long life",
        "programmes": "Lists of programmes",
        "left": "Work left behind",
        "law": "Varda with the law",
    }
    for name, rows in found.items():
        if rows and str(json) != "-":
            telling.out.print(table(titles[name], rows))
        for row in rows:
            if row.first_error:
                telling.say(f"{row.name}: {row.first_error}")
    if added and str(json) != "-":
        telling.out.print(differences(added))
    if json is not None:
        when = {"build": build.name(), "at": WallClock().now()}
        whole = about | when | {name: [row.told() for row in rows] for name, rows in found.items()}
        whole["law_adds"] = [one.told() for one in added]
        if str(json) == "-":
            telling.as_json(whole)
        else:
            json.write_bytes(msgspec.json.format(msgspec.json.encode(whole), indent=2) + b"\n")
