"""Drafts: typed, safe on the server, not yet part of the record. Only their author sees them."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import msgspec

from varda.fhir.keys import key
from varda.kernel.db import Work
from varda.kernel.errors import Conflict
from varda.kernel.sql import named

_SQL = named("varda.record")


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """`base` is the item being amended ("Composition/7"), empty for something new. `revision` counts savings."""

    id: str
    patient: str
    kind: str
    content: dict[str, Any]
    base: str = ""
    revision: int = 0
    saved: datetime | None = None


async def keep(work: Work, author: str, draft: Draft, now: datetime) -> Draft:
    """Save a draft based on `draft.revision` (0: new). Raises `Conflict` when another window saved it in between."""
    row = await work.maybe(
        _SQL["draft_kept"],
        key(f"Patient/{draft.patient}"),
        draft.id,
        author,
        draft.patient,
        draft.kind,
        draft.base,
        draft.revision,
        now,
        msgspec.json.encode(draft.content).decode(),
    )
    if row is None:
        raise Conflict("This draft was changed in another window. Both texts are kept: compare them and choose.")
    return replace(draft, revision=row["revision"], saved=now)


async def kept(work: Work, author: str, patient: str = "") -> list[Draft]:
    """The author's drafts, newest first; of one patient when one is named."""
    rows = await work.all(_SQL["drafts"], author, patient)
    return [
        Draft(
            id=row["draft"],
            patient=row["patient"],
            kind=row["kind"],
            content=msgspec.json.decode(row["content"]),
            base=row["base"],
            revision=row["revision"],
            saved=row["saved"],
        )
        for row in rows
    ]


async def drop(work: Work, author: str, draft: str) -> None:
    """Throw one of the author's drafts away with its files; nothing happens when there is none."""
    await work.run(_SQL["draft_dropped"], author, draft)
