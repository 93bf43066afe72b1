"""Risks and problems on screens: the list with age and roll-up, one with its history, and one level up (F220)."""

from collections import Counter
from collections.abc import Sequence

from starlette.responses import Response

from varda.introduction.office import Risk, Risks, Wanted
from varda.introduction.office.risks import (
    CONSEQUENCE,
    KINDS,
    LEVEL_WORDS,
    LEVELS,
    LONGEST_WAIT,
    PROBABILITY,
    STATES,
    Level,
)
from varda.introduction.programme import AREAS, LOCAL, OFFICE, Mandate, Participants
from varda.kernel.errors import Stale, Unprocessable
from varda.web.deciding import day_said
from varda.web.introduction.reader import asking, mandates, names
from varda.web.language import N_
from varda.web.office.reading import number, whole
from varda.web.visit import Visit, page

AT = "/introduction/risks"
KIND_WORDS = {"risk": N_("risk"), "problem": N_("problem")}
STATE_WORDS = {"open": N_("open"), "going": N_("measures go on"), "closed": N_("closed")}
MARK_WORDS = {"overdue": N_("overdue"), "old": N_("has waited too long")}
GRAVITY_COLOURS = {"grave": "danger", "notable": "warning", "slight": "neutral"}
_SHOWN = ("open", "marked", "closed")


async def risks(visit: Visit) -> Response:
    """The list, the gravest first, with how many there are at each level and area."""
    return await _list(visit, {})


async def raised(visit: Visit) -> Response:
    """Raise one."""
    try:
        place = visit.said("place")
        made = await _risks(visit).raised(place, _wanted(visit), await asking(visit), visit.parts.clock.now())
    except Unprocessable as wrong:
        return await _list(visit, wrong.by_path, 422)
    return visit.go(f"{AT}/{made}")


async def risk(visit: Visit) -> Response:
    """One, with all that it has been."""
    return await _one(visit, {})


async def say(visit: Visit) -> Response:
    """Say how it is now."""
    made = _number(visit)
    try:
        await _risks(visit).say(
            made, visit.number_said("revision"), _wanted(visit), visit.said("reason"), await asking(visit),
            visit.parts.clock.now(),
        )  # fmt: skip
    except Unprocessable as wrong:
        return await _one(visit, wrong.by_path, 422)
    except Stale as stale:
        return await _one(visit, {"reason": stale.message}, 412)
    return visit.go(f"{AT}/{made}")


async def move(visit: Visit) -> Response:
    """One level up, or back."""
    made = _number(visit)
    try:
        await _risks(visit).move(
            made, visit.number_said("revision"), up=visit.said("act") == "up", reason=visit.said("why"),
            by=await asking(visit), now=visit.parts.clock.now(),
        )  # fmt: skip
    except Unprocessable as wrong:
        return await _one(visit, wrong.by_path, 422)
    except Stale as stale:
        return await _one(visit, {"why": stale.message}, 412)
    return visit.go(f"{AT}/{made}")


async def _list(visit: Visit, problems: dict[str, str], status: int = 200) -> Response:
    show = visit.asked("show", "open")
    show = show if show in _SHOWN else "open"
    area, level, organisation = visit.asked("area"), visit.asked("level"), visit.asked("organisation")
    some = await _risks(visit).all(organisation, closed=show == "closed")
    today = visit.say.today
    some = [one for one in some if area in ("", one.area) and level in ("", one.level)]
    rolled_up = _rolled_up(some, visit)
    if show == "marked":
        some = [one for one in some if one.marks(today)]
    places = await _places(visit)
    known = await names(visit, {*(one.organisation for one in some), *places, organisation})
    return visit.page(
        "office/risks.html",
        status,
        rows=some,
        rolled_up=rolled_up,
        show=show,
        area=area,
        level=level,
        organisation=organisation,
        places={place: known.get(place) or _place(visit, place) for place in places},
        owners=await _owners(visit, places) if places else [],
        names=known,
        problems=problems,
        today=today,
        **_words(),
    )


