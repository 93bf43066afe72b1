"""The CodeSystem that a list becomes: valid, the same for the same list, and comparable with the next edition."""

import pytest

from varda.fhir import validate
from varda.kernel.errors import Malformed
from varda.terminology import Concept, Difference, code_system, difference, id_of, is_same, loose_parents

SYSTEM = "urn:oid:1.2.752.116.1.1.1.1.3"
CHOLERA = Concept(2, "A00", "Kolera")
CLASSIC = Concept(3, "A00.0", "Klassisk kolera", "Classical cholera", "A00", "1997-01-01", "9999-12-31")


def test_a_concept_keeps_all_that_the_list_says() -> None:
    found = code_system(SYSTEM, "ICD-10-SE", [CHOLERA, CLASSIC], version="2025")
    assert validate.problems(found) == ()
    assert (found["name"], found["title"], found["version"]) == ("ICD_10_SE", "ICD-10-SE", "2025")
    assert (found["content"], found["count"]) == ("complete", 2)
    assert [one["code"] for one in found["property"]] == ["parent", "validFrom", "validTo"]
    assert found["concept"] == [
        {"code": "A00", "display": "Kolera"},
        {
            "code": "A00.0",
            "display": "Klassisk kolera",
            "designation": [{"language": "en", "value": "Classical cholera"}],
            "property": [
                {"code": "parent", "valueCode": "A00"},
                {"code": "validFrom", "valueDateTime": "1997-01-01"},
                {"code": "validTo", "valueDateTime": "9999-12-31"},
            ],
        },
    ]


def test_a_list_with_lines_missing_does_not_call_itself_complete() -> None:
    assert code_system(SYSTEM, "ICD", [CHOLERA], is_whole=False)["content"] == "fragment"


@pytest.mark.parametrize(
    ("name", "plain"), [("KVÅ", "KVA"), ("atc", "Atc"), ("10 i topp", "List_10_i_topp"), ("新", "List")]
)
def test_a_name_becomes_one_for_machines(name: str, plain: str) -> None:
    found = code_system(SYSTEM, name, [CHOLERA])
    assert (found["name"], found["title"]) == (plain, name)


@pytest.mark.parametrize("system", ["", "icd-10", "ICD 10", "http://", "urn:oid:", "http://a b", "urn:x:\n"])
def test_a_system_is_an_address(system: str) -> None:
    with pytest.raises(Malformed, match="address"):
        code_system(system, "X", [])


@pytest.mark.parametrize(("name", "version"), [(" ", ""), ("a\x00", ""), ("a", "\ud800")])
def test_a_name_and_version_can_be_kept(name: str, version: str) -> None:
    with pytest.raises(Malformed):
        code_system(SYSTEM, name, [], version=version)


def test_editions_are_compared_code_by_code() -> None:
    before = code_system(SYSTEM, "ICD", [CHOLERA, CLASSIC])
    after = code_system(SYSTEM, "ICD", [Concept(2, "A00", "Cholera"), Concept(3, "A01", "Tyfoidfeber")])
    assert difference(before, after) == Difference(new=1, changed=1, gone=1)
    assert difference(None, after) == Difference(2, 0, 0)
    assert is_same(before | {"meta": {"versionId": "1"}}, before)
    assert not is_same(before, before | {"version": "2026"})
    assert id_of(SYSTEM) == before["id"] == after["id"] != id_of("http://www.whocc.no/atc")


def test_parents_that_are_no_codes_are_counted_once() -> None:
    assert loose_parents([CLASSIC, Concept(4, "A00.1", "El Tor", parent="A00")]) == 1
    assert loose_parents([CHOLERA, CLASSIC]) == 0
