"""What a test run's result file says: pytest's JUnit XML, or the JSON of `varda bench`. Pure.

The file is somebody's word until it agrees with itself: its sums are counted anew, and one that says more than it
holds, or is of a time to come, is refused (F229). https://github.com/testmoapp/junitxml
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any
from xml.etree import ElementTree as ET

from varda.kernel.errors import Unprocessable

LARGEST = 50_000_000
"""Bytes of a result, or of a log."""
_UNREADABLE = "The result could not be read: it is neither JUnit XML nor the JSON of varda bench."
_NAMED = 20


@dataclass(frozen=True, slots=True)
class Result:
    """How a run went. `build` is empty where the file does not say; `summary` names what failed."""

    total: int
    failed: int
    skipped: int
    begun_at: datetime
    ended_at: datetime
    digest: str
    build: str = ""
    summary: str = ""

    @property
    def passed(self) -> bool:
        """Whether nothing failed."""
        return self.failed == 0


def read(content: bytes) -> Result:
    """What a result file says. Raises `Unprocessable` for one that cannot be read or does not agree with itself."""
    if len(content) > LARGEST:
        raise Unprocessable("The result is larger than 50 MB.")
    start = content.lstrip()[:1]
    try:
        found = _junit(content) if start == b"<" else _bench(content)
    except (ET.ParseError, ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError) as wrong:
        raise Unprocessable(_UNREADABLE) from wrong
    if found.total == 0:
        raise Unprocessable("The result holds no test at all.")
    return found


def _junit(content: bytes) -> Result:
    # Entities are the one way in which XML of this size becomes larger than memory; no result has any.
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        raise ValueError("declarations in the XML")
    root = ET.fromstring(content)  # noqa: S314 - no declarations, see above
    suites = [root] if root.tag == "testsuite" else root.findall("testsuite")
    if root.tag not in ("testsuite", "testsuites") or not suites:
        raise ValueError("no test suite")
    cases = [one for suite in suites for one in suite.iter("testcase")]
    failed = [one for one in cases if one.find("failure") is not None or one.find("error") is not None]
    wrong = {id(one) for one in failed}
    skipped = sum(one.find("skipped") is not None for one in cases if id(one) not in wrong)
    _require_agreement(suites, len(cases), len(failed))
    begun = min(_instant(suite.attrib["timestamp"]) for suite in suites)
    ended = max(_instant(suite.attrib["timestamp"]) + _span(suite.attrib["time"]) for suite in suites)
    names = [f"{one.get('classname', '')}::{one.get('name', '')}" for one in failed]
    return Result(len(cases), len(failed), skipped, begun, ended, _digest(content), _build(suites), _named(names))


def _require_agreement(suites: Iterable[ET.Element], total: int, failed: int) -> None:
    said = [{name: int(one.attrib[name]) for name in ("tests", "failures", "errors")} for one in suites]
    tests, wrong = sum(one["tests"] for one in said), sum(one["failures"] + one["errors"] for one in said)
    if tests > total or (wrong > 0) != (failed > 0):
        raise Unprocessable(
            f"The result does not agree with itself: it says {tests} tests of which {wrong} failed, and holds {total} "
            f"of which {failed} failed. Nothing was registered."
        )


def _build(suites: Iterable[ET.Element]) -> str:
    for suite in suites:
        for one in suite.iter("property"):
            if one.get("name") == "build":
                return one.get("value", "")
    return ""


def _bench(content: bytes) -> Result:
    whole = json.loads(content)
    rows: list[Mapping[str, Any]] = [row for some in whole.values() if isinstance(some, list) for row in some
                                     if isinstance(row, dict) and "errors" in row]  # fmt: skip
    ended = _instant(whole["at"])
    lasted = sum(float(row.get("seconds", 0)) for row in rows)
    failed = [row for row in rows if int(row["errors"])]
    if any(int(row["errors"]) < 0 for row in rows) or not 0 <= lasted < 10**7:
        raise ValueError("less than nothing")
    begun = ended - timedelta(seconds=lasted)
    names = [*_crowd(whole, rows), *(f"{row['name']}: {int(row['errors'])} errors" for row in failed)]
    return Result(len(rows), len(failed), 0, begun, ended, _digest(content), str(whole.get("build", "")), _named(names))


def _crowd(whole: Mapping[str, Any], rows: Iterable[Mapping[str, Any]]) -> Iterable[str]:
    """How many were at work at once, and what they waited, where a load was rehearsed."""
    if "users" not in whole:
        return
    if int(whole["users"]) < 1:
        raise ValueError("nobody")
    yield f"{int(whole['users'])} users"
    for row in rows:
        if row.get("requests"):
            yield f"{row['name']} p50 {float(row['p50_ms']):.0f} ms, p95 {float(row['p95_ms']):.0f} ms"


def users_in(summary: str) -> int:
    """How many were at work at once, by the summary of a result; 0 where it does not say."""
    found = re.match(r"(\d{1,7}) users(?:;|$)", summary)
    return int(found[1]) if found else 0


def _named(names: list[str]) -> str:
    more = f" +{len(names) - _NAMED}" if len(names) > _NAMED else ""
    return "; ".join(names[:_NAMED])[:2000] + more


def _instant(text: str) -> datetime:
    said = datetime.fromisoformat(text)
    return said if said.tzinfo else said.replace(tzinfo=UTC)


def _span(text: str) -> timedelta:
    seconds = float(text)
    if not 0 <= seconds < 10**7:
        raise ValueError("less than nothing")
    return timedelta(seconds=seconds)


def _digest(content: bytes) -> str:
    return sha256(content).hexdigest()
