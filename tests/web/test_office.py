"""What a programme office keeps, on screens: everybody reads, who is appointed writes, what is wrong is said."""

import pytest

from tests.introduction.programme.conftest import LEADER, OLGA, to
from tests.record.world import BORAS
from tests.web.conftest import NOW, SignIn
from varda.introduction.office import Risks
from varda.introduction.programme import Mandates, Participant, Participants
from varda.kernel.clock import SetClock
from varda.kernel.db import Database
from varda.record import Door

OFFICE, KIM, MONA = ("SE9999999999-per", "SE9999999999-kim", "SE9999999999-mona")
RISK = {
    "place": BORAS, "kind": "risk", "words": "Korten hinner inte fram", "probability": "4", "consequence": "4",
    "owner": KIM, "measures": "Beställ", "due": "2026-03-20",
}  # fmt: skip


@pytest.fixture
async def appointed(door: Door, database: Database) -> Database:
    """Per as the office, Kim at Borås, Mona for the municipalities together, Stina in the steering group."""
    mandates = Mandates(database)
    await mandates.give(to("olga", "programme-office", opens=NOW), LEADER, NOW)
    for person, role, where in (
        (OFFICE, "programme-office", ""), (KIM, "project-lead", BORAS), (KIM, "benefit-lead", BORAS),
        (MONA, "municipal-project", ""), ("SE9999999999-stina", "steering-group", ""),
    ):  # fmt: skip
        name = person.rpartition("-")[2].capitalize()
        await mandates.give(to(person, role, where, opens=NOW, name=name), OLGA, NOW)
    await Participants(database).keep([Participant(BORAS, "south", "municipality", ("option-1",))], OLGA, NOW)
    return database


async def test_a_risk_is_raised_at_home_and_read_by_everybody(appointed: Database, signed_in: SignIn) -> None:
    """F220."""
    kim, dan = await signed_in("kim", "nurse"), await signed_in("dan", "nurse")
    at = "/introduction/risks"
    wrong = await kim.post(at, data={**RISK, "due": ""})
    assert wrong.status_code == 422
    assert "Ange vilken dag det ska vara hanterat." in wrong.text
    assert "Korten hinner inte fram" in wrong.text, "nothing typed is lost"
    assert (await kim.post(at, data=RISK)).headers["location"] == f"{at}/1"
    page = (await dan.get(at)).text
    assert "Korten hinner inte fram" in page
    assert 'data-color="danger">16<' in page
    assert 'name="words"' not in page
    assert "Korten hinner inte fram" in (await dan.get(f"{at}?organisation={BORAS}&show=open&area=south")).text
    for asked in ("?show=closed", "?area=west", "?level=programme", "?show=marked"):
        assert "Korten hinner inte fram" not in (await dan.get(f"{at}{asked}")).text, asked
    for path in (at, f"{at}/1", f"{at}/1/level"):
        assert (await dan.post(path, data={**RISK, "revision": "1", "why": "x"})).status_code == 403, path
    assert "1 öppen" in (await dan.get(f"/introduction/organisations/{BORAS}/report")).text
    assert f"/introduction/risks?organisation={BORAS}" in (await dan.get("/introduction/reports")).text
    for nowhere in ("9", "x"):
        assert (await dan.get(f"{at}/{nowhere}")).status_code == 404


async def test_a_risk_is_escalated_and_closed_where_it_is_dealt_with(appointed: Database, signed_in: SignIn) -> None:
    """F220."""
    kim, mona = await signed_in("kim", "nurse"), await signed_in("mona", "nurse")
    at = (await kim.post("/introduction/risks", data=RISK)).headers["location"]
    assert (await kim.post(f"{at}/level", data={"revision": "1", "act": "up", "why": ""})).status_code == 422
    assert (
        await kim.post(f"{at}/level", data={"revision": "1", "act": "up", "why": "Fler har det"})
    ).status_code == 303
    assert "Fler har det" in (await mona.get(at)).text
    assert 'value="closed"' not in (await kim.get(at)).text, "closed where it is dealt with"
    stale = await mona.post(at, data={**RISK, "revision": "1", "words": "Nya ord", "state": "going"})
    assert stale.status_code == 412
    assert "Nya ord" in stale.text
    assert 'name="revision" value="2"' in stale.text, "what was typed can be kept once it is read again"
    closed = {**RISK, "revision": "2", "state": "closed", "reason": "Korten har kommit"}
    assert (await kim.post(at, data=closed)).status_code == 403
    assert (await mona.post(at, data=closed)).status_code == 303
    assert "Korten har kommit" in (await kim.get(at)).text
    assert await Risks(appointed).all() == []


