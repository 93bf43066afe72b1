"""What the forms let through is right: fhirkit and our own walk with words have nothing to say about it."""

import random
import subprocess
import sys
import weakref
from collections.abc import Iterator
from copy import deepcopy
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
import pytest

from varda.fhir import definitions, forms, validate, values
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
RIGHT: dict[str, Any] = {
    "boolean": True, "integer": 1, "unsignedInt": 1, "positiveInt": 1, "decimal": Decimal("1.0"),
    "base64Binary": "YQ==", "date": "2024-02", "dateTime": "2024", "instant": "2024-02-29T13:28:17Z",
    "time": "13:28:17", "oid": "urn:oid:1.2", "uuid": "urn:uuid:c757873d-ec9a-4326-a141-556f43239520",
    "xhtml": '<div xmlns="http://www.w3.org/1999/xhtml">a</div>',
}  # fmt: skip
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


def nested(levels: int, value: dict[str, Any]) -> dict[str, Any]:
    """A patient with a value in an extension of an extension …"""
    for _ in range(levels):
        value = {"extension": [{"url": "http://a"} | value]}
    return {"resourceType": "Patient"} | value


def made(type_: str, room: int, chance: random.Random) -> dict[str, Any]:
    """Something of a type: mostly with what is required, and with little else. Now and then it is wrong."""
    content: dict[str, Any] = {}
    kinds = list(definitions.elements(type_).values())
    for name in {element.name: element for element in kinds}:
        element = chance.choice([one for one in kinds if one.name == name])
        if element.type == "Resource" or chance.random() > (0.9 if element.min else 0.15):
            continue
        if element.type not in definitions.PRIMITIVE:
            one: Any = made(element.type, room - 1, chance) if room else {}
        elif element.type == "code" and (codes := sorted(definitions.codes(element.codes))):
            one = chance.choice(codes)
        else:
            one = RIGHT.get(element.type, "a") if chance.random() < 0.97 else deepcopy(chance.choice(ODD))
        content[element.key] = [one] if element.many else one
        if chance.random() < 0.02:
            content[f"_{element.key}"] = {"id": "a"}
    return content


def differ(content: dict[str, Any]) -> bool:
    """Whether a form lets through what is wrong; what the long way cannot read at all is wrong as well."""
    return validate.problems(dump(content)) == () and validate.explained(dump(content), content) != ()


@pytest.mark.parametrize("seed", range(4))
def test_a_value_of_any_type_at_any_depth_fits_no_form_when_it_is_wrong(seed: int) -> None:
    chance, fitting = random.Random(seed), 0
    kinds = [one for one in definitions.elements("Extension").values() if one.choice]
    for _ in range(600):
        kind = chance.choice(kinds)
        value = made(kind.type, 5, chance) if kind.type in definitions.COMPLEX else RIGHT.get(kind.type, "a")
        content = nested(chance.randrange(1, 7), {kind.key: value})
        assert not differ(content), dump(content)
        fitting += forms.is_right(content)
        type_ = chance.choice(definitions.TYPES)
        content = {"resourceType": type_} | made(type_, 8, chance)
        assert not differ(content), dump(content)
    assert fitting > 100


@pytest.mark.parametrize("levels", range(1, 7))
@pytest.mark.parametrize(
    "value",
    [{"valueDosage": {"text": "x"}}, {"valueAnnotation": {"text": "x"}}, {"valueCodeableConcept": {"text": "x"}}],
)
def test_what_is_right_is_right_however_deep(levels: int, value: dict[str, Any]) -> None:
    assert validate.problems(dump(nested(levels, value))) == ()


@pytest.mark.parametrize("levels", range(1, 7))
@pytest.mark.parametrize(
    "value",
    [
        {"valueUsageContext": {"id": "x"}},
        {"valueSignature": {"when": "2024-02-29T13:28:17Z"}},
        {"valueDataRequirement": {"type": "Patient", "sort": [{"path": "x"}]}},
    ],
)
def test_what_lacks_something_is_wrong_however_deep(levels: int, value: dict[str, Any]) -> None:
    assert validate.problems(dump(nested(levels, value))) != ()


