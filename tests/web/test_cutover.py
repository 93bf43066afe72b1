"""The cut-over on the screens: made by the office, driven by owners, decided by two, read by everybody (F231, F240)."""

import re
from datetime import date, timedelta

import pytest

from tests.introduction.cutover.conftest import written
from tests.record import world
from tests.web.conftest import NOW, SignIn, Visitor
from tests.web.test_readiness import words
from varda.catalogue import Deciding, Rights
from varda.introduction.cutover import Books, Going
from varda.introduction.programme import LEADING, Appointment, Mandates, Participant, Participants, Plans
from varda.introduction.programme.template import overall
from varda.kernel.clock import SetClock
from varda.record import Door

pytestmark = pytest.mark.anyio

HSA = "SE9999999999-"
PEOPLE = {
    "olga": "programme-office", "stina": "steering-group", "pia": "gateway-programme", "ove": "gateway-operations",
}  # fmt: skip


def by(name: str) -> Deciding:
    return Deciding(f"{HSA}{name}", name.capitalize(), "", Rights(frozenset(), {}))


@pytest.fixture
async def delivery(door: Door, clock: SetClock) -> None:
    """The south's, with cardiology as its pioneer, and who decides."""
    boss = Deciding("boss", "Boss", "", Rights(frozenset({(LEADING, "special")}), {}))
    mandates, now = Mandates(door.database), clock.now()
    for name, role in PEOPLE.items():
        giver = boss if name == "olga" else by("olga")
        await mandates.give(Appointment(f"{HSA}{name}", name.capitalize(), role, "", now, None, "x"), giver, now)
    ida = Appointment(f"{HSA}ida", "Ida", "it-lead", world.REGION, now, None, "x")
    await mandates.give(ida, by("olga"), now)
    plans = Plans(door.database)
    first = await plans.propose(overall({"south": date(2026, 9, 1)}, NOW.date()), "first", by("olga"), now)
    await plans.decide(first, by("stina"), "§ 1", now, approved=True)
    taking_part = Participant(world.REGION, "south", "administration", pioneers=(world.CARDIOLOGY,))
    await Participants(door.database).keep([taking_part], by("olga"), now)


async def token(visitor: Visitor, path: str) -> str:
    found = re.search(r'name="csrf" value="([^"]+)"', (await visitor.get(path)).text)
    assert found is not None
    return found[1]


async def post(visitor: Visitor, path: str, form: str = "/cutover", **said: str) -> int:
    answer = await visitor.post(path, data={"csrf": await token(visitor, form), **said})
    return answer.status_code


async def made(olga: Visitor, kind: str = "start") -> int:
    """A run-book of few steps, two hours from now, by the form."""
    data = {"csrf": await token(olga, "/cutover"), "delivery": "south-delivery", "kind": kind}
    answer = await olga.post(
        "/cutover", data=data | {"starts": "2026-03-01T15:00"}, files={"runbook": ("book.toml", written().encode())}
    )
    assert answer.status_code == 303, answer.text
    return int(answer.headers["location"].rpartition("/")[2])


async def test_a_run_book_is_made_driven_and_read(
    door: Door, clock: SetClock, delivery: None, signed_in: SignIn
) -> None:
    olga, ida, liv = [await signed_in(name, "nurse") for name in ("olga", "ida", "liv")]
    assert "Det finns ingen körbok än." in await words(liv, "/cutover")
    assert "Gör en körbok" not in await words(liv, "/cutover")
    number = await made(olga)
    base = f"/cutover/{number}"
    page = await words(liv, base)
    assert "De första: startar som det ser ut nu 15:00 i tid" in page
    assert "Vardas första körbok" not in page
    assert "move kan börja" in page
    assert "move : kan börja nu, planerat 13:00." in await words(ida, "/inbox")
    assert "move" not in (await liv.get("/cutover/notices")).text
    assert await post(ida, f"{base}/steps/move", f"{base}/steps/move", act="begun") == 303
    assert await post(ida, f"{base}/steps/move", f"{base}/steps/move", act="begun") == 409
    clock.instant = NOW + timedelta(hours=2)
    olga, ida, liv = [await signed_in(name, "nurse") for name in ("olga", "ida", "liv")]  # theirs were locked
    page = await words(liv, base)
    assert "De första: startar som det ser ut nu 15:45 45 minuter sen" in page
    assert "print ingens än" not in page
    told = await ida.get("/cutover/notices")
    assert "det var 14:00 när du fick veta det förut" in told.text
    assert "Fick 2026-03-01 15:00 veta att det börjar 2026-03-01 15:00" in await words(liv, f"{base}/steps/print")
    assert "<main" not in (await liv.get(base, headers={"HX-Request": "true"})).text
    assert await post(liv, f"{base}/steps/move", "/readiness/concerns", act="ended") == 403
    assert await post(ida, f"{base}/steps/move", f"{base}/steps/move", act="ended", at="i natt") == 422
    assert await post(ida, f"{base}/steps/move", f"{base}/steps/move", act="dance") == 400
    assert await post(ida, f"{base}/steps/move", f"{base}/steps/move", act="ended") == 303
    assert await post(olga, f"{base}/steps/print/owner", f"{base}/steps/print", person=f"{HSA}pia") == 303
    assert await post(olga, f"{base}/steps/print/owner", f"{base}/steps/print", person="nobody") == 422
    assert "Pia" in await words(liv, base)
    assert "Cardiology inte startad" in await words(liv, f"{base}/units")
    for path in ("/cutover/99", "/cutover/x", f"{base}/steps/nothing", f"{base}/go/nothing", f"{base}/99"):
        assert (await liv.get(path)).status_code == 404


