"""F22, F222: whether a background was written anew although it stood in the record."""

from collections.abc import Mapping
from typing import Any

import pytest

from tests.insight.test_outcomes import HERE, THERE, contact, night, people, said, written
from tests.record import world
from varda.access.session import Session
from varda.care.notes import div
from varda.care.notes.model import COPIED, KEYWORD
from varda.insight import Outcome
from varda.insight.repeated import is_anew, told
from varda.kernel.clock import SetClock
from varda.record import Door, signing

__all__ = ["people"]  # a fixture
HISTORY = "Hypertoni sedan tio år. Opererad för ljumskbråck 2011."


def note(
    id_: str, who: int, day: str, texts: Mapping[str, str], *, copied: str = "", status: str = "final"
) -> dict[str, Any]:
    mark = [{"url": COPIED, "valueReference": {"reference": f"Composition/{copied}"}}]
    return {
        "resourceType": "Composition", "id": id_, "status": status, "date": f"{day}T09:00:00+01:00", "title": "Besök",
        "type": {"text": "Besök"}, "author": [{"reference": "Practitioner/astrid"}],
        "subject": {"reference": f"Patient/q{who}"},
        "section": [
            {"title": word, "code": {"coding": [{"system": KEYWORD, "code": word}]},
             "text": {"status": "additional", "div": div(text)}} | ({"extension": mark} if copied else {})
            for word, text in texts.items()
        ],
    }  # fmt: skip


@pytest.mark.usefixtures("people")
async def test_people_are_counted_whose_background_was_written_anew(
    door: Door, clock: SetClock, astrid: Session
) -> None:
    """F222: of those where another unit of the same care provider had it already within the year."""
    # Of whom the contact is over the unit has no care relation any more, and nothing is counted of the seventeenth.
    where = [contact(f"c{n}", n, "AMB") | {"status": "in-progress" if n < 17 else "finished"} for n in range(20)]
    await written(door, THERE, *[note(f"old{n}", n, "2025-06-01", {"anamnes": HISTORY}) for n in (*range(14), 17)],
                  note("ancient", 14, "2025-01-20", {"anamnes": HISTORY}),
                  note("unsigned", 15, "2025-06-01", {"anamnes": HISTORY}, status="preliminary"))  # fmt: skip
    await written(
        door, HERE, *where, *[note(f"new{n}", n, "2026-02-10", {"anamnes": "Har högt blodtryck."}) for n in range(6)],
        *[note(f"more{n}", n, "2026-02-11", {"anamnes": "Behandlas för högt blodtryck."}) for n in range(3)],
        *[note(f"copy{n}", n, "2026-02-10", {"anamnes": HISTORY}, copied=f"old{n}") for n in range(6, 11)],
        *[note(f"first{n}", n, "2026-02-10", {"anamnes": "Har högt blodtryck."}) for n in range(14, 17)],
        note("over", 17, "2026-02-10", {"anamnes": "Har högt blodtryck."}),
        note("present", 12, "2026-02-10", {"aktuellt": "Mår bra."}),
    )  # fmt: skip
    await night(door, clock)
    assert await said(door, astrid, "repeated-information", world.REGION) == [Outcome("2026-02", 6, 11, 1, 0)]


@pytest.mark.usefixtures("people")
async def test_four_people_are_told_of_nowhere(door: Door, clock: SetClock, astrid: Session) -> None:
    """A18: nor by what is left when those who had it used are taken away."""
    await written(door, THERE, *[note(f"old{n}", n, "2025-06-01", {"anamnes": HISTORY}) for n in range(12)])
    await written(
        door, HERE, *[contact(f"c{n}", n, "AMB") | {"status": "in-progress"} for n in range(12)],
        *[note(f"new{n}", n, "2026-02-10", {"anamnes": "Har högt blodtryck."}) for n in range(4)],
        *[note(f"copy{n}", n, "2026-02-10", {"anamnes": HISTORY}, copied=f"old{n}") for n in range(4, 12)],
    )  # fmt: skip
    await night(door, clock)
    assert await said(door, astrid, "repeated-information", world.REGION) == [Outcome("2026-02", 0, 0, 0, 1)]


@pytest.mark.parametrize(
    ("text", "copied", "is_new"),
    [
        ("Har haft högt blodtryck länge.", "", True),
        (HISTORY, "old", False),
        ("opererad  för ljumskbråck 2011, nu utan besvär", "", False),
        ("", "", None),
    ],
)
def test_a_text_is_used_again_or_written_anew(text: str, copied: str, is_new: bool | None) -> None:
    """A sentence of the earlier text that stands in the new one is use, however it is spaced."""
    before = told([note("old", 1, "2025-12-01", {"anamnes": HISTORY, "boende": "Ensam"})])
    (now,) = told([note("new", 1, "2026-02-10", {"anamnes": text, "levnadsvanor": "Röker"}, copied=copied)])
    assert is_anew(now, before) is is_new


def test_what_was_written_later_or_long_before_could_not_be_used() -> None:
    (now,) = told([note("new", 1, "2026-02-10", {"boende": "Villa i två plan, bor med make"})])
    for day in ("2026-02-10", "2026-02-11", "2025-02-09"):
        assert is_anew(now, told([note("other", 1, day, {"boende": "Lägenhet"})])) is None, day
    assert is_anew(now, told([note("other", 1, "2025-02-10", {"boende": "Lägenhet"})]))
    assert is_anew(now, [now]) is None
    sick = {"coding": [{"system": signing.CATEGORY, "code": "certificate"}]}
    assert told([note("c", 1, "2025-12-01", {"boende": "Lägenhet"}) | {"category": [sick]}]) == []
