"""What is left of what was destroyed (PDL 8:4): that it was there, when it went, by whose decision and by whom."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from varda.kernel.clock import STOCKHOLM
from varda.kernel.errors import Destroyed, Gone
from varda.store.destroying import TOMBSTONE, is_tombstone
from varda.store.model import Stored

SENTENCE = (
    "%(what)s was destroyed on %(day)s by decision of %(authority)s, case %(case)s, carried out by %(by)s (PDL 8:4). "
    "Nothing of what it said is left."
)


def written(case: str, authority: str, by: str, at: datetime) -> Callable[[str], dict[str, Any]]:
    """The elements of a tombstone's body beside type and id, by version."""
    parts = {"case": case, "authority": authority, "by": by, "day": at.astimezone(STOCKHOLM).date().isoformat()}
    inner = [{"url": name, "valueString": text} for name, text in parts.items()]
    instant = at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return lambda version: {
        "meta": {"versionId": version, "lastUpdated": instant},
        "extension": [{"url": TOMBSTONE, "extension": inner}],
    }


def gone(stored: Stored) -> Gone:
    """Why a deleted item cannot be read: it was destroyed, in the tombstone's words, or deleted."""
    if not is_tombstone(stored.body):
        return Gone(f"{stored.reference} has been deleted; its history remains.")
    (tombstone,) = (one for one in stored.resource["extension"] if one["url"] == TOMBSTONE)
    said = {one["url"]: str(one["valueString"]) for one in tombstone["extension"]}
    return Destroyed(SENTENCE, {"what": stored.reference, **said})
