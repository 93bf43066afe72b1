"""How an organisation's milestones stand, as its status report tells them: done, late or coming (F254).

Pure. They are its own, and the central ones that its own work hangs on. A late one is forecast after the day that was
promised, by whoever's work.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal, get_args

from varda.introduction.programme.items import Item, Progress
from varda.introduction.programme.pictures import Picture

Stand = Literal["done", "late", "coming"]
STANDS: tuple[Stand, ...] = get_args(Stand)


@dataclass(frozen=True, slots=True)
class Milestone:
    """One by its code: `forecast` is the day when it was or will be reached; of `work` things of the organisation
    before it `ready` are finished.
    """

    code: str
    title: str
    title_en: str
    stand: Stand
    forecast: date
    due: date | None
    work: int
    ready: int

    def called(self, language: str) -> str:
        """The title in a language: Swedish where there is none in English."""
        return self.title_en if language == "en" and self.title_en else self.title


def milestones_of(organisation: str, picture: Picture) -> list[Milestone]:
    """Those of an organisation (HSA-id), the earliest first."""
    own = [one for one in picture.work if one.organisation == organisation]
    before = dict(_before(own))
    hung = {link.code for one in own for link in (*one.after, *one.before)} | {one.code for one in own}
    found = [_milestone(one, before.get(code, []), picture) for code, one in picture.items.items()
             if code in hung and one.is_moment]  # fmt: skip
    return sorted(found, key=lambda one: (one.forecast, one.code))


def _before(own: list[Item]) -> Iterator[tuple[str, list[Item]]]:
    """What of the organisation's own work each item waits for, by the item's code."""
    awaited = {one.code: {link.code for link in one.after} for one in own}
    for code in {link.code for one in own for link in one.before} | awaited.keys():
        ends = {one.code for one in own if code in {link.code for link in one.before}} | awaited.get(code, set())
        yield code, [one for one in own if one.code in ends and not one.is_moment]


def _milestone(one: Item, work: list[Item], picture: Picture) -> Milestone:
    forecast = picture.times[one.code].finish
    stand: Stand = "late" if one.due and forecast > one.due else "coming"
    if _is_finished(one, picture):
        stand = "done"
    ready = sum(_is_finished(each, picture) for each in work)
    return Milestone(one.code, one.title, one.title_en, stand, forecast, one.due, len(work), ready)


def _is_finished(one: Item, picture: Picture) -> bool:
    return picture.progress.get(one.code, Progress()).finished is not None


def written(one: Milestone) -> dict[str, Any]:
    """One as a report keeps it."""
    due = one.due.isoformat() if one.due else ""
    return {name: getattr(one, name) for name in ("code", "title", "title_en", "stand", "work", "ready")} | {
        "forecast": one.forecast.isoformat(),
        "due": due,
    }


def read(kept: Mapping[str, Any]) -> Milestone:
    """The one that `written` wrote."""
    due = date.fromisoformat(kept["due"]) if kept["due"] else None
    return Milestone(**{**kept, "forecast": date.fromisoformat(kept["forecast"]), "due": due})