async def test_what_is_no_run_book_is_said_and_nothing_is_made(delivery: None, signed_in: SignIn) -> None:
    olga = await signed_in("olga", "nurse")
    circle = written(("move", "first", "work", -120, -60, ("go-first",)))
    for body, starts, says in (
        ("nothing", "2026-03-01T15:00", "gick inte att läsa"),
        (circle, "2026-03-01T15:00", "väntar på varandra"),
        (written(), "", "Säg när den startar"),
        (written(), "2020-03-01T15:00", "en dag som kommer"),
        ("x" * 200_001, "2026-03-01T15:00", "större än 200 kB"),
    ):
        data = {"csrf": await token(olga, "/cutover"), "delivery": "south-delivery", "kind": "start", "starts": starts}
        answer = await olga.post("/cutover", data=data, files={"runbook": ("book.toml", body.encode())})
        assert answer.status_code == 422
        assert says in answer.text
    assert "Det finns ingen körbok än." in await words(olga, "/cutover")


async def test_go_is_two_keys_on_what_is_met_and_a_hold_is_one(
    door: Door, clock: SetClock, delivery: None, signed_in: SignIn
) -> None:
    olga, stina, pia, ove, liv = [await signed_in(name, "nurse") for name in ("olga", "stina", "pia", "ove", "liv")]
    number = await made(olga)
    base, now = f"/cutover/{number}/go/first", clock.now()
    books = Books(door.database)
    for step in ("move", "print"):
        for verb in ("begun", "ended"):
            await books.say(number, step, verb, by("olga"), now)  # type: ignore[arg-type] # they are verbs
    await books.say(number, "moved", "go", by("olga"), now)
    page = await words(liv, base)
    assert "Alla på enheterna har klarat sin baskurs" in page
    assert "Programmets nyckel" not in page
    assert await post(pia, f"{base}/key", base, side="programme", act="go", why="vi kör") == 409
    assert await post(pia, f"{base}/key", base, side="programme", act="go", why=" ") == 422
    for one in (await Going(door.database, await books.course(number, now), "first").standing(now)).lacking:
        said = {"criterion": one.code, "reason": "Ersättare finns"}
        assert await post(stina, f"{base}/override", base, **said) == 422
        assert await post(stina, f"{base}/override", base, **said, until="2026-03-05") == 303
    assert "gäller inte än" in await words(liv, base)
    standing = await Going(door.database, await books.course(number, now), "first").standing(now)
    for let in standing.overrides:
        assert await post(stina, f"{base}/overrides/{let.number}", base) == 403
        assert await post(ove, f"{base}/overrides/{let.number}", base) == 303
    assert await post(pia, f"{base}/key", base, side="programme", act="go", why="vi kör") == 303
    assert await post(ove, f"{base}/key", base, side="operations", act="go", why="vi kör") == 303
    page = await words(liv, base)
    assert "Vad beslutet vilade på" in page
    assert "Ersättare finns Bekräftat av Ove" in page
    assert await post(liv, f"{base}/hold", "/readiness/concerns", hold="jag vill inte") == 403
    assert await post(ove, f"{base}/hold", base, hold=" ") == 422
    assert await post(ove, f"{base}/hold", base, hold="Labbsvaren saknas") == 303
    assert "Hålls av Ove" in await words(liv, base)
    assert f'href="/cutover/{number}/go/first"' in (await liv.get("/introduction/decisions")).text
    rest = f"/cutover/{number}/go/rest"
    assert await post(pia, f"{rest}/attest", rest, criterion="pilots-care", said=" ", met="yes") == 422
    assert await post(pia, f"{rest}/attest", rest, criterion="pilots-care", said="Två, båda rättade", met="yes") == 303
    [said_] = await Going(door.database, await books.course(number, now), "rest").attested()
    assert await post(pia, f"{rest}/attestations/{said_.number}", rest) == 403
    assert await post(ove, f"{rest}/attestations/{said_.number}", rest) == 303
    assert "Två, båda rättade" in await words(liv, rest)
    assert await post(olga, f"/cutover/{number}/close", f"/cutover/{number}", reason="") == 422
    assert await post(olga, f"/cutover/{number}/close", f"/cutover/{number}", reason="Vi tar om det i maj") == 303
    assert "inställt" in await words(liv, f"/cutover/{number}")


async def test_test_runs_are_open_to_everybody(door: Door, clock: SetClock, delivery: None, signed_in: SignIn) -> None:
    """F229: what is registered, what a rehearsal came to, and what somebody wrote past the register."""
    olga, liv = await signed_in("olga", "nurse"), await signed_in("liv", "nurse")
    assert "Ingen testkörning av det här bygget är registrerad." in await words(liv, "/testruns")
    number = await made(olga, "rehearsal")
    assert await post(olga, f"/cutover/{number}/close", f"/cutover/{number}", reason="Flytten gick inte") == 303
    page = await words(liv, "/testruns")
    assert "genrep underkänd" in page
    assert "Bygge 0.1.0+test kandidaten" in page
    answer = await liv.get("/testruns/1/log")
    assert "Avslutad: Flytten gick inte" in answer.text
    assert answer.headers["content-disposition"] == 'attachment; filename="genrep-1.txt"'
    assert (await liv.get("/testruns/2/log")).status_code == 404
    await door.database.run(
        "insert into testruns.run (kind, build, configuration, passed, total, failed, skipped, summary, begun_at,"
        " ended_at, digest, log_name, log, mark, registered_name, registered_at)"
        " select 'regression', build, '', true, total, 0, 0, '', begun_at, ended_at, 'x', '', '', mark, 'x', ended_at"
        " from testruns.run"
    )
    assert "inte skriven av den här installationen" in await words(liv, "/testruns")
