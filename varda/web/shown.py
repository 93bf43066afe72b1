"""Who has been shown in the lists that stay open, so that a renewal logs only who is new to one (RULES §3).

Each process remembers for itself, and forgets at a restart: then somebody is logged once more, never once too little.
"""

from collections import OrderedDict

Place = tuple[str, str, str]
"""A session's public name, its assignment, and the address of the list."""


class Shown:
    """Compartments by list, of the `most` lists that were renewed last."""

    def __init__(self, most: int = 10_000) -> None:
        self._most = most
        self._lists: OrderedDict[Place, frozenset[int]] = OrderedDict()

    def before(self, place: Place) -> frozenset[int]:
        """Who has been shown there."""
        return self._lists.get(place, frozenset())

    def keep(self, place: Place, patients: frozenset[int]) -> None:
        """Remember who has been shown there, once it is logged."""
        self._lists[place] = patients
        self._lists.move_to_end(place)
        if len(self._lists) > self._most:
            self._lists.popitem(last=False)
