"""Where the official FHIR R4 examples are: all of them if `make test` could fetch them, else the committed sample."""

from pathlib import Path

ROOT = Path(__file__).parents[2]
FETCHED = ROOT / ".cache" / "fhir-examples"


def have_all() -> bool:
    """Were all published examples fetched? (tools/fhir-examples writes the stamp last.)"""
    return (FETCHED / ".complete").is_file()
