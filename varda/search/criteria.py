"""From one `name=value` to a criterion: plain parameters, modifiers, chains and `_has`.

Every refusal names the parameter and says what is possible. https://hl7.org/fhir/R4/search.html
"""

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any

import msgspec

from varda.fhir import definitions
from varda.kernel.errors import Problem
from varda.search import denied
from varda.search.escapes import plain, split
from varda.search.kinds import reference
from varda.search.parameters import Meaning, meanings
from varda.search.plan import Ask, Chain, Criterion, Reverse, kind

STEPS = 3
"""How many chains and `_has` may stand inside one another."""
CANDIDATES = 20
"""More target types than this, and the chain must name one."""

_LATER = {
    "_text": "search a parameter of the type instead",
    "_content": "search a parameter of the type instead",
    "_filter": "use the parameters themselves",
    "_query": "use the parameters themselves",
    "_list": "read the List and ask for its items with _id",
}


class Way(msgspec.Struct, frozen=True):
    """How a criterion was come to: the whole name that the user wrote, the steps taken, this server's own address."""

    shown: str
    base: str = ""
    depth: int = 0

    @property
    def further(self) -> "Way":
        """One step on."""
        return msgspec.structs.replace(self, depth=self.depth + 1)


class Misasked(Exception):
    """One parameter cannot be answered. `unknown`: lenient handling may pass over it."""

    def __init__(self, name: str, why: str, *, unknown: bool = False, code: str = "invalid") -> None:
        super().__init__(why)
        self.unknown = unknown
        self.problem = Problem(f"{name}: {why}.", name, "not-supported" if unknown else code)


def criterion(type_: str, name: str, value: str, way: Way) -> Criterion:
    """What one parameter of a search on `type_` asks for. Raises Misasked."""
    shown = way.shown
    if way.depth > STEPS:
        raise Misasked(shown, f"at most {STEPS} steps from one type to another")
    if name.startswith("_has:"):
        return _reverse(type_, name, value, way)
    head, dot, rest = name.partition(".")
    code, colon, modifier = head.partition(":")
    meaning = _known(type_, code, shown)
    if dot:
        return _chain(meaning, modifier, (rest, value), way)
    if colon and not modifier:
        raise Misasked(shown, "a modifier must follow the colon")
    return _ask(meaning, modifier, value, way)


def _known(type_: str, code: str, shown: str) -> Meaning:
    family = meanings(type_)
    if why := denied.reason(f"{type_}.{code}"):
        raise Misasked(shown, f"it may not be searched on ({why})", code="forbidden")
    if code in family:
        return family[code]
    parameter = definitions.parameters(type_).get(code)
    if parameter is not None and parameter.type == "composite":
        parts = ", ".join(part.code for part in parameter.components)
        raise Misasked(shown, f"composite parameters are not supported yet; ask for {parts} apart", unknown=True)
    if code in _LATER or parameter is not None:
        instead = _LATER.get(code, "search another parameter of the type")
        raise Misasked(shown, f"not supported yet; {instead}", unknown=True)
    raise Misasked(shown, f"{type_} has no such search parameter; {_possible(code, family)}", unknown=True)


def _possible(code: str, family: Mapping[str, Meaning]) -> str:
    near = get_close_matches(code, family, 3, 0.6)
    hint = f"did you mean {' or '.join(near)}? " if near else ""
    return f"{hint}possible are {', '.join(sorted(family))}"


def _ask(meaning: Meaning, modifier: str, value: str, way: Way) -> Ask:
    shown = way.shown
    if not value:
        raise Misasked(shown, "it has no value")
    if modifier == "missing" and "missing" in kind(meaning).MODIFIERS:
        if value not in ("true", "false"):
            raise Misasked(shown, "give true or false")
        return Ask(meaning, "missing", (value == "true",))
    _check(meaning, modifier, shown)
    found = []
    for text in split(value, ","):
        try:
            found.append(kind(meaning).wanted(meaning, modifier, _here(meaning, text, way.base)))
        except ValueError as wrong:
            raise Misasked(shown, f"{text[:80]!r} is not understood; {wrong}") from None
        is_coded = meaning.datatypes & {"CodeableConcept", "Coding"}
        if is_coded and (why := denied.reason(meaning.name, text)):
            raise Misasked(shown, f"{text} may not be searched on ({why})", code="forbidden")
    return Ask(meaning, modifier, tuple(found))


def _here(meaning: Meaning, text: str, base: str) -> str:
    """A reference to this server's own address means its item. A canonical address is a name and stays as it is."""
    if base and "Reference" in meaning.datatypes:
        rest = plain(text).removeprefix(f"{base}/")
        return rest if reference.local(rest) else text
    return text


def _check(meaning: Meaning, modifier: str, shown: str) -> None:
    known = kind(meaning)
    if not modifier or modifier in known.MODIFIERS:
        return
    types = reference.possible(meaning) if meaning.kind == "reference" else []
    if modifier in types:
        return
    if modifier in known.INSTEAD:
        raise Misasked(shown, f"the modifier :{modifier} is not supported yet; {known.INSTEAD[modifier]}")
    possible = [f":{name}" for name in sorted(known.MODIFIERS)] + [f":{type_}" for type_ in types[:30]]
    raise Misasked(shown, f":{modifier} is no modifier of a {meaning.kind}; possible are {', '.join(possible)}")


def _targets(meaning: Meaning, type_: str, shown: str) -> list[str]:
    if meaning.kind != "reference":
        raise Misasked(shown, f"{meaning.code} is a {meaning.kind} and points to nothing; only a reference has a dot")
    possible = reference.possible(meaning)
    if type_ and type_ not in possible:
        raise Misasked(shown, f"{meaning.code} cannot point to {type_}; possible are {', '.join(possible)}")
    if not type_ and len(possible) > CANDIDATES:
        raise Misasked(shown, f"name the type that is meant, as in {meaning.code}:{possible[0]}.")
    return [type_] if type_ else possible


def _chain(meaning: Meaning, type_: str, asked: tuple[str, str], way: Way) -> Chain:
    found: list[tuple[str, Any]] = []
    failed: list[Misasked] = []
    for target in _targets(meaning, type_, way.shown):
        try:
            found.append((target, criterion(target, *asked, way.further)))
        except Misasked as wrong:
            failed.append(wrong)
    forbidden = [wrong for wrong in failed if wrong.problem.code == "forbidden"]
    if forbidden or not found:
        # What is known of a target but wrongly asked tells more than that another target does not know it.
        raise min(forbidden or failed, key=lambda wrong: wrong.unknown)
    return Chain(meaning, tuple(found))


def _reverse(type_: str, name: str, value: str, way: Way) -> Reverse:
    shown = way.shown
    pieces = name.split(":", 3)
    if len(pieces) < 4 or not all(pieces):
        raise Misasked(shown, "write _has:Type:reference:parameter, as in _has:Observation:patient:code")
    _, source, code, rest = pieces
    if source not in definitions.TYPES:
        raise Misasked(shown, f"{source} is no resource type")
    meaning = _known(source, code, shown)
    if meaning.kind != "reference" or type_ not in reference.possible(meaning):
        raise Misasked(shown, f"{source}.{code} does not point to {type_}")
    return Reverse(source, meaning, criterion(source, rest, value, way.further))
