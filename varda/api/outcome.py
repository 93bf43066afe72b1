"""The one translation of what went wrong into an OperationOutcome: every problem, with its place and a plain sentence.

http://hl7.org/fhir/R4/operationoutcome.html
"""

from collections.abc import Iterable
from typing import Any

import msgspec

from varda.api.answer import Answer, Header
from varda.api.negotiation import WrongMethod
from varda.kernel.errors import Fault, Problem
from varda.kernel.limits import TooMany
from varda.kernel.log import logger, places

FAULTS = "https://varda.example/fhir/CodeSystem/fault"
_RETRY_AFTER = b"5"  # seconds: the database's pool reconnects by itself within them

log = logger(__name__)


def issue(problem: Problem, number: str = "") -> dict[str, Any]:
    """One issue; `number` is the fault's, to look up in docs/reference/errors.md."""
    found: dict[str, Any] = {"severity": problem.severity, "code": problem.code}
    if number:
        found["details"] = {"coding": [{"system": FAULTS, "code": number}], "text": problem.message}
    found["diagnostics"] = problem.message
    if problem.path:
        found["expression"] = [problem.path]
    return found


def outcome(problems: Iterable[Problem], number: str = "") -> dict[str, Any]:
    """An OperationOutcome of these problems."""
    return {"resourceType": "OperationOutcome", "issue": [issue(problem, number) for problem in problems]}


def encoded(problems: Iterable[Problem], number: str = "") -> bytes:
    """The same as bytes. A text that is half a character is shown with a question mark, never lost with the rest."""
    found = outcome(problems, number)
    try:
        return msgspec.json.encode(found)
    except UnicodeEncodeError:
        return msgspec.json.encode(_whole(found))


def refused(fault: Fault) -> Answer:
    """The answer to a request that failed in a way of ours."""
    return Answer(fault.status, encoded(fault.problems, fault.number), _headers(fault))


def broken(failed: Exception, number: str) -> Answer:
    """The answer to what nobody foresaw: the number alone. The log gets the place in the code, no content."""
    log.error("unforeseen", request=number, error=type(failed).__name__, at=places(failed))
    return Answer(500, encoded([unforeseen(number)], Fault.number))


def unforeseen(number: str) -> Problem:
    """What is told when something went wrong that nobody foresaw."""
    return Problem(f"Something went wrong on our side. Quote the number {number} to the help desk.", code="exception")


def _headers(fault: Fault) -> tuple[Header, ...]:
    if isinstance(fault, WrongMethod):
        return ((b"allow", fault.allowed.encode()),)
    if fault.status == 401:
        return ((b"www-authenticate", b'Bearer realm="Varda"'),)
    if isinstance(fault, TooMany):
        return ((b"retry-after", b"%d" % fault.wait),)
    if fault.status == 503:
        return ((b"retry-after", _RETRY_AFTER),)
    if fault.status == 413:
        return ((b"connection", b"close"),)
    return ()


def _whole(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    if isinstance(value, dict):
        return {key: _whole(inner) for key, inner in value.items()}
    return [_whole(inner) for inner in value] if isinstance(value, list) else value