async def _one(visit: Visit, problems: dict[str, str], status: int = 200) -> Response:
    history, now = await _risks(visit).history(_number(visit)), visit.parts.clock.now()
    newest, person = history[0], visit.session.actor
    may_write = await _risks(visit).may_write(person, newest.organisation, newest.level, now)
    known = await names(visit, [newest.organisation])
    return visit.page(
        "office/risk.html",
        status,
        found=newest,
        revision=newest.revision if status != 422 else visit.number_said("revision"),
        history=history,
        place=known.get(newest.organisation) or _place(visit, newest.area),
        may_write=may_write,
        may_settle=await _risks(visit).may_settle(person, newest, now),
        owners=await _owners(visit, [newest.organisation]) if may_write else [],
        problems=problems,
        today=visit.say.today,
        **_words(),
    )


def _words() -> dict[str, object]:
    return {
        "kinds": KIND_WORDS,
        "states": STATE_WORDS,
        "marks": MARK_WORDS,
        "colours": GRAVITY_COLOURS,
        "levels": LEVEL_WORDS,
        "probability": PROBABILITY,
        "consequence": CONSEQUENCE,
        "waits": LONGEST_WAIT,
        "areas": AREAS,
        "all_kinds": KINDS,
        "all_states": STATES,
        "tab": "risks",
    }


def _rolled_up(some: Sequence[Risk], visit: Visit) -> list[tuple[str, dict[Level, int], int, int]]:
    """For each area and the whole programme: how many at each level, how many are grave, and how many marked."""
    rows = []
    for code in (*AREAS, ""):
        own = [one for one in some if one.area == code]
        at = Counter(one.level for one in own)
        grave = sum(one.gravity == "grave" for one in own)
        marked = sum(bool(one.marks(visit.say.today)) for one in own)
        if own:
            rows.append((_place(visit, code), {one: at[one] for one in LEVELS}, grave, marked))
    return rows


async def _places(visit: Visit) -> list[str]:
    """Where the reader may raise one: their own organisations, or everywhere for the office."""
    held = await mandates(visit).of(visit.session.actor, visit.parts.clock.now())
    roles = {one.role.code for one in held}
    taking_part = list(await Participants(visit.parts.door.database).all())
    if OFFICE in roles:
        return ["", *AREAS, *taking_part]
    own = list(dict.fromkeys(one.organisation for one in held if one.role.code in LOCAL))
    joint = [*AREAS, *taking_part] if "municipal-project" in roles else []
    return [*([""] if "steering-group" in roles else []), *own, *(one for one in joint if one not in own)]


async def _owners(visit: Visit, places: Sequence[str]) -> list[Mandate]:
    """Who may own one: those who are appointed there, or for the whole programme; each once."""
    now = visit.parts.clock.now()
    held = await mandates(visit).at([*{"", *places}], most=2000)
    return list({one.person: one for one in held if one.lasts(now)}.values())


def _place(visit: Visit, area: str) -> str:
    return AREAS[area].said(visit.language) if area in AREAS else visit.say._("the whole programme")


def _wanted(visit: Visit) -> Wanted:
    return Wanted(
        kind=visit.said("kind"),
        words=visit.said("words"),
        probability=whole(visit.said("probability")),
        consequence=whole(visit.said("consequence")),
        owner=visit.said("owner"),
        measures=visit.said("measures"),
        due=day_said(visit, "due"),
        state=visit.said("state") or "open",
    )


def _number(visit: Visit) -> int:
    return number(visit, "risk", "There is no such risk or problem.")


def _risks(visit: Visit) -> Risks:
    return Risks(visit.parts.door.database)


ROUTES = [
    page("/introduction/risks", risks),
    page("/introduction/risks", raised, "POST"),
    page("/introduction/risks/{risk}", risk),
    page("/introduction/risks/{risk}", say, "POST"),
    page("/introduction/risks/{risk}/level", move, "POST"),
]
