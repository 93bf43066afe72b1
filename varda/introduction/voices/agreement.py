"""How far two coders agree: the share that is alike, and Cohen's kappa, which takes away what chance would give
(Cohen 1960, https://doi.org/10.1177/001316446002000104). Pure."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Agreement:
    """Of `statements` that both coded, the `share` (0 to 1) coded alike, and `kappa` (1 at most, 0: as by chance).

    Kappa is None where both gave one and the same code throughout: then chance alone would agree as well.
    """

    statements: int
    share: float
    kappa: float | None


def agreement(pairs: Sequence[tuple[str, str]]) -> Agreement | None:
    """Of what two coders gave each statement; None where there is none that both coded."""
    if not pairs:
        return None
    size = len(pairs)
    alike = sum(first == second for first, second in pairs)
    left, right = Counter(first for first, _ in pairs), Counter(second for _, second in pairs)
    chance = sum(left[code] * right[code] for code in left)  # of size ** 2
    if chance == size**2:
        return Agreement(size, 1.0, None)
    return Agreement(size, alike / size, (alike * size - chance) / (size**2 - chance))
