"""When everything happens: earliest days, the forecast of each go-live, slack, and the critical path.

Pure. Every item has a beginning and an end, joined by what must come first: its own days, what it is part of, and
links.
What has not begun does not begin before today, and what has not ended ends no earlier, so that a delay moves the
forecast by itself. Circles are found and named before anything is reckoned.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from varda.introduction.programme.items import GOAL, Item, Progress
from varda.kernel.errors import Unprocessable

CIRCULAR = "These wait for one another, so that none can begin: %(circle)s. Take one of the links away."
_Node = tuple[str, bool]
"""An item's beginning (False) or end (True)."""
_Edges = Mapping[_Node, list[tuple[_Node, int]]]


class Circular(Unprocessable):
    """Things wait for one another: `circle` names them in order, the first again at the end. Nothing was stored."""

    def __init__(self, circle: list[str], titles: Mapping[str, str]) -> None:
        said = " → ".join(titles[code] for code in circle)
        super().__init__(CIRCULAR % {"circle": said})
        self.circle = circle
        self.sentence, self.values = CIRCULAR, {"circle": said}


@dataclass(frozen=True, slots=True)
class Times:
    """One item's days. `slack` is how many days it may be later before a go-live moves: None where none waits for it,
    or it is finished. Nothing is left of it on the critical path."""

    start: date
    finish: date
    slack: int | None = None

    @property
    def is_critical(self) -> bool:
        """Whether a go-live moves as soon as it does."""
        return self.slack == 0


def scheduled(
    items: Iterable[Item], progress: Mapping[str, Progress], today: date, waited: Mapping[str, int] | None = None
) -> dict[str, Times]:
    """When each item begins and ends, by its code; `waited` are days by which some last longer. What it names that is
    not there is passed over. Raises `Circular`."""
    known = {item.code: item for item in items}
    edges = _edges(known, waited or {})
    order = _ordered(known, edges)
    fixed = _fixed(known, progress)
    # What has happened waits for nothing any more.
    edges = {node: [to for to in ends if to[0] not in fixed] for node, ends in edges.items()}
    early = _early(known, edges, order, fixed, today)
    late = _late(known, edges, order, early)
    starts = _first(known, order, early)
    found = {}
    for code in known:
        end = (code, True)
        slack = (late[end] - early[end]).days if end in late and end not in fixed else None
        found[code] = Times(starts[code], early[end], slack)
    return found


def forecast(items: Iterable[Item], times: Mapping[str, Times]) -> dict[str, date]:
    """The day of each go-live, by the code of its milestone."""
    return {item.code: times[item.code].finish for item in items if item.kind == GOAL}


def critical(items: Iterable[Item], times: Mapping[str, Times]) -> list[str]:
    """The codes on the critical path, in the order of their days; what only holds others together is left out."""
    listed = list(items)
    whole = {item.part_of for item in listed}
    found = [item.code for item in listed if times[item.code].is_critical and item.code not in whole]
    return sorted(found, key=lambda code: (times[code].finish, times[code].start, code))


def _edges(known: Mapping[str, Item], waited: Mapping[str, int]) -> _Edges:
    whole = {item.part_of for item in known.values()}
    edges: dict[_Node, list[tuple[_Node, int]]] = defaultdict(list)
    for code, item in known.items():
        # What has parts lasts as long as they do; its own days are what it was thought to take before it had any.
        if code not in whole:
            edges[code, False].append(((code, True), item.days + waited.get(code, 0)))
        if item.part_of in known:
            edges[item.part_of, False].append(((code, False), 0))
            edges[code, True].append(((item.part_of, True), 0))
        for link in item.after:
            if link.code in known:
                edges[link.code, True].append(((code, False), link.lag))
        for link in item.before:
            if link.code in known:
                edges[code, True].append(((link.code, False), link.lag))
    return edges


def _ordered(known: Mapping[str, Item], edges: _Edges) -> list[_Node]:
    waits: dict[_Node, int] = {(code, end): 0 for code in known for end in (False, True)}
    for ends in edges.values():
        for node, _ in ends:
            waits[node] += 1
    ready = [node for node, count in waits.items() if not count]
    order = []
    while ready:
        node = ready.pop()
        order.append(node)
        for other, _ in edges.get(node, ()):
            waits[other] -= 1
            if not waits[other]:
                ready.append(other)
    if len(order) < len(waits):
        left = {node for node, count in waits.items() if count}
        raise Circular(_circle(left, edges), {code: item.title for code, item in known.items()})
    return order


def _circle(left: set[_Node], edges: _Edges) -> list[str]:
    """One circle among nodes that all lie on or behind one."""
    before: dict[_Node, _Node] = {}
    for node in sorted(left):
        for other, _ in edges.get(node, ()):
            if other in left:
                before.setdefault(other, node)
    node = min(left)
    walked: dict[_Node, int] = {}
    path: list[_Node] = []
    while node not in walked:  # backwards: every node that is left has one before it that is left
        walked[node] = len(path)
        path.append(node)
        node = before[node]
    around = [code for code, _ in reversed(path[walked[node] :])]
    short = [code for at, code in enumerate(around) if at == 0 or around[at - 1] != code]
    if len(short) > 1 and short[0] == short[-1]:
        short = short[:-1]
    first = short.index(min(short))
    return [*short[first:], *short[:first], short[first]]


def _fixed(known: Mapping[str, Item], progress: Mapping[str, Progress]) -> dict[_Node, date]:
    fixed: dict[_Node, date] = {}
    for code, said in progress.items():
        if code in known:
            if begun := said.begun or said.finished:
                fixed[code, False] = begun
            if said.finished:
                fixed[code, True] = said.finished
    return fixed


def _early(
    known: Mapping[str, Item], edges: _Edges, order: list[_Node], fixed: Mapping[_Node, date], today: date
) -> dict[_Node, date]:
    early: dict[_Node, date] = {}
    for code, item in known.items():
        early[code, False] = max(today, item.opens or today)
        early[code, True] = today if (code, False) in fixed else date.min
    early |= fixed
    for node in order:
        for other, days in edges.get(node, ()):
            early[other] = max(early[other], early[node] + timedelta(days=days))
    return early


def _late(
    known: Mapping[str, Item], edges: _Edges, order: list[_Node], early: Mapping[_Node, date]
) -> dict[_Node, date]:
    late = {(code, True): early[code, True] for code, item in known.items() if item.kind == GOAL}
    for node in reversed(order):
        for other, days in edges.get(node, ()):
            if other in late:
                latest = late[other] - timedelta(days=days)
                late[node] = min(late.get(node, latest), latest)
    return late


def _first(known: Mapping[str, Item], order: list[_Node], early: Mapping[_Node, date]) -> dict[str, date]:
    """When each item begins, what has parts with the first of them."""
    first = {code: early[code, False] for code in known}
    parts: dict[str, list[date]] = defaultdict(list)
    for code, is_end in order:
        if is_end:  # parts end before what they are part of
            first[code] = min(parts.get(code) or [first[code]])
            parts[known[code].part_of].append(first[code])
    return first
