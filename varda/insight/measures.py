"""Measures of what units have written, month by month: what contacts were digital, what was coded, who came in an
emergency, who was referred to a hospital, and whose background was written anew.

What has happened is counted, and told where it is about five people or more (decision 44).
"""

from collections.abc import Mapping
from functools import partial
from typing import Any

from varda.care.facts import codes, codings
from varda.care.programmes import KIND
from varda.insight import referrals, repeated
from varda.insight.months import Counted, reckoned
from varda.record import Measure

PURPOSE = "administration"
"""To plan, follow up and evaluate the care (PDL 2:4, 5)."""
_HELD = ("arrived", "triaged", "in-progress", "onleave", "finished")


def _digital(contact: Mapping[str, Any]) -> int | None:
    """Of contacts in open care, one by video, telephone or in writing (VR), or a visit (AMB)."""
    kind = contact.get("class", {}).get("code")
    return {"VR": 0, "AMB": 1}.get(kind) if contact.get("status") in _HELD else None


def _emergency(contact: Mapping[str, Any]) -> int | None:
    is_one = contact.get("class", {}).get("code") == "EMER" and contact.get("status") in _HELD
    return 0 if is_one else None


def _coded(diagnosis: Mapping[str, Any]) -> int | None:
    """A diagnosis or problem with a code of a named system, or in words alone."""
    if codes(diagnosis.get("verificationStatus")) & {"entered-in-error"}:
        return None
    some = codings(diagnosis.get("code"))
    return 0 if any(one.get("system") and one.get("code") for one in some) else 1


def _measure(code: str, type_: str, reckoned: Any, kind: str = "care-unit") -> Measure:
    return Measure(
        code=code,
        purposes=frozenset({PURPOSE}),
        types=(type_,),
        where=(("type", f"{KIND}|{kind}"),),
        reckoned=reckoned,
        is_open=True,
        is_of_months=True,
    )


def _counted(code: str, what: Counted, kind: str = "care-unit") -> Measure:
    return _measure(code, what.type, partial(reckoned, what), kind)


MEASURES = {
    one.code: one
    for one in (
        _counted("digital-contacts", Counted("Encounter", "date", "period", 2, _digital)),
        _counted("emergency-visits", Counted("Encounter", "date", "period", 1, _emergency), "emergency"),
        _counted("coded-diagnoses", Counted("Condition", "recorded-date", "recordedDate", 2, _coded)),
        _measure("hospital-referrals", "ServiceRequest", referrals.reckoned),
        _measure("repeated-information", "Composition", repeated.reckoned),
    )
}
