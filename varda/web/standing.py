"""What does not work as usual at the reader's unit now, of what their role touches: said on every page (F245)."""

from dataclasses import dataclass

from varda.catalogue import SWITCHED, Function, Part, State, Switched, resting_on
from varda.record.powers import Powers

STOPPING = ("switch-functions", "stop-functions")
"""Who stops functions has one of these rights."""


@dataclass(frozen=True, slots=True)
class Stop:
    """A function that stands still or is on paper, by whose word, and what the reader uses that rests on it."""

    function: Function | Part
    how: State
    said: Switched
    resting: tuple[Function | Part, ...]


def touching(powers: Powers, unit: str) -> list[Stop]:
    """What stands still of all that the role writes, and what is on paper of all that it reads, since the newest of
    that is not here yet; what the role writes that rests on it touches the reader as well."""
    found = []
    for number in dict.fromkeys(function for function, _ in powers.in_force.said):
        said = powers.in_force.stop(number, unit)
        if said is None or number not in SWITCHED:
            continue
        resting = tuple(one for one in resting_on(number) if one.number in SWITCHED and _may(powers, "write", one))
        how, function = said.switch.state, SWITCHED[number]
        if resting or _may(powers, "write" if how == "stopped" else "read", function):
            found.append(Stop(function, how, said, resting))
    return sorted(found, key=lambda one: list(SWITCHED).index(one.function.number))


def _may(powers: Powers, act: str, one: Function | Part) -> bool:
    return powers.may(act, one.number.partition(".")[0])