async def test_a_document_is_uploaded_approved_by_another_and_read_as_it_came(
    appointed: Database, signed_in: SignIn
) -> None:
    """F221."""
    per, stina, dan = (
        await signed_in("per", "nurse"),
        await signed_in("stina", "nurse"),
        await signed_in("dan", "nurse"),
    )
    at = "/introduction/documents"
    said = {"number": "INF-1", "organisation": "", "title": "Strategi", "issuer": "Kontoret", "opens": "2026-03-01"}
    wrong = await per.post(at, data=said, files={"file": ("a.pdf", b"MZ")})
    assert wrong.status_code == 422
    assert "ingen PDF, ingen Office-fil" in wrong.text
    assert 'value="Strategi"' in wrong.text
    body = b"%PDF-1.7 strategi"
    assert (await per.post(at, data=said, files={"file": ("a.pdf", body)})).headers["location"] == f"{at}/1"
    assert "version 1 väntar på godkännande" in (await dan.get(at)).text
    assert (await per.post(f"{at}/1/decide", data={"act": "approve", "version": "1"})).status_code == 403
    assert 'value="approve"' not in (await per.get(f"{at}/1")).text
    assert (await dan.post(f"{at}/1/decide", data={"act": "approve", "version": "1"})).status_code == 403
    assert (await stina.post(f"{at}/1/decide", data={"act": "decline", "version": "1"})).status_code == 422
    assert (await stina.post(f"{at}/1/decide", data={"act": "approve", "version": "1"})).status_code == 303
    answer = await dan.get(f"{at}/1/1")
    assert (answer.content, answer.headers["content-type"]) == (body, "application/pdf")
    second = {**said, "title": "Strategi två", "link": "https://intranet.example/2", "opens": "2026-04-01"}
    assert (await per.post(f"{at}/1", data=second)).status_code == 303
    assert "version 1<" in (await dan.get(at)).text, "what is in force"
    assert (await per.post(f"{at}/1/decide", data={"act": "withdraw", "why": "Ersatt"})).status_code == 303
    assert "Upphävt 2026-03-01 av Per" in (await dan.get(f"{at}/1")).text
    assert (await dan.get(f"{at}/1/1")).content == body
    for nowhere in (f"{at}/9", f"{at}/1/2", f"{at}/1/7", f"{at}/x"):
        assert (await dan.get(nowhere)).status_code == 404, nowhere
    assert (await per.post(f"{at}/1/decide", data={"act": "burn"})).status_code == 400


async def test_what_is_typed_of_a_version_stays_when_somebody_else_was_first(
    appointed: Database, signed_in: SignIn
) -> None:
    """F221."""
    per, other = await signed_in("per", "nurse"), await signed_in("per", "nurse")
    at = "/introduction/documents"
    said = {"number": "INF-1", "organisation": "", "title": "Strategi", "issuer": "Kontoret", "opens": "2026-03-01"}
    link = {"link": "https://intranet.example/2"}
    assert (await per.post(at, data=said | link)).status_code == 303
    assert 'name="follows" value="1"' in (await per.get(f"{at}/1")).text
    assert (await other.post(f"{at}/1", data=said | link | {"follows": "1"})).status_code == 303
    mine = said | {"title": "Min egen", "follows": "1"}
    stale = await per.post(f"{at}/1", data=mine, files={"file": ("a.pdf", b"%PDF-1.7")})
    assert stale.status_code == 412
    for words in ('value="Min egen"', 'name="follows" value="2"', "en fil måste väljas igen"):
        assert words in stale.text, words
    assert (await other.post(f"{at}/1/decide", data={"act": "withdraw", "why": "Ersatt"})).status_code == 303
    late = await per.post(f"{at}/1", data=mine | link | {"follows": "2"})
    assert late.status_code == 409
    assert 'value="Min egen"' in late.text


async def test_notes_are_shown_a_page_at_a_time_with_their_actions(appointed: Database, signed_in: SignIn) -> None:
    """F225."""
    mona, at = await signed_in("mona", "nurse"), "/introduction/forums"
    said = {"forum": "municipalities", "held_on": "2026-02-27", "roles": ["training-lead"]}
    for nth in range(1, 23):
        action = {"words-1": f"Åtgärd nr {nth}.", "owner-1": KIM, "due-1": "2026-04-01"}
        assert (await mona.post(at, data=said | action | {"points": f"Sagt {nth}."})).status_code == 303
    page = (await mona.get(at)).text
    assert "→ Åtgärd nr 22." in page
    assert "Sagt 2." not in page
    older = await mona.get(f"{at}?forum=&before=3")
    assert f'href="{at}?forum=&amp;before=3"' in page
    assert "→ Åtgärd nr 2." in older.text
    assert "Sagt 3." not in older.text


