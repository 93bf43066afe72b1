"""What the token of an app is limited to, as data that the compiler writes into every statement beside the policy."""

from dataclasses import dataclass

from varda.search.plan import Ask


@dataclass(frozen=True, slots=True)
class Within:
    """One limit; a row must be within at least one of a session's.

    `type` is a resource type, empty for any. `compartments` are patients, none for any; the types that belong to no
    patient may then lie in none. `criteria` must all be true of the row.
    """

    type: str = ""
    compartments: tuple[int, ...] = ()
    criteria: tuple[Ask, ...] = ()

    @property
    def is_whole(self) -> bool:
        """Whether everything of the type is within."""
        return not self.compartments and not self.criteria
