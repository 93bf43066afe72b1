"""What is told of what cannot be read: that it is there, and whose."""

from collections.abc import Awaitable
from typing import Any

from tests.law.asking import Round, either, way
from tests.law.oracle import IN_DANGER, READS, Reader, Verdict
from varda.kernel.errors import Fault

# What is told of what cannot be read ----------------------------------------------------------------------------------


@way("that there is more")
async def _(asking: Round) -> None:
    """A7: only THAT other units and providers have something, and that something is blocked."""
    for reader in asking.staff:
        for patient in asking.facts.patients:
            async with asking.world.door.opened(asking.world.sessions[reader.id], "care") as record:
                told = await record.elsewhere(patient)
            for name, verdict in _elsewhere(asking, reader, patient).items():
                case = f"{name} of {patient}"
                asking.told("that there is more", reader, case, getattr(told, name), verdict)


def _elsewhere(asking: Round, reader: Reader, patient: str) -> dict[str, Verdict]:
    facts, now = asking.facts, asking.now
    kinds: dict[str, list[Verdict]] = {"units": [], "blocked_units": [], "providers": [], "blocked_providers": []}
    types = READS[reader.role]
    for item in asking.items() if facts.reaches(reader, patient, now) else ():
        is_readable = types is None or item.type in types
        verdict = asking.sees(reader, item)
        if item.type == "Patient" or not is_readable or not facts.same(patient) & set(item.patients) or verdict.seen:
            continue
        own = item.provider == reader.provider
        if own and item.unit == reader.unit:
            continue
        # What names several patients is blocked when the one asked about has blocked it.
        is_blocked = facts.is_blocked("inner" if own else "outer", patient, item, now)
        word = "units" if own else "providers"
        found = Verdict(True if verdict.seen is False else None, f"because of {item.name}")
        if is_blocked:
            kinds[f"blocked_{word}"].append(found)
        elif own or facts.is_informed(patient, item.provider, now):
            kinds[word].append(found)
    said = {name: either(found) for name, found in kinds.items()}
    if reader.is_social:
        said["blocked_providers"] = Verdict(False, "SVOD 2:5: told to care providers only")
    return said


@way("lists before opening")
async def _(asking: Round) -> None:
    """A5, A11, A12: which units and providers, before anything of theirs is opened."""
    facts, now = asking.facts, asking.now
    for reader in asking.staff:
        session = asking.world.sessions[reader.id]
        for patient in asking.facts.patients:
            shown: set[tuple[str, str]] = set()
            async with asking.world.door.opened(session, "care") as record:
                is_given = await _given(record.units_blocked(patient), shown, "blocked unit")
                case, reaches = f"units that {patient} has blocked", facts.reaches(reader, patient, now)
                asking.told("lists before opening", reader, case, is_given, Verdict(reaches, "A1: before any list"))
                if reader.is_social or reader.role not in IN_DANGER:
                    assert not await _given(record.providers_with(patient, ground="emergency", reason="Jour"), shown)
                    assert not await _given(record.providers_blocking(patient, reason="Jour"), shown)
                else:
                    found = await record.providers_with(patient, ground="emergency", reason="Jour")
                    shown |= {("provider", one.hsa) for one in found}
                    found = await record.providers_blocking(patient, reason="Jour")
                    shown |= {("blocking", one.hsa) for one in found}
            lawful = {("blocked unit", one) for one in facts.units_blocked(reader, patient, now)}
            if not facts.reaches(reader, patient, now):
                lawful = set()
            if not reader.is_social and reader.role in IN_DANGER:
                lawful |= {("provider", one) for one in facts.available(reader, patient, now)}
                lawful |= {("blocking", one) for one in facts.blocking(reader, patient, now)}
            for place in facts.places.values():
                for kind in ("blocked unit",) if place.id != place.provider else ("provider", "blocking"):
                    verdict = Verdict((kind, place.id) in lawful, f"{kind} {place.id} of {patient}")
                    asking.told("lists before opening", reader, verdict.why, (kind, place.hsa) in shown, verdict)


async def _given(asked: Awaitable[list[Any]], shown: set[tuple[str, str]], kind: str = "") -> bool:
    """Whether a list is given; what is on it joins what is shown."""
    try:
        shown |= {(kind, one.unit) for one in await asked}
    except Fault:
        return False
    return True
