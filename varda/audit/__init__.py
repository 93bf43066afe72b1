"""The access log: complete, append-only, hash-chained. Only the door and the command line may import this package."""

from varda.audit.anchor import Anchor, Noted
from varda.audit.event import Event
from varda.audit.journal import Journal
from varda.audit.verify import Checked, Finding, rows_about, verify

__all__ = ["Anchor", "Checked", "Event", "Finding", "Journal", "Noted", "rows_about", "verify"]
