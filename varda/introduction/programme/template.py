"""How plans begin: the starting patterns of declared/method.toml, pilots first (the default) or all at once (F214,
F231)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, Literal, get_args

from varda.introduction.programme.items import Item, Link
from varda.introduction.programme.network import scheduled
from varda.introduction.programme.participants import AREAS
from varda.introduction.programme.roles import declared

Pattern = Literal["pilots", "together"]
PATTERNS: tuple[Pattern, ...] = get_args(Pattern)
_METHOD = declared("method.toml")


def overall(opens: Mapping[str, date], today: date, pattern: Pattern = "pilots") -> list[Item]:
    """The overall plan of areas, each from the day when its delivery begins. What is reached is promised for the day
    that the pattern gives."""
    items = [item for area, day in opens.items() for item in _delivery(area, day, pattern)]
    times = scheduled(items, {}, today)
    return [replace(one, due=times[one.code].finish) if one.is_moment else one for one in items]


def local(organisation: str, delivery: str, items: Sequence[Item]) -> list[Item]:
    """What an organisation (HSA-id) does at home for a delivery, as far as the milestones that it hangs on are
    there."""
    known = {one.code for one in items}
    own = {entry["code"] for entry in _METHOD["local"]}
    made = []
    for entry in _METHOD["local"]:
        # Its own things stand behind the organisation's name, those of the centre behind the delivery's.
        named = {code: f"{organisation}.{code}" if code in own else f"{delivery}.{code}" for code in _named(entry)}
        one = _item(entry, f"{organisation}.{entry['code']}", "", named)
        links = {name: tuple(link for link in getattr(one, name) if _is_there(link, known, organisation))
                 for name in ("after", "before")}  # fmt: skip
        made.append(replace(one, organisation=organisation, after=links["after"], before=links["before"]))
    return made


def lacking(organisation: str, delivery: str, items: Mapping[str, Item]) -> list[Item]:
    """What `local` has and the plan (its items by code) does not; nothing before the delivery is planned (F219)."""
    if delivery not in items:
        return []
    return [one for one in local(organisation, delivery, list(items.values())) if one.code not in items]


def _delivery(area: str, opens: date, pattern: Pattern) -> Iterator[Item]:
    delivery = f"{area}-delivery"
    yield Item(area, "area", AREAS[area].sv, title_en=AREAS[area].en)
    named_sv, named_en = f"{AREAS[area].sv} leveransen", f"The {AREAS[area].en.lower()} delivery"
    yield Item(delivery, "delivery", named_sv, part_of=area, opens=opens, title_en=named_en)
    for entry in _METHOD["overall"]:
        if entry.get("only", pattern) == pattern:
            named = {code: f"{delivery}.{code}" for code in _named(entry)}
            part_of = f"{delivery}.{entry['part_of']}" if "part_of" in entry else delivery
            yield _item(entry, f"{delivery}.{entry['code']}", part_of, named)


def _named(entry: Mapping[str, Any]) -> list[str]:
    return [said.split()[0] for said in (*entry.get("after", ()), *entry.get("before", ()))]


def _item(entry: Mapping[str, Any], code: str, part_of: str, named: Mapping[str, str]) -> Item:
    after, before = (tuple(_link(said, named) for said in entry.get(name, ())) for name in ("after", "before"))
    days, title_en = entry.get("days", 0), entry.get("title_en", "")
    return Item(code, entry["kind"], entry["title"], part_of, days, after, before, title_en=title_en)


def _link(said: str, named: Mapping[str, str]) -> Link:
    code, _, lag = said.partition(" ")
    return Link(named[code], int(lag or 0))


def _is_there(link: Link, known: set[str], organisation: str) -> bool:
    return link.code in known or link.code.startswith(f"{organisation}.")
