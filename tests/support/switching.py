"""Stopping functions in tests, by somebody who may do so anywhere."""

from datetime import datetime, timedelta
from typing import Any

from varda.catalogue import Catalogue, Deciding, Rights, Switch

EVERYWHERE = Rights(frozenset({("switch-functions", "special"), ("change-rights", "special")}), {})


async def switched(
    catalogue: Catalogue, function: str, unit: str, state: Any, now: datetime, *, reason: str = "Fel", **days: int
) -> None:
    """A function in a state at a unit from now on; `opens` and `closes` in days from now."""
    opens, closes = now + timedelta(days=days.get("opens", 0)), days.get("closes")
    wanted = Switch(function, unit, state, reason, opens, now + timedelta(days=closes) if closes else None)
    await catalogue.switch(wanted, Deciding("SE9999999999-anna", "Anna", unit, EVERYWHERE), now)
