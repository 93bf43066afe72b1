"""Consent read into what a patient has decided (http://hl7.org/fhir/R4/consent.html), by the codes of `access`."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from varda.access.decisions import CATEGORY
from varda.care.facts import Moment, code, moment, shown

SCOPE = "http://terminology.hl7.org/CodeSystem/consentscope"
WAY = f"{CATEGORY}-way"
KINDS = {
    "information": "Informerad om sammanhållen vård- och omsorgsdokumentation",
    "access": "Samtycke till att läsa andra vårdgivares uppgifter",
    "inner-block": "Inre spärr",
    "outer-block": "Yttre spärr",
}
WAYS = ("present", "phone", "written", "digital")
"""How the patient said it."""


@dataclass(frozen=True, slots=True)
class Place:
    """An Organization as decisions name it: its id, and its name where it is known."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Decision:
    """One Consent. `kind` is a key of `KINDS`; `places` the units of a block (none: the whole provider) or the reader
    of a consent; `since` and `until` the dates of the data it is about; `lifted` until when a block is lifted now."""

    id: str
    version: int
    kind: str
    way: str
    made: Moment | None
    start: Moment | None
    end: Moment | None
    since: Moment | None
    until: Moment | None
    places: tuple[Place, ...]
    provider: str
    lifted: Moment | None

    @property
    def is_block(self) -> bool:
        """Whether it hides something."""
        return self.kind.endswith("-block")


def decision(resource: Mapping[str, Any], version: int, now: datetime) -> Decision:
    """A Consent as a decision, at an instant."""
    provision = resource.get("provision") or {}
    period, dates = provision.get("period") or {}, provision.get("dataPeriod") or {}
    actors = [one.get("reference") or {} for one in provision.get("actor") or []]
    return Decision(
        resource["id"],
        version,
        code(resource.get("category"), CATEGORY),
        code(resource.get("policyRule"), WAY),
        moment(resource.get("dateTime")),
        moment(period.get("start")),
        moment(period.get("end")),
        moment(dates.get("start")),
        moment(dates.get("end")),
        tuple(Place(str(one.get("reference", "")).removeprefix("Organization/"), shown(one)) for one in actors),
        shown(next(iter(resource.get("organization") or []), None)),
        _lifted(provision, now),
    )


def _lifted(provision: Mapping[str, Any], now: datetime) -> Moment | None:
    """The end of the last lifting, if it goes on now; only the last one counts (access.decisions)."""
    periods = [
        one["period"] for one in provision.get("provision") or [] if one.get("type") == "permit" and "period" in one
    ]
    if not periods:
        return None
    start, end = moment(periods[-1].get("start")), moment(periods[-1].get("end"))
    is_on = end is not None and end.at > now and (start is None or start.at <= now)
    return end if is_on else None
