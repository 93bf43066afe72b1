"""The parameters that say how to answer: `_sort _count _total _summary _elements _include _revinclude`.

https://hl7.org/fhir/R4/search.html#return
"""

from functools import cache

from varda.fhir import definitions
from varda.search import denied
from varda.search.criteria import Misasked
from varda.search.kinds import reference
from varda.search.parameters import Meaning, meanings
from varda.search.plan import Include, Order

USUAL, MOST = 50, 1000
"""Matches a page when nothing is said, and at most."""


_PEOPLE = frozenset({"Patient", "RelatedPerson", "Person"})
_WAYS_TO_REACH = frozenset({"phone", "email", "telecom"})
"""They are kept in the body alone, where what is kept back from the reader stands as well (A14)."""


def sort(type_: str, value: str) -> tuple[Order, ...]:
    """`_sort`: parameters in order, `-` before one for descending. Raises Misasked."""
    found: list[Order] = []
    family = meanings(type_)
    for word in value.split(","):
        code = word.strip().removeprefix("-")
        if why := denied.reason(f"{type_}.{code}"):
            raise Misasked("_sort", f"{type_} may not be sorted by {code} ({why})", code="forbidden")
        if code not in family:
            raise Misasked(
                "_sort", f"{type_} cannot be sorted by {code or 'nothing'}; possible are {', '.join(sorted(family))}"
            )
        if type_ in _PEOPLE and code in _WAYS_TO_REACH:
            raise Misasked("_sort", f"{type_} may not be sorted by {code}: order would tell it of protected people")
        found.append(Order(family[code], word.strip().startswith("-")))
    if len({order.meaning.code for order in found}) < len(found):
        raise Misasked("_sort", "a parameter stands there twice")
    return tuple(found)


@cache
def newest(type_: str) -> tuple[Order, ...]:
    """By the type's main date, the latest first; () where it has none."""
    return tuple(Order(one, descending=True) for one in meanings(type_).values() if one.main)[:1]


def count(type_: str, value: str) -> int:
    """`_count`: matches a page; more than we give is cut to what we give. Raises Misasked."""
    if not (value.isascii() and value.isdigit()):
        raise Misasked("_count", f"give a number from 0 to {MOST}")
    return min(int(value[:9]), MOST)


def total(type_: str, value: str) -> str:
    """`_total`. Raises Misasked."""
    return _one_of("_total", value, ("none", "estimate", "accurate"))


def summary(type_: str, value: str) -> str:
    """`_summary`. Raises Misasked."""
    if value in ("true", "text", "data"):
        raise Misasked("_summary", f"{value} is not supported yet; name what you need in _elements")
    return _one_of("_summary", value, ("count", "false"))


def _one_of(name: str, value: str, possible: tuple[str, ...]) -> str:
    if value not in possible:
        raise Misasked(name, f"give one of {', '.join(possible)}")
    return value


def elements(type_: str, value: str) -> tuple[str, ...]:
    """`_elements`: names of elements at the root of the type. Raises Misasked."""
    names = tuple(dict.fromkeys(word.strip() for word in value.split(",")))
    known = {element.name for element in definitions.elements(type_).values()} | set(definitions.elements(type_))
    unknown = [name for name in names if name not in known]
    if unknown:
        raise Misasked("_elements", f"{type_} has no element {', '.join(unknown) or 'without a name'}")
    return names


def include(type_: str, name: str, value: str) -> Include:
    """`_include` or `_revinclude`: `Type:parameter`, `Type:parameter:Target`, `Type:*`, or `*`. Raises Misasked."""
    word, _, modifier = name.partition(":")
    if modifier:
        raise Misasked(name, f"the modifier :{modifier} is not supported yet; name each step of the way in a search")
    is_reverse = word == "_revinclude"
    if value == "*" and not is_reverse:
        value = f"{type_}:*"
    source, _, rest = value.partition(":")
    code, _, target = rest.partition(":")
    if source not in definitions.TYPES or not code:
        raise Misasked(name, "write Type:parameter or Type:parameter:Target, as in Observation:subject")
    if not is_reverse and source != type_:
        raise Misasked(name, f"the matches are of type {type_}, so write {type_}:parameter")
    if target and target not in definitions.TYPES:
        raise Misasked(name, f"{target} is no resource type")
    return Include(source, _pointing(name, source, code, type_ if is_reverse else target), target, is_reverse)


def _pointing(name: str, source: str, code: str, target: str) -> tuple[Meaning, ...]:
    if why := denied.reason(f"{source}.{code}"):
        raise Misasked(name, f"{source}.{code} may not be followed ({why})", code="forbidden")
    family = [
        known for known in meanings(source).values() if known.kind == "reference" and not denied.reason(known.name)
    ]
    fitting = [known for known in family if not target or target in reference.possible(known)]
    if code == "*":
        return tuple(fitting)
    for known in fitting:
        if known.code == code:
            return (known,)
    to = f" to {target}" if target else ""
    possible = ", ".join(sorted(known.code for known in fitting)) or "none"
    raise Misasked(name, f"{source} has no reference {code}{to}; possible are {possible}")
