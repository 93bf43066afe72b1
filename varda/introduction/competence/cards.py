"""Competence cards (kompetenskort): the tasks of a profession, and what who stands at level A, B or C may do (F184).

A card is a file of declared/. What people say is kept by the codes of card and task, with the card's version.
"""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from importlib import resources
from typing import Any

from varda.access.session import Session
from varda.catalogue import Words

LEVELS = ("A", "B", "C")
"""From with support, by on one's own, to leading others."""


@dataclass(frozen=True, slots=True)
class Task:
    """One task. `may` says by level what it means; `courses` help on the way."""

    code: str
    words: Words
    may: Mapping[str, Words]
    courses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Card:
    """A profession's card. `roles` are professions, `at` region, municipality or empty: both."""

    code: str
    words: Words
    roles: frozenset[str]
    at: str
    tasks: tuple[Task, ...]
    version: str

    def task(self, code: str) -> Task | None:
        """A task by its code."""
        return next((one for one in self.tasks if one.code == code), None)

    def is_for(self, session: Session) -> bool:
        """Whether it is the card of an assignment."""
        at = "municipality" if session.is_municipal else "region"
        return session.role in self.roles and self.at in ("", at) and session.assignment_purpose == "care"


@lru_cache
def cards() -> dict[str, Card]:
    """Every card by its code."""
    folder = resources.files("varda.introduction.competence") / "declared"
    files = sorted((one for one in folder.iterdir() if one.name.endswith(".toml")), key=lambda one: one.name)
    return {name: _card(name, one.read_text(encoding="utf-8")) for one in files if (name := one.name[:-5])}


def cards_of(sessions: Iterable[Session]) -> list[Card]:
    """The cards of some assignments, each once."""
    some = list(sessions)
    return [card for card in cards().values() if any(card.is_for(one) for one in some)]


def _card(code: str, text: str) -> Card:
    said = tomllib.loads(text)
    tasks = tuple(_task(one) for one in said["tasks"])
    version = sha256(text.encode()).hexdigest()[:12]
    return Card(code, Words(said["sv"], said["en"]), frozenset(said["roles"]), said.get("at", ""), tasks, version)


def _task(said: Mapping[str, Any]) -> Task:
    may = {level: Words(**said[level.lower()]) for level in LEVELS}
    return Task(said["code"], Words(said["sv"], said["en"]), may, tuple(said.get("courses", ())))
