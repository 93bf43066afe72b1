"""Messages between staff (F27): in the record, in the inbox of whom they wait for, in nobody else's name."""

import re

import httpx
import pytest

from tests.record import world
from tests.web.conftest import SignIn
from varda.access.people import People
from varda.kernel.clock import SetClock
from varda.kernel.db import Database
from varda.kernel.errors import Refused
from varda.record import Door
from varda.record.messages import CATEGORY

DAN = "Practitioner/dan"


async def sent(visitor: httpx.AsyncClient, text: str = "Kan du ringa dottern?", to: str = "") -> str:
    """A message about Vera; the address of its thread."""
    answer = await visitor.post("/chart/vera/messages/write", data={"text": text, "to": to})
    assert answer.status_code == 303, answer.text
    return answer.headers["location"].partition("?")[0]


async def waiting(visitor: httpx.AsyncClient) -> int:
    return int((await visitor.get("/inbox/waiting")).json()["waiting"])


def version(page: str, step: str) -> dict[str, str]:
    found = re.search(rf'/{step}"[^>]*>.*?name="version" value="(\d+)"', page, re.DOTALL)
    assert found
    return {"version": found[1]}


async def form(visitor: httpx.AsyncClient, thread: str) -> dict[str, str]:
    """What the form of an answer says to whom, having seen what."""
    return hidden((await visitor.get(thread)).text)


def hidden(page: str) -> dict[str, str]:
    of_answer = page.partition('data-kept="answer-')[2].partition("</form>")[0]
    return dict(re.findall(r'name="(to|mark)" value="([^"]*)"', of_answer))


async def test_a_question_is_answered_and_each_is_told(astrid: httpx.AsyncClient, signed_in: SignIn) -> None:
    dan = await signed_in("dan", "nurse")
    thread = await sent(astrid, to=DAN)
    assert (await waiting(astrid), await waiting(dan)) == (0, 1)
    inbox = (await dan.get("/inbox")).text
    assert "Kan du ringa dottern?" in inbox
    assert "Vera Maria Åkesson" in inbox
    assert "inte läst än" in (await astrid.get(thread)).text
    answer = await dan.post(f"{thread}/answer", data={"answer": "Ja, i eftermiddag."} | await form(dan, thread))
    assert answer.status_code == 303
    assert (await waiting(astrid), await waiting(dan)) == (1, 0), "who answers has read"
    page = (await astrid.get(thread)).text
    assert "läst av Dan" in page
    assert page.index("Kan du ringa") < page.index("Ja, i eftermiddag.")
    own = re.search(r'action="(/chart/vera/messages/[^"]+/read)"', (await astrid.get("/inbox")).text)
    assert own
    done = await astrid.post(own[1], data={"version": "1", "from": "inbox"})
    assert (done.status_code, done.headers["location"]) == (303, "/inbox")
    assert await waiting(astrid) == 0
    assert "Ja, i eftermiddag." in (await astrid.get("/chart/vera/messages")).text


async def test_an_answer_goes_to_whom_the_form_names_and_reads_nothing_unseen(
    astrid: httpx.AsyncClient, signed_in: SignIn
) -> None:
    """What came while somebody wrote is shown first, with what was typed; until then it has been read by nobody."""
    dan, eva = await signed_in("dan", "nurse"), await signed_in("eva", "nurse")
    thread = await sent(dan, "Ska han ha 5 mg?", to="Practitioner/astrid")
    seen = await form(astrid, thread)
    assert seen["to"] == DAN
    came = {"answer": "Nej, 10 mg.", "to": "Practitioner/astrid", "mark": seen["mark"]}
    assert (await eva.post(f"{thread}/answer", data=came)).status_code == 303
    assert await waiting(astrid) == 2
    refused = await astrid.post(f"{thread}/answer", data={"answer": "Ja Dan, 5 mg"} | seen)
    assert refused.status_code == 409
    assert "Nej, 10 mg." in refused.text
    assert "Någon har skrivit sedan du öppnade detta." in refused.text
    assert "Ja Dan, 5 mg</textarea>" in refused.text
    assert (await waiting(astrid), await waiting(dan), await waiting(eva)) == (2, 0, 0)
    now = hidden(refused.text)
    assert now["to"] == "Practitioner/eva"
    assert (await astrid.post(f"{thread}/answer", data={"answer": "Ja"} | now | {"to": DAN})).status_code == 303
    assert [await waiting(one) for one in (astrid, dan, eva)] == [0, 1, 0], "it went to whom the form said"


