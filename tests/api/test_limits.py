"""How often one may ask: guesses at a sign-in, searches, and whole identity numbers, by person, system and address."""

from collections.abc import AsyncIterator, Iterable
from pathlib import Path

import httpx
import pytest

from tests.record import world
from tests.support.door import client
from tests.support.serving import asking, bearer, door, staff, wired
from tests.support.signing_in import signed_in
from varda.access.apps import App, Apps, hashed
from varda.cli.serve import Application, _behind
from varda.kernel.settings import Settings

ASTRID = ("SE9999999999-astrid", "SE9999999999-astrid-cardiology")
LOW = {"limit_numbers": 5, "limit_searches": 40, "limit_systems": 50, "limit_guesses": 3, "limit_sign_in": 60}


@pytest.fixture
async def application(database_url: str, tmp_path: Path) -> AsyncIterator[Application]:
    async with wired(database_url, tmp_path, **LOW) as application:
        await world.fill(door(application))
        yield application


async def _all(someone: httpx.AsyncClient, paths: Iterable[str]) -> list[httpx.Response]:
    return [await someone.get(path) for path in paths]


def _numbers(count: int) -> list[str]:
    return [f"1950{1 + number // 28 % 12:02}{1 + number % 28:02}-XA07" for number in range(count)]


async def test_whoever_tries_identity_numbers_one_after_another_is_stopped_and_seen(
    application: Application, capsys: pytest.CaptureFixture[str]
) -> None:
    async with asking(application) as astrid:
        await signed_in(astrid, *ASTRID)
        answers = [await astrid.post("/palette", data={"q": number}) for number in _numbers(9)]
        assert [answer.status_code for answer in answers] == [200] * 5 + [429] * 4
        assert 1 <= int(answers[-1].headers["retry-after"]) <= 60
        assert "Det frågades för ofta" in answers[-1].text
        # What is no identity number is still found, and so is the chart.
        others = [await astrid.post("/palette", data={"q": "vera"}), *await _all(astrid, ["/chart/vera", "/patients"])]
        assert [one.status_code for one in others] == [200] * 3
    rows = await door(application).database.all(
        "select actor, outcome, what from audit.event where what like 'V429%' order by chain, place"
    )
    assert [(row["actor"], row["outcome"]) for row in rows] == [(ASTRID[0], "refused")] * 4
    assert "identity numbers" in rows[0]["what"]
    said = capsys.readouterr()
    assert (said.out + said.err).count("identity numbers") == 1  # one alarm, not one an attempt


@pytest.mark.parametrize(
    "asked",
    [
        "Patient?identifier={}",
        "Patient?identifier:exact={}",
        "Observation?patient.identifier={}",
        "Observation?subject:Patient.identifier={}",
        "Encounter?subject:identifier={}",
    ],
)
async def test_there_is_no_way_around_by_the_api(application: Application, asked: str) -> None:
    session = await staff(application, "astrid", "cardiology")
    async with asking(application) as astrid:
        astrid.headers.update(await bearer(application, session))
        answers = await _all(astrid, [f"/fhir/{asked.format(number)}" for number in _numbers(9)])
        codes = [answer.status_code for answer in answers]
        assert (codes[5:], 429 in codes[:5]) == ([429] * 4, False)
        issue = answers[-1].json()["issue"][0]
        assert (issue["code"], int(answers[-1].headers["retry-after"]) > 0) == ("throttled", True)
        many = ",".join(_numbers(6))
        assert (await astrid.get(f"/fhir/Patient?identifier={many}")).status_code == 429


async def test_many_numbers_in_one_question_count_each(application: Application) -> None:
    session = await staff(application, "bo", "surgery")
    async with asking(application) as bo:
        bo.headers.update(await bearer(application, session))
        assert (await bo.get(f"/fhir/Patient?identifier={','.join(_numbers(4))}")).status_code == 200
        assert (await bo.get(f"/fhir/Patient?identifier={','.join(_numbers(2))}")).status_code == 429


async def test_searches_are_counted_by_person_and_by_system(application: Application) -> None:
    session = await staff(application, "astrid", "cardiology")
    async with asking(application) as astrid, asking(application) as system, asking(application) as bo:
        astrid.headers.update(await bearer(application, session))
        system.headers.update(await bearer(application, client()))
        bo.headers.update(await bearer(application, await staff(application, "bo", "surgery")))
        codes = [a.status_code for a in await _all(astrid, ["/fhir/Observation?code=1"] * 45)]
        assert codes == [200] * 40 + [429] * 5
        codes = [a.status_code for a in await _all(system, ["/fhir/Patient?identifier=x"] * 55)]
        assert codes == [200] * 50 + [429] * 5
        # Reading what one knows of goes on, and nobody else is held back.
        assert (await astrid.get("/fhir/Patient/vera")).status_code == 200
        assert (await bo.get("/fhir/Observation?code=1")).status_code == 200


