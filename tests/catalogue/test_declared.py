"""The declared functions and roles hold together: every type and every action at one function, every right real."""

import ast
from collections import Counter
from pathlib import Path

import pytest

from varda.catalogue import AREAS, FUNCTIONS, ROLES, SPECIAL, covered, covering, functions_of, resting_on, role_of
from varda.fhir import definitions
from varda.record.writing import COUNTY_OWNED
from varda.region.staff import PURPOSES, TITLES

CARE = Path(__file__).parents[2] / "varda" / "care"


def actions_of_care() -> set[str]:
    """Every public verb of the domains, as `domain.verb`."""
    found = set()
    for file in CARE.glob("*/actions.py"):
        for node in ast.parse(file.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.AsyncFunctionDef) and not node.name.startswith("_"):
                found.add(f"{file.parent.name}.{node.name}")
    return found - {"patients.known"}  # a question: who has this number


def test_every_type_of_a_patient_s_record_belongs_to_a_function_and_to_one_only() -> None:
    stored = {type_ for type_ in definitions.TYPES if type_ not in COUNTY_OWNED} | {"Patient"}
    assert covered() == stored
    said = Counter(name for function in FUNCTIONS.values() for name in function.types)
    assert [name for name, times in said.items() if times > 1] == []
    assert {name.partition("|")[0] for name in said if "|" in name} <= {name for name in said if "|" not in name}


def test_every_action_of_care_stands_at_one_function() -> None:
    said = Counter(name for function in FUNCTIONS.values() for name in function.actions)
    missing, gone = actions_of_care() - set(said), set(said) - actions_of_care()
    assert not missing, f"{missing}: write them at their function in varda/catalogue/functions.toml."
    assert not gone, f"{gone} are no actions any more: take them out of varda/catalogue/functions.toml."
    assert [name for name, times in said.items() if times > 1] == []


def test_every_right_of_a_role_is_one_and_every_function_has_somebody() -> None:
    rights = {right for role in ROLES.values() for right in role.rights}
    assert {what for what, act in rights if act == "special"} == set(SPECIAL)
    assert {what for what, act in rights if act != "special"} <= set(FUNCTIONS)
    assert {function.area for function in FUNCTIONS.values()} == set(AREAS)
    no_reader = {number for number in FUNCTIONS if (number, "read") not in rights}
    assert no_reader == {"F285"}  # what systems say to one another is read by no role of care


def test_every_profession_of_the_county_has_a_role() -> None:
    assert [one for one in TITLES if not any(role_of(one, purpose) for purpose in PURPOSES)] == []
    assert role_of("astrologer", "care") is None
    assert role_of("physician", "statistics") is None
    assert role_of("physician", "quality") is ROLES["physician-quality"]


@pytest.mark.parametrize("role", ROLES)
def test_what_a_role_may_read_is_never_hidden_by_another_function_of_the_type(role: str) -> None:
    """A type with items of several functions is read only by who may read them all: none is half readable."""
    held = {number for number, act in ROLES[role].rights if act == "read"}
    assert [type_ for type_ in covered() if covering(type_) & held and not covering(type_) <= held] == []


@pytest.mark.parametrize(
    ("resource", "functions"),
    [
        ({"resourceType": "Observation"}, ("F85",)),
        ({"resourceType": "Observation", "category": [{"coding": [{"code": "vital-signs"}]}]}, ("F85",)),
        ({"resourceType": "Observation", "category": [{"coding": [{"code": "laboratory"}]}]}, ("F49",)),
        ({"resourceType": "DiagnosticReport", "category": [{"coding": [{"code": "RAD"}]}]}, ("F45",)),
        ({"resourceType": "ServiceRequest", "category": [{"text": "Bilddiagnostik"}]}, ("F57",)),
        ({"resourceType": "AllergyIntolerance", "category": ["medication"]}, ("F10",)),
        ({"resourceType": "MedicationRequest", "category": {"coding": [{"code": "inpatient"}]}}, ("F37",)),
        # Somebody who gives an item categories of two functions needs both.
        ({"resourceType": "Observation", "category": [{"coding": [{"code": "laboratory"}, {"code": "imaging"}]}]},
         ("F45", "F49")),
        ({"resourceType": "Encounter", "class": {"code": "IMP"}}, ("F77",)),
        ({"resourceType": "Encounter", "class": {"code": "AMB"}}, ("F72",)),
        ({"resourceType": "Organization"}, ()),
    ],
)  # fmt: skip
def test_an_item_belongs_to_the_function_of_its_category(
    resource: dict[str, object], functions: tuple[str, ...]
) -> None:
    assert functions_of(resource) == functions


def test_what_rests_on_a_function_is_told_to_the_last() -> None:
    """F245: stopping the orders of tests takes along their results, and what is decided by those."""
    assert {need for one in FUNCTIONS.values() for need in one.needs} <= set(FUNCTIONS)
    assert [one.number for one in resting_on("F48")] == ["F49", "F51", "F143"]
    assert {one.number for one in resting_on("F85")} >= {"F85.news2", "F143"}
    assert resting_on("F45") == ()
    assert all(one not in resting_on(one.number) for one in FUNCTIONS.values()), "nothing rests on itself"
