"""Certificates as declared files (F28, F30): the version by the day, whom they are offered, what answers begin with."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from varda.care import forms
from varda.care.certificates import (
    CERTIFICATES,
    beginning,
    declared,
    in_force,
    is_kept_back,
    issued,
    of_chart,
    offered,
    read,
    said,
    sources,
)
from varda.care.certificates.model import Undeclared
from varda.care.contacts import contacts
from varda.care.facts import Moment
from varda.care.notes import KEYWORDS, note
from varda.care.overview import Chart
from varda.catalogue import ROLES, InForce, rights_from, standings
from varda.record import discretion, signing
from varda.record.powers import Powers

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
TODAY = date(2026, 3, 1)
GROWN = Moment(datetime(1980, 5, 1, tzinfo=UTC), "day")
TEXT = """
code = "x"
category = "certificate"
sv = "Intyg"
en = "Certificate"
version = "2"
from = 2026-03-01
to = ""
[[items]]
link = "a"
type = "text"
text = "Fråga"
"""


def powers(code: str, *licences: str) -> Powers:
    role = ROLES[code]
    rights = rights_from(standings(role, (), (), "", NOW, licences=frozenset(licences or {role.licence})))
    return Powers(rights, InForce((), {}, NOW, NOW))


def codes(code: str, *licences: str, born: Moment | None = GROWN) -> list[str]:
    return [one.code for one in offered(powers(code, *licences), born, TODAY)]


def a_note(meta: dict[str, Any] | None = None, **texts: str) -> Any:
    keyword = "https://varda.example/fhir/CodeSystem/keyword"
    return note({
        "resourceType": "Composition", "id": "n1", "meta": {"versionId": "2", **(meta or {})},
        "status": "final", "title": "Besök",
        "subject": {"reference": "Patient/p"}, "encounter": {"reference": "Encounter/e1"},
        "date": "2026-02-20T10:00:00Z", "author": [{"reference": "Practitioner/a", "display": "Astrid Lund"}],
        "section": [
            {"title": KEYWORDS[word].title, "code": {"coding": [{"system": keyword, "code": word}]},
             "text": {"status": "additional", "div": f"<div><p>{text}</p></div>"}}
            for word, text in texts.items()
        ],
    })  # fmt: skip


def an_encounter(**period: str) -> dict[str, Any]:
    return {"resourceType": "Encounter", "id": "e1", "status": "finished" if "end" in period else "in-progress",
            "class": {"code": "AMB"}, "period": period, "reasonCode": [{"text": "Ryggsmärta"}]}  # fmt: skip


def a_condition(id_: str, text: str, code: str, encounter: str, **more: Any) -> dict[str, Any]:
    return {"resourceType": "Condition", "id": id_, "code": {"coding": [{"code": code}], "text": text},
            "encounter": {"reference": f"Encounter/{encounter}"}, "recordedDate": "2026-02-20", **more}  # fmt: skip


def test_every_file_is_a_form_that_can_be_filled_in() -> None:
    assert {one.code for one in CERTIFICATES} == {"sick-leave", "statement", "physical-activity"}
    for one in CERTIFICATES:
        assert list(forms.unknown(one.form)) == []
        assert declared(one.form.canonical) is one
        assert one.form.questions
        assert set(one.begins) <= set(one.form.by_link)


def test_the_rule_chooses_the_version_that_holds_on_the_day(monkeypatch: pytest.MonkeyPatch) -> None:
    old, new = read(TEXT.replace('"2"', '"1"').replace("2026-03-01", "2026-01-01"), "x-1"), read(TEXT, "x-2")
    monkeypatch.setattr("varda.care.certificates.rules.CERTIFICATES", (old, new))
    assert [one.version for one in in_force(date(2026, 2, 28))] == ["1"]
    assert [one.version for one in in_force(TODAY)] == ["2"]
    assert in_force(date(2025, 12, 31)) == []


def test_who_prepares_and_who_signs_follows_from_the_catalogue_and_the_licence() -> None:
    """A2: no role without the right is offered anything, and no profession without its licence."""
    assert codes("physician") == ["sick-leave", "statement", "physical-activity"]
    assert codes("nurse") == ["physical-activity", "sick-leave", "statement"], "what one signs oneself first"
    assert codes("medical-secretary") == ["sick-leave", "statement", "physical-activity"]
    assert codes("dietitian") == ["physical-activity"]
    assert codes("physician", "sjuksköterska") == []
    assert codes("medical-student") == codes("assistant-nurse") == codes("receptionist") == []
    assert [powers(one).signs("F28") for one in ("physician", "nurse", "medical-secretary")] == [True, False, False]
    assert powers("nurse").signs("F30")


def test_nobody_under_sixteen_is_given_sick_leave() -> None:
    child = Moment(datetime(2010, 3, 2, tzinfo=UTC), "day")
    assert codes("physician", born=child) == ["statement", "physical-activity"]
    assert codes("physician", born=Moment(datetime(2010, 3, 1, tzinfo=UTC), "day"))[0] == "sick-leave"
    assert codes("physician", born=None)[0] == "sick-leave", "an age that is not known stops nothing"


def test_answers_begin_with_what_the_note_its_contact_and_its_diagnosis_say() -> None:
    kind = next(one for one in CERTIFICATES if one.code == "sick-leave")
    there = an_encounter(start="2026-02-19T08:00:00Z") | {"diagnosis": [{"condition": {"reference": "Condition/c4"}}]}
    wrong = {"verificationStatus": {"coding": [{"code": "refuted"}]}}
    known = of_chart(
        a_note(status="Nedsatt rörlighet.", funktion="Kan inte lyfta.", planering="Sjukgymnastik."),
        Chart({"Encounter": [there], "Condition": [
            a_condition("c1", "Ryggsmärta", "M54.5", "e1"), a_condition("c2", "Astma", "J45.9", "another"),
            a_condition("c3", "Bråck", "M51.2", "e1", **wrong), a_condition("c4", "Fetma", "E66.9", "another"),
        ]}),
    )  # fmt: skip
    begun = beginning(kind, known)
    assert {link: one.value for link, one in begun.items()} == {
        "underlag-dag": "2026-02-20", "diagnos": "Ryggsmärta (M54.5)\nFetma (E66.9)",
        "funktionsnedsattning": "Nedsatt rörlighet.",
        "aktivitetsbegransning": "Kan inte lyfta.", "behandling": "Sjukgymnastik.", "fran": "2026-02-20",
    }  # fmt: skip
    assert begun["diagnos"].reference == "Condition/c1"
    assert begun["funktionsnedsattning"].shown == "Besök 2026-02-20, Astrid Lund"
    assert begun["underlag-dag"].reference == "Composition/n1", "the day of the note, and not the first of the contact"
    assert said(kind, begun)["fran"] == "2026-02-20"
    statement = next(one for one in CERTIFICATES if one.code == "statement")
    assert beginning(statement, known)["fran"].shown == "Kontakt Ryggsmärta"


def test_what_is_suspected_and_on_which_side_is_said() -> None:
    suspected = {"verificationStatus": {"coding": [{"code": "provisional"}]}}
    right = {"bodySite": [{"coding": [{"system": "http://snomed.info/sct", "code": "24028007"}]}]}
    known = of_chart(a_note(status="Svullen."), Chart({"Condition": [
        a_condition("c1", "Menisk", "M23.2", "e1", **suspected, **right), a_condition("c2", "Knäsmärta", "M25.5", "e1"),
    ]}))  # fmt: skip
    assert known["diagnosis"].value == "Knäsmärta (M25.5)\nMenisk, höger sida (M23.2), misstänkt"


def test_nothing_begins_with_what_is_kept_back_from_the_patient() -> None:
    """A17: who has the certificate reads it, the patient first."""
    label = {"security": [{"system": discretion.WITHHELD[0], "code": discretion.WITHHELD[1]}]}
    shown = a_condition("c1", "Ryggsmärta", "M54.5", "e1")
    kept_back = a_condition("c2", "Misshandel", "T74.1", "e1", meta=label)
    plain, hidden = a_note(status="Blåmärken."), a_note(label, status="Blåmärken.")
    both = Chart({"Condition": [shown, kept_back]})
    assert of_chart(plain, both)["diagnosis"].value == "Ryggsmärta (M54.5)"
    assert "status" not in of_chart(hidden, both)
    assert of_chart(hidden, both)["written"].value == "2026-02-20"
    assert [is_kept_back(plain, both), is_kept_back(hidden, Chart({})), is_kept_back(plain, Chart({}))] == [
        True, True, False,
    ]  # fmt: skip


def test_a_contact_that_has_ended_gives_the_last_day_and_one_out_of_reach_the_note_s_own() -> None:
    kind = next(one for one in CERTIFICATES if one.code == "statement")
    ended = contacts([an_encounter(start="2026-02-19T08:00:00Z", end="2026-02-22T08:00:00Z")], [])
    begun = beginning(kind, sources(a_note(bedomning="Frisk."), ended, []))
    assert {link: one.value for link, one in begun.items()} == {
        "fran": "2026-02-19", "till": "2026-02-22", "utlatande": "Frisk.",
    }  # fmt: skip
    alone = beginning(kind, sources(a_note(aktuellt="Mår bra."), [], []))
    assert {link: one.value for link, one in alone.items()} == {"fran": "2026-02-20", "utlatande": "Mår bra."}


@pytest.mark.parametrize(
    ("category", "kind"), [("certificate", "sick-leave"), ("physical-activity", ""), ("certificate-of-my-own", "")]
)
def test_a_form_is_what_the_category_that_it_was_signed_in_allows(category: str, kind: str) -> None:
    """Whoever signs activity on prescription signs no sick leave by naming its form (A2)."""
    found = issued({
        "resourceType": "Composition", "id": "c1", "status": "final",
        "category": [{"coding": [{"system": signing.CATEGORY, "code": category}]}],
        "contained": [{"resourceType": "QuestionnaireResponse", "id": "answers",
                       "questionnaire": "https://varda.example/fhir/certificates/certificate/sick-leave|1"}],
    })  # fmt: skip
    assert (found.kind.code if found.kind else "") == kind


@pytest.mark.parametrize(
    ("was", "now", "told"),
    [
        ('category = "certificate"', 'category = "letter"', "letter"),
        ('type = "text"', 'type = "reference"', "type"),
        ('text = "Fråga"', 'text = "Fråga"\nbegins = ["nyckel"]', "nyckel"),
        ('text = "Fråga"', 'text = "Fråga"\nwhen = ["b", "true"]', "condition"),
        ('to = ""\n', "", "'to'"),
        ("code =", "code", "x.toml"),
    ],
)
def test_a_file_that_cannot_be_understood_says_where(was: str, now: str, told: str) -> None:
    with pytest.raises(Undeclared, match=told) as wrong:
        read(TEXT.replace(was, now), "x.toml")
    assert "x.toml" in str(wrong.value)
