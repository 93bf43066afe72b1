"""Care relations follow from what care does anyway (PDL 4:1; A1 in docs/law.md)."""

from datetime import UTC, datetime
from typing import Any

import pytest

from varda.access.relations import ALWAYS, FOREVER, Reach, derived

WARD = {"reference": "Organization/ward"}


@pytest.mark.parametrize(
    ("resource", "reach"),
    [
        (
            {"resourceType": "EpisodeOfCare", "status": "active", "managingOrganization": WARD},
            [Reach("ward", ALWAYS, FOREVER)],
        ),
        (
            {
                "resourceType": "EpisodeOfCare",
                "status": "active",
                "managingOrganization": WARD,
                "period": {"end": "2026-05-01T10:00:00+02:00"},
            },
            [Reach("ward", ALWAYS, datetime(2026, 5, 1, 8, 0, 1, tzinfo=UTC))],
        ),
        ({"resourceType": "EpisodeOfCare", "status": "finished", "managingOrganization": WARD}, []),
        (
            {"resourceType": "Encounter", "status": "in-progress", "serviceProvider": WARD},
            [Reach("ward", ALWAYS, FOREVER)],
        ),
        ({"resourceType": "Encounter", "status": "finished", "serviceProvider": WARD}, []),
        ({"resourceType": "Encounter", "status": "cancelled", "serviceProvider": WARD}, []),
        ({"resourceType": "Encounter", "status": "in-progress"}, []),
        (
            {
                "resourceType": "CareTeam",
                "status": "active",
                "managingOrganization": [WARD],
                "participant": [{"member": {"reference": "Organization/home"}}, {"member": {"display": "Kalle"}}],
            },
            [Reach("ward", ALWAYS, FOREVER), Reach("home", ALWAYS, FOREVER)],
        ),
        ({"resourceType": "CareTeam", "status": "inactive", "managingOrganization": [WARD]}, []),
        ({"resourceType": "Observation", "status": "final"}, []),
    ],
)
def test_what_gives_a_relation(resource: dict[str, Any], reach: list[Reach]) -> None:
    assert derived(resource) == reach


def test_a_period_that_is_no_date_gives_no_end() -> None:
    episode = {
        "resourceType": "EpisodeOfCare", "status": "active", "managingOrganization": WARD,
        "period": {"end": "tomorrow"},
    }  # fmt: skip
    assert derived(episode) == [Reach("ward", ALWAYS, FOREVER)]
