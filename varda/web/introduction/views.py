"""The introduction as it stands: deliveries, their forecast and critical path, the detailed plan, and organisations."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta

from starlette.responses import Response

from varda.access.organisations import Organisation, Organisations
from varda.catalogue import FUNCTIONS as KNOWN
from varda.introduction.programme import (
    AREAS,
    FUNCTIONS,
    LOCAL,
    MOMENTS,
    OFFICE,
    OPTIONS,
    ROLES,
    Circular,
    Item,
    Link,
    Participants,
    Picture,
    Progress,
    critical,
    delivery_of,
)
from varda.introduction.programme.template import lacking
from varda.kernel.errors import Absent, Problem, Unprocessable
from varda.web.deciding import day_said
from varda.web.introduction.drawing import LABELS, ROW, WIDTH, drawn
from varda.web.introduction.reader import (
    KIND_WORDS,
    PROGRESS_WORDS,
    SORT_WORDS,
    STATE_WORDS,
    asking,
    due,
    mandates,
    may,
    may_plan,
    names,
    notices,
    plans,
)
from varda.web.visit import Visit, page

MONTHS_AHEAD = timedelta(days=122)
"""How far the detailed plan looks: four months."""
MOST_ROWS = 400
_SHOWN = ("months", "critical", "late", "all")


async def programme(visit: Visit) -> Response:
    """The deliveries, and one of them as a picture with its table."""
    picture = await plans(visit).picture(visit.parts.clock.now())
    deliveries = [one for one in picture.items.values() if one.kind == "delivery"]
    asked = visit.asked("delivery") or (deliveries[0].code if deliveries else "")
    shown = next((one for one in deliveries if one.code == asked), None)
    if asked and shown is None:
        raise Absent("There is no such delivery.")
    overall = picture.version.items if picture.version else ()
    own = [one for one in overall if one.kind != "area" and delivery_of(one, picture.items) == asked]
    path = [picture.items[code] for code in critical(picture.items.values(), picture.times)]
    threats = [one for one in path if one.organisation and delivery_of(one, picture.items) == asked]
    return visit.page(
        "introduction/programme.html",
        picture=picture,
        deliveries=[(one, _go_live(picture, one.code)) for one in deliveries],
        shown=shown,
        gantt_of=drawn(own, picture.times, picture.progress, picture.today) if own else None,
        threats=threats,
        names=await names(visit, [one.organisation for one in threats]),
        geometry=(LABELS, WIDTH, ROW),
        kinds=KIND_WORDS,
        states=STATE_WORDS,
        progress=PROGRESS_WORDS,
        **await due(visit),
        **await notices(visit),
        tab="programme",
    )


async def detailed(visit: Visit) -> Response:
    """The detailed plan: what happens within four months, what is critical or late, or everything."""
    picture = await plans(visit).picture(visit.parts.clock.now())
    show = visit.asked("show", "months")
    show = show if show in _SHOWN else "months"
    rows = [one for one in picture.work if _is_shown(show, one, picture)]
    rows.sort(key=lambda one: (picture.times[one.code].start, picture.times[one.code].finish, one.code))
    return visit.page(
        "introduction/plan.html",
        picture=picture,
        rows=rows[:MOST_ROWS],
        count=len(rows),
        show=show,
        names=await names(visit, [one.organisation for one in rows[:MOST_ROWS]]),
        kinds=KIND_WORDS,
        tab="plan",
    )


async def organisations(visit: Visit) -> Response:
    """Everybody who takes part, by area, with what they have called off and how their plan goes."""
    now = visit.parts.clock.now()
    picture = await plans(visit).picture(now)
    found = await Participants(visit.parts.door.database).all()
    known = await names(visit, found)
    work: dict[str, list[Item]] = {}
    for one in picture.work:
        work.setdefault(one.organisation, []).append(one)
    rows = sorted(found.values(), key=lambda one: known.get(one.organisation, one.organisation))
    return visit.page(
        "introduction/organisations.html",
        picture=picture,
        groups=[(words, [one for one in rows if one.area == code]) for code, words in AREAS.items()],
        names=known,
        tally={hsa: _tally(some, picture) for hsa, some in work.items()},
        options=OPTIONS,
        sorts=SORT_WORDS,
        left=await _left(visit, found) if await may(visit, OFFICE) else [],
        is_office=await may(visit, OFFICE),
        tab="organisations",
    )


async def _left(visit: Visit, found: Mapping[str, object]) -> list[Organisation]:
    """Organisations that belong to no other and take no part."""
    return [one for one in await Organisations(visit.parts.door.database).tops() if one.hsa not in found]


async def organisation(visit: Visit) -> Response:
    """One organisation: its people, what it has called off and its own plan."""
    return await organisation_page(visit, {})


async def keep(visit: Visit) -> Response:
    """Add a thing to an organisation's own plan, or change one."""
    hsa, now = visit.part("organisation"), visit.parts.clock.now()
    picture = await plans(visit).picture(now)
    try:
        item = _item_said(visit, hsa, picture)
        await plans(visit).keep([item], await asking(visit), visit.said("reason"), now,
                                reopens=visit.said("reopens") == "yes")  # fmt: skip
    except Circular as wrong:
        return await organisation_page(visit, {"after": wrong}, 422)
    except Unprocessable as wrong:
        return await organisation_page(
            visit, wrong.by_path | {"all": "Something in it is not right and was not stored."}, 422
        )
    return visit.go(f"/introduction/organisations/{hsa}")


async def say(visit: Visit) -> Response:
    """Say that something was begun, or is finished."""
    hsa, now = visit.part("organisation"), visit.parts.clock.now()
    begun, finished = day_said(visit, "begun"), day_said(visit, "finished")
    await plans(visit).say(visit.said("code"), Progress(begun or finished, finished), await asking(visit), now)
    return visit.go(f"/introduction/organisations/{hsa}")


