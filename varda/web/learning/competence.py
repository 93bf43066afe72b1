"""Competence cards: mine, and for who leads a unit its people's and what it needs (F182-F186).

A person's assessment is seen by that person and by who leads a unit where they work, and by nobody else: not by the
leader of a training, nor in any count outside the unit.
"""

from collections.abc import Mapping

from starlette.responses import Response

from varda.access import Session
from varda.introduction.competence import LEVELS, Card, Competence, cards, cards_of
from varda.kernel.errors import Absent, Refused, Unprocessable
from varda.web.deciding import day_of, day_said
from varda.web.learning.reader import courses_of
from varda.web.visit import Visit, page

AT = "/learning/competence"
_FIRST = "level-"


async def mine(visit: Visit) -> Response:
    """My cards, by all my assignments."""
    return await _mine(visit)


async def assess(visit: Visit) -> Response:
    """Say where I stand, or where I am to get."""
    session, now = visit.session, visit.parts.clock.now()
    card = _card(cards_of(await visit.parts.people.sessions(session.actor, now)), visit.part("card"))
    try:
        if visit.said("act") == "plan":
            await _planned(visit, session.actor, card)
        else:
            await _competence(visit).assess(session, card, _levels(visit), now)
    except Unprocessable as wrong:
        return await _mine(visit, card.code, wrong.by_path)
    return visit.go(f"{AT}#{card.code}")


async def unit(visit: Visit) -> Response:
    """What the unit that I lead has and needs, and its people."""
    here = await _led(visit)
    found, competence = cards_of(here), _competence(visit)
    with_card = {card.code: {one.actor: one.name for one in here if card.is_for(one)} for card in found}
    skills = await competence.of(list({who for some in with_card.values() for who in some}))
    people = [
        (who, name, card, [skills.get(who, {}).get((card.code, task.code)) for task in card.tasks])
        for card in found
        for who, name in with_card[card.code].items()
    ]
    at = visit.session.unit
    supply = {card.code: await competence.inventory(at, list(with_card[card.code]), card) for card in found}
    return visit.page("learning/inventory.html", cards=found, levels=LEVELS, supply=supply, people=people)


async def want(visit: Visit) -> Response:
    """Set how many the unit needs, of one card."""
    card = _card(cards_of(await _led(visit)), visit.said("card"))
    wanted = {}
    for name, said in visit.form.items():
        first, _, rest = name.partition(".")
        if first == "want" and isinstance(said, str):
            task, _, level = rest.partition(".")
            wanted[task, level] = _number(said)
    await _competence(visit).want(visit.session.unit, card, wanted, visit.session, visit.parts.clock.now())
    return visit.go(f"{AT}/unit#{card.code}")


async def person(visit: Visit) -> Response:
    """One of the unit's people."""
    return await _person(visit)


async def confirm(visit: Visit) -> Response:
    """The second word about somebody at the unit that I lead, or where they are to get."""
    theirs, now = await _their(visit), visit.parts.clock.now()
    card = _card(cards_of(theirs), visit.part("card"))
    try:
        if visit.said("act") == "plan":
            await _planned(visit, theirs[0].actor, card)
        else:
            await _competence(visit).confirm(theirs[0].actor, card, _levels(visit), visit.session, now)
    except Unprocessable as wrong:
        return await _person(visit, card.code, wrong.by_path)
    return visit.go(f"{AT}/unit/{theirs[0].actor}#{card.code}")


async def _mine(visit: Visit, wrong: str = "", problems: Mapping[str, str] | None = None) -> Response:
    session, now = visit.session, visit.parts.clock.now()
    found = cards_of(await visit.parts.people.sessions(session.actor, now))
    return await _shown(visit, session.actor, found, (wrong, problems), whose="")


async def _person(visit: Visit, wrong: str = "", problems: Mapping[str, str] | None = None) -> Response:
    theirs = await _their(visit)
    return await _shown(visit, theirs[0].actor, cards_of(theirs), (wrong, problems), whose=theirs[0].name)


async def _shown(
    visit: Visit, who: str, found: list[Card], wrong: tuple[str, Mapping[str, str] | None], *, whose: str
) -> Response:
    return visit.page(
        "learning/competence.html",
        422 if wrong[1] else 200,
        cards=found,
        skills=(await _competence(visit).of([who])).get(who, {}),
        plans=await _competence(visit).plans(who),
        whose=whose,
        home=f"{AT}/unit/{who}" if whose else AT,
        levels=LEVELS,
        known=cards(),
        courses=courses_of(visit),
        wrong=wrong[0],
        problems=wrong[1] or {},
        today=visit.say.today.isoformat(),
        day=day_of,
    )


async def _led(visit: Visit) -> list[Session]:
    """Everybody's assignments at the unit. Raises `Refused` for who does not lead it."""
    if not visit.powers.has("manage-unit"):
        raise Refused("What people can is seen by themselves, and by who leads the unit where they work.")
    return await visit.parts.people.at(visit.session.unit, visit.parts.clock.now())


async def _their(visit: Visit) -> list[Session]:
    """Somebody's assignments at the unit that I lead. Raises `Absent` for who has none, `Refused`."""
    theirs = [one for one in await _led(visit) if one.actor == visit.part("person")]
    if not theirs:
        raise Absent("Nobody of that name works at the unit now.")
    return theirs


async def _planned(visit: Visit, who: str, card: Card) -> None:
    wanted = (visit.said("task"), visit.said("goal"), day_said(visit, "due"))
    await _competence(visit).plan(who, card, wanted, visit.session, visit.parts.clock.now())


def _card(found: list[Card], code: str) -> Card:
    card = next((one for one in found if one.code == code), None)
    if card is None:
        raise Absent("There is no such card for this work.")
    return card


def _levels(visit: Visit) -> dict[str, str]:
    said = {name: value for name, value in visit.form.items() if name.startswith(_FIRST) and isinstance(value, str)}
    return {name.removeprefix(_FIRST): value for name, value in said.items()}


def _number(said: str) -> int:
    return int(said) if said.isascii() and said.isdigit() and len(said) < 4 else 0


def _competence(visit: Visit) -> Competence:
    return Competence(visit.parts.door.database)


ROUTES = [
    page(AT, mine),
    page(f"{AT}/unit", unit),
    page(f"{AT}/unit", want, "POST"),
    page(f"{AT}/unit/{{person}}", person),
    page(f"{AT}/unit/{{person}}/{{card}}", confirm, "POST"),
    page(f"{AT}/{{card}}", assess, "POST"),
]
