"""Every official example goes in and comes out equal, and only those that break the specification are refused."""

import json
import os
from pathlib import Path

import pytest

from tests.support.examples import FETCHED, have_all
from varda.fhir import links, resource, validate
from varda.search.index import indexed

SAMPLE = Path(__file__).parent / "examples"
COUNT = 5306

NO_BASE = "SearchParameter.base is required; these parameters of extensions say no type"
LONG_ID = "questionnaireresponse-extensions-QuestionnaireResponse-item-subject"
# The published files that break the specification, each with its reason.
INVALID = {
    "Bundle-v2-valuesets.json": "holds CodeSystem v2-0550",
    "CodeSystem-v2-0550.json": "codes that end in a no-break space, or are one",
    "ImplementationGuide-fhir.json": "name and status are required; a reference to an id too long",
    "ig-r4.json": "the same as ImplementationGuide-fhir.json",
    "Questionnaire-qs1.json": "linkId is required in every item",
    f"SearchParameter-{LONG_ID}.json": "an id of 67 characters, three too many",
    **{f"SearchParameter-codesystem-extensions-CodeSystem-{name}.json": NO_BASE for name in
       ("author", "effective", "end", "keyword", "workflow")},
    **{f"SearchParameter-valueset-extensions-ValueSet-{name}.json": NO_BASE for name in
       ("author", "effective", "end", "keyword", "workflow")},
}  # fmt: skip


def exact(raw: bytes) -> object:
    """The JSON as a tree in which a number is the text it was written as, and keys keep their order."""
    return json.loads(
        raw,
        parse_float=lambda text: ("number", text),
        parse_int=lambda text: ("number", text),
        object_pairs_hook=lambda pairs: ("object", pairs),
    )


def all_examples() -> list[Path]:
    given = os.environ.get("VARDA_FHIR_EXAMPLES")
    if given is None and not have_all():
        return []
    folder = Path(given) if given else FETCHED
    return [file for file in sorted(folder.glob("*.json")) if file.name != "package.json"]


def prove(file: Path) -> list[str]:
    """What is wrong with one example: lost, or refused though valid, or accepted though invalid."""
    raw = file.read_bytes()
    parsed = resource.parse(raw)
    found = []
    if exact(resource.dump(parsed)) != exact(raw):
        found.append(f"{file.name}: not equal after parse and dump")
    problems = validate.problems(raw, parsed)
    if bool(problems) != (file.name in INVALID):
        found.append(f"{file.name}: {problems or 'expected to be refused'}")
    if {place for place, _ in links.references(parsed)} and not links.links(parsed):
        found.append(f"{file.name}: references without links")
    indexed(parsed)
    return found


def test_the_sample_is_lossless_and_judged_as_the_specification_does() -> None:
    files = sorted(SAMPLE.glob("*.json"))
    assert len(files) == 60
    assert sum(file.name in INVALID for file in files) == 3
    assert [wrong for file in files for wrong in prove(file)] == []


@pytest.mark.long
def test_all_published_examples_are_lossless_and_judged_as_the_specification_does() -> None:
    files = all_examples()
    assert len(files) == COUNT, "fetch them with tools/fhir-examples, or point VARDA_FHIR_EXAMPLES at the folder"
    assert {file.name for file in files} >= INVALID.keys()
    assert [wrong for file in files for wrong in prove(file)] == []
