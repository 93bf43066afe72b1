"""The patients of copied units: enough of them for each kind, and no reserve number that two copies share."""

from datetime import UTC, datetime

from varda.introduction.practice import lives
from varda.kernel.clock import STOCKHOLM

NOW = datetime(2026, 3, 5, 20, tzinfo=UTC)  # a Thursday


def test_the_week_begins_on_monday_at_eight_in_summer_and_winter() -> None:
    for now in (NOW, datetime(2026, 3, 29, 21, 30, tzinfo=UTC), datetime(2026, 10, 25, 22, 59, tzinfo=UTC)):
        found = lives.monday(now).astimezone(STOCKHOLM)
        assert (found.weekday(), found.hour, found.minute) == (0, 8, 0)
        assert found.date() <= now.astimezone(STOCKHOLM).date()


def test_every_kind_has_patients_and_no_number_meets_another() -> None:
    kinds = lives.kinds(lives.monday(NOW))
    assert {one.name for one in kinds} == set(lives.KINDS)
    numbers = []
    for nth, kind in enumerate((*kinds, *kinds), 1):
        copy = lives.copied(kind, nth)
        assert 4 <= len(copy.names) <= lives.MOST
        people = [one.resource for one in copy.items if one.resource["resourceType"] == "Patient"]
        numbers += [one["identifier"][0]["value"] for one in people]
        assert all(len(one.resource["id"]) <= 64 for one in copy.items)
    assert len(set(numbers)) == len(numbers)


def test_a_copied_life_names_nobody_outside_its_copy() -> None:
    kind = next(one for one in lives.kinds(lives.monday(NOW)) if one.name == "ward")
    copy = lives.copied(kind, 7)
    known = {f"Patient/{id_}" for id_ in copy.names.values()}
    for item in copy.items:
        named = {text for text in lives._said(item.resource) if text.startswith("Patient/")}
        assert named <= known
        assert f"/{kind.unit.hsa}'" not in str(item.resource)
        assert f"/{kind.unit.hsa}-" not in str(item.resource)
