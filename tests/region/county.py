"""A county told once for all tests of the region: 320 lives, seed 7, a fixed morning."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import lru_cache

import msgspec

from varda import region
from varda.region import population

SEED = 7
NOW = datetime(2026, 3, 10, 9, 0, tzinfo=UTC)
MANY = 320
encode = msgspec.json.Encoder(decimal_format="number").encode


@lru_cache
def told() -> list[region.Life]:
    return list(region.lives(MANY, SEED, NOW))


@lru_cache
def society() -> list[region.Item]:
    return region.society(SEED, NOW)


@lru_cache
def people(many: int = 4000) -> list[region.Person]:
    return [population.person(region.county(SEED), index, NOW) for index in range(many)]


def age(person: region.Person) -> int:
    return (NOW.date() - person.born).days // 365


def of_type(life: region.Life, kind: str) -> list[dict]:
    return [item.resource for item in life.items if item.resource["resourceType"] == kind]


def name(resource: dict) -> str:
    return f"{resource['resourceType']}/{resource['id']}"


def references(node: object) -> Iterator[str]:
    if isinstance(node, dict):
        if isinstance(node.get("reference"), str):
            yield node["reference"].partition("/_history/")[0]
        for value in node.values():
            yield from references(value)
    elif isinstance(node, list):
        for value in node:
            yield from references(value)


def text(composition: dict) -> str:
    return "\n".join(re.sub("<[^>]+>", "", section["text"]["div"]) for section in composition["section"])
