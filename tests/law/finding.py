"""Finding in one record: by the words of an entry, and any entry in full."""

import re

from tests.law.asking import Round, both, way
from tests.law.oracle import Item, Reader, Verdict
from tests.law.worlds import is_answer
from varda.care import timeline
from varda.care.finding import TYPES


@way("search in the record")
async def _(asking: Round) -> None:
    """The whole page, and the hits alone as they come while somebody types."""
    for reader, item in asking.sample(*TYPES, staff=True):
        await asking.page(reader, f"/chart/{item.patients[0]}/find")
        for path in ("find", "find/hits"):
            text = (await asking.form(reader, f"/chart/{item.patients[0]}/{path}", q=item.id)).text
            shown = f"/{item.id}" in text  # the question itself stands in its field
            asking.told("search in the record", reader, item.name, shown, _seen(asking, reader, item))


@way("timeline")
async def _(asking: Round) -> None:
    """Each entry by a page that begins at its own day, and all that are counted."""
    counted = r"until=\d+-12-31.*?<span class=\"faint\">(\d+)<"
    for reader, item in asking.sample(*timeline.TYPES, staff=True):
        if item.type == "Observation" and not is_answer(item):
            continue  # vital signs have their own chart
        day = f"?since={item.day}&until={item.day}"
        text = (await asking.page(reader, f"/chart/{item.patients[0]}/timeline{day}")).text
        asking.told("timeline", reader, item.name, f"/{item.id}" in text, _seen(asking, reader, item))
        same = asking.facts.same(item.patients[0])
        about = [one for one in asking.items(*timeline.TYPES) if same & set(one.patients)]
        most = sum(_seen(asking, reader, one).seen is not False for one in about)
        assert sum(map(int, re.findall(counted, text, re.DOTALL))) <= most, (reader, item)


@way("entry page")
async def _(asking: Round) -> None:
    for reader, item in asking.sample(*TYPES, staff=True):
        text = (await asking.page(reader, f"/chart/{item.patients[0]}/entry/{item.name}")).text
        shown = item.id in text.replace(f"/entry/{item.name}", "")
        asking.told("entry page", reader, item.name, shown, _seen(asking, reader, item))


def _seen(asking: Round, reader: Reader, item: Item) -> Verdict:
    return both(asking.sees(reader, item), asking.sees(reader, f"Patient/{item.patients[0]}"))


@way("documents out")
async def _(asking: Round) -> None:
    """The form begins with who it is about; what it prints of an entry is an entry that may be read."""
    for reader, item in asking.sample("Composition", staff=True):
        home = f"/chart/{item.patients[0]}/documents"
        await asking.page_if_any(reader, f"{home}?what=note:{item.id}")
        made = await asking.form(reader, home, what=f"note:{item.id}", to="Patienten", reason="Begäran")
        asking.told("documents out", reader, item.name, made.content.startswith(b"%PDF"), _seen(asking, reader, item))
