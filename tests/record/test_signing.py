"""A note is signed by the one who answers for it, whatever way it is written (R1), and then only amended (R2)."""

from typing import Any

import pytest

from varda.access.session import Session
from varda.fhir.resource import Resource
from varda.record import signing

ASTRID, BO, EVA = "Practitioner/astrid", "Practitioner/bo", "Practitioner/eva"


def mark(who: str, time: str = "2026-03-01T12:00:00Z") -> Resource:
    return {"mode": "legal", "party": {"reference": who}} | ({"time": time} if time else {})


def composed(status: str, *attesters: Resource, author: str = ASTRID, **more: Any) -> Resource:
    made: Resource = {
        "resourceType": "Composition",
        "status": status,
        "type": {"text": "Besöksanteckning"},
        "subject": {"reference": "Patient/vera"},
        "date": "2026-03-01T12:00:00Z",
        "author": [{"reference": author}],
        "title": "Besöksanteckning",
    }
    return made | ({"attester": list(attesters)} if attesters else {}) | more


def who(practitioner: str = ASTRID, role: str = "physician", **more: Any) -> Session:
    given = {"kind": "staff", "actor": "x", "name": "x", "practitioner": practitioner, "role": role}
    return Session(**(given | more))


UNSIGNED, DICTATED = composed("preliminary"), composed("preliminary", mark(ASTRID, ""), author=EVA)
SIGNED, STRUCK = composed("final", mark(ASTRID)), composed("entered-in-error", mark(ASTRID))
TWICE = composed("amended", mark(ASTRID), mark(ASTRID, "2026-03-02T12:00:00Z"))
SECRETARY = who(EVA, "medical-secretary")
SYSTEM = who("", "", kind="client", scopes=("read", "write", "import"))


@pytest.mark.parametrize(
    ("session", "before", "after"),
    [
        (who(), None, UNSIGNED),
        (who(), None, SIGNED),
        (who(), UNSIGNED, SIGNED),
        (who(), DICTATED, composed("final", mark(ASTRID), author=EVA)),
        (who(), SIGNED, TWICE),
        (who(), SIGNED, STRUCK),
        (who(), UNSIGNED, composed("entered-in-error")),
        (SECRETARY, None, DICTATED),
        (SECRETARY, DICTATED, composed("entered-in-error", mark(ASTRID, ""), author=EVA)),
        (who(BO), DICTATED, composed("preliminary", mark(BO, ""), author=EVA)),
        (SYSTEM, None, composed("final")),
        (SYSTEM, SIGNED, composed("final")),
    ],
)
def test_what_is_stored(session: Session, before: Resource | None, after: Resource) -> None:
    assert list(signing.problems(session, session.role == "physician", before, after)) == []


@pytest.mark.parametrize(
    ("session", "before", "after", "said"),
    [
        (who(), None, composed("final"), "Sign the note yourself"),
        (who(), None, composed("final", mark(BO)), "Sign the note yourself"),
        (who(), None, composed("final", mark(ASTRID, "")), "Sign the note yourself"),
        (who(), None, composed("final", mark(ASTRID), mark(BO)), "Sign the note yourself"),
        (who(), None, composed("final", {**mark(ASTRID), "mode": "personal"}), "Sign the note yourself"),
        (who(), None, composed("final", mark(ASTRID), author=BO), "Practitioner/astrid|Its author"),
        (who(), None, composed("amended", mark(ASTRID)), "Only a signed note can be amended"),
        (who(), None, composed("preliminary", mark(ASTRID)), "An unsigned note has no signature"),
        (SECRETARY, None, composed("final", mark(EVA), author=EVA), "does not sign notes"),
        (who(BO), UNSIGNED, composed("final", mark(BO)), "Its author is to sign"),
        (who(BO), DICTATED, composed("final", mark(BO), author=EVA), "Practitioner/astrid is to sign"),
        (who(BO), UNSIGNED, composed("entered-in-error"), "struck by its author"),
        (who(), SIGNED, SIGNED, "amended or entered-in-error"),
        (who(), SIGNED, composed("preliminary"), "amended or entered-in-error"),
        (who(), SIGNED, composed("amended", mark(ASTRID)), "Sign the note yourself"),
        (who(), SIGNED, composed("amended", mark(ASTRID, "2026-03-02T12:00:00Z")), "Sign the note yourself"),
        (who(BO), SIGNED, composed("amended", mark(ASTRID), mark(BO)), "Only the author or the one who signed"),
        (who(BO), SIGNED, STRUCK, "Only the author or the one who signed"),
        (who(), SIGNED, composed("entered-in-error"), "signatures of a note stay"),
        (who(), STRUCK, composed("amended", mark(ASTRID), mark(ASTRID)), "has been struck"),
        (who("", "", kind="client", scopes=("read", "write")), None, composed("final"), "does not sign notes"),
    ],
)
def test_what_is_refused(session: Session, before: Resource | None, after: Resource, said: str) -> None:
    found = [problem.message for problem in signing.problems(session, session.role == "physician", before, after)]
    assert any(part in message for message in found for part in said.split("|")), found