async def test_a_guessing_sign_in_is_stopped_and_the_neighbours_who_are_in_go_on(application: Application) -> None:
    async with asking(application, address="10.0.0.9") as inside, asking(application, address="10.0.0.9") as guesser:
        await signed_in(inside, *ASTRID)
        guesses = [f"/sign-in/callback?state=guess{number}&code=c{number}" for number in range(6)]
        answers = await _all(guesser, guesses)
        assert [answer.status_code == 429 for answer in answers] == [False] * 3 + [True] * 3, answers
        assert int(answers[-1].headers["retry-after"]) > 0
        assert (await guesser.get("/sign-in")).status_code == 429
        assert (await inside.get("/patients")).status_code == 200
        async with asking(application, address="10.0.0.10") as elsewhere:
            assert (await elsewhere.get("/sign-in")).status_code == 303


async def test_the_token_endpoint_is_counted_too(application: Application) -> None:
    async with asking(application, address="10.0.0.11") as guesser:
        codes = [
            (await guesser.post("/provider/token", auth=("varda", f"guess{number}"))).status_code for number in range(5)
        ]
        assert codes == [401] * 3 + [429] * 2


@pytest.fixture
async def apps(application: Application) -> Apps:
    """Two apps with a secret each, `one` and `other`."""
    apps = Apps(door(application).database)
    for name in ("one", "other"):
        wish = App(
            client=name, name=name, owner=world.CARDIOLOGY, purpose="care", scopes="user/Patient.r",
            auth="client_secret_basic", redirects=(BACK,), secret=hashed(f"secret of {name}"),
        )  # fmt: skip
        await apps.registered(wish, door(application).clock.now())
    return apps


HTTPS = "https://varda.test"
BACK = "https://app.example/back"
OURS = {"response_type": "code", "redirect_uri": BACK, "aud": f"{HTTPS}/fhir", "scope": "user/Patient.r",
        "code_challenge": "c" * 43, "code_challenge_method": "S256"}  # fmt: skip


@pytest.mark.parametrize("path", ["/token", "/introspect", "/revoke"])
@pytest.mark.usefixtures("apps")
async def test_an_app_that_guesses_must_wait_and_others_behind_its_address_need_not(
    application: Application, path: str
) -> None:
    form = {"grant_type": "refresh_token", "refresh_token": "r", "token": "t"}
    async with (
        asking(application, base=HTTPS, address="10.0.0.20") as there,
        asking(application, base=HTTPS, address="10.0.0.21") as elsewhere,
    ):
        guesses = [await there.post(path, data=form, auth=("one", f"guess {number}")) for number in range(6)]
        assert [answer.status_code for answer in guesses] == [401] * 3 + [429] * 3
        assert (int(guesses[-1].headers["retry-after"]) > 0, guesses[-1].headers["cache-control"]) == (True, "no-store")
        assert guesses[-1].json()["error"] == "temporarily_unavailable"
        # Who guessed does not get in by the right secret either, until the wait is over.
        assert (await there.post(path, data=form, auth=("one", "secret of one"))).status_code == 429
        for someone, client in ((there, "other"), (elsewhere, "one")):
            answer = await someone.post(path, data=form, auth=(client, f"secret of {client}"))
            assert answer.status_code in (200, 400), answer.text


@pytest.mark.usefixtures("apps")
async def test_apps_that_do_not_exist_are_one_whatever_they_call_themselves(application: Application) -> None:
    async with asking(application, base=HTTPS, address="10.0.0.22") as there:
        asked = [await there.get("/authorize", params=OURS | {"client_id": f"app{number}"}) for number in range(5)]
        assert [answer.status_code for answer in asked] == [400] * 3 + [429] * 2, asked[0].text
        tokens = await there.post("/token", data={"grant_type": "authorization_code", "client_id": "another"})
        assert tokens.status_code == 429
        assert (await there.get("/authorize", params=OURS | {"client_id": "one"})).status_code == 303


