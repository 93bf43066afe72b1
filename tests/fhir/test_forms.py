"""What the forms let through is right: fhirkit and our own walk with words have nothing to say about it."""

import random
import subprocess
import sys
from collections.abc import Iterator
from copy import deepcopy
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from varda.fhir import validate
from varda.fhir.resource import dump, parse

ODD: tuple[Any, ...] = (
    "", " ", " a", "a b", "a  b", "a\nb", "a\tb", "a\x07", "a\x7f", "å", "-", "{}", "2024-02-30", "2024", "24:00:00",
    "Foo/1", "Patient/ä", "#", "<div>x</div>", "ab==", "a", 0, -1, 1, 2**31, 10**400, True, False, None,
    Decimal("1.0"), Decimal("1E+5"), Decimal("1E-2000"), [], {}, [None], [[]], [{}], ["a"], [1], {"a": 1}, {"id": "a"},
    {"value": 1}, {"reference": "Patient/1"}, {"url": "a"}, {"extension": []},
    {"coding": [{"system": "http://x", "code": "a"}]}, {"resourceType": "Patient"}, [{"resourceType": "Bundle"}],
)  # fmt: skip
KEYS = (
    "id", "_id", "extension", "url", "valueString", "valueCode", "value", "code", "resourceType", "status", "foo",
    "_status", "_url", "_div", "contained", "effectiveDateTime", "fhir_comments", "class", "text", "div", "language",
    "coding", "period",
)  # fmt: skip
EXAMPLES = sorted((Path(__file__).parent / "examples").glob("*.json"))


def holders(value: Any) -> Iterator[Any]:
    """Every object and list inside, where something can be put elsewhere."""
    if isinstance(value, (dict, list)) and value:
        yield value
        for inner in value.values() if isinstance(value, dict) else value:
            yield from holders(inner)


def spoiled(content: dict[str, Any], chance: random.Random) -> None:
    """Change one thing somewhere: drop, rename, add, wrap, double or replace it."""
    places = list(holders(content))
    place = chance.choice(places)
    key = chance.choice(list(place) if isinstance(place, dict) else range(len(place)))
    match chance.randrange(6):
        case 0:
            del place[key]
        case 1 if isinstance(place, dict):
            place[chance.choice(KEYS)] = place.pop(key)
        case 2 if isinstance(place, dict):
            place[chance.choice(KEYS)] = deepcopy(chance.choice(ODD))
        case 3:
            place[key] = [place[key]]
        case 4:
            place[key] = deepcopy(chance.choice(places))
        case _:
            place[key] = deepcopy(chance.choice(ODD))


@pytest.mark.parametrize("seed", range(4))
def test_what_fits_a_form_is_right_to_those_who_can_say_what_is_wrong(seed: int) -> None:
    chance, fitting = random.Random(seed), 0
    for file in EXAMPLES:
        for _ in range(8):
            content = parse(file.read_bytes())
            spoiled(content, chance)
            written = dump(content)
            if validate.problems(written) == ():
                fitting += 1
                assert validate.explained(written, content) == (), written
    assert fitting > 40


def test_what_is_given_twice_is_seen_whatever_is_escaped() -> None:
    twice = (
        rb'{"resourceType":"Patient","id":"a","gender":"male","gender":"male","name":[{"text":"\u0022\u0022\"b\""}]}'
    )
    assert [problem.path for problem in validate.problems(twice)] == ["Patient.gender"]
    spaced = b'{ "resourceType" :\n"Patient",\t"active"\n:true , "active":true }'
    assert [problem.path for problem in validate.problems(spaced)] == ["Patient.active"]


def test_threads_may_meet_a_type_for_the_first_time_together() -> None:
    """In a process of its own: where a form is met half made, the process dies and nothing can be caught."""
    examples = [str(path) for path in EXAMPLES[:40]]
    ended = subprocess.run([sys.executable, "-c", _TOGETHER, *examples], timeout=120, check=False)
    assert ended.returncode == 0


_TOGETHER = """
import sys, threading
from pathlib import Path
from varda.fhir.forms import is_right
from varda.fhir.resource import parse

sys.setswitchinterval(1e-6)
examples = [parse(Path(name).read_bytes()) for name in sys.argv[1:]]
begin = threading.Barrier(8)

def judge():
    begin.wait()
    for example in examples:
        is_right(example)

threads = [threading.Thread(target=judge) for _ in range(8)]
for thread in threads: thread.start()
for thread in threads: thread.join()
"""
