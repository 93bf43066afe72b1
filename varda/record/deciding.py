"""What a Consent must be like before the access rule obeys it (RULES A4, A6, A8). Pure: each rule names its problem.

A patient decides about a provider's data with that provider; nobody decides for the patient, a guardian included.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from varda.access.decisions import BLOCKS, Kind, kind, named
from varda.access.reach import Place
from varda.access.session import Session
from varda.kernel.errors import Problem


def problems(session: Session, consent: Mapping[str, Any], places: Mapping[str, Place]) -> Iterator[Problem]:
    """Why this session may not store the decision. `places` are the known units and providers, by reference.

    Says nothing of a Consent about something else, nor to a system that takes over what was decided elsewhere.
    """
    of = kind(dict(consent))
    if of is None or session.may("import"):
        return
    names = list(named(dict(consent)))
    if of is Kind.MINOR:
        return
    if unknown := [name for name in names if name not in places]:
        yield _problem(f"{', '.join(unknown)} is no unit or provider that is known here.")
        return
    if any(places[name].provider != session.provider_key for name in names):
        yield _problem("A patient decides about a provider's data with that provider: name your own provider or units.")
    provision = consent.get("provision") or {}
    if of is Kind.ACCESS:
        if not provision.get("actor"):
            yield _problem("Name the provider or unit that may read others' data.", "provision.actor")
        return
    if not consent.get("organization"):
        yield _problem("Name the provider whose data this is about.", "organization")
    if of in BLOCKS:
        yield from _block(of, consent, provision)


def _block(of: Kind, consent: Mapping[str, Any], provision: Mapping[str, Any]) -> Iterator[Problem]:
    if provision.get("type") != "deny":
        yield _problem("A block denies: give provision.type as deny.", "provision.type")
    if of is Kind.INNER and not provision.get("actor"):
        yield _problem("Name the unit that the patient blocks.", "provision.actor")
    patient = (consent.get("patient") or {}).get("reference", "")
    performers = [one.get("reference", "") for one in consent.get("performer") or []]
    if performers != [patient]:
        yield _problem(
            "Only the patient blocks the own data; a guardian cannot (PDL 4:4). Give the patient as performer.",
            "performer",
        )


def owner(consent: Mapping[str, Any], places: Mapping[str, Place]) -> Place | None:
    """The unit that a block is about: its Consent belongs there, so that it is hidden with what it hides."""
    if kind(dict(consent)) not in BLOCKS:
        return None
    actors = (consent.get("provision") or {}).get("actor") or []
    names = [(one.get("reference") or {}).get("reference", "") for one in actors]
    place = places.get(names[0]) if len(names) == 1 else None
    return place if place is not None and not place.is_provider else None


def _problem(message: str, element: str = "") -> Problem:
    return Problem(message, f"Consent.{element}" if element else "Consent", "business-rule")
