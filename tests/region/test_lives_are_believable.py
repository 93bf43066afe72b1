"""What a clinician would notice first: ages, prevalences, trends, and notes that quote the measured values."""

import re
from collections import Counter, defaultdict
from statistics import mean, median

import pytest

from tests.region.county import SEED, age, of_type, people, text, told
from varda import region
from varda.care import notes
from varda.care.notes import TEMPLATES
from varda.region import population
from varda.region.chapters import CHAPTERS, fate
from varda.region.entries import KEYWORDS, NOTE_TYPES

land = region.county(SEED)


def _at_home(people):
    return [one for one in people if one.bed is None]


@pytest.mark.parametrize(
    ("youngest", "oldest", "least", "most"),
    [(0, 17, 17, 27), (18, 39, 22, 33), (40, 64, 25, 36), (65, 79, 10, 18), (80, 120, 3, 8)],
)
def test_the_age_pyramid_is_swedish(youngest, oldest, least, most):
    ages = [age(one) for one in _at_home(people())]
    share = 100 * sum(youngest <= one <= oldest for one in ages) / len(ages)
    assert least <= share <= most


def test_half_are_women():
    assert 0.46 < mean(one.is_female for one in people()) < 0.54


def test_people_live_where_the_county_lives():
    homes = Counter(one.municipality.name for one in _at_home(people()))
    assert len(homes) == 49
    assert homes["Göteborg"] > homes["Borås"] > homes["Skövde"] > homes["Gullspång"]


PREVALENCE = [
    # chapter, from age, least and most per cent
    ("hypertension", 65, 45, 60), ("diabetes", 45, 7, 17), ("atrial fibrillation", 75, 10, 22),
    ("heart failure", 75, 7, 18), ("copd", 55, 4, 12), ("asthma", 2, 4, 10), ("depression", 18, 7, 14),
    ("stroke", 75, 6, 16), ("dementia", 85, 15, 33), ("sepsis", 65, 3, 10), ("breast cancer", 40, 1, 4),
]  # fmt: skip


@pytest.mark.parametrize(("chapter", "youngest", "least", "most"), PREVALENCE)
def test_diseases_are_as_common_as_they_are(chapter, youngest, least, most):
    old_enough = [one for one in people() if age(one) >= youngest]
    fates = [fate(age(one), one.sex, population.stream(SEED, one.index, "fate")) for one in old_enough]
    assert least <= 100 * mean(chapter in one for one in fates) <= most


def test_what_is_fated_is_told():
    codes = {"hypertension": "I10.9", "diabetes": "E11.9", "heart failure": "I50.9", "copd": "J44.9", "stroke": "I63.9"}
    for life in told():
        person = people()[_index(life)]
        fated = fate(age(person), person.sex, population.stream(SEED, person.index, "fate"))
        assert {codes[chapter] for chapter in fated & codes.keys()} <= _problems(life)


def _index(life):
    return int(life.patient_id[1:])


def _problems(life):
    conditions = of_type(life, "Condition")
    return {
        one["code"]["coding"][0]["code"]
        for one in conditions
        if one["category"][0]["coding"][0]["code"] == "problem-list-item"
    }


def test_all_the_promised_lives_are_there():
    seen = {item.resource["code"]["coding"][0]["code"] for life in told() for item in life.items
            if item.resource["resourceType"] == "Condition"}  # fmt: skip
    assert {"A41.9", "C50.9", "E11.9", "F32.1", "I10.9", "I48.9", "I50.9", "I63.9", "J44.9", "J45.9", "S72.0", "O80.9",
            "Z00.1", "Z34.9", "G30.1"} <= seen  # fmt: skip
    assert len(CHAPTERS) == 13


def test_treatment_lowers_hba1c_in_diabetes():
    first, last = [], []
    for life in told():
        values = [
            one["valueQuantity"]["value"] for one in of_type(life, "Observation") if one["code"]["text"] == "HbA1c"
        ]
        if "E11.9" in _problems(life) and len(values) > 3:
            first.append(values[0])
            last.append(mean(values[-2:]))
    assert len(first) >= 5
    assert mean(first) > 60
    assert mean(last) < mean(first) - 8
    assert all(40 <= value <= 80 for value in last)


