"""The grammar of search parameter expressions, read into routes through the JSON.

The expressions of R4 are a small part of FHIRPath: unions of dotted paths with `as T`, `.as(T)`, `.ofType(T)`,
`.where(resolve() is T)`, `.where(a='x')`, `[n]` and `.extension('url')`. The element table tells every type along a
path beforehand, so a choice such as `Observation.value` becomes the JSON keys it can have, and nothing is left to
decide at run time but what is there. http://hl7.org/fhirpath/N1/
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from varda.fhir import definitions
from varda.fhir.resource import Resource

Test = Callable[[Any, Resource], bool]
"""Whether a node passes; the second argument is the whole resource, where `contained` is."""
Step = str | int | Test

_TOKEN = re.compile(r"\s*(?:(?P<word>%?\w+)|'(?P<text>[^']*)'|(?P<sign>\.|\||\(|\)|\[|\]|!=|=))")


@dataclass(frozen=True, slots=True)
class Route:
    """One way through the JSON. A step is a key to follow, a test to pass, or the number of the one to keep."""

    type: str
    steps: tuple[Step, ...] = ()
    from_root: bool = False

    def to(self, step: Step, type_: str | None = None) -> "Route":
        """This route with one step more."""
        return replace(self, type=type_ or self.type, steps=(*self.steps, step))


@cache
def routes(expression: str, type_: str, root: str = "") -> tuple[Route, ...]:
    """The ways an expression can go through a resource (or element) of `type_`; `root` is the type of `%resource`.

    Raises ValueError for an expression outside the grammar or naming an element that the type does not have.
    """
    return tuple(_Reader(expression, type_, root or type_).read())


@cache
def _equals(key: str, text: str) -> Test:
    return lambda node, _: isinstance(node, dict) and node.get(key) == text


@cache
def _has_extension(url: str) -> Test:
    def test(node: Any, _: Resource) -> bool:
        inside = node.get("extension") if isinstance(node, dict) else None
        return isinstance(inside, list) and any(isinstance(item, dict) and item.get("url") == url for item in inside)

    return test


@cache
def _points_to(target: str) -> Test:
    """Whether a Reference is to a resource of that type, as far as the reference itself or `contained` tells."""
    pattern = re.compile(rf"(?:^|/){target}(?:/[^/]|\?)")

    def test(node: Any, root: Resource) -> bool:
        address = node.get("reference") if isinstance(node, dict) else node
        if isinstance(address, str):
            if address[:1] == "#":
                return _contained_type(root, address[1:]) == target
            if pattern.search(address):
                return True
        return isinstance(node, dict) and node.get("type") == target

    return test


def _contained_type(root: Resource, id_: str) -> str | None:
    inside = root.get("contained")
    for item in inside if isinstance(inside, list) else ():
        if isinstance(item, dict) and item.get("id") == id_:
            kind = item.get("resourceType")
            return kind if isinstance(kind, str) else None
    return None


class _Reader:
    """Reads one expression from left to right. Its types are known, so the result is a list of routes."""

    def __init__(self, expression: str, type_: str, root: str) -> None:
        self.expression, self.type, self.root = expression, type_, root
        self.tokens = self._tokens()
        self.at = 0

    def _tokens(self) -> Sequence[str]:
        found, end = [], 0
        text = self.expression.strip()
        while end < len(text):
            match = _TOKEN.match(text, end)
            if match is None:
                raise self._wrong(f"cannot read {text[end:]!r}")
            found.append(f"'{match['text']}" if match["text"] is not None else match["word"] or match["sign"])
            end = match.end()
        return found

    def _wrong(self, reason: str) -> ValueError:
        return ValueError(f"{self.expression!r} on {self.type}: {reason}")

    def _peek(self) -> str:
        return self.tokens[self.at] if self.at < len(self.tokens) else ""

    def _take(self, wanted: str = "") -> str:
        token = self._peek()
        if not token or (wanted and token != wanted):
            raise self._wrong(f"expected {wanted or 'more'}, found {token or 'the end'}")
        self.at += 1
        return token

    def read(self) -> list[Route]:
        """The routes of the whole expression."""
        found = self._union()
        if self._peek():
            raise self._wrong(f"did not expect {self._peek()!r}")
        if not found:
            raise self._wrong("names nothing that the type has")
        return found

    def _union(self) -> list[Route]:
        found = self._typed()
        while self._peek() == "|":
            self._take()
            found += self._typed()
        return found

    def _typed(self) -> list[Route]:
        found = self._dotted()
        if self._peek() == "as":
            self._take()
            found = self._only(found, self._take())
        return found

    def _dotted(self) -> list[Route]:
        found = self._start()
        while self._peek() in (".", "["):
            if self._take() == "[":
                index = int(self._take())
                self._take("]")
                found = [route.to(index) for route in found]
            else:
                found = self._member(found)
        return found

    def _start(self) -> list[Route]:
        if self._peek() == "(":
            self._take()
            found = self._union()
            self._take(")")
            return found
        word = self._take()
        if word == "%resource":
            return [Route(self.root, from_root=True)]
        if word in (self.type, "Resource", "DomainResource"):
            return [Route(self.type)]
        return self._into([Route(self.type)], word)

    def _member(self, found: list[Route]) -> list[Route]:
        word = self._take()
        if self._peek() != "(":
            return self._into(found, word)
        self._take("(")
        found = self._call(found, word)
        self._take(")")
        return found

    def _call(self, found: list[Route], word: str) -> list[Route]:
        if word in ("as", "ofType"):
            return self._only(found, self._take())
        if word == "extension":
            url = self._take().removeprefix("'")
            return [
                route.to("extension").to(_equals("url", url)).to(element.key, element.type)
                for route in found
                for element in definitions.choices("Extension", "value")
            ]
        if word == "where":
            test = self._condition()
            return [route.to(test) for route in found]
        raise self._wrong(f"{word}() is not known")

    def _condition(self) -> Test:
        word = self._take()
        if word == "hasExtension":
            self._take("(")
            url = self._take().removeprefix("'")
            self._take(")")
            return _has_extension(url)
        if word == "resolve":
            for sign in ("(", ")", "is"):
                self._take(sign)
            return _points_to(self._take())
        self._take("=")
        return _equals(word, self._take().removeprefix("'"))

    def _into(self, found: list[Route], name: str) -> list[Route]:
        result = [
            route.to(element.key, element.type) for route in found for element in definitions.choices(route.type, name)
        ]
        if not result and found:
            raise self._wrong(f"there is no element {name}")
        return result

    def _only(self, found: list[Route], type_: str) -> list[Route]:
        return [route for route in found if route.type.lower() == type_.lower()]
