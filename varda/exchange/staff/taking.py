"""Bringing Varda in step with a directory of staff: what is new, changed and gone, shown before and written through the
door. The same export twice writes nothing, and one that was stopped half-way goes on where it was.

An export that lacks much of what an organisation had is more often cut off than true: it stops and asks.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec

from varda.access.projection import HSA, LICENCE, ORGANIZATION_KIND, PURPOSE
from varda.access.session import Session
from varda.catalogue import role_of
from varda.exchange.staff.rows import Export, Kind, Row, licences
from varda.kernel.clock import STOCKHOLM
from varda.kernel.errors import Conflict, Problem
from varda.kernel.sql import named
from varda.record import Door
from varda.record.writing import Owner, Wish

JOB = Session(
    kind="job", actor="staff import", name="Import of staff", reach="county", scopes=("read", "write", "import")
)
ROLE = "https://varda.example/fhir/CodeSystem/role"
MOST_GONE = 0.10
"""The share of an organisation's assignments that may disappear at once without being asked about."""
FEWEST = 10
"""Of fewer assignments no share is told: one who leaves a unit of three is a third of it."""
_SQL = named("varda.exchange.staff")
_AT_ONCE = 800
_ORDER: tuple[Kind, ...] = ("unit", "person", "assignment")


@dataclass(frozen=True, slots=True)
class Change:
    """One row that is not as before: `before` None is new, `after` None is gone."""

    before: Row | None
    after: Row | None

    @property
    def row(self) -> Row:
        """The row that it is about."""
        row = self.after or self.before
        assert row is not None
        return row


@dataclass(frozen=True, slots=True)
class Difference:
    """What an export would change, units first, and what is as it was."""

    changes: tuple[Change, ...]
    same: int

    def counts(self) -> dict[str, dict[str, int]]:
        """New, changed and gone, by kind of row."""
        found: dict[str, dict[str, int]] = {kind: {"new": 0, "changed": 0, "gone": 0} for kind in _ORDER}
        for one in self.changes:
            what = "new" if one.before is None else "gone" if one.after is None else "changed"
            found[one.row.kind][what] += 1
        return found


async def said_before(door: Door, source: str) -> dict[tuple[Kind, str], Row]:
    """What the last export of a source said."""
    rows = await door.database.all(_SQL["said"], source)
    return {
        (row["kind"], row["hsa"]): Row(
            row["kind"], row["hsa"], row["place"], msgspec.json.decode(row["said"], type=dict[str, str])
        )
        for row in rows
    }


def difference(before: Mapping[tuple[Kind, str], Row], export: Export) -> Difference:
    """What an export changes. A row that could not be understood takes nothing away: what was said before stands."""
    wrong = {one.line for one in export.bad}
    after = export.rows
    changes = [Change(before.get(key), row) for key, row in after.items() if before.get(key) != row]
    if not wrong:
        changes += [Change(row, None) for key, row in before.items() if key not in after]
    changes.sort(key=lambda one: (_ORDER.index(one.row.kind), one.row.hsa))
    return Difference(tuple(changes), len(after) - sum(one.after is not None for one in changes))


def require_believable(before: Mapping[tuple[Kind, str], Row], found: Difference) -> None:
    """Raise `Conflict`, naming the organisations, when an export takes away too much of any of them."""
    above = {hsa: row.place for (kind, hsa), row in before.items() if kind == "unit"}
    had, lost = Counter[str](), Counter[str]()
    gone = {one.row.hsa for one in found.changes if one.after is None and one.row.kind == "assignment"}
    for (kind, hsa), row in before.items():
        if kind == "assignment":
            for unit in _upward(row.place, above):
                had[unit] += 1
                lost[unit] += hsa in gone
    much = {unit for unit, count in had.items() if count >= FEWEST and lost[unit] / count > MOST_GONE}
    top = sorted(unit for unit in much if above.get(unit) not in much)
    if top:
        name = {hsa: row.said["name"] for (kind, hsa), row in before.items() if kind == "unit"}
        told = [Problem(f"{name.get(u, u)} ({u}) would lose {lost[u]} of {had[u]} assignments.", u) for u in top]
        raise Conflict(
            "The export would take away more than a tenth of what an organisation has, so nothing was done. If that is "
            "true and not a cut-off file, run it again with --even-so.", told,
        )  # fmt: skip


def _upward(unit: str, above: Mapping[str, str]) -> Iterator[str]:
    seen: set[str] = set()
    while unit and unit not in seen:
        yield unit
        seen.add(unit)
        unit = above.get(unit, "")


async def take(door: Door, source: str, found: Difference, told: Callable[[int], None] = lambda _: None) -> int:
    """Write what has changed, some hundred rows a transaction, each with what it came from. Gives how many."""
    for first in range(0, len(found.changes), _AT_ONCE):
        some = found.changes[first : first + _AT_ONCE]
        async with door.opened(JOB, "import") as record:
            await record.write([Wish("update", _resource(one, record.now), owner=Owner("", "")) for one in some])
            rows = [(one.row.kind, one.row.hsa, one.row.place, _json(one.row.said), one.after is None) for one in some]
            work = await record.begun()
            await work.run(_SQL["taken"], source, *map(list, zip(*rows, strict=True)), record.now)
        told(len(some))
    return len(found.changes)


def _json(said: Mapping[str, str]) -> str:
    return msgspec.json.encode(dict(said)).decode()


def _resource(change: Change, now: datetime) -> dict[str, Any]:
    row, is_active = change.row, change.after is not None
    resource = {"unit": _organization, "person": _practitioner, "assignment": _practitioner_role}[row.kind](row)
    ended = {"period": resource.get("period", {}) | {"end": now.astimezone(STOCKHOLM).date().isoformat()}}
    identified = {"id": row.hsa, "identifier": [{"system": HSA, "value": row.hsa}], "active": is_active}
    return resource | identified | (ended if row.kind == "assignment" and not is_active else {})


def _organization(row: Row) -> dict[str, Any]:
    kinds = [one.strip() for one in row.said["kinds"].split(",") if one.strip()]
    resource: dict[str, Any] = {
        "resourceType": "Organization",
        "name": row.said["name"],
        "type": [{"coding": [{"system": ORGANIZATION_KIND, "code": one}]} for one in kinds],
    }
    return resource | ({"partOf": {"reference": f"Organization/{row.place}"}} if row.place else {})


def _practitioner(row: Row) -> dict[str, Any]:
    given, family = row.said["given"], row.said["family"]
    held = [
        {"code": {"coding": [{"system": LICENCE, "code": one}], "text": f"legitimerad {one}"}}
        for one in licences(row.said["licences"])
    ]
    resource: dict[str, Any] = {
        "resourceType": "Practitioner",
        "name": [{"use": "official", "text": f"{given} {family}", "family": family, "given": given.split()}],
    }
    return resource | ({"qualification": held} if held else {})


def _practitioner_role(row: Row) -> dict[str, Any]:
    said = row.said
    purpose = said["purpose"] or "care"
    role = role_of(said["profession"], purpose)
    title = said["title"] or (role.words.sv.lower() if role else said["profession"])
    period = {name: said[of] for name, of in (("start", "from"), ("end", "to")) if said[of]}
    resource: dict[str, Any] = {
        "resourceType": "PractitionerRole",
        "practitioner": {"reference": f"Practitioner/{said['person']}"},
        "organization": {"reference": f"Organization/{row.place}"},
        "code": [
            {"coding": [{"system": ROLE, "code": said["profession"]}], "text": title},
            {"coding": [{"system": PURPOSE, "code": purpose}]},
        ],
    }
    return resource | ({"period": period} if period else {})
