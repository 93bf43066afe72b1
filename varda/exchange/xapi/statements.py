"""An event as a statement. Pure: https://github.com/adlnet/xAPI-Spec/blob/master/xAPI-Data.md (1.0.3).

The id is made of what the statement says (UUID version 5): the same event is the same statement however often it is
told. An actor is an account at this installation: the HSA-id, or a pseudonym that only this installation can make.
"""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, Literal
from uuid import UUID, uuid5

Verb = Literal["experienced", "attempted", "answered", "passed", "completed"]
Kind = Literal["course", "lesson", "question", "simulation"]
_VERBS: Mapping[Verb, Mapping[str, str]] = {
    "experienced": {"sv": "tog del av", "en": "experienced"},
    "attempted": {"sv": "försökte", "en": "attempted"},
    "answered": {"sv": "svarade på", "en": "answered"},
    "passed": {"sv": "klarade", "en": "passed"},
    "completed": {"sv": "blev klar med", "en": "completed"},
}
_ADL = "http://adlnet.gov/expapi"
_NAMESPACE = UUID("6f1c3ad2-0f4e-5e0b-9a35-8c1f6a2f7d10")


@dataclass(frozen=True, slots=True)
class Actors:
    """Who people are to the store: accounts at `home` (an address); with a `secret` pseudonyms made by it."""

    home: str
    secret: bytes = b""

    def account(self, person: str) -> str:
        """The name of somebody's (HSA-id's) account."""
        return hmac.new(self.secret, person.encode(), sha256).hexdigest()[:32] if self.secret else person


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that somebody did with a course or a step of it. `activity` is a path under the address; `names` by
    language; `tries` and `seconds` are 0 where nobody counted; `course` is the course's path, of a step."""

    verb: Verb
    person: str
    activity: str
    kind: Kind
    names: Mapping[str, str]
    at: datetime
    version: str
    build: str = ""
    course: str = ""
    tries: int = 0
    seconds: int = 0


def statement(event: Event, actors: Actors) -> dict[str, Any]:
    """The statement of an event."""
    account, at = actors.account(event.person), _instant(event.at)
    said: dict[str, Any] = {
        "id": str(uuid5(_NAMESPACE, "|".join((actors.home, account, event.verb, event.activity, at)))),
        "actor": {"objectType": "Agent", "account": {"homePage": actors.home, "name": account}},
        "verb": {"id": f"{_ADL}/verbs/{event.verb}", "display": dict(_VERBS[event.verb])},
        "object": {
            "objectType": "Activity",
            "id": f"{actors.home}/{event.activity}",
            "definition": {"type": f"{_ADL}/activities/{event.kind}", "name": dict(event.names)},
        },
        "context": _context(event, actors),
        "timestamp": at,
    }
    result = _result(event, actors)
    return said | ({"result": result} if result else {})


def voiding(said: Mapping[str, Any], at: datetime, actors: Actors) -> dict[str, Any]:
    """The statement that takes another one back, said by this installation. It has no context: revision and platform
    are of activities alone (Data, 2.4.6).
    """
    when = _instant(at)
    return {
        "id": str(uuid5(_NAMESPACE, "|".join((actors.home, "voided", said["id"], when)))),
        "actor": {"objectType": "Agent", "name": "Varda", "account": {"homePage": actors.home, "name": "varda"}},
        "verb": {"id": f"{_ADL}/verbs/voided", "display": {"sv": "ogiltigförklarade", "en": "voided"}},
        "object": {"objectType": "StatementRef", "id": said["id"]},
        "timestamp": when,
    }


def _instant(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%fZ}"


def _context(event: Event, actors: Actors) -> dict[str, Any]:
    said: dict[str, Any] = {"revision": event.version, "platform": f"Varda {event.build}".strip()}
    if event.course:
        parent = {"objectType": "Activity", "id": f"{actors.home}/{event.course}"}
        said["contextActivities"] = {"parent": [parent]}
    return said


def _result(event: Event, actors: Actors) -> dict[str, Any]:
    said: dict[str, Any] = {}
    if event.verb in ("answered", "passed"):
        said["success"] = True
    if event.verb in ("passed", "completed"):
        said["completion"] = True
    if event.seconds:
        said["duration"] = f"PT{event.seconds}S"
    if event.tries:
        said["extensions"] = {f"{actors.home}/xapi/tries": event.tries}
    return said
