"""Readiness on the screens: the board, a unit to the person, the own trial, concerns, the agreed matrix (F216)."""

import re
from html import unescape

import pytest

from tests.record import world
from tests.web.conftest import SignIn, Visitor
from varda.catalogue import Deciding, Proposal, Rights
from varda.introduction.programme import LEADING, Appointment, Mandates
from varda.introduction.readiness import SOURCES, Gathering, Seal
from varda.kernel.clock import SetClock
from varda.record import Door

pytestmark = pytest.mark.anyio

ANNA = Deciding("SE9999999999-anna", "Anna", "", Rights(frozenset({("change-rights", "special")}), {}))


async def words(visitor: Visitor, path: str) -> str:
    """What a page says, without its tags."""
    answer = await visitor.get(path)
    assert answer.status_code == 200, answer.text
    main = answer.text.partition("<main")[2].partition("</main>")[0]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", main)).split())


async def gathered(door: Door, clock: SetClock) -> None:
    """What the process beside does each few seconds."""
    door.catalogue.forget()
    found = await Gathering(door.database, door.catalogue, Seal(b"s" * 32), "0.1.0+test").gather(
        [one for one in SOURCES if one not in ("synthetic", "text")], clock.now()
    )
    assert found.failed == {}


async def office(door: Door, clock: SetClock, person: str) -> None:
    """Somebody is the programme office."""
    boss = Deciding("boss", "Boss", "", Rights(frozenset({(LEADING, "special")}), {}))
    wanted = Appointment(f"SE9999999999-{person}", person, "programme-office", "", clock.now(), None, "x")
    await Mandates(door.database).give(wanted, boss, clock.now())


async def test_the_board_is_everybodys_and_names_nobody_but_to_the_lead(
    door: Door, clock: SetClock, signed_in: SignIn
) -> None:
    """F216, F240: public inside the county; who is lacking is told to who leads the unit and to the programme."""
    liv = await signed_in("liv", "nurse")
    assert "Inget är insamlat ännu." in await words(liv, "/readiness")
    gun, olga = await signed_in("gun", "unit-manager", "administration"), await signed_in("olga", "physiotherapist")
    await gathered(door, clock)
    page = await words(liv, "/readiness")
    assert "0 av 3 enheter är redo" in page
    assert "Coacher på plats 3 0" in page
    assert "Pappersrutin och reservplats 0 3" in page
    assert "bygge 0.1.0+test" in page
    page = await words(liv, f"/readiness?organisation={world.REGION}")
    assert "0 av 2 enheter är redo" in page
    assert "Cardiology 1 0" in page
    page = await words(liv, "/readiness/unit")
    assert "personer med kurser kvar" in page
    assert "Astrid" not in page
    page = await words(gun, "/readiness/unit")
    assert "Astrid Lund: Grundkurs för läkare, Introduktion till Varda" in page, page
    assert "Astrid" not in await words(gun, f"/readiness/unit?unit={world.SURGERY}"), "another unit's people"
    await office(door, clock, "olga")
    assert "Bo Ek" in await words(olga, f"/readiness/unit?unit={world.SURGERY}")
    told = (await liv.get(f"/readiness/readiness.csv?organisation={world.REGION}")).text
    assert told.startswith("\ufeffhsa;unit;check;state;why;lacking;of;at;carried\r\n")
    assert f"{world.SURGERY};Surgery;paper;missing;never;0;0;;" in told
    assert world.HOME_CARE not in told
    assert (await liv.get("/readiness?organisation=nowhere")).status_code == 404
    assert (await liv.get("/readiness/unit?unit=nowhere")).status_code == 404
    assert (
        (await liv.get(f"/readiness?organisation={world.CARDIOLOGY}"))
        .headers["location"]
        .endswith(f"/readiness/unit?unit={world.CARDIOLOGY}")
    )


async def test_a_trial_is_done_by_oneself_and_shows_what_did_not_go(
    door: Door, clock: SetClock, signed_in: SignIn, astrid: Visitor
) -> None:
    """F274: everybody has signed in and tried what the role does, on this build and configuration."""
    assert "inte provat ännu" in await words(astrid, "/readiness/trial")
    assert (await astrid.post("/readiness/trial")).status_code == 303
    assert "allt gick" in await words(astrid, "/readiness/trial")
    await gathered(door, clock)
    gun = await signed_in("gun", "unit-manager", "administration")
    await gathered(door, clock)
    page = await words(gun, "/readiness/unit")
    assert "Gun Ny har inte provat uppdraget" in page
    assert "Astrid Lund har inte provat" not in page
    rita = Deciding("SE9999999999-rita", "Rita", "", ANNA.rights)
    number = await door.catalogue.propose(
        Proposal("physician", ("F19", "sign"), False, "fel", clock.now()), rita, clock.now()
    )
    await door.catalogue.decide(number, ANNA, clock.now(), approved=True)
    door.catalogue.forget()
    assert "ett annat bygge eller en annan konfiguration" in await words(astrid, "/readiness/trial")
    await astrid.post("/readiness/trial")
    page = await words(astrid, "/readiness/trial")
    assert "allt gick inte" in page
    assert "Vårddokumentation: signera" in page or ": signera" in page
    await gathered(door, clock)
    page = await words(gun, "/readiness/unit")
    assert "Astrid Lund: rollen Läkare är inte som avtalat" in page