async def test_one_reads_for_the_whole_unit_and_says_who(astrid: httpx.AsyncClient, signed_in: SignIn) -> None:
    dan, eva = await signed_in("dan", "nurse"), await signed_in("eva", "assistant-nurse")
    thread = await sent(astrid)
    assert [await waiting(one) for one in (astrid, dan, eva)] == [0, 1, 1]
    assert (await dan.post(f"{thread}/read", data={"version": "1"})).status_code == 303
    assert [await waiting(one) for one in (astrid, dan, eva)] == [0, 0, 0]
    assert "läst av Dan Ny" in (await eva.get(thread)).text
    assert (await eva.post(f"{thread}/read", data={"version": "2"})).status_code == 409, "it is read already"


async def test_a_row_of_a_list_that_stays_open_is_read_with_one_key(
    astrid: httpx.AsyncClient, signed_in: SignIn
) -> None:
    dan = await signed_in("dan", "nurse")
    thread = await sent(astrid)
    answer = await dan.post(f"{thread}/read", data={"version": "1", "stays": "yes"}, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert answer.headers["HX-Trigger"] == "varda:changed"
    assert thread in answer.text


async def test_what_was_sent_stays_and_is_struck_with_a_reason_by_who_sent_it(
    astrid: httpx.AsyncClient, signed_in: SignIn
) -> None:
    """R2: nothing is erased, and nobody rewrites what another has read."""
    dan = await signed_in("dan", "nurse")
    thread = await sent(astrid, "Fel patient", to=DAN)
    field = f"reason-{thread.rpartition('/')[2]}"
    assert (await astrid.post(f"{thread}/strike", data={"version": "1", field: " "})).status_code == 422
    assert (await dan.post(f"{thread}/strike", data={"version": "1", field: "Nej"})).status_code == 403
    assert (await astrid.post(f"{thread}/strike", data={"version": "1", field: "Fel patient"})).status_code == 303
    assert await waiting(dan) == 0
    page = (await dan.get(thread)).text
    assert "Struket: Fel patient" in page
    assert "Fel patient" in page


async def test_the_words_become_a_draft_of_a_note_in_one_action(astrid: httpx.AsyncClient, signed_in: SignIn) -> None:
    dan = await signed_in("dan", "nurse")
    thread = await sent(astrid, to=DAN)
    await dan.post(f"{thread}/answer", data={"answer": "Hon kommer kl. 14."} | await form(dan, thread))
    begun = await astrid.post(f"{thread}/to-note")
    assert begun.status_code == 303
    panel = (await astrid.get(begun.headers["location"].replace("?", "/notes/write?"))).text
    assert "Kan du ringa dottern?" in panel
    assert "Hon kommer kl. 14." in panel
    assert "Hon kommer kl. 14." not in (await dan.get("/chart/vera/notes")).text, "a draft is its writer's alone"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"text": "  "}, "Skriv vad du vill säga."),
        ({"text": "x" * 4001}, "Det här är för långt för ett meddelande"),
        ({"text": "Hej", "to": "Practitioner/bo"}, "Välj vem som ska läsa det."),
        ({"text": "Hej", "to": "Organization/surgery"}, "Välj vem som ska läsa det."),
    ],
)
async def test_what_cannot_be_sent_comes_back_as_it_was_typed(
    astrid: httpx.AsyncClient, data: dict[str, str], said: str
) -> None:
    answer = await astrid.post("/chart/vera/messages/write", data=data)
    assert answer.status_code == 422
    assert said in answer.text
    assert data["text"] in answer.text


async def test_emoji_and_hebrew_are_kept_and_control_characters_are_shown(astrid: httpx.AsyncClient) -> None:
    thread = await sent(astrid, "שלום 👩‍⚕️ <b>a</b>\x00")
    assert "שלום 👩‍⚕️ &lt;b&gt;a&lt;/b&gt;\ufffd" in (await astrid.get(thread)).text


