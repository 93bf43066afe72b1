"""The run-book as declared: waves and steps, in minutes from the hour of the first wave. Pure.

The package's own is a first one; a county's own is a file of the same kind, checked here before anything is made of it.
"""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from graphlib import CycleError, TopologicalSorter
from importlib import resources
from typing import Any, Literal, get_args

from varda.catalogue import Words
from varda.introduction.programme import CIRCULAR, ROLES, SORTS
from varda.kernel.errors import Problem, Unprocessable

Kind = Literal["work", "hold", "go", "switch"]
KINDS: tuple[Kind, ...] = get_args(Kind)
PIONEERS = "pioneers"
"""The wave of those who start before the rest."""
MOST = 200
"""Steps of one run-book."""
_LONGEST = 200
_KEYS = {"code", "wave", "sv", "en", "owner", "from", "to"}


@dataclass(frozen=True, slots=True)
class Wave:
    """Units that start together: the pioneers, or those of organisations of some kinds that are in no wave before."""

    code: str
    words: Words
    of: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """One step: of which wave, whose (a role of the introduction), what comes before it, and its planned minutes."""

    code: str
    wave: str
    words: Words
    role: str
    opens: int
    closes: int
    after: tuple[str, ...]
    kind: Kind = "work"


@dataclass(frozen=True, slots=True)
class Template:
    """A whole run-book; `is_own`: the county's, not the package's."""

    version: int
    waves: tuple[Wave, ...]
    steps: tuple[Step, ...]
    is_own: bool = False

    @property
    def written(self) -> dict[str, Any]:
        """As it is kept with a run-book."""
        return asdict(self)

    @property
    def first(self) -> "Template":
        """The first wave of it alone: what a dress rehearsal runs, as the others come weeks after."""
        code = self.waves[0].code
        return Template(self.version, self.waves[:1], tuple(one for one in self.steps if one.wave == code), self.is_own)


class Circular(Unprocessable):
    """Steps wait for one another. `sentence` takes `values`."""

    def __init__(self, circle: Sequence[str]) -> None:
        said = " → ".join(circle)
        self.sentence, self.values = CIRCULAR, {"circle": said}
        message = CIRCULAR % self.values
        super().__init__(message, [Problem(message, "runbook")])


def read(text: str, *, is_own: bool = True) -> Template:
    """A run-book from a file. Raises `Unprocessable` with every problem, `Circular`."""
    try:
        told = tomllib.loads(text)
        waves = tuple(
            Wave(one["code"], Words(one["sv"], one["en"]), tuple(each.strip() for each in one["of"].split(",")))
            for one in told["waves"]
        )
        steps = tuple(_step(one) for one in told["steps"])
        found = Template(int(told["version"]), waves, steps, is_own)
    except (tomllib.TOMLDecodeError, KeyError, TypeError, ValueError, AttributeError) as wrong:
        said = "This is no run-book: it could not be read. Take the first one as a pattern."
        raise Unprocessable(said, [Problem(said, "runbook")]) from wrong
    if problems := [Problem(one, "runbook") for one in _problems(found)]:
        raise Unprocessable(problems[0].message, problems)
    ordered(found.steps)
    return found


def kept(content: Mapping[str, Any]) -> Template:
    """What was kept with a run-book."""
    waves = tuple(Wave(one["code"], Words(**one["words"]), tuple(one["of"])) for one in content["waves"])
    steps = tuple(Step(**one | {"words": Words(**one["words"]), "after": tuple(one["after"])})
                  for one in content["steps"])  # fmt: skip
    return Template(content["version"], waves, steps, content["is_own"])


def ordered(steps: Sequence[Step]) -> list[Step]:
    """Steps so that each comes after what it waits for. Raises `Circular`."""
    known = {one.code: one for one in steps}
    try:
        order = list(TopologicalSorter({one.code: one.after for one in steps}).static_order())
    except CycleError as circle:
        raise Circular([known[one].words.sv for one in reversed(circle.args[1])]) from None
    return [known[one] for one in order]


def _step(one: Mapping[str, Any]) -> Step:
    if not one.keys() >= _KEYS:
        raise KeyError("a step lacks something")
    words, after = Words(str(one["sv"]), str(one["en"])), tuple(str(each) for each in one.get("after", ()))
    return Step(str(one["code"]), str(one["wave"]), words, str(one["owner"]), int(one["from"]), int(one["to"]), after,
                one.get("kind", "work"))  # fmt: skip


def _problems(found: Template) -> Iterator[str]:
    codes, waves = [one.code for one in found.steps], [one.code for one in found.waves]
    if not found.waves or not 0 < len(codes) <= MOST:
        yield "A run-book has at least one wave, and between 1 and 200 steps."
    if len(set(codes)) < len(codes) or len(set(waves)) < len(waves):
        yield "Two steps or two waves have the same code."
    if any(not set(one.of) <= {PIONEERS, *SORTS} for one in found.waves):
        yield "A wave is of pioneers, or of administration, private or municipality."
    for one in found.steps:
        if one.wave not in waves or not set(one.after) <= set(codes):
            yield "A step names a wave or a step before it that is not there."
        if one.role not in ROLES or one.kind not in KINDS:
            yield "A step's owner is a role of the introduction, and its kind work, hold, go or switch."
        if not one.opens < one.closes or not 0 < len(one.words.sv) <= _LONGEST:
            yield "A step has words, and ends after it begins."
    yield from _gates(found)


def _gates(found: Template) -> Iterator[str]:
    """No wave begins without its go."""
    known = {one.code: one for one in found.steps}
    for wave in found.waves:
        mine = {kind: [one for one in found.steps if (one.wave, one.kind) == (wave.code, kind)] for kind in KINDS}
        if len(mine["go"]) != 1 or len(mine["switch"]) != 1:
            yield "Every wave has one go and one switch."
        elif not any(one in known and known[one] in mine["go"] for one in mine["switch"][0].after):
            yield "A wave's switch comes after its go."


TEMPLATE = read(
    resources.files(__package__).joinpath("declared", "runbook.toml").read_text(encoding="utf-8"), is_own=False
)
"""The package's own."""
