"""What a page or a print shows, compared with what came in, each time (F245).

The first words or numbers that are lost stop the flow at the unit by themselves; whoever reads it is told.
"""

from collections.abc import Iterable

from varda.care.wording import lost, plain
from varda.catalogue import Deciding, Rights, Switch
from varda.introduction.readiness import COMPARING
from varda.kernel.log import logger
from varda.record import mismatches
from varda.web.visit import Visit

JOB = COMPARING
NAME = "Textjämförelsen (automatisk)"
_RIGHTS = Rights(frozenset({("switch-functions", "special")}), {})
_REASON = "En uppgift visades eller skrevs inte ut ord för ord som den kom."
_ROUTINE = "Läs originalet av varje svar eller anteckning, och ring avsändaren när något är oklart."
_WAY_BACK = "Felet är funnet och rättat, och uppgiften visas ord för ord som den kom."
_LOG = logger(__name__)


async def compared(
    visit: Visit, entry: str, patient: str, functions: Iterable[str], bodies: Iterable[bytes], shown: str, place: str
) -> list[str]:
    """What of `bodies` is not in what is shown of an entry (Type/id) at a place ("screen" or "print"); if anything is,
    the functions stop at the reader's unit. `shown` is a page, or text."""
    missing = lost(bodies, plain(shown) if place == "screen" else shown)
    if missing:
        stopped = [one for one in functions if await _stopped(visit, one, entry)]
        what = f"{place} of {entry} lacks {missing}; {', '.join(stopped) or 'nothing more'} stopped by {JOB}"
        _LOG.error("words lost between what came in and what is shown", place=place, stopped=stopped)
        async with visit.record() as record:
            await mismatches.note(record, patient, entry, what)
    return missing


async def _stopped(visit: Visit, function: str, entry: str) -> bool:
    """Stop a function at the reader's unit, unless it is stopped already."""
    catalogue, unit, now = visit.parts.door.catalogue, visit.session.unit, visit.parts.clock.now()
    if (await catalogue.in_force(now)).state(function, unit) == "stopped":
        return False
    wanted = Switch(function, unit, "stopped", _REASON, now, routine=_ROUTINE, way_back=_WAY_BACK, entry=entry)
    await catalogue.switch(wanted, Deciding(JOB, NAME, unit, _RIGHTS), now)
    return True