async def test_a_thread_of_another_patient_s_record_is_not_there(astrid: httpx.AsyncClient) -> None:
    thread = await sent(astrid)
    elsewhere = thread.replace("/vera/", "/asa/")
    assert (await astrid.get(elsewhere)).status_code == 404
    for step in ("answer", "read", "strike", "to-note"):
        assert (await astrid.post(f"{elsewhere}/{step}", data={"version": "1", "answer": "Hej"})).status_code == 404


async def test_a_role_without_messages_has_no_way_to_them(signed_in: SignIn, astrid: httpx.AsyncClient) -> None:
    """A2: what the catalogue does not give is neither offered nor answered."""
    thread = await sent(astrid)
    dan = await signed_in("dan", "receptionist")
    assert "/messages" not in (await dan.get("/chart/vera")).text
    assert (await dan.get("/chart/vera/messages")).status_code == 403
    assert (await dan.get(thread)).status_code == 403
    assert (await dan.post("/chart/vera/messages/write", data={"text": "Hej"})).status_code == 403


async def test_the_door_lets_nobody_write_in_anothers_name_nor_change_what_was_sent(
    astrid: httpx.AsyncClient, signed_in: SignIn, door: Door, database: Database, clock: SetClock
) -> None:
    """Whatever client asks: the rule is the door's (R1, R2)."""
    await signed_in("dan", "nurse")
    sessions = People(database)
    me = await sessions.session("SE9999999999-astrid", "SE9999999999-astrid-cardiology", clock.now())
    id_ = (await sent(astrid, to=DAN)).rpartition("/")[2]
    async with door.opened(me, "care") as record:
        stored = (await record.read("Communication", id_)).resource
    forged = {name: value for name, value in stored.items() if name not in ("id", "meta")}
    forged["sender"] = {"reference": DAN}
    changes = [
        stored | {"payload": [{"contentString": "Något annat"}]},
        stored | {"recipient": [{"reference": "Organization/cardiology"}]},
        stored | {"received": "2026-03-01T12:00:00Z"},
        stored | {"status": "entered-in-error"},
        stored | {"category": [{"text": "Annat"}]},
    ]
    with pytest.raises(Refused):
        async with door.opened(me, "care") as record:
            await record.create(forged)
    for changed in changes:
        with pytest.raises(Refused):
            async with door.opened(me, "care") as record:
                await record.update(changed)
    assert stored["category"][0]["coding"] == [CATEGORY]
    assert stored["meta"]["security"][0]["code"] == "withheld", "A17: the patient's own view is care's to open"
    assert stored["subject"] == {"reference": "Patient/vera"}
    assert me.unit == world.CARDIOLOGY


async def test_what_is_unread_when_the_contact_ends_is_told_of_and_comes_back_with_a_reason(
    astrid: httpx.AsyncClient, signed_in: SignIn, door: Door
) -> None:
    """A1, A13: a number names nobody; whoever opens the record with a reason finds the message again."""
    dan = await signed_in("dan", "nurse")
    await sent(astrid, to=DAN)
    async with door.opened(world.SYSTEM, "import") as record:
        for one in (await record.search("Encounter", [("patient", "vera")])).matches:
            await record.update(one.resource | {"status": "finished"})
    assert await waiting(dan) == 0, "an open page asks by itself, and not of what is left"
    inbox = (await dan.get("/inbox")).text
    assert "1 ej avslutat ärende om patient utan pågående kontakt här" in inbox
    assert "Kan du ringa dottern?" not in inbox
    assert "Vera" not in inbox
    assert "data-left" not in (await astrid.get("/inbox")).text, "it does not wait for who sent it"
    await dan.post("/chart/vera/choose", data={"width": "unit", "reason": "Meddelande till mig"})
    assert await waiting(dan) == 1
    assert "data-left" not in (await dan.get("/inbox")).text
    assert "Kan du ringa dottern?" in (await dan.get("/inbox")).text


