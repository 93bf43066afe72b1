"""The tree of organisations, its staff, its beds and the people known by name."""

from collections import Counter

from tests.region.county import NOW, SEED, people, society
from varda import region
from varda.catalogue import role_of
from varda.region import staff

land = region.county(SEED)


def _units(kind):
    return [unit for unit in land.units.values() if unit.is_a(kind)]


def test_the_region_is_one_care_provider_and_each_municipality_and_company_its_own():
    assert [unit.name for unit in _units("region")] == ["Västra Götalandsregionen"]
    assert len(_units("municipality")) == 49
    assert len(_units("care-provider")) == 1 + 49 + len(_units("company"))
    for unit in land.units.values():
        top = unit
        while not (top.is_a("care-provider") or top.is_a("social-care-provider")):
            top = land.units[top.parent]
        assert top.hsa == unit.provider


def test_each_municipality_wears_two_hats_and_nobody_both_at_once():
    for hat in (social := _units("social-care-provider")):
        assert land.units[hat.parent].is_a("municipality")
        assert not hat.is_a("care-provider")
        (unit,) = [unit for unit in land.units.values() if unit.parent == hat.hsa]
        assert unit.is_a("home-help")
        assert {one.role for one in land.assignments[unit.hsa]} >= {"home-help", "needs-assessor"}
    assert len(social) == 49


def test_every_municipality_has_a_health_centre_home_care_and_a_nursing_home():
    for code in land.municipalities:
        for kind in ("health-centre", "home-care", "nursing-home"):
            assert land.by_kind.get((kind, code)), (kind, code)


def test_the_tree_is_of_a_usable_size():
    assert 250 <= len(land.units) <= 600
    assert 500 <= len(land.beds) <= 900


def test_assignments_say_what_they_are_for_and_people_which_licence_they_have():
    found = society()
    roles = [item.resource for item in found if item.resource["resourceType"] == "PractitionerRole"]
    purposes = {resource["id"]: resource["code"][1]["coding"][0]["code"] for resource in roles}
    assert Counter(purposes.values())["quality"] == 1
    people = {item.resource["id"]: item.resource for item in found if item.resource["resourceType"] == "Practitioner"}
    licences = {id_: [one["code"]["coding"][0]["code"] for one in person.get("qualification", [])]
                for id_, person in people.items()}  # fmt: skip
    for posts in land.assignments.values():
        for one in posts:
            role = role_of(one.role, purposes[one.hsa])
            assert role is not None, one
            assert licences[one.person] == ([role.licence] if role.licence else []), one


def test_every_care_unit_is_staffed():
    for unit in _units("care-unit"):
        assert len(land.assignments[unit.hsa]) >= 4, unit


def test_some_have_two_assignments_and_nobody_has_one_twice():
    posts = Counter(one.person for staff in land.assignments.values() for one in staff)
    assert set(posts.values()) == {1, 2}
    assert 0.02 < sum(many == 2 for many in posts.values()) / len(posts) < 0.15
    assignments = [one.hsa for staff in land.assignments.values() for one in staff]
    assert len(set(assignments)) == len(assignments)


def test_the_known_people_are_in_the_society_with_their_assignments():
    everyone = {item.resource["id"]: item.resource for item in society()}
    for known in region.DEMO_PEOPLE:
        assert everyone[known.hsa]["name"][0]["text"] == known.name
        for assignment in known.assignments:
            role = everyone[assignment]
            assert role["practitioner"]["reference"] == f"Practitioner/{known.hsa}"
            unit = role["organization"]["reference"].removeprefix("Organization/")
            assert land.units[unit].is_a("care-unit")
    usual = {known.key: everyone[known.assignments[0]]["organization"]["display"] for known in region.DEMO_PEOPLE}
    assert usual["health-centre-physician"] == "Närhälsan Trandared vårdcentral"
    assert usual["ward-physician"] == "SÄS medicinavdelning 1"
    assert usual["municipal-nurse"] == "Hemsjukvården Borås"


def test_society_belongs_to_the_county_and_comes_parents_first():
    seen = set()
    for item in society():
        assert item.unit == ""
        within = item.resource.get("partOf")
        assert within is None or within["reference"] in seen
        seen.add(f"{item.resource['resourceType']}/{item.resource['id']}")


def test_society_does_not_wait_for_the_clock():
    later = region.society(SEED, NOW.replace(year=2027))
    changed = {a.resource["resourceType"] for a, b in zip(society(), later, strict=True) if a != b}
    assert changed == {"PractitionerRole"}


def test_a_few_of_the_staff_are_patients_and_their_address_is_kept_once():
    numbers = {}
    for item in society():
        if item.resource["resourceType"] == "Practitioner":
            assert "address" not in item.resource
            for one in item.resource["identifier"][1:]:
                numbers[one["value"]] = item.resource
    themselves = {person.number: person for person in people(100) if person.number in numbers}
    assert len(themselves) == len(numbers) == len(staff.PATIENTS) == 5
    for number, person in themselves.items():
        assert numbers[number]["name"][0]["text"] == person.name
        assert not person.protected
    mother = next(one for one in themselves.values() if one.child is not None)
    child = people(100)[mother.child]
    assert (child.family, child.street, child.postal) == (mother.family, mother.street, mother.postal)


def test_review_and_destruction_have_somebody_to_sign_in_as():
    role = {one.person: one.role for posts in land.assignments.values() for one in posts}
    known = [role[person.hsa] for person in region.DEMO_PEOPLE]
    assert known.count("log-reviewer") == 1
    assert known.count("records-officer") == 2, "destruction takes two persons"
