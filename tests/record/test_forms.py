"""A filled form is signed in nobody else's name, whatever way it is written (R1), and then only amended (R2)."""

from typing import Any

import pytest

from tests.record.test_signing import ASTRID, BO, who
from varda.access.session import Session
from varda.fhir.resource import Resource
from varda.record import forms


def mark(person: str, when: str = "2026-03-01T12:00:00Z", **more: str) -> Resource:
    return {"url": forms.SIGNATURE, "valueSignature": {"when": when, "who": {"reference": person, **more}}}


def filled(status: str, *marks: Resource, author: str = ASTRID, said: str = "Ja") -> Resource:
    made: Resource = {"resourceType": "QuestionnaireResponse", "status": status, "author": {"reference": author}}
    made["item"] = [{"linkId": "q", "answer": [{"valueString": said}]}]
    return made | ({"extension": list(marks)} if marks else {})


SIGNED, LATER = filled("completed", mark(ASTRID)), "2026-03-02T12:00:00Z"
BEGUN = filled("in-progress")


@pytest.mark.parametrize(
    ("session", "before", "after"),
    [
        (who(), None, BEGUN),
        (who(), None, SIGNED),
        (who(), BEGUN, filled("completed", mark(ASTRID, display="x"))),
        (who(BO), BEGUN, filled("completed", mark(BO))),
        (who(BO), BEGUN, filled("completed", mark(BO), author=BO)),
        (who(BO), SIGNED, filled("amended", mark(ASTRID), mark(BO, LATER), said="Nej")),
        (who(BO), SIGNED, SIGNED | {"status": "entered-in-error"}),
        (who(), BEGUN, filled("entered-in-error")),
        (who("", "", kind="client"), None, filled("completed")),
    ],
)
def test_what_is_stored(session: Session, before: Resource | None, after: Resource) -> None:
    assert list(forms.filled(session, True, before, after)) == []


@pytest.mark.parametrize(
    ("session", "before", "after"),
    [
        (who(), None, filled("completed")),
        (who(BO), None, filled("completed", mark(ASTRID))),
        (who(BO), None, filled("completed", mark(BO))),
        (who(BO), None, filled("completed", mark(ASTRID), mark(BO), author=BO)),
        (who(BO), None, filled("completed", mark(BO, display="Astrid Lund"), author=BO)),
        (who(BO), None, filled("completed", {"url": forms.SIGNATURE, "valueString": "Astrid"}, author=BO)),
        (who(BO), None, filled("in-progress", mark(ASTRID))),
        (who(BO), SIGNED, filled("amended", mark(ASTRID), said="Nej")),
        (who(BO), SIGNED, filled("amended", mark(BO), said="Nej")),
        (who(BO), SIGNED, filled("amended", mark(BO, LATER), mark(ASTRID), said="Nej")),
        (who(BO), SIGNED, filled("amended", mark(ASTRID), mark(BO), author=BO, said="Nej")),
        (who(BO), SIGNED, filled("entered-in-error", mark(ASTRID), said="Nej")),
        (who(BO), SIGNED, filled("entered-in-error", mark(ASTRID), mark(BO))),
        (who(BO), SIGNED, filled("entered-in-error")),
    ],
)
def test_what_is_refused_with_a_reason(session: Session, before: Resource | None, after: Resource) -> None:
    told: list[Any] = list(forms.filled(session, True, before, after))
    assert told
    assert all(one.code == "forbidden" for one in told)


def drawn(status: str, *more: Resource, **said: str) -> Resource:
    writer = {"url": forms.WRITER, "valueReference": {"reference": ASTRID}}
    return {"resourceType": "Questionnaire", "status": status, "extension": [writer, *more], **said}


PUBLISHED = {"url": forms.PUBLISHER, "valueReference": {"reference": BO}}
OTHER: Resource = {"url": "http://hl7.org/fhir/StructureDefinition/variable", "valueString": "x"}


@pytest.mark.parametrize(
    ("before", "after", "may"),
    [
        (drawn("draft", OTHER), drawn("active", OTHER, PUBLISHED), True),
        (drawn("draft", OTHER), drawn("active", PUBLISHED), False),
        (drawn("draft"), drawn("active", OTHER, PUBLISHED), False),
        (drawn("active", PUBLISHED), drawn("retired", PUBLISHED), True),
        (drawn("active", PUBLISHED), drawn("retired"), False),
        (drawn("active", PUBLISHED), drawn("retired", PUBLISHED, OTHER), False),
    ],
)
def test_publishing_and_retiring_change_no_extension_but_the_publisher(before: Any, after: Any, may: bool) -> None:
    assert (list(forms.designed(who(BO), True, before, after)) == []) == may