def test_pages_of_a_guide_may_lie_within_pages() -> None:
    page: dict[str, Any] = {"nameUrl": "a.html", "title": "A", "generation": "html"}
    for _ in range(6):
        page = {"nameUrl": "a.html", "title": "A", "generation": "html", "page": [page]}
        definition = {"resource": [{"reference": {"reference": "Patient/1"}}], "page": page}
        guide = {"resourceType": "ImplementationGuide", "status": "draft", "url": "http://a", "name": "A"}
        guide |= {"packageId": "a", "fhirVersion": ["4.0.1"], "definition": definition}
        assert validate.problems(dump(guide)) == ()


def test_a_form_that_fails_leaves_the_judgement_to_the_long_way(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(type_: str) -> object:
        raise AttributeError(type_)

    monkeypatch.setattr(forms, "_resource", fail)
    assert validate.problems(b'{"resourceType":"Patient","active":true}') == ()


LONG = "a" * values.LONGEST


@pytest.mark.parametrize(
    "content",
    [
        {"implicitRules": f"http://{LONG}"},
        {"language": LONG + "a"},
        {"link": [{"type": "seealso", "other": {"reference": f"http://{LONG}"}}]},
        {"link": [{"type": "seealso", "other": {"reference": f"#{LONG}"}}]},
        {"meta": {"profile": [f"http://{LONG}"]}},
        {"photo": [{"url": f"http://{LONG}"}]},
        {"name": [{"family": LONG + "a"}]},
        {"deceasedDateTime": f"2024-02-29T13:28:17.{'1' * values.LONGEST}Z"},
        {"extension": [{"url": "http://a", "valueOid": "urn:oid:1" + ".1" * (values.LONGEST // 2)}]},
        {"extension": [{"url": "http://a", "valueTime": f"13:28:17.{'1' * values.LONGEST}"}]},
        {"extension": [{"url": f"http://{LONG}", "valueMarkdown": "a"}]},
        {"extension": [{"url": "http://a", "valueMarkdown": LONG + "a"}]},
    ],
    ids=lambda content: next(iter(content)),
)
def test_no_kind_of_text_is_longer_than_a_text_may_be(content: dict[str, Any]) -> None:
    content = {"resourceType": "Patient"} | content
    assert not forms.is_right(content)
    assert [one.message for one in validate.problems(content)] == ["The text is longer than 1048576 characters."]


def test_a_text_as_long_as_a_text_may_be_is_right_and_not_kept_in_memory() -> None:
    for length in (300, 301, 5000, values.LONGEST):
        address = f"http://{length}".ljust(length, "a")
        weak = Text(address)
        for test in (values.RULES["uri"].test, values.REFERENCE.test, values.RULES["code"].test):
            assert test(weak)
        kept = weakref.ref(weak)
        del weak
        assert (kept() is None) == (length > 300)


class Text(str):
    """One that tells when it is forgotten."""


def test_every_form_is_made_while_no_thread_can_meet_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also those that a value of a required value set is judged by, which lie behind a test of their own."""
    held: list[bool] = []
    made_before, lock = msgspec.defstruct, forms._making

    def watched(*given: Any, **named: Any) -> Any:
        held.append(lock._is_owned())  # type: ignore[attr-defined] # what threading.Condition asks as well
        return made_before(*given, **named)

    monkeypatch.setattr(msgspec, "defstruct", watched)
    monkeypatch.setattr(forms, "_form", cache(forms._form.__wrapped__))
    monkeypatch.setattr(forms, "_resource", cache(forms._resource.__wrapped__))
    condition = {
        "resourceType": "Condition",
        "subject": {"reference": "Patient/1"},
        "clinicalStatus": {
            "coding": [{"system": "http://terminology.hl7.org/CodeSystem/condition-clinical", "code": "active"}]
        },
        "contained": [{"resourceType": "Patient", "active": True}],
    }
    assert forms.is_right(condition)
    assert len(held) > 50
    assert all(held)


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
