"""Where somebody's work begins: the first page that a session can use."""

from varda.access import Session
from varda.record.powers import Powers


def first(session: Session, powers: Powers) -> str:
    """The page that a session begins on, by what its role is for: the unit's patients, unless it has other work."""
    if session.kind == "citizen":
        return "/own"
    if powers.has("decide-destruction"):
        return "/destruction"
    if powers.meets_patients:
        return "/patients"
    if powers.has("review-log"):
        return "/review"
    return "/rights/changes" if powers.has("change-rights") else "/rights"