async def test_a_markdown_file_does_nothing_in_the_browser_that_fetches_it(
    appointed: Database, signed_in: SignIn
) -> None:
    """F221."""
    kim = await signed_in("kim", "nurse")
    said = {"number": "B/1 å", "organisation": BORAS, "title": "Lokal", "issuer": "Borås", "opens": "2026-03-01"}
    body = b"<script>alert(1)</script>"
    made = await kim.post("/introduction/documents", data=said, files={"file": ("a.md", body)})
    answer = await kim.get(f"{made.headers['location']}/1")
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"] == 'attachment; filename="B-1--v1.md"'
    assert "sandbox" in answer.headers["content-security-policy"]


async def test_a_decision_is_written_down_with_its_alternatives_and_dissent(
    appointed: Database, signed_in: SignIn
) -> None:
    """F232."""
    stina, dan = await signed_in("stina", "nurse"), await signed_in("dan", "nurse")
    at = "/introduction/decisions"
    said = {
        "title": "Pionjärer först", "body": "steering-group", "taken_on": "2026-02-27", "decided": "Två enheter först",
        "minutes": "§ 7", "alternative-1": "Alla på en gång", "pros-1": "Fort", "points-1": "3",
        "alternative-3": "Pionjärer", "dissenter-1": "Bo Ek", "dissent-1": "Det tar för lång tid",
    }  # fmt: skip
    assert "Läget som det mäts nu" in (await stina.get(at)).text
    for wrong in ({"minutes": ""}, {"points-1": "många"}, {"dissent-1": ""}, {"taken_on": "2027-01-01"}):
        answer = await stina.post(at, data=said | wrong)
        assert answer.status_code == 422, wrong
        assert 'value="Alla på en gång"' in answer.text
    assert (await dan.post(at, data=said)).status_code == 403
    made = (await stina.post(at, data=said)).headers["location"]
    page = (await dan.get(made)).text
    for words in ("Alla på en gång", "Det tar för lång tid", "Två enheter först", "Öppna risker och problem: 0"):
        assert words in page, words
    assert "Pionjärer först" in (await dan.get(at)).text
    assert "Pionjärer först" not in (await dan.get(f"{at}?kind=plan")).text
    assert 'method="post" action="/introduction' not in (await dan.get(at)).text
    assert (await dan.get(f"{at}/9")).status_code == 404


async def test_a_forum_is_noted_by_roles_and_its_owner_ends_an_action(appointed: Database, signed_in: SignIn) -> None:
    """F225."""
    mona, kim, dan = await signed_in("mona", "nurse"), await signed_in("kim", "nurse"), await signed_in("dan", "nurse")
    at = "/introduction/forums"
    said = {
        "forum": "municipalities", "held_on": "2026-02-27", "roles": ["training-lead"], "points": "Salarna räcker inte",
        "words-2": "Inventera salar", "owner-2": KIM, "due-2": "2026-02-28",
    }  # fmt: skip
    for wrong in ({"owner-2": ""}, {"due-2": "snart"}, {"roles": []}):
        answer = await mona.post(at, data=said | wrong)
        assert answer.status_code == 422, wrong
        assert "Salarna räcker inte" in answer.text
    assert (await dan.post(at, data=said)).status_code == 403
    assert (await mona.post(at, data=said)).status_code == 303
    page = (await dan.get(at)).text
    assert "Inventera salar" in page
    assert "försenad" in page
    assert 'action="/introduction/forums' not in page
    assert "Salarna räcker inte" not in (await dan.get(f"{at}?forum=technology")).text
    assert (await dan.post(f"{at}/actions/1", data={"act": "done"})).status_code == 403
    assert (await kim.post(f"{at}/actions/1", data={"act": "drop"})).status_code == 422
    assert (await kim.post(f"{at}/actions/1", data={"act": "done", "said": "Räknat"})).status_code == 303
    assert "Räknat" in (await dan.get(at)).text
    assert "Ingen åtgärd är öppen." in (await dan.get(at)).text


async def test_a_report_that_is_due_stands_where_its_sender_works(
    appointed: Database, signed_in: SignIn, clock: SetClock
) -> None:
    """F254."""
    kim, dan, per = await signed_in("kim", "nurse"), await signed_in("dan", "nurse"), await signed_in("per", "nurse")
    assert "statusrapporten ska vara inne i dag" in (await kim.get("/introduction")).text
    assert "statusrapporten ska vara inne i dag" in (await kim.get("/inbox")).text
    assert "statusrapporten ska" not in (await dan.get("/introduction")).text
    assert "Kim" in (await per.get("/introduction/reports")).text
    assert "Kim Ny påmindes 2026-03-01" in (await per.get("/introduction/reports")).text
    assert "påmindes" not in (await dan.get("/introduction/reports")).text
    data = {"duty-training": "going"}
    assert (await kim.post(f"/introduction/organisations/{BORAS}/report", data=data)).status_code == 303
    assert "statusrapporten ska" not in (await kim.get("/inbox")).text
