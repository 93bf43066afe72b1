"""What may be told of how many answered: no group of fewer than five, nor one that follows from the others. Pure.

Small groups are folded into one sum, and with them the next larger ones, until no group is reckoned from it: not by
subtraction, and not by a group that knows how many of its own answered. What is folded together is told of alike, so
that knowing the rule does not help (decision 47).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

FEWEST = 5
"""People below whom nothing is told."""


@dataclass(frozen=True, slots=True)
class Told:
    """`parts` by code, the largest first; `folded` are the codes that are told together, and `rest` how many they are.

    Nothing in `parts`: how many there are together is all that is told.
    """

    parts: Mapping[str, int]
    folded: tuple[str, ...] = ()
    rest: int = 0


def told(counts: Mapping[str, int]) -> Told | None:
    """Of people in groups that share nobody, what may be told; None: nothing at all."""
    if sum(counts.values()) < FEWEST:
        return None
    sizes = sorted({count for count in counts.values() if count})
    bound = max((size for size in sizes if size < FEWEST), default=0)
    hidden = _upto(counts, bound)
    while hidden and not _is_safe(list(hidden.values())):
        bound = next((size for size in sizes if size > bound), 0)
        if not bound:
            return Told({}, tuple(counts), sum(counts.values()))
        hidden = _upto(counts, bound)
    shown = sorted((one for one in counts if one not in hidden), key=lambda one: -counts[one])
    return Told({one: counts[one] for one in shown}, tuple(hidden), sum(hidden.values()))


def _upto(counts: Mapping[str, int], bound: int) -> dict[str, int]:
    return {code: count for code, count in counts.items() if 0 < count <= bound}


def _is_safe(hidden: Sequence[int]) -> bool:
    """Whether each of them, who knows its own number, is left with five or more in groups that are not all alike."""
    others = [[*hidden[:one], *hidden[one + 1 :]] for one in range(len(hidden))]
    return all(sum(rest) >= FEWEST and len(set(rest)) > 1 for rest in others)
