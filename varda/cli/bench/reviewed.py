"""Log review of one full day: so many rows of the log, made in a scratch database, reviewed by the command itself in a
process of its own, with the time and the memory that it took.
"""

import asyncio
import os
import subprocess
import sys
import time
from dataclasses import dataclass, replace
from datetime import date, timedelta

from varda.cli import db, telling, tools
from varda.cli.bench import own
from varda.cli.place import Place
from varda.cli.region import filled
from varda.kernel.clock import STOCKHOLM, WallClock
from varda.kernel.errors import Unavailable

PATIENTS = 500
_SEED = 1
_ROWS = """
insert into audit.event
select 1, n, '{noon}'::timestamptz + n * interval '20 milliseconds' - interval '8 hours',
       case when n % 500 = 0 then 'choice' when n % 10 < 9 then 'chart' else 'search' end,
       case when n % 500 = 0 then 'done' else 'given' end,
       w.hsas[1 + n % w.many], '', 'nurse', w.assignments[1 + n % w.many], w.units[1 + n % w.many],
       w.providers[1 + n % w.many], 'care',
       p.keys[1 + (n / 7 + n % w.many * 37) % p.many : 1 + (n / 7 + n % w.many * 37) % p.many + n % 10 / 9 * 19],
       'Observation,Condition', '0', 'Patient/p' || n, 'bench', 'request-' || n, sha256(n::text::bytea)
from generate_series(1, {rows}) n,
     (select array_agg(e.hsa order by a.assignment) as hsas,
             array_agg(a.assignment order by a.assignment) as assignments,
             array_agg(u.hsa order by a.assignment) as units, array_agg(v.hsa order by a.assignment) as providers,
             count(*) as many
      from access.assignment a join access.person e on e.practitioner = a.practitioner
      join access.unit u on u.organization = a.organization join access.unit v on v.unit = u.provider) w,
     (select array_agg(distinct compartment) as keys, count(distinct compartment) as many
      from store.current where compartment <> 0) p
"""


@dataclass(frozen=True, slots=True)
class Reviewed:
    """`seconds` from start to end of the command; `most` is the largest resident memory of its process, in MB."""

    said: str
    seconds: float
    processor: float
    most: float


def reviewed(place: Place, rows: int) -> Reviewed:
    """Measure one day with so many rows. The scratch database is dropped afterwards."""
    url = place.beside("varda_bench_log")
    scratch = Place(replace(place.settings, environment="test", database_url=url), url, None, True)
    own.dropped(scratch)
    db.prepared(scratch)
    try:
        asyncio.run(filled(scratch, PATIENTS, _SEED))
        yesterday = WallClock().now().astimezone(STOCKHOLM).date() - timedelta(days=1)
        telling.say(f"{rows:,} rows of {yesterday}")
        month = f"select audit.month_made('{yesterday.replace(day=1)}')"
        tools.psql(url, month, _ROWS.format(noon=f"{yesterday} 12:00 Europe/Stockholm", rows=rows), "vacuum analyze")
        return _run(scratch, yesterday)
    finally:
        own.dropped(scratch)


def _run(scratch: Place, day: date) -> Reviewed:
    surroundings = os.environ | {"VARDA_DATABASE_URL": scratch.url, "VARDA_ENVIRONMENT": "test"}
    surroundings["VARDA_HOME"] = str(scratch.settings.home)
    words = [sys.executable, "-m", "varda.cli", "audit", "review", "--run", str(day)]
    before = time.perf_counter()
    process = subprocess.Popen(words, env=surroundings, stdout=subprocess.PIPE, text=True)  # noqa: S603 - ourselves
    assert process.stdout is not None
    said = process.stdout.read()
    # wait4 tells what this process used; its own memory, not the server's.
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise Unavailable("The review that was to be measured failed.")
    return Reviewed(said.strip(), time.perf_counter() - before, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)
