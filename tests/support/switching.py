"""Stopping functions in tests, by somebody who may do so anywhere."""

from datetime import datetime, timedelta
from typing import Any

from varda.catalogue import Catalogue, Deciding, Rights, Switch

EVERYWHERE = Rights(frozenset({("switch-functions", "special"), ("change-rights", "special")}), {})


def wanted(function: str, unit: str, state: Any, opens: datetime, **said: Any) -> Switch:
    """A switch with all that one must say."""
    whole = {"reason": "Fel", "routine": "Blankett 12", "way_back": "Orden jämförda", "is_met": state == "on"}
    return Switch(function, unit, state, opens=opens, **(whole | said))


async def switched(
    catalogue: Catalogue, function: str, unit: str, state: Any, now: datetime, *, reason: str = "Fel", **days: int
) -> None:
    """A function in a state at a unit from now on; `opens` and `closes` in days from now."""
    opens, closes = now + timedelta(days=days.get("opens", 0)), days.get("closes")
    last = now + timedelta(days=closes) if closes else None
    one = wanted(function, unit, state, opens, reason=reason, closes=last)
    await catalogue.switch(one, Deciding("SE9999999999-anna", "Anna", unit, EVERYWHERE), now)
