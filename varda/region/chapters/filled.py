"""Forms that have been filled in: the risk of falls of those who are old, here and there amended when more was told."""

from datetime import date
from random import Random

from varda.care import forms
from varda.region import entries
from varda.region.chronicle import Chronicle
from varda.region.forms import FALLS
from varda.region.model import Item, Resource

_FORM = forms.form(FALLS)
_SHARE, _AMENDED = 0.4, 0.25
_REASON = "Dottern har berättat om ett fall till."


def tell(life: Chronicle, chance: Random) -> None:
    """What a nurse of the health centre has asked, the last year, of most who are 75 or older."""
    if life.age < 75 or chance.random() > _SHARE:
        return
    said = {
        "fallit": chance.choice(("nej", "engang")),
        "steg": chance.choice(("nej", "ibland", "jamt")),
        **{one: chance.choice(("nej", "ja")) for one in ("yrsel", "somnmedel", "syn", "orolig")},
    }
    is_amended = chance.random() < _AMENDED
    first, values = _answered(life, life.days_ago(chance.uniform(5, 300)), said)
    if is_amended:
        _amended(life, first, values, said | {"fallit": "flera"})


def _answered(life: Chronicle, day: date, said: dict[str, str]) -> tuple[Resource, list[Resource]]:
    who, at = life.who(life.centre, "nurse").reference, entries.instant(life.clock(day))
    made: Resource = {
        "resourceType": "QuestionnaireResponse",
        **forms.named(_FORM),
        "status": "completed",
        "subject": life.subject,
        "authored": at,
        "author": who,
        "item": _items(said),
        "extension": [forms.signature(who, at)],
    }
    life.add(made, life.centre)
    values = forms.observations(_FORM, made)
    for one in values:
        life.add(one, life.centre)
    return made, values


def _amended(life: Chronicle, before: Resource, values: list[Resource], said: dict[str, str]) -> None:
    """A second version, and with it of what it said in numbers."""
    who, at = before["author"], entries.instant(life.now)
    more = [{"url": forms.REASON, "valueString": _REASON}, forms.signature(who, at)]
    after = {**before, "status": "amended", "item": _items(said), "extension": [*before["extension"], *more]}
    changed = forms.changed(values, forms.observations(_FORM, after))
    life.items += [Item(one, life.centre.hsa) for one in (after, *changed)]


def _items(said: dict[str, str]) -> list[Resource]:
    given, _ = forms.answers(_FORM, said)
    return forms.items(_FORM, forms.settled(_FORM, given, {}))
