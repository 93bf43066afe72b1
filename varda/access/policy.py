"""On which grounds somebody may open what lies behind the two walls: pure, to be read beside the statutes.

Inside one care provider it takes need and role (PDL 4); between providers a relation, consent and relevance, or one of
the exceptions that SVOD 3 counts up. Nothing else opens anything, not even consent (SVOD 3:7).
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from varda.access.session import Session
from varda.kernel.errors import Refused
from varda.search.narrowing import BLOCKED_UNIT, OTHERS, OTHERS_WITHOUT_RELATION

Ground = Literal["consent", "certificate", "child", "incapable", "emergency"]
InnerGround = Literal["consent", "vital"]

CHOICE_LASTS = timedelta(hours=12)
"""How long an active choice opens a patient: a working shift and its handover."""
EMERGENCY_LASTS = timedelta(hours=4)
"""How long an emergency opens what is otherwise closed."""
OF_AGE = 18
"""Years from which nobody is a child. Dated parameter: föräldrabalken 9:1."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of the patient and the reader's unit at this instant. `born` None: unknown, taken for an adult."""

    today: date
    born: date | None
    is_related: bool
    was_related: bool
    has_consented: bool


@dataclass(frozen=True, slots=True)
class Opening:
    """What a ground opens: `width` of the reach, for how long, whether social care's data only, whether the providers
    must be chosen from their list first, and whether log review looks at it. `with_record`: the danger is reason enough
    to open the patient's record itself in the same action (PDL 4:1), which takes a relation or a choice otherwise.
    """

    width: int
    lasts: timedelta
    social_only: bool
    from_list: bool
    is_reviewed: bool
    with_record: bool = False


def inner_opening(ground: InnerGround) -> Opening:
    """What opens a unit behind an inner block: the patient's consent, or care that is absolutely needed (PDL 4:5)."""
    vital = ground == "vital"
    return Opening(
        BLOCKED_UNIT, EMERGENCY_LASTS, social_only=False, from_list=True, is_reviewed=vital, with_record=vital
    )


def opening(session: Session, ground: Ground, facts: Facts) -> Opening:
    """What the ground opens of other providers' data. Raises `Refused`, saying what is lacking (SVOD 3:1–3:6)."""
    return _GROUNDS[ground](session, facts)


def _consent(session: Session, facts: Facts) -> Opening:
    """SVOD 3:1, 3:2: current relation and consent; relevance is what the reader names."""
    _need(facts.is_related, _NO_RELATION)
    _need(facts.has_consented, _NO_CONSENT)
    return Opening(OTHERS, CHOICE_LASTS, social_only=False, from_list=False, is_reviewed=False)


def _certificate(session: Session, facts: Facts) -> Opening:
    """SVOD 3:1: for a certificate a relation that was is enough; consent is still needed."""
    _need(not session.is_social, "Only a care provider writes certificates.")
    _need(facts.is_related or facts.was_related, "Your unit has never cared for this patient.")
    _need(facts.has_consented, _NO_CONSENT)
    return Opening(OTHERS_WITHOUT_RELATION, CHOICE_LASTS, social_only=False, from_list=False, is_reviewed=False)


def _child(session: Session, facts: Facts) -> Opening:
    """SVOD 3:1–3:2: a child who cannot consent needs not; social care reads other social care's data only."""
    _need(facts.is_related, _NO_RELATION)
    _need(years(facts.born, facts.today) < OF_AGE, "The patient is of age: ask for consent.")
    return Opening(OTHERS, CHOICE_LASTS, social_only=session.is_social, from_list=False, is_reviewed=False)


def _incapable(session: Session, facts: Facts) -> Opening:
    """SVOD 3:3–3:4: an adult who can no longer decide, the attitude explored; from the list of providers."""
    _need(facts.is_related, _NO_RELATION)
    _need(years(facts.born, facts.today) >= OF_AGE, "The patient is a child.")
    return Opening(OTHERS, CHOICE_LASTS, social_only=session.is_social, from_list=True, is_reviewed=True)


def _emergency(session: Session, facts: Facts) -> Opening:
    """SVOD 3:6: danger to life or serious risk to health, consent cannot be had. Never social care."""
    _need(not session.is_social, "Only a care provider may open another's data in an emergency (SVOD 3:6).")
    return Opening(
        OTHERS_WITHOUT_RELATION, EMERGENCY_LASTS, social_only=False, from_list=True, is_reviewed=True, with_record=True
    )


_GROUNDS = {
    "consent": _consent,
    "certificate": _certificate,
    "child": _child,
    "incapable": _incapable,
    "emergency": _emergency,
}
GROUNDS = tuple(_GROUNDS)

_NO_RELATION = "Your unit has no care relation to this patient now, so that other providers' data stay closed."
_NO_CONSENT = "The patient has not consented. Register the consent in the same step, or give another ground."


def _need(fulfilled: bool, otherwise: str) -> None:
    if not fulfilled:
        raise Refused(otherwise)


def years(born: date | None, today: date) -> int:
    """Whole years of age; somebody whose birth date is not known is grown up."""
    if born is None:
        return OF_AGE
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))
