"""From role to rights: the matrix by table, dated changes, courses (F274, F279; RULES A2)."""

from datetime import UTC, datetime, timedelta

import pytest

from varda.catalogue import ROLES, Change, Rights, rights_from, role_of, standings
from varda.catalogue.declared import Right
from varda.catalogue.rights import NOTHING, Pass

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
UNIT = "SE9999999999-C"

# What the package gives, a row a role: where letters stand for reading, writing, signing; "-" for nothing.
TABLE = """
                        F72 F68 F10 F19 F151 F85 F28 F37 F40 F48 F49 F57 F45 F55 F103 F96 F87 F114 F277
physician               rw  rw  rw  rws rw   rw  rws rws rw  rw  rws rw  rws rws rw   rw  rw  r    -
nurse                   rw  rw  rw  rws rw   rw  rw  r   rw  rw  rw  r   r   rw  rw   rw  rw  r    -
midwife                 rw  rw  rw  rws rw   rw  rw  rws rw  rw  rw  r   r   rw  rw   rw  rw  r    -
assistant-nurse         rw  r   r   rws r    rw  r   r   r   -   r   -   r   -   r    r   rw  -    -
physiotherapist         rw  rw  r   rws rw   rw  rw  r   r   r   r   r   r   rw  rw   rw  rw  -    -
psychologist            rw  rw  r   rws rw   rw  r   r   r   r   r   r   r   rw  rw   rw  rw  -    -
social-worker           rw  rw  r   rws rw   r   r   r   r   r   r   r   r   r   rw   rw  rw  -    -
pharmacist              r   -   rw  rws r    r   r   r   r   -   r   -   r   -   r    r   rw  -    -
biomedical-scientist    r   r   r   -   -    rw  -   -   -   r   rw  r   r   r   -    -   -   -    -
medical-secretary       rw  rw  rw  rw  rw   r   rw  r   r   rw  r   rw  r   rw  r    r   rw  rw   -
receptionist            rw  rw  -   -   -    -   -   -   -   -   -   -   -   -   -    -   -   rw   -
needs-assessor          -   -   -   -   -    -   -   -   -   -   -   -   -   -   r    rw  rw  -    -
home-help               -   -   -   -   -    -   -   -   -   -   -   -   -   -   r    r   rw  -    -
unit-manager            r   rw  -   -   -    -   -   -   -   -   -   -   -   -   -    -   -   -    -
rights-administrator    -   -   -   -   -    -   -   -   -   -   -   -   -   -   -    -   -   -    -
log-reviewer            -   -   -   -   -    -   -   -   -   -   -   -   -   -   -    -   -   -    r
physician-quality       r   r   r   r   r    r   r   r   r   r   r   r   r   r   r    r   r   -    -
"""
_HEAD, *_ROWS = [line.split() for line in TABLE.strip().splitlines()]


def of(role: str, *changes: Change, passes: tuple[Pass, ...] = (), now: datetime = NOW, **more: object) -> Rights:
    licences = frozenset({ROLES[role].licence})
    return rights_from(standings(ROLES[role], changes, passes, UNIT, now, **{"licences": licences} | more))


def change(role: str, right: Right, *, granted: bool = True, course: str = "", **more: object) -> Change:
    given = {"opens": NOW - DAY, "closes": None} | more
    return Change(1, role, right, granted, course, reason="r", proposed_by="a", proposed_name="A", approved_by="b",
                  approved_name="B", **given)  # fmt: skip


@pytest.mark.parametrize("row", _ROWS, ids=lambda row: row[0])
def test_a_role_has_the_rights_of_its_row_and_no_others(row: list[str]) -> None:
    """F279: who may diagnose, refer, certify and prescribe stands in a table and not in code."""
    role, *cells = row
    rights = of(role)
    letters = {"read": "r", "write": "w", "sign": "s"}
    found = ["".join(x for act, x in letters.items() if rights.may(act, f)) or "-" for f in _HEAD]
    assert found == cells


@pytest.mark.parametrize(
    ("role", "special"),
    [
        (
            "physician",
            "open-emergency open-blocked register-decisions lift-blocks take-on-notes choose-saturation-scale use-apps",
        ),
        ("nurse", "open-emergency open-blocked register-decisions lift-blocks use-apps"),
        ("physiotherapist", "register-decisions use-apps"),
        ("medical-secretary", "register-decisions protected-identities use-apps"),
        ("receptionist", ""),
        ("home-help", ""),
        (
            "unit-manager",
            (
                "design-courses design-forms handle-deviations lift-blocks manage-unit protected-identities "
                "register-decisions "
                "review-log switch-functions"
            ),
        ),
        ("rights-administrator", "change-rights design-courses design-forms switch-functions"),
        ("log-reviewer", "review-log review-provider"),
        ("programme-manager", "lead-introduction"),
        ("records-officer", "decide-destruction protected-identities"),
        ("physician-quality", ""),
    ],
)
def test_special_rights_are_given_by_role_alone(role: str, special: str) -> None:
    assert of(role).special == set(special.split())