def test_a_stay_ends_better_than_it_began():
    better = Counter()
    for life in told():
        values = defaultdict(list)
        for one in of_type(life, "Observation"):
            if one["code"]["text"] == "NEWS2":
                values[one["encounter"]["reference"]].append(one["valueQuantity"]["value"])
        better.update(found[-1] <= found[0] for found in values.values() if len(found) > 6)
    assert better[True] > 20
    assert better[False] <= better[True] * 0.05


def test_everyone_is_listed_once_at_a_health_centre():
    for life in told():
        (listing,) = of_type(life, "EpisodeOfCare")
        centre = listing["managingOrganization"]["reference"].removeprefix("Organization/")
        assert land.units[centre].is_a("health-centre")


def test_every_entry_of_care_is_owned_by_a_care_unit():
    county_owned = {"Patient", "RelatedPerson"}
    for life in told():
        for item in life.items:
            if item.resource["resourceType"] in county_owned:
                assert item.unit == ""
            else:
                assert land.units[item.unit].is_a("care-unit")


def test_lives_cross_the_borders_of_providers():
    several = sum(len({land.units[item.unit].provider for item in life.items if item.unit}) > 1 for life in told())
    assert several > len(told()) * 0.15


def test_a_life_has_a_believable_number_of_entries():
    persons = people()
    adults = [len(life.items) for life in told() if 18 <= age(persons[_index(life)]) < 65]
    old = [len(life.items) for life in told() if age(persons[_index(life)]) >= 80]
    assert 50 <= median(adults) <= 150
    assert median(old) >= 250


def test_one_in_twelve_beds_is_taken_and_nobody_shares_one():
    taken = Counter()
    for life in told():
        for encounter in of_type(life, "Encounter"):
            if encounter["class"]["code"] == "IMP" and encounter["status"] == "in-progress":
                taken[encounter["location"][0]["location"]["reference"]] += 1
    assert set(taken.values()) == {1}
    beds = [one.bed for one in people(500) if one.bed]
    assert len(set(beds)) == len(beds) >= len(land.beds) * 0.08
    assert sum(bed.ward == region.DEMO_WARD for bed in beds) >= 6


def test_beds_never_run_out_twice():
    beds = [one.bed for one in people(15_000) if one.bed]
    assert len(set(beds)) == len(beds) <= len(land.beds)


def test_mother_and_child_know_each_other():
    identities = {life.items[0].resource["identifier"][0]["value"]: life for life in told()}
    pairs = 0
    for life in told():
        for kin in of_type(life, "RelatedPerson"):
            if "identifier" in kin:
                other = identities[kin["identifier"][0]["value"]]
                back = [one["identifier"][0]["value"] for one in of_type(other, "RelatedPerson") if "identifier" in one]
                assert life.items[0].resource["identifier"][0]["value"] in back
                pairs += 1
    assert pairs >= 10


def test_the_birth_of_the_child_is_in_the_mothers_life():
    for mother in (one for one in people(300) if one.child is not None):
        child = people(300)[mother.child]
        births = [
            one for one in of_type(told()[mother.index], "Composition") if one["title"] == "Förlossningsanteckning"
        ]
        assert any(
            one["date"][:7] == child.born.isoformat()[:7] or one["date"][:4] == str(child.born.year) for one in births
        )


QUOTED = {
    r"[Bb]lodtryck (\d+/\d+)": "Blodtryck", r"HbA1c (\d+)": "HbA1c", r"\bHb (\d+)": "B-Hemoglobin",
    r"CRP (\d+)": "P-CRP",
    r"\b[Pp]uls (\d+)": "Puls", r"[Ss]aturation (\d+)": "Syremättnad (pulsoximetri)",
    r"\b[Tt]emp (\d+,\d)": "Kroppstemperatur",
    r"\b[Vv]ikt (\d+,\d)": "Kroppsvikt", r"PHQ-9 (\d+)": "PHQ-9", r"MMSE (\d+)": "MMSE", r"NEWS2 (\d+)": "NEWS2",
    r"NT-proBNP (\d+)": "P-NT-proBNP", r"[Kk]reatinin (\d+)": "P-Kreatinin", r"[Kk]alium (\d+,\d)": "P-Kalium",
    r"LDL (\d+,\d)": "P-LDL-kolesterol", r"eGFR (\d+)": "eGFR (relativt)", r"FEV1 (\d,\d)": "FEV1",
    r"ferritin (\d+)": "P-Ferritin", r"laktat (\d,\d)": "P-Laktat",
}  # fmt: skip


