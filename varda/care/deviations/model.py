"""A deviation as a case: its state, its owner, its age, the lex Maria assessment and what the patient was told.

A patient who was harmed is told six things, and that it was told is noted in the record (patientsäkerhetslagen 3:8).
What has led or could have led to a serious injury is reported to the inspectorate (lex Maria, 3:5).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from varda.record.deviations import Kept, Step

State = Literal["new", "taken", "assessed", "closed"]
SEVERITIES = ("none", "minor", "moderate", "major", "catastrophic")
"""From no harm, a risk alone, to the gravest."""
POINTS: Mapping[str, str] = {
    "event": "att en händelse har inträffat som har medfört en vårdskada",
    "measures": "vilka åtgärder vården vidtar för att något liknande inte ska hända igen",
    "inspectorate": "möjligheten att anmäla klagomål till Inspektionen för vård och omsorg",
    "compensation": "möjligheten att begära ersättning enligt patientskadelagen",
    "insurance": "möjligheten att begära ersättning från läkemedelsförsäkringen",
    "committee": "patientnämndens verksamhet",
}
"""What a harmed patient is told, as the record says it (Swedish, R7)."""


@dataclass(frozen=True, slots=True)
class Case:
    """One deviation. `lex_maria`: True when it is to be reported, False when not, None before somebody has judged."""

    kept: Kept
    state: State
    owner: str
    lex_maria: bool | None
    told: frozenset[str]
    note: str

    @property
    def is_harm(self) -> bool:
        """Whether a patient came to harm."""
        return self.kept.severity != "none" and bool(self.kept.patient)

    @property
    def untold(self) -> list[str]:
        """Which of the six points the harmed patient has not been told; empty where nobody was harmed."""
        return [one for one in POINTS if one not in self.told] if self.is_harm else []

    def age(self, now: datetime) -> timedelta:
        """For how long it has been open, or was."""
        ended = next((one.at for one in reversed(self.kept.steps) if one.act == "close"), now)
        return (ended if self.state == "closed" else now) - self.kept.reported


def case(kept: Kept) -> Case:
    """How it stands after all its steps."""
    last: dict[str, Step] = {one.act: one for one in kept.steps}
    order = [one.act for one in kept.steps if one.act in ("close", "reopen")]
    state: State = "assessed" if "assess" in last else "taken" if "take" in last else "new"
    told = [word for one in kept.steps if one.act == "tell" for word in one.said.split(",")]
    return Case(
        kept,
        "closed" if order[-1:] == ["close"] else state,
        last["take"].by_name if "take" in last else "",
        last["assess"].said == "lex-maria" if "assess" in last else None,
        frozenset(told),
        next((one.text for one in reversed(kept.steps) if one.act == "tell"), ""),
    )
