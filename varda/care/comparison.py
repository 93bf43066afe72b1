"""What has changed from one text to the next, word by word. Pure."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

_WORDS = re.compile(r"\s*\S+|\s+")
MOST = 4_000_000
"""Steps that a comparison may take (about a second); texts that differ in more are shown whole, the old before the
new."""


@dataclass(frozen=True, slots=True)
class Change:
    """A run of text in a comparison: `kind` is same, added or removed."""

    kind: str
    text: str


def changes(before: str, after: str) -> Iterator[Change]:
    """The difference of two texts word by word; joined in order, same + added give `after`."""
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    first = _alike(old, new)
    last = _alike(old[first:][::-1], new[first:][::-1])
    was, is_ = old[first : len(old) - last], new[first : len(new) - last]
    if first:
        yield Change("same", "".join(old[:first]))
    yield from _between(was, is_)
    if last:
        yield Change("same", "".join(old[len(old) - last :]))


def _alike(old: Sequence[str], new: Sequence[str]) -> int:
    """How many words they have in common from the beginning."""
    pairs = enumerate(zip(old, new, strict=False))
    return next((n for n, (a, b) in pairs if a != b), min(len(old), len(new)))


def _between(old: list[str], new: list[str]) -> Iterator[Change]:
    times = Counter(new)
    if sum(times[word] for word in old) * min(len(old), len(new)) > MOST:
        steps = [("replace", 0, len(old), 0, len(new))]
    else:
        steps = list(SequenceMatcher(None, old, new, autojunk=False).get_opcodes())
    for tag, i, j, k, m in steps:
        if tag == "equal":
            yield Change("same", "".join(old[i:j]))
            continue
        if i < j:
            yield Change("removed", "".join(old[i:j]))
        if k < m:
            yield Change("added", "".join(new[k:m]))