def _value(observation):
    if "component" in observation:
        return "/".join(str(part["valueQuantity"]["value"]) for part in observation["component"])
    return str(observation["valueQuantity"]["value"]).replace(".", ",")


def test_notes_quote_what_was_measured_at_the_same_contact():
    quoted = Counter()
    for life in told():
        measured = defaultdict(set)
        at_contacts = (one for one in of_type(life, "Observation") if "encounter" in one)  # how people live has none
        for one in at_contacts:
            measured[one["encounter"]["reference"], one["code"]["text"]].add(_value(one))
        for note in of_type(life, "Composition"):
            for pattern, what in QUOTED.items():
                for value in re.findall(pattern, text(note)):
                    assert value in measured[note["encounter"]["reference"], what], text(note)
                    quoted[what] += 1
    assert set(quoted) == set(QUOTED.values())


ENGLISH = re.compile(
    r"\b(the|and|with|patient is|was|were|has been|left side|right side|blood|pressure|visit|None|nan)\b"
)


def test_notes_are_swedish_and_finished():
    for life in told():
        for note in of_type(life, "Composition"):
            written = text(note)
            assert not ENGLISH.search(written), written
            assert "{" not in written
            assert "  " not in written.strip()
            assert all(
                section["text"]["div"].removesuffix("</p></div>").rstrip()[-1] in ".!?" for section in note["section"]
            )


def test_many_professions_write():
    titles = {note["title"] for life in told() for note in of_type(life, "Composition")}
    assert titles == {title for _, title in NOTE_TYPES.values()}


def test_notes_use_the_templates_and_keywords_of_care():
    for template, _ in NOTE_TYPES.values():
        assert template in TEMPLATES
    assert {word: notes.KEYWORDS[word].title for word in KEYWORDS} == KEYWORDS


def test_a_fourth_of_people_have_never_been_asked_about_allergies_and_the_rest_have_an_answer():
    answered = [of_type(life, "AllergyIntolerance") for life in told()]
    assert 0.6 < mean(bool(one) for one in answered) < 0.9
    assert all(
        len(one) == 1 for one in answered if any(each["code"]["text"] == "Ingen känd överkänslighet" for each in one)
    )


def test_most_notes_are_signed_and_the_known_people_have_some_left():
    notes = [note for life in told() for note in of_type(life, "Composition")]
    unsigned = [note for note in notes if note["status"] == "preliminary"]
    assert 0.002 < len(unsigned) / len(notes) < 0.05
    assert all("attester" not in note for note in unsigned)
    known = {f"Practitioner/{one.hsa}" for one in region.DEMO_PEOPLE}
    assert any(note["author"][0]["reference"] in known for note in unsigned)


def test_authors_work_at_the_unit_that_owns_the_note():
    for life in told():
        for item in life.items:
            if item.resource["resourceType"] == "Composition":
                staff = {f"Practitioner/{one.person}" for one in land.assignments[item.unit]}
                assert item.resource["author"][0]["reference"] in staff
                assert item.resource["custodian"]["reference"] == f"Organization/{item.unit}"


def test_radiology_answers_say_what_is_not_there():
    answers = [one["conclusion"] for life in told() for one in of_type(life, "DiagnosticReport") if "conclusion" in one]
    assert len(answers) > 30
    assert any(re.search(r"\b[Ii]ng(?:a|et|en)\b", answer) for answer in answers)


def test_there_are_bookings_today_and_to_come():
    starts = [one["start"][:10] for life in told() for one in of_type(life, "Appointment")]
    assert starts.count("2026-03-10") >= 10
    assert sum(start > "2026-03-10" for start in starts) >= 80


def test_the_penicillin_allergic_are_not_given_penicillin():
    for life in told():
        allergic = {one["code"]["text"] for one in of_type(life, "AllergyIntolerance")}
        if "Penicillin" in allergic:
            drugs = of_type(life, "MedicationRequest") + of_type(life, "MedicationAdministration")
            codes = {one["medicationCodeableConcept"]["coding"][0]["code"] for one in drugs}
            assert not any(code.startswith(("J01C", "J01CE")) for code in codes)


def test_doses_on_a_ward_are_given_by_order():
    ordered = [bool(one.get("request")) for life in told() for one in of_type(life, "MedicationAdministration")]
    assert len(ordered) > 100
    assert mean(ordered) > 0.9
