"""The criteria of the six gateways: a first set of the package's, and the county's own in its place (F215).

A county's own are dated declarations that two persons make, a gateway at a time. They take a version of their own, and
what was said of a criterion before stands with the version by which it was said.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from varda.catalogue import Content, InForce, Words
from varda.introduction.programme.roles import declared
from varda.kernel.errors import Absent, Problem, Unprocessable

KIND = "gateway-criteria"
"""The kind of the county's own declarations that are criteria of a gateway (their code)."""
When = Literal["entry", "exit"]
MOST = 30
"""Criteria of one gateway."""
_LONGEST = 200
_CODE = re.compile(r"[a-z][a-z0-9-]{1,39}")
_LINE = (
    "Write each criterion on a line of its own, with bars between: code, entry or exit, in Swedish, in English, and "
    "the readiness checks that say whether it is met, if any do."
)


@dataclass(frozen=True, slots=True)
class Criterion:
    """What must be so at a gateway: for it to be taken up ("entry"), or to be passed ("exit"). `checks` are codes of
    readiness checks that say whether it is; where there are any, nobody else can say so (decision 45)."""

    code: str
    when: When
    words: Words
    checks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Gateway:
    """One of the six, with its criteria and their version; `is_own`: the county has declared them."""

    code: str
    words: Words
    criteria: tuple[Criterion, ...]
    version: int
    is_own: bool = False


def _criteria(entries: Sequence[Mapping[str, Any]]) -> tuple[Criterion, ...]:
    return tuple(
        Criterion(one["code"], one["when"], Words(one["sv"], one["en"]), tuple(one.get("checks", ())))
        for one in entries
    )


_entries = declared("gateways.toml")
_version: int = _entries.pop("version")
GATEWAYS = {
    code: Gateway(code, Words(one["sv"], one["en"]), _criteria(one["criteria"]), _version)
    for code, one in _entries.items()
}
"""The six by code, in order, with the package's own criteria."""


def in_effect(in_force: InForce) -> dict[str, Gateway]:
    """The six with the criteria that count now: the county's own where it has declared them."""
    own = in_force.declared(KIND)
    return {
        code: Gateway(code, one.words, _criteria(own[code]["criteria"]), own[code]["version"], is_own=True)
        if code in own
        else one
        for code, one in GATEWAYS.items()
    }


def lines(criteria: Sequence[Criterion]) -> str:
    """Criteria as they are edited: one on a line."""
    return "\n".join(
        " | ".join((one.code, one.when, one.words.sv, one.words.en, *((", ".join(one.checks),) if one.checks else ())))
        for one in criteria
    )


def proposed(in_force: InForce, gateway: str, text: str, before: int = 0, *, checks: Collection[str] = ()) -> Content:
    """What somebody wants the criteria of a gateway to be, as a declaration holds it; `before` is how many have been
    proposed for it, so that no two have one version, and `checks` are those that there are.

    Raises `Absent`, or `Unprocessable` with the line that is wrong.
    """
    known = in_effect(in_force)
    if gateway not in known:
        raise Absent("There is no such gateway.")
    entries = [_entry(line, checks) for line in text.splitlines() if line.strip()]
    codes = [one["code"] for one in entries]
    if not entries or len(entries) > MOST or all(one["when"] == "entry" for one in entries):
        raise _wrong("There must be at least one criterion to be passed by, and at most thirty in all.")
    if len(set(codes)) < len(codes):
        raise _wrong("Two criteria have the same code.")
    if _criteria(entries) == known[gateway].criteria:
        raise _wrong("Nothing differs from the criteria in effect.")
    return {"version": _version + before + 1, "criteria": entries}


def read(content: Content) -> tuple[Criterion, ...]:
    """The criteria of a declaration."""
    return _criteria(content["criteria"])


def _entry(line: str, checks: Collection[str]) -> dict[str, Any]:
    parts = [one.strip() for one in line.split("|")]
    is_whole = len(parts) in (4, 5) and _CODE.fullmatch(parts[0]) and parts[1] in ("entry", "exit")
    if not is_whole or not all(0 < len(one) <= _LONGEST for one in parts[2:]):
        raise _wrong(_LINE)
    entry: dict[str, Any] = dict(zip(("code", "when", "sv", "en"), parts[:4], strict=True))
    if len(parts) == 5:
        entry["checks"] = [one.strip() for one in parts[4].split(",")]
        if set(entry["checks"]) - set(checks):
            raise _wrong("There is no such readiness check. The page of readiness says which there are.")
    return entry


def _wrong(message: str) -> Unprocessable:
    return Unprocessable(message, [Problem(message, "criteria")])
