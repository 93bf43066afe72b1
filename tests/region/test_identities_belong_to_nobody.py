"""RULES §5: no number, telephone or address of the invented county can be anyone's."""

import re

from tests.region.county import of_type, people, society, told
from varda.region import identities

BLOCK = re.compile(r"\d{8}-X(?:[A-HJ-NPR-UX-Z]\d{2}|[A-HJ-NPR-UX-Z]{2}\d)")
NATIONAL = re.compile(r"\d{8}-?(?:[A-HJ-NPR-UX-Z]{2}\d{2}|[A-HJ-NPR-UX-Z]{3}\d)")
FICTION = re.compile(r"070-17406(?:0[5-9]|[1-9]\d)|031-39006\d\d|08-465004\d\d")


def test_patients_carry_reserve_numbers_of_one_letter_block():
    for life in told():
        patient = life.items[0].resource
        numbers = patient["identifier"]
        assert [number["system"] for number in numbers] == [identities.RESERVE_NUMBER]
        assert BLOCK.fullmatch(numbers[0]["value"])
        assert NATIONAL.fullmatch(numbers[0]["value"])
        assert numbers[0]["value"][:8] == patient["birthDate"].replace("-", "")


def test_no_two_of_many_thousands_share_a_number():
    numbers = [person.number for person in people(15_000)]
    assert len(set(numbers)) == len(numbers)


def test_numbers_stay_apart_through_the_whole_county():
    def sharing(suffix):
        return range(suffix, identities.CAPACITY, identities._BLOCK)

    for suffix in (0, 2099, 2100, 6509):
        days = [identities.birthday(index, 7) for index in sharing(suffix)]
        assert len(set(days)) == len(days) == 365


def test_nothing_looks_like_a_personal_number():
    personal = re.compile(r"(?<!\d)(?:19|20)?\d{6}[-+]?\d{4}(?!\d)")
    for life in told():
        for resource in of_type(life, "Patient") + of_type(life, "RelatedPerson"):
            for identifier in resource.get("identifier", ()):
                assert not personal.search(identifier["value"])
        for note in of_type(life, "Composition"):
            assert not personal.search("".join(section["text"]["div"] for section in note["section"]))


def test_telephones_and_mail_reach_nobody():
    for item in [item for life in told() for item in life.items] + society():
        for contact in item.resource.get("telecom", ()):
            if contact["system"] == "phone":
                assert FICTION.fullmatch(contact["value"])
            else:
                assert re.fullmatch(r"[a-z0-9.-]+@example\.se", contact["value"])


def test_staff_and_units_have_hsa_ids_that_are_never_issued():
    for item in society():
        for identifier in item.resource.get("identifier", ()):
            if identifier["system"] == identities.RESERVE_NUMBER:
                assert item.resource["resourceType"] == "Practitioner"
                assert BLOCK.fullmatch(identifier["value"])
            else:
                assert identifier["system"] == identities.HSA_ID
                assert identifier["value"].startswith("SE9999999999-")


def test_a_few_people_are_protected_and_all_their_entries_say_so():
    protected = [life for life in told() if "meta" in life.items[0].resource]
    assert 2 <= len(protected) <= 8
    for life in protected:
        assert any(flag["code"]["text"] == "Skyddade personuppgifter" for flag in of_type(life, "Flag"))
        labels = [one.resource["meta"]["security"][0]["code"] for one in life.items if "meta" in one.resource]
        assert set(labels) == {"R"}
