"""Templates of notes: the own favourites first (F19), and the patient's narrative a keyword of its own (F29)."""

import re
import uuid

import httpx

from tests.record import world
from tests.web.conftest import SignIn
from varda.record import Door

PANEL = "/chart/vera/notes/write"


def offered(page: str) -> list[str]:
    return re.findall(r"notes/write\?template=([\w-]+)", page)


async def test_the_own_favourites_come_first_and_one_begins_with_them(
    astrid: httpx.AsyncClient, signed_in: SignIn
) -> None:
    before = offered((await astrid.get(PANEL)).text)
    assert before[-1] != before[0]
    wanted = before[-1]
    said = await astrid.post("/chart/vera/notes/favour", data={"template": wanted, "on": "yes"})
    assert said.status_code == 200
    assert offered(said.text) == [wanted, *before[:-1]]
    assert f'name="template" value="{wanted}"' in (await astrid.get(PANEL)).text
    colleague = await signed_in("dora", "physician")
    assert offered((await colleague.get(PANEL)).text) == before, "a person's own"
    await astrid.post("/chart/vera/notes/favour", data={"template": wanted, "on": "no"})
    assert offered((await astrid.get(PANEL)).text) == before
    assert (await astrid.post("/chart/vera/notes/favour", data={"template": "zebra", "on": "yes"})).status_code == 404


async def test_what_the_patient_tells_stands_apart_in_the_record_and_on_the_page(
    astrid: httpx.AsyncClient, door: Door
) -> None:
    """F29, in a template that does not ask for it: added by its name."""
    data = {
        "template": "visit", "act": "sign", "text-patientberattelse": "Jag orkar inte gå i trappor.",
        "text-anamnes": "Tidigare frisk.",
    }  # fmt: skip
    done = await astrid.post(f"/chart/vera/drafts/{uuid.uuid4().hex}/finish", data=data)
    page = (await astrid.get(done.headers["location"])).text
    under = dict(re.findall(r'class="ds-heading keyword"[^>]*>([^<]+)</h2>\s*<p class="text">([^<]*)</p>', page))
    assert under == {"Patientberättelse": "Jag orkar inte gå i trappor.", "Anamnes": "Tidigare frisk."}
    async with door.opened(world.SYSTEM, "administration") as record:
        (note,) = (await record.search("Composition", [("patient", "Patient/vera")])).matches
    told = {one["code"]["coding"][0]["code"]: one["text"]["div"] for one in note.resource["section"]}
    assert "trappor" in told["patientberattelse"]
    assert "trappor" not in told["anamnes"]
