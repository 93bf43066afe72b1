"""What a fault is told as, and when two are the same, as declared in declared/command.toml."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from varda.catalogue import Words
from varda.introduction.programme.roles import declared


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """See declared/command.toml, which says what each is. Severities go from 1 to the gravest."""

    version: str
    again: timedelta
    sender: timedelta
    shown: int
    categories: Mapping[str, Words]
    severities: Mapping[int, Words]


def _declared() -> Rule:
    said = declared("command.toml", "command")
    return Rule(
        version=said["version"],
        again=timedelta(hours=said["again"]),
        sender=timedelta(minutes=said["sender"]),
        shown=said["shown"],
        categories={code: Words(**one) for code, one in said["categories"].items()},
        severities={int(code): Words(**one) for code, one in said["severities"].items()},
    )


RULE = _declared()