async def take_away(visit: Visit) -> Response:
    """Take something out of an organisation's own plan."""
    hsa, now = visit.part("organisation"), visit.parts.clock.now()
    await plans(visit).take_away(visit.said("code"), await asking(visit), visit.said("reason"), now)
    return visit.go(f"/introduction/organisations/{hsa}")


async def organisation_page(visit: Visit, problems: Mapping[str, object], status: int = 200) -> Response:
    """The page of one organisation, with what was wrong in one of its forms."""
    hsa, now = visit.part("organisation"), visit.parts.clock.now()
    known = await names(visit, [hsa])
    if hsa not in known:
        raise Absent("There is no such organisation.")
    picture = await plans(visit).picture(now)
    own = [one for one in picture.work if one.organisation == hsa]
    own.sort(key=lambda one: (picture.times[one.code].start, one.code))
    editing = next((one for one in own if one.code == visit.asked("edit")), None)
    central = [one for one in (picture.version.items if picture.version else ()) if one.kind in MOMENTS]
    part = (await Participants(visit.parts.door.database).all()).get(hsa)
    if part:
        central = [one for one in central if delivery_of(one, picture.items) == f"{part.area}-delivery"]
    held = [one for one in await mandates(visit).at([hsa]) if one.lasts(now)]
    is_office = await may(visit, OFFICE)
    pioneers = part.pioneers if part else ()
    return visit.page(
        "introduction/organisation.html",
        status,
        hsa=hsa,
        name=known[hsa],
        part=part,
        picture=picture,
        own=own,
        editing=editing,
        central=central,
        gantt_of=drawn(own, picture.times, picture.progress, picture.today) if own else None,
        held=held,
        lacking=[ROLES[code] for code in LOCAL if code not in {one.role.code for one in held}] if part else [],
        may_plan=await may_plan(visit, hsa),
        pattern=len(lacking(hsa, f"{part.area}-delivery", picture.items)) if part else 0,
        is_office=is_office,
        pioneers=await names(visit, pioneers),
        units=(await Organisations(visit.parts.door.database).below(hsa))[1:] if is_office else [],
        problems=problems,
        geometry=(LABELS, WIDTH, ROW),
        areas=AREAS,
        options=OPTIONS,
        comes={code: [KNOWN[one].words for one in sorted(some)] for code, some in FUNCTIONS.items()},
        closed=[KNOWN[one].words for one in sorted(part.closed)] if part else [],
        sorts=SORT_WORDS,
        kinds=KIND_WORDS,
        progress=PROGRESS_WORDS,
        tab="organisations",
    )


def _item_said(visit: Visit, hsa: str, picture: Picture) -> Item:
    """The form as an item; links that are still chosen keep their days between. Raises `Unprocessable`."""
    code = visit.said("code")
    known = next((one for one in picture.work if one.code == code and one.organisation == hsa), None)
    if code and known is None:
        raise Absent("There is no such thing in the detailed plan.")
    days = visit.said("days").strip() or "0"
    if not (days.isascii() and days.isdigit() and len(days) < 6):
        wrong = "The days are a whole number from 0 to 3650."
        raise Unprocessable(wrong, [Problem(wrong, "days")])
    lags = {link.code: link.lag for link in (*known.after, *known.before)} if known else {}
    after, before = (
        tuple(Link(str(one), lags.get(str(one), 0)) for one in visit.form.getlist(name)) for name in ("after", "before")
    )
    made = known or Item(_fresh(hsa, picture), "activity", "", organisation=hsa)
    title, opens = visit.said("title").strip(), day_said(visit, "opens")
    return replace(made, title=title, days=int(days), opens=opens, after=after, before=before)


def _fresh(hsa: str, picture: Picture) -> str:
    taken, number = picture.items, 1
    while f"{hsa}.a{number}" in taken:
        number += 1
    return f"{hsa}.a{number}"


def _go_live(picture: Picture, delivery: str) -> tuple[date, date | None] | None:
    """The forecast of a delivery's go-live and the promise."""
    for one in picture.items.values():
        if one.kind == "go-live" and delivery_of(one, picture.items) == delivery:
            return picture.times[one.code].finish, one.due
    return None


def _is_shown(show: str, one: Item, picture: Picture) -> bool:
    times, said = picture.times[one.code], picture.progress.get(one.code, Progress())
    if show == "all":
        return True
    if show == "critical":
        return times.is_critical
    if show == "late":
        return is_late(one, picture)
    return not said.finished and times.start <= picture.today + MONTHS_AHEAD


def is_late(one: Item, picture: Picture) -> bool:
    """Whether something was to be finished by its own days and is not."""
    said = picture.progress.get(one.code, Progress())
    days = timedelta(days=one.days + picture.waited.get(one.code, 0))
    return bool(said.begun and not said.finished and said.begun + days < picture.today)


def _tally(some: list[Item], picture: Picture) -> dict[str, int]:
    done = sum(1 for one in some if picture.progress.get(one.code, Progress()).finished)
    return {
        "all": len(some),
        "done": done,
        "late": sum(is_late(one, picture) for one in some),
        "critical": sum(picture.times[one.code].is_critical for one in some),
    }


ROUTES = [
    page("/introduction", programme),
    page("/introduction/plan", detailed),
    page("/introduction/organisations", organisations),
    page("/introduction/organisations/{organisation}", organisation),
    page("/introduction/organisations/{organisation}/work", keep, "POST"),
    page("/introduction/organisations/{organisation}/progress", say, "POST"),
    page("/introduction/organisations/{organisation}/take-away", take_away, "POST"),
]
