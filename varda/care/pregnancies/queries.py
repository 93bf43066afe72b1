"""Whether a pregnancy goes on now, asked beside a chart that does not read all that it takes."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from varda.care.patients import Person, age
from varda.care.pregnancies.model import ENDED, METHODS, Pregnancy, latest
from varda.care.pregnancies.rules import TERM
from varda.kernel.clock import STOCKHOLM
from varda.record import Record

YOUNGEST, OLDEST = 10, 60
"""Years of age outside which nobody is asked about."""


async def going_on(
    record: Record, who: Person, people: Sequence[str], also: Sequence[str] = ()
) -> tuple[Pregnancy, list[Mapping[str, Any]]] | None:
    """The dated pregnancy that goes on, of a person with these records, and the Observations that it was told by or
    that have one of `also`'s codes; None where there is none to be seen. It is not asked which sex somebody has by law.

    Two short questions, the second only where a day of birth has been estimated.
    """
    today = record.now.astimezone(STOCKHOLM).date()
    if who.is_dead or not _is_of_age(who, today):
        return None
    if not record.powers.reads("Observation") or not record.powers.reads("Condition"):
        return None
    since = today - 2 * TERM
    asked = [
        ("patient", ",".join(people)), ("code", ",".join((ENDED, *METHODS.values(), *also))),
        ("date", f"ge{since.isoformat()}"), ("_count", "100"),
    ]  # fmt: skip
    seen: list[Mapping[str, Any]] = [one.resource for one in (await record.search("Observation", asked)).matches]
    if not any("valueDateTime" in one for one in seen):
        return None
    found = await record.compartment(who.id, {"Condition": 200})
    now = latest([one.resource for one in found["Condition"]], seen, today)
    return (now, seen) if now and now.due and not now.ended else None


def _is_of_age(who: Person, today: date) -> bool:
    lived = age(who.born, today)
    return lived is None or (lived.unit == "years" and YOUNGEST <= lived.number <= OLDEST)
