"""What may be done with a note, and that its text is never lost on the way into narrative and back."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from xml.etree import ElementTree as Xml

import pytest
from hypothesis import given
from hypothesis import strategies as st

from varda.care.contacts import Contact
from varda.care.notes import (
    TEMPLATES,
    Template,
    changes,
    clean,
    div,
    keyword,
    known,
    may_amend,
    may_sign,
    may_strike,
    may_take_on,
    may_write,
    note,
    offered,
    plain,
    problems,
    template,
)
from varda.catalogue import ROLES, InForce, Words, rights_from, standings
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


def in_contact(kind: str, reason: str = "", *codes: str) -> Contact:
    return Contact("c", kind, "open", reason, None, None, "", "", "", "", frozenset(codes))


def test_every_role_is_offered_a_template_and_every_template_has_known_keywords() -> None:
    for role in ("physician", "nurse", "physiotherapist", "psychologist", "biomedical-scientist"):
        assert offered(TEMPLATES, role)
    for one in TEMPLATES.values():
        assert list(problems(one, TEMPLATES, is_new=False)) == [], one.code
    assert template("no such").code == "free"


@pytest.mark.parametrize(
    ("role", "contact", "first"),
    [
        ("physician", None, "visit"),
        ("physician", in_contact("AMB", "Yrsel"), "visit"),
        ("physician", in_contact("IMP", "Hjärtsvikt"), "round"),
        ("physician", in_contact("ACUTE"), "round"),
        ("physician", in_contact("EMER", "Bröstsmärta"), "emergency"),
        ("physician", in_contact("HH"), "home-visit"),
        ("physician", in_contact("VR"), "telephone"),
        ("physician", in_contact("AMB", "Årskontroll diabetes"), "annual-diabetes"),
        ("physician", in_contact("AMB", "Kontroll", "E11.9"), "annual-diabetes"),
        ("physician", in_contact("IMP", "Diabetes"), "round"),
        ("nurse", None, "nursing"),
        ("nurse", in_contact("AMB", "Sårvård"), "nursing"),
        ("nurse", in_contact("AMB", "Diabetes"), "annual-diabetes"),
        ("nurse", in_contact("HH"), "home-visit"),
        ("psychologist", in_contact("AMB"), "conversation"),
        ("receptionist", in_contact("VR"), "telephone"),
    ],
)
def test_profession_and_reason_decide_which_template_comes_first(
    role: str, contact: Contact | None, first: str
) -> None:
    assert offered(TEMPLATES, role, contact)[0].code == first


def test_own_favourites_come_before_what_is_likely_and_only_where_they_are_offered() -> None:
    found = offered(TEMPLATES, "physician", in_contact("AMB"), ["telephone", "nursing", "no such", "free"])
    assert [one.code for one in found[:3]] == ["telephone", "free", "visit"]
    assert len(found) == len({one.code for one in found})


def own(**content: dict[str, object]) -> Powers:
    declared = {("note-template", code.replace("_", "-")): one for code, one in content.items()}
    return Powers(None, InForce((), {}, NOW, NOW, declared))


def test_a_county_adds_changes_and_retires_and_a_name_is_never_lost() -> None:
    added = {"sv": "Fotstatus", "en": "Foot check", "keywords": ["hud"], "professions": ["nurse"], "contacts": [],
             "reasons": ["fot"], "retired": False}  # fmt: skip
    gone = TEMPLATES["nursing"].content(is_retired=True)
    templates = known(own(foot=added, nursing=gone))
    found = [one.code for one in offered(templates, "nurse", in_contact("AMB", "Fotvård"))]
    assert found[0] == "foot"
    assert "nursing" not in found
    assert template("nursing", templates).title == "Omvårdnadsanteckning", "a draft begun on it has its keywords still"
    assert known(own()) == TEMPLATES
    assert TEMPLATES["nursing"].is_retired is False


@pytest.mark.parametrize(
    ("changed", "path"),
    [
        ({"code": "visit"}, "code"),
        ({"code": "Å 1"}, "code"),
        ({"keywords": ()}, "keywords"),
        ({"keywords": ("hud", "no such")}, "keywords"),
        ({"keywords": ("hud", "hud")}, "keywords"),
        ({"words": Words(" ", "Foot")}, "sv"),
        ({"words": Words("Fot", "x" * 81)}, "en"),
        ({"professions": ("astrologer",)}, "professions"),
        ({"contacts": ("XX",)}, "contacts"),
        ({"reasons": ("x" * 81,)}, "reasons"),
    ],
)
def test_a_template_that_cannot_be_is_told_where(changed: dict[str, Any], path: str) -> None:
    one = replace(Template("foot", Words("Fot", "Foot"), ("hud",)), **changed)
    assert [wrong.path for wrong in problems(one, TEMPLATES, is_new=True)] == [path]


def test_the_progress_note_stays_and_nothing_is_changed_that_is_not_there() -> None:
    assert [one.path for one in problems(replace(TEMPLATES["free"], is_retired=True), TEMPLATES, is_new=False)] == [
        "retired"
    ]
    assert list(problems(replace(TEMPLATES["free"], professions=("nurse",)), TEMPLATES, is_new=False))
    missing = replace(TEMPLATES["free"], code="missing")
    assert [one.path for one in problems(missing, TEMPLATES, is_new=False)] == ["code"]


def test_keywords_are_written_by_name_in_either_language() -> None:
    assert [keyword(one) for one in ("Hud och vävnad", " skin and tissue", "hud", "Ryktbarhet ")] == [
        "hud", "hud", "hud", "Ryktbarhet",
    ]  # fmt: skip