async def test_a_message_to_somebody_away_waits_for_who_covers_as_well(
    astrid: httpx.AsyncClient, signed_in: SignIn
) -> None:
    dan, eva = await signed_in("dan", "nurse"), await signed_in("eva", "nurse")
    await astrid.post("/cover", data={"by": DAN, "first": "2026-03-01", "last": "2026-03-07"})
    thread = await sent(eva, to="Practitioner/astrid")
    assert [await waiting(one) for one in (astrid, dan, eva)] == [1, 1, 0]
    inbox = (await dan.get("/inbox")).text
    assert "Meddelanden till dem jag bevakar" in inbox
    assert "för Astrid Lund" in inbox
    assert f"{thread}/read" in inbox
    assert "Jag har läst det, för Astrid Lund" in (await dan.get(thread)).text
    await astrid.post(f"{thread}/read", data={"version": "1"})
    assert [await waiting(one) for one in (astrid, dan, eva)] == [0, 0, 0]
    await sent(dan, "Var det bra?", to="Practitioner/astrid")
    assert await waiting(dan) == 0, "one's own waits for others"


async def test_who_covers_reads_and_answers_and_it_is_noted_for_whom(
    astrid: httpx.AsyncClient, signed_in: SignIn
) -> None:
    dan, eva = await signed_in("dan", "nurse"), await signed_in("eva", "nurse")
    first, second = [await sent(eva, text, to="Practitioner/astrid") for text in ("Ska hon hem?", "Och provet?")]
    early = await dan.post(f"{first}/read", data={"version": "1"})
    assert early.status_code == 409
    assert "du bevakar inte, eller inte längre, den som det gick till" in early.text
    assert "redan läst" not in early.text
    await astrid.post("/cover", data={"by": DAN, "first": "2026-03-01", "last": "2026-03-07"})
    assert (await dan.post(f"{first}/read", data={"version": "1"})).status_code == 303
    assert "Någon har redan läst meddelandet." in (await dan.post(f"{first}/read", data={"version": "1"})).text
    assert "läst av Dan Ny för Astrid Lund" in (await eva.get(first)).text
    assert [await waiting(one) for one in (astrid, dan)] == [1, 1]
    answer = await dan.post(
        f"{second}/answer", data={"answer": "Astrid är borta. Det kommer i dag."} | await form(dan, second)
    )
    assert answer.status_code == 303
    assert [await waiting(one) for one in (astrid, dan, eva)] == [0, 0, 1]
    page = (await astrid.get(second)).text
    assert "läst av Dan Ny för Astrid Lund" in page
    assert "Det kommer i dag." in page


async def test_who_covers_says_of_no_message_of_their_own_that_it_is_read(
    astrid: httpx.AsyncClient, signed_in: SignIn, door: Door, database: Database, clock: SetClock
) -> None:
    dan = await signed_in("dan", "nurse")
    await astrid.post("/cover", data={"by": DAN, "first": "2026-03-01", "last": "2026-03-07"})
    thread = await sent(dan, to="Practitioner/astrid")
    assert (await dan.post(f"{thread}/read", data={"version": "1"})).status_code == 409
    me = await People(database).session("SE9999999999-dan", "SE9999999999-dan-cardiology", clock.now())
    async with door.opened(me, "care") as record:
        stored = (await record.read("Communication", thread.rpartition("/")[2])).resource
    read = stored | {"received": "2026-03-01T12:00:00Z", "recipient": [*stored["recipient"], {"reference": DAN}]}
    with pytest.raises(Refused):
        async with door.opened(me, "care") as record:
            await record.update(read)


async def test_a_message_in_the_record_is_about_a_patient(
    astrid: httpx.AsyncClient, door: Door, database: Database, clock: SetClock
) -> None:
    me = await People(database).session("SE9999999999-astrid", "SE9999999999-astrid-cardiology", clock.now())
    id_ = (await sent(astrid)).rpartition("/")[2]
    async with door.opened(me, "care") as record:
        stored = (await record.read("Communication", id_)).resource
    about_nobody = {name: value for name, value in stored.items() if name not in ("id", "meta", "subject")}
    with pytest.raises(Refused, match="about one patient"):
        async with door.opened(me, "care") as record:
            await record.create(about_nobody)
