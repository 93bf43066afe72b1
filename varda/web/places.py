"""Where somebody's work begins: the first page that a session can use."""

from varda.access import Session
from varda.record.powers import Powers


def first(session: Session, powers: Powers) -> str:
    """The page that a session begins on, by what its role is for: what waits for who takes on tasks, the unit's
    patients for others who meet them."""
    if session.kind == "citizen":
        return "/own"
    if powers.has("decide-destruction"):
        return "/destruction"
    if powers.meets_patients:
        return "/inbox" if powers.does("tasks.finish") else "/patients"
    if powers.has("lead-introduction"):
        return "/introduction"
    if powers.has("review-log"):
        return "/review"
    if powers.has("stop-functions"):
        return "/rights/functions"
    return "/rights/changes" if powers.has("change-rights") else "/rights"