def test_social_care_has_no_emergency_right_and_no_clinical_type() -> None:
    """SVOD 3:2 and 3:6: emergency reading is care's alone (A9, A11)."""
    for role in ("needs-assessor", "home-help", "support-worker"):
        rights = of(role)
        assert not {"open-emergency", "open-blocked"} & rights.special
        assert not {"Observation", "Composition", "Condition", "MedicationRequest", "Encounter"} & rights.readable
        assert {"Patient", "CarePlan", "Task"} <= rights.readable


def test_an_unknown_role_may_do_nothing() -> None:
    """Default deny (A13): a role that nobody has declared has no rights."""
    assert role_of("astrologer", "care") is None
    assert NOTHING.readable == frozenset()
    assert not NOTHING.meets_patients
    assert NOTHING.writable == frozenset()
    assert not NOTHING.may("read", "Observation")
    assert not NOTHING.may("write", {"resourceType": "Basic"})


def test_who_somebody_is_is_read_by_whoever_reads_anything_of_a_record_and_by_nobody_else() -> None:
    """PDL 4:1 (A1, A2): no patient is met by a role that has no work with patients."""
    meets_nobody = {code for code in ROLES if not of(code).meets_patients}
    assert meets_nobody == {"rights-administrator", "programme-manager", "log-reviewer", "safety-representative"}
    assert {code for code in ROLES if "Patient" not in of(code).readable} == meets_nobody


def test_what_no_function_covers_may_not_be_written_by_anybody() -> None:
    assert not of("physician").may("write", "Organization")
    assert not of("physician").may("write", {"resourceType": "Organization"})


def test_a_type_asks_for_all_its_functions_and_an_item_for_its_own() -> None:
    nurse = of("nurse")
    assert not nurse.may("write", "DiagnosticReport")
    assert nurse.may("write", {"resourceType": "DiagnosticReport", "category": [{"coding": [{"code": "LAB"}]}]})
    assert not nurse.may("write", {"resourceType": "DiagnosticReport", "category": [{"coding": [{"code": "RAD"}]}]})
    assert "DiagnosticReport" in nurse.writable


@pytest.mark.parametrize(
    ("opens", "closes", "holds"),
    [
        (NOW, None, True),
        (NOW - DAY, NOW + DAY, True),
        (NOW + timedelta(seconds=1), None, False),
        (NOW - 2 * DAY, NOW, False),
    ],
)
def test_a_change_holds_from_its_first_instant_until_its_last(
    opens: datetime, closes: datetime | None, holds: bool
) -> None:
    """F57: a physiotherapist who writes imaging referrals is a county's dated decision, no release."""
    imaging = {"resourceType": "ServiceRequest", "category": [{"text": "Bilddiagnostik"}]}
    rights = of("physiotherapist", change("physiotherapist", ("F57", "write"), opens=opens, closes=closes))
    assert rights.may("write", imaging) is holds


def test_of_two_changes_the_later_one_stands() -> None:
    given, taken = change("nurse", ("F37", "write")), change("nurse", ("F37", "write"), granted=False)
    assert of("nurse", given).may("write", "MedicationRequest")
    assert not of("nurse", given, taken).may("write", "MedicationRequest")
    assert of("nurse", taken, given).may("write", "MedicationRequest")
    assert not of("midwife", taken, change("nurse", ("F37", "write"))).may("sign", "F49")


def test_who_may_not_read_may_not_write() -> None:
    blind = of("nurse", change("nurse", ("F85", "read"), granted=False))
    assert not blind.may("write", "F85")
    assert "Observation" not in blind.readable


def test_a_missing_course_takes_writing_and_never_reading_nor_emergency_rights() -> None:
    wanted: list[Right] = [("F40", "write"), ("F40", "read"), ("open-emergency", "special"), ("lift-blocks", "special")]
    rights = of("physician", *(change("physician", right, course="drugs-1") for right in wanted))
    assert not rights.may("write", "F40")
    assert rights.lacking("write", {"resourceType": "MedicationAdministration"}) == [("F40", "write")]
    assert rights.waiting["F40", "write"] == "drugs-1"
    assert rights.may("read", "F40")
    assert "MedicationAdministration" in rights.readable
    assert "open-emergency" in rights.special
    assert "lift-blocks" not in rights.special


@pytest.mark.parametrize(
    ("passed", "holds"),
    [
        (Pass("drugs-1", NOW - DAY, None), True),
        (Pass("drugs-1", NOW - DAY, NOW), False),
        (Pass("drugs-1", NOW + DAY, None), False),
        (Pass("drugs-2", NOW - DAY, None), False),
        (Pass("drugs-1", NOW - DAY, NOW + DAY, unit=UNIT), True),
        (Pass("drugs-1", NOW - DAY, NOW + DAY, unit="SE9999999999-S"), False),
    ],
)
def test_a_finished_course_or_an_exception_at_the_unit_gives_the_right(passed: Pass, holds: bool) -> None:
    demand = change("nurse", ("F40", "write"), course="drugs-1")
    assert of("nurse", demand, passes=(passed,)).may("write", "MedicationAdministration") is holds


def test_without_the_licence_prescribing_is_not_held_and_reading_is() -> None:
    unlicensed, licensed = (of("physician", licences=held) for held in (frozenset(), frozenset({"läkare"})))
    assert not unlicensed.may("write", "MedicationRequest")
    assert unlicensed.may("read", "MedicationRequest")
    assert unlicensed.may("write", {"resourceType": "Composition"})
    assert licensed.may("sign", "F28")