async def test_a_concern_is_raised_by_anybody_and_answered_by_the_programme(
    door: Door, clock: SetClock, signed_in: SignIn
) -> None:
    liv, olga = await signed_in("liv", "nurse"), await signed_in("olga", "physiotherapist")
    empty = await liv.post("/readiness/concerns", data={"said": " ", "organisation": world.REGION})
    assert empty.status_code == 422
    said = {"said": "Utbildningen var för tunn.", "organisation": world.REGION}
    assert (await liv.post("/readiness/concerns", data=said)).status_code == 303
    assert (await liv.post("/readiness/concerns", data=said | {"organisation": world.HOME_CARE})).status_code == 404
    await gathered(door, clock)
    assert "Utbildningen var för tunn. obesvarad" in await words(liv, "/readiness/unit")
    assert (await liv.post("/readiness/concerns/1", data={"answer": "Nej."})).status_code == 403
    await office(door, clock, "olga")
    long = "x" * 4001
    refused = await olga.post("/readiness/concerns/1", data={"answer": long})
    assert refused.status_code == 422
    assert long in refused.text, "nothing typed is lost"
    assert (await olga.post("/readiness/concerns/1", data={"answer": "Två dagar till."})).status_code == 303
    page = await words(liv, "/readiness/concerns")
    assert "besvarad Region" in page
    assert "Svar: Två dagar till." in page
    assert (await olga.post("/readiness/concerns/77", data={"answer": "x"})).status_code == 404


async def test_what_two_people_attest_is_said_once_and_confirmed_by_another(
    door: Door, clock: SetClock, signed_in: SignIn
) -> None:
    gun, olga = await signed_in("gun", "unit-manager", "administration"), await signed_in("olga", "physiotherapist")
    await gathered(door, clock)
    said = {"unit": world.CARDIOLOGY, "check": "paper", "said-paper": "Röda pärmen.", "act": "met"}
    assert (await olga.post("/readiness/attestations", data=said)).status_code == 403
    assert (await gun.post("/readiness/attestations", data=said | {"check": "training"})).status_code == 404
    empty = await gun.post("/readiness/attestations", data=said | {"said-paper": " "})
    assert empty.status_code == 422
    assert "Säg vad du har sett" in unescape(empty.text)
    file = {"file": ('p<"är>m.txt', b"page 1", "text/html")}
    assert (await gun.post("/readiness/attestations", data=said, files=file)).status_code == 303
    page = await words(gun, "/readiness/unit")
    assert "Gun Ny säger: Röda pärmen." in page
    assert "Väntar på en andra person." in page
    assert (await gun.post("/readiness/attestations/1")).status_code == 403
    sent = await gun.get("/readiness/attestations/1/file")
    assert sent.content == b"page 1"
    assert sent.headers["content-type"] == "application/octet-stream"
    assert sent.headers["content-disposition"] == 'attachment; filename="p__22_r_m.txt"'
    assert (await olga.post("/readiness/attestations/1")).status_code == 403
    await office(door, clock, "olga")
    assert (await olga.post("/readiness/attestations/1")).status_code == 303
    assert (await olga.post("/readiness/attestations/1")).status_code == 409
    assert "Pappersrutin och reservplats uppfyllt" in await words(gun, "/readiness/unit")


async def test_the_matrix_is_agreed_by_two_persons(door: Door, clock: SetClock, signed_in: SignIn) -> None:
    """F274."""
    rita = await signed_in("rita", "rights-administrator", "administration")
    sven = await signed_in("sven", "rights-administrator", "administration")
    liv = await signed_in("liv", "nurse")
    assert "De behörigheter som gäller är de avtalade." in await words(liv, "/readiness/matrix")
    proposal = Proposal("nurse", ("F28", "sign"), True, "intyg", clock.now())
    other = Deciding("SE9999999999-rita", "Rita", "", ANNA.rights)
    number = await door.catalogue.propose(proposal, other, clock.now())
    await door.catalogue.decide(number, ANNA, clock.now(), approved=True)
    door.catalogue.forget()
    page = await words(liv, "/readiness/matrix")
    assert "Sjuksköterska Intyg: signera" in page, page
    assert (await liv.post("/readiness/matrix", data={"reason": "x"})).status_code == 403
    assert (await rita.post("/readiness/matrix", data={"reason": " "})).status_code == 422
    assert (await rita.post("/readiness/matrix", data={"reason": "så ska det vara"})).status_code == 303
    assert (await rita.post("/readiness/matrix/1")).status_code == 403
    assert "Rita Ny" in await words(sven, "/readiness/matrix")
    assert (await sven.post("/readiness/matrix/1")).status_code == 303
    assert (await sven.post("/readiness/matrix/1")).status_code == 409
    assert (await sven.post("/readiness/matrix/9")).status_code == 404
    assert "bekräftat av Sven Ny" in await words(liv, "/readiness/matrix")
    assert "De behörigheter som gäller är de avtalade." in await words(liv, "/readiness/matrix")
