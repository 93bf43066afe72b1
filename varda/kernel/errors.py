"""The few ways a piece of work can fail. Raised below, translated once per edge (FHIR outcome, web page, command line).

Each class has a FHIR issue code (http://hl7.org/fhir/R4/valueset-issue-type.html), an HTTP status and a number that a
help desk can look up in docs/reference/errors.md. A message is one plain sentence that says what to do.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong, and where: `path` as in `Patient.name[0].family`, empty when it has no place."""

    message: str
    path: str = ""
    code: str = "invalid"
    severity: str = "error"


class Fault(Exception):
    """What every error of ours is. `problems` holds all that was found wrong, never only the first."""

    number: ClassVar[str] = "V500"
    status: ClassVar[int] = 500
    code: ClassVar[str] = "exception"

    def __init__(self, message: str, problems: Sequence[Problem] = ()) -> None:
        super().__init__(message)
        self.message = message
        self.problems: tuple[Problem, ...] = tuple(problems) or (Problem(message, code=self.code),)

    @property
    def by_path(self) -> dict[str, str]:
        """What is wrong by where it is: how a form says it at its fields."""
        return {one.path: one.message for one in self.problems}


class Malformed(Fault):
    """The question or the body cannot be understood at all: broken JSON, an unknown parameter, an illegal id."""

    number, status, code = "V400", 400, "invalid"


class SignedOut(Fault):
    """Nobody is signed in, or the token is not known any more."""

    number, status, code = "V401", 401, "login"


class Locked(SignedOut):
    """The browser has been left for a while; the same person goes on where it was after unlocking."""

    number, status, code = "V423", 423, "login"


class Refused(Fault):
    """The rules deny it. Where the difference would tell that a record exists, raise `Absent` instead (A13)."""

    number, status, code = "V403", 403, "forbidden"


class Lacking(Refused):
    """A right, a licence or a course is missing. `sentence` takes `values`, each of them in every language."""

    def __init__(self, sentence: str, values: Mapping[str, Mapping[str, str]]) -> None:
        super().__init__(sentence % {name: said["en"] for name, said in values.items()})
        self.sentence = sentence
        self.values = values


class Absent(Fault):
    """There is nothing to see under that name, for this session."""

    number, status, code = "V404", 404, "not-found"


class NotAllowed(Fault):
    """This kind of thing may not be done to this kind of item at all (R2: nothing is erased)."""

    number, status, code = "V405", 405, "not-supported"


class Conflict(Fault):
    """Somebody else was there first, or the work would make two where there must be one."""

    number, status, code = "V409", 409, "conflict"


class Occupied(Conflict):
    """The time, the room or the person is taken by something else, which the `sentence` names with its `values`."""

    def __init__(self, sentence: str, values: Mapping[str, str]) -> None:
        super().__init__(sentence % values)
        self.sentence = sentence
        self.values = values


class Gone(Fault):
    """It was there and has been deleted; its history remains."""

    number, status, code = "V410", 410, "deleted"


class Destroyed(Gone):
    """It was destroyed by an authority's decision (PDL 8:4); a tombstone says so. `sentence` takes `values`."""

    number = "V411"

    def __init__(self, sentence: str, values: Mapping[str, str]) -> None:
        super().__init__(sentence % values)
        self.sentence = sentence
        self.values = values


class Stale(Fault):
    """The version the work was based on is no longer the newest, or the condition matches several."""

    number, status, code = "V412", 412, "conflict"


class TooLarge(Fault):
    """More than is taken in one go."""

    number, status, code = "V413", 413, "too-long"


class Unprocessable(Fault):
    """Understood, but it breaks the rules of FHIR or of the record; `problems` names each place."""

    number, status, code = "V422", 422, "invariant"


class Unavailable(Fault):
    """The database cannot be reached or is full. Nothing was stored; the same request may be sent again."""

    number, status, code = "V503", 503, "transient"