@pytest.mark.usefixtures("apps")
async def test_who_guesses_launches_or_addresses_at_the_page_of_approval_must_wait(application: Application) -> None:
    async with asking(application, base=HTTPS, address="10.0.0.23") as there:
        wrong = OURS | {"client_id": "one", "scope": "launch user/Patient.r"}
        asked = [await there.get("/authorize", params=wrong | {"launch": f"guess{number}"}) for number in range(2)]
        asked.append(await there.get("/authorize", params=wrong | {"redirect_uri": "https://evil.example"}))
        assert [answer.status_code for answer in asked] == [302, 302, 400]
        answer = await there.get("/authorize", params=OURS | {"client_id": "one"})
        assert (answer.status_code, "retry-after" in answer.headers, "location" in answer.headers) == (429, True, False)
        assert (await there.get("/authorize", params=OURS | {"client_id": "other"})).status_code == 303


@pytest.mark.usefixtures("apps")
async def test_an_app_that_asks_all_the_time_must_wait_though_nothing_fails(application: Application) -> None:
    async with asking(application, base=HTTPS, address="10.0.0.24") as there:
        asked = [await there.get("/authorize", params=OURS | {"client_id": "one"}) for _ in range(62)]
        assert [answer.status_code for answer in asked] == [303] * 60 + [429] * 2
        assert (await there.get("/authorize", params=OURS | {"client_id": "other"})).status_code == 303


@pytest.mark.usefixtures("apps")
async def test_more_processes_give_no_more_guesses(application: Application, database_url: str, tmp_path: Path) -> None:
    form = {"grant_type": "refresh_token", "refresh_token": "r"}
    async with wired(database_url, tmp_path, **LOW) as second:
        codes = []
        for number in range(6):
            async with asking((application, second)[number % 2], base=HTTPS, address="10.0.0.25") as guesser:
                codes.append((await guesser.post("/token", data=form, auth=("one", f"guess {number}"))).status_code)
        assert codes == [401] * 3 + [429] * 3
        for process in (application, second):
            async with asking(process, base=HTTPS, address="10.0.0.26") as guesser:
                path = "/sign-in/callback?state=guess&code=c"
                codes = [answer.status_code for answer in await _all(guesser, [path] * 3)]
                assert codes == ([403] * 3 if process is application else [429] * 3)


async def test_wrong_tokens_keep_nobody_from_signing_in(application: Application) -> None:
    async with asking(application, address="10.0.0.27") as somebody:
        wrong = {"authorization": "Bearer old"}
        codes = [(await somebody.get("/fhir/Patient/vera", headers=wrong)).status_code for _ in range(5)]
        assert codes == [401] * 3 + [429] * 2
        assert (await somebody.get("/sign-in")).status_code == 303


async def test_unknown_tokens_are_turned_away_and_known_ones_are_not(application: Application) -> None:
    async with asking(application) as guesser, asking(application) as system:
        system.headers.update(await bearer(application, client()))
        codes = []
        for number in range(5):
            wrong = {"authorization": f"Bearer guess-{number}"}
            codes.append((await guesser.get("/fhir/Patient/vera", headers=wrong)).status_code)
        assert codes == [401] * 3 + [429] * 2
        assert (await system.get("/fhir/Patient/vera")).status_code == 200


async def test_attempts_have_an_end_even_when_none_fails(application: Application) -> None:
    async with asking(application, address="10.0.0.12") as someone:
        codes = [answer.status_code for answer in await _all(someone, ["/sign-in"] * 62)]
        assert codes == [303] * 60 + [429] * 2


async def test_who_asks_is_believed_of_known_proxies_alone(application: Application) -> None:
    app = _behind("10.9.0.0/16, 127.0.0.1", application)
    for proxy, is_believed in (("10.9.1.1", True), ("10.8.1.1", False)):
        transport = httpx.ASGITransport(app, client=(proxy, 1))  # type: ignore[arg-type] # an ASGI application
        async with httpx.AsyncClient(transport=transport, base_url="http://varda.test") as through:
            codes = []
            for number in range(5):
                headers = {"x-forwarded-for": f"192.0.2.{number}", "authorization": f"Bearer guess-{number}"}
                codes.append((await through.get("/fhir/Patient/vera", headers=headers)).status_code)
            assert (codes == [401] * 5) is is_believed, codes


async def test_a_registered_system_at_full_speed_meets_no_limit_as_things_come() -> None:
    given = Settings()
    assert given.limit_systems / 60 >= 10_000
    assert (given.limit_numbers, given.limit_guesses) == (60, 30)
