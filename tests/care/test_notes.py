"""What may be done with a note, and that its text is never lost on the way into narrative and back."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from xml.etree import ElementTree as Xml

import pytest
from hypothesis import given
from hypothesis import strategies as st

from varda.care.notes import (
    KEYWORDS,
    TEMPLATES,
    changes,
    clean,
    div,
    may_amend,
    may_sign,
    may_strike,
    may_take_on,
    may_write,
    note,
    offered,
    plain,
    template,
)
from varda.catalogue import ROLES, InForce, rights_from, standings
from varda.record.powers import Powers

LUND = "Practitioner/lund"
NOW = datetime(2026, 11, 22, 10, tzinfo=UTC)


@dataclass
class Who:
    practitioner: str = LUND
    role: str = "physician"


def asked(rule, who: Who, about) -> bool:
    """A rule put to somebody with the powers that the role has by the package."""
    role = ROLES[who.role]
    rights = rights_from(standings(role, (), (), "", NOW, licences=frozenset({role.licence})))
    return rule(Powers(rights, InForce((), {}, NOW, NOW)), who, about)


def a_note(status: str = "preliminary", by: str = "Astrid Lund, läkare", signer: str = ""):
    return note(
        {
            "resourceType": "Composition",
            "id": "n1",
            "meta": {"versionId": "3"},
            "status": status,
            "title": "Besöksanteckning",
            "subject": {"reference": "Patient/p1"},
            "date": "2026-11-22T10:00:00Z",
            "author": [{"reference": LUND, "display": by}],
            "attester": [{"mode": "legal", "time": "2026-11-22T10:05:00Z", "party": {"reference": signer}}]
            if signer
            else [],
            "section": [
                {
                    "title": "Bedömning",
                    "code": {
                        "coding": [{"system": "https://varda.example/fhir/CodeSystem/keyword", "code": "bedomning"}]
                    },
                    "text": {"status": "additional", "div": div("Stabil.\nFortsatt oförändrat.")},
                }
            ],
        }
    )


@given(st.text())
def test_text_comes_back_from_narrative_as_it_was_written(text: str) -> None:
    assert plain(div(text)) == clean(text)


@given(st.text())
def test_every_narrative_is_well_formed(text: str) -> None:
    assert Xml.fromstring(div(text)).tag.endswith("div")


@given(st.text())
def test_cleaning_twice_changes_nothing_more(text: str) -> None:
    assert clean(clean(text)) == clean(text)


def test_what_xhtml_cannot_carry_is_replaced_where_it_stood() -> None:
    assert clean("a\x00b\ud800c\x0cd\r\ne") == "a\ufffdb\ufffdc\nd\ne"


def test_the_markup_of_others_is_read_as_text_and_never_shown() -> None:
    narrative = (
        '<div xmlns="http://www.w3.org/1999/xhtml"><h1>Svar</h1><ul><li>Inga metastaser</li><li>2 &lt; 3</li></ul>'
        "<table><tr><td>Hb</td><td>128</td></tr></table><img src='x' alt='kurva'/></div>"
    )
    assert plain(narrative) == "Svar\n– Inga metastaser\n– 2 < 3\nHb\t128\n[kurva]"


@given(st.text(), st.text())
def test_the_difference_of_two_texts_gives_both_of_them(before: str, after: str) -> None:
    found = list(changes(before, after))
    assert "".join(c.text for c in found if c.kind != "added") == before
    assert "".join(c.text for c in found if c.kind != "removed") == after


def test_a_note_is_read_with_its_author_its_signature_and_its_assessment() -> None:
    signed = a_note("final", signer=LUND)
    assert (signed.is_signed, signed.version, signed.by) == (True, 3, "Astrid Lund, läkare")
    assert signed.gist == "Stabil. Fortsatt oförändrat."


def test_a_note_that_has_only_a_narrative_is_not_called_empty() -> None:
    found = note({"resourceType": "Composition", "id": "x", "text": {"div": "<div><p>Allt väl.</p></div>"}})
    assert found.parts[0].text == "Allt väl."


@pytest.mark.parametrize("status", ["final", "amended", "entered-in-error"])
def test_what_is_signed_or_struck_cannot_be_signed(status: str) -> None:
    assert not asked(may_sign, Who(), a_note(status))


def test_the_author_signs_and_nobody_else() -> None:
    assert asked(may_sign, Who(), a_note())
    assert not asked(may_sign, Who(practitioner="Practitioner/ekman"), a_note())
    assert not asked(may_sign, Who(role="medical-secretary"), a_note())


def test_what_a_secretary_wrote_is_signed_by_the_one_who_is_named_and_taken_on_by_another_physician() -> None:
    dictated = replace(a_note(), authors=("Practitioner/sandell",), to_sign="Practitioner/ekman")
    sandell, ekman = Who("Practitioner/sandell", "medical-secretary"), Who("Practitioner/ekman")
    hassan = Who("Practitioner/hassan", "nurse")
    assert [asked(may_sign, who, dictated) for who in (sandell, ekman, Who(), hassan)] == [
        False,
        True,
        False,
        False,
    ]
    assert [asked(may_write, who, dictated) for who in (sandell, ekman, Who(), hassan)] == [
        True,
        True,
        False,
        False,
    ]
    assert [asked(may_take_on, who, dictated) for who in (sandell, ekman, Who(), hassan)] == [
        False,
        False,
        True,
        False,
    ]
    assert [asked(may_strike, who, dictated) for who in (sandell, ekman, Who(), hassan)] == [
        True,
        True,
        False,
        False,
    ]


def test_those_who_wrote_or_signed_may_amend() -> None:
    signed = a_note("final", signer="Practitioner/ekman")
    assert asked(may_amend, Who(), signed)
    assert asked(may_amend, Who(practitioner="Practitioner/ekman"), signed)
    assert not asked(may_amend, Who(practitioner="Practitioner/aberg"), signed)
    assert not asked(may_amend, Who(), a_note())


def test_every_role_is_offered_a_template_and_every_template_has_known_keywords() -> None:
    for role in ("physician", "nurse", "physiotherapist", "psychologist", "biomedical-scientist"):
        assert offered(role)
    assert {word for one in TEMPLATES.values() for word in one.keywords} <= set(KEYWORDS)
    assert template("no such").code == "free"


def test_the_reason_decides_which_template_comes_first() -> None:
    assert offered("physician", is_admitted=True)[0].code == "round"
    assert offered("physician")[0].code == "visit"
    assert offered("nurse")[0].code == "nursing"
