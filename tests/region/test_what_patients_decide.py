"""Most are informed, some consent, a few block; and social care is another provider (SVOD 2-3, PDL 4:4)."""

from collections import Counter

from tests.region.county import NOW, SEED, age, name, of_type, people, told
from varda import region
from varda.access.decisions import decided, kind
from varda.region import organisations

land = region.county(SEED)


def _provider(reference):
    return land.units[reference.removeprefix("Organization/")]


def test_most_are_informed_some_consent_and_a_few_block():
    kinds = Counter(kind(one).name for life in told() for one in of_type(life, "Consent"))
    assert kinds["INFORMATION"] > 0.9 * len(told())
    assert 0.05 * len(told()) < kinds["ACCESS"] < 0.4 * len(told())
    assert 1 <= kinds["INNER"] <= 0.03 * len(told())
    assert 1 <= kinds["OUTER"] <= 0.03 * len(told())


def test_nobody_is_informed_by_a_provider_twice_and_every_decision_counts():
    for life in told():
        informed = [
            one["organization"][0]["reference"] for one in of_type(life, "Consent") if kind(one).name == "INFORMATION"
        ]
        assert len(set(informed)) == len(informed)
        assert all(decided(one) for one in of_type(life, "Consent"))


def test_a_block_belongs_to_the_unit_it_hides_and_is_an_adults():
    for life in told():
        for item in life.items:
            if item.resource["resourceType"] != "Consent" or "organization" not in item.resource:
                continue
            assert land.units[item.unit].provider == _provider(item.resource["organization"][0]["reference"]).hsa
            if kind(item.resource).name == "INNER":
                (actor,) = item.resource["provision"]["actor"]
                assert actor["reference"]["reference"] == f"Organization/{item.unit}"
            if kind(item.resource).name in ("INNER", "OUTER"):
                assert age(people()[int(life.patient_id[1:])]) >= 18


def test_those_with_home_help_have_a_plan_of_social_care_and_some_have_tasks():
    plans = [
        item for life in told() for item in life.items if item.resource.get("title") == "Genomförandeplan hemtjänst"
    ]
    assert len(plans) > 5
    for item in plans:
        assert land.units[item.unit].is_a("home-help")
        assert land.units[land.units[item.unit].provider].is_a("social-care-provider")
    tasks = [item for life in told() for item in life.items if item.resource["resourceType"] == "Task"]
    assert tasks
    assert all(item.resource["basedOn"][0]["reference"] in {name(one.resource) for one in plans} for item in tasks)


def test_there_are_quality_registers_to_decline():
    """R8: they are organisations of their own kind, outside every care provider."""
    kind_of = {one["id"]: one["type"][0]["coding"][0]["code"] for one in organisations.registers()}
    assert list(kind_of.values()) == ["quality-register"] * 3
    assert not set(kind_of) & set(land.units)
    there = {
        item.resource["id"] for item in region.society(SEED, NOW) if item.resource["resourceType"] == "Organization"
    }
    assert set(kind_of) <= there
