"""The county's own courses: by two persons, whole or not at all; organisations stand behind a version (F207, F208)."""

from datetime import timedelta

import pytest

from tests.record import world
from tests.web.conftest import NOW, SignIn, Visitor
from tests.web.test_learning import through, words
from varda.catalogue import Deciding, Declaration, Rights
from varda.introduction import training
from varda.introduction.programme import LEADING, Appointment, Mandates
from varda.kernel.clock import SetClock
from varda.kernel.db import Database
from varda.kernel.errors import Unprocessable
from varda.record import Door

AT = "/learning/courses"
TOML = """kind = "add-on"
sv = "Såromläggning"
en = "Dressing wounds"
about = { sv = "Om sår.", en = "About wounds." }
minutes = 5
requires = ["introduction"]
[for]
roles = ["nurse"]
[[steps]]
code = "one"
sv = "Rena händer"
en = "Clean hands"
[[steps]]
code = "two"
sv = "Lägg om"
en = "Dress it"
"""
FORM = {
    "code": "wounds", "file-course.toml": TOML, "file-sv.md": "# one\n\nTvätta *händerna*.\n\n# two\n\nLägg om.\n",
    "file-en.md": "# one\n\nWash your *hands*.\n\n# two\n\nDress it.\n", "opens": "2026-03-01", "reason": "Beslut 12",
    "act": "propose",
}  # fmt: skip


async def two(signed_in: SignIn) -> tuple[Visitor, Visitor]:
    return await signed_in("gun", "unit-manager", "administration"), await signed_in("per", "rights-administrator")


async def in_use(gun: Visitor, per: Visitor, clock: SetClock, number: int = 1, at: str = "new", **form: str) -> None:
    answer = await gun.post(f"{AT}/{at}", data=FORM | form)
    assert answer.status_code == 303, answer.text
    assert (await per.post(f"{AT}/decide/{number}", data={"act": "approve"})).status_code == 303
    clock.instant += timedelta(seconds=3)


async def test_a_county_s_course_is_on_the_path_once_another_has_approved_it(
    signed_in: SignIn, clock: SetClock, database: Database
) -> None:
    (gun, per), liv = await two(signed_in), await signed_in("liv", "nurse")
    assert (await liv.get(AT)).status_code == 403
    assert (await liv.post(f"{AT}/new", data=FORM)).status_code == 403
    seen = (await gun.post(f"{AT}/new", data=FORM | {"act": "preview"})).text
    assert "<em>händerna</em>" in seen
    assert "<em>hands</em>" in seen
    assert (await gun.post(f"{AT}/new", data=FORM)).status_code == 303
    assert "Såromläggning" not in await words(liv, "/learning")
    assert (await gun.post(f"{AT}/decide/1", data={"act": "approve"})).status_code == 403
    assert "Såromläggning" in (await per.get(f"{AT}/decide/1")).text
    assert (await per.post(f"{AT}/decide/1", data={"act": "approve"})).status_code == 303
    clock.instant += timedelta(seconds=3)
    assert "Såromläggning" in await words(liv, "/learning")
    rows = await database.all("select what from audit.event where action = 'courses' order by 1")
    assert [row["what"].split(",")[0].split(" ")[0:2] for row in rows] == [["change", "1"], ["course", "wounds"]]
    assert "Såromläggning 5 min" in await words(gun, f"{AT}?role=nurse")
    assert "Såromläggning 5 min" not in await words(gun, f"{AT}?role=physician")


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"file-course.toml": TOML.replace("minutes = 5", "minutes =")}, "course.toml:5"),
        ({"file-course.toml": TOML.replace("minutes = 5", "minutes =")}, "Det här är inte TOML: efter likhetstecknet"),
        ({"file-course.toml": TOML.replace("minutes = 5", 'minutes = "five"')}, "minutes är ett heltal."),
        ({"file-sv.md": "# one\n\n<script>x</script>\n\n# two\n\nB\n"}, "sv.md:3"),
        ({"file-course.toml": TOML.replace('"introduction"', '"nothing"')}, "kräver kursen nothing, som inte finns"),
        ({"code": "introduction"}, "Det finns redan en kurs"),
        ({"code": "unit"}, "ingen kod för en kurs"),
        ({"reason": " "}, "Ange varför det ändras."),
        ({"opens": "2026-02-01"}, "dagen har passerat"),
        ({"exercise-name": "two", "exercise": "x = "}, "two.exercise.toml:1"),
    ],
)
async def test_what_is_wrong_is_said_and_nothing_typed_is_lost(
    signed_in: SignIn, changed: dict[str, str], said: str
) -> None:
    gun, _ = await two(signed_in)
    toml = changed.get("file-course.toml", TOML)
    if "exercise" in changed:
        toml = TOML.replace('code = "two"', 'code = "two"\nkind = "exercise"')
    answer = await gun.post(f"{AT}/new", data=FORM | {"file-course.toml": toml} | changed)
    assert answer.status_code == 422
    assert said in answer.text
    assert "Tvätta *händerna*." in answer.text or "sv.md" in said
    assert "Inget väntar." in await words(gun, AT)


async def test_what_is_wrong_is_said_in_the_language_of_who_writes(signed_in: SignIn) -> None:
    """F208: each sentence has its values put in after it is translated."""
    gun, _ = await two(signed_in)
    wrong_ = {"file-course.toml": TOML.replace('kind = "add-on"', "kinds = 1"), "file-sv.md": "# one\n\n```\nx\n```\n"}
    said = {
        "sv": (
            "kinds är inte känt här",
            "Ett kodblock hör inte hemma",
            "Steget two har ingen text",
            "Slaget (kind) är ett av",
        ),
        "en": (
            "kinds is not known here",
            "A block of code has no place",
            "The step two has no text",
            "The kind is one of",
        ),
    }
    for language, sentences in said.items():
        gun.cookies.set("varda_language", language)
        page = (await gun.post(f"{AT}/new", data=FORM | wrong_)).text
        assert [one for one in sentences if one not in page] == []
        assert "%(" not in page


async def test_a_circle_is_refused_and_named_also_when_two_proposals_make_it(
    signed_in: SignIn, clock: SetClock
) -> None:
    gun, per = await two(signed_in)
    await in_use(gun, per, clock)
    await in_use(gun, per, clock, 2, code="burns", **{"file-course.toml": TOML.replace('"introduction"', '"wounds"')})
    back = FORM | {"file-course.toml": TOML.replace('"introduction"', '"burns"')}
    answer = await gun.post(f"{AT}/wounds", data=back)
    assert answer.status_code == 422
    assert "wounds → burns → wounds" in answer.text
    await in_use(gun, per, clock, 3, code="chars")
    await in_use(gun, per, clock, 4, code="salves")
    for code, other in (("chars", "salves"), ("salves", "chars")):
        form = FORM | {"file-course.toml": TOML.replace('"introduction"', f'"{other}"')}
        assert (await gun.post(f"{AT}/{code}", data=form)).status_code == 303
    assert (await per.post(f"{AT}/decide/5", data={"act": "approve"})).status_code == 303
    clock.instant += timedelta(seconds=3)
    assert (await per.post(f"{AT}/decide/6", data={"act": "approve"})).status_code == 422


async def test_a_course_withdrawn_midway_keeps_what_was_done(signed_in: SignIn, clock: SetClock) -> None:
    (gun, per), liv = await two(signed_in), await signed_in("liv", "nurse")
    await in_use(gun, per, clock)
    await through(liv, "introduction")
    assert (await liv.post("/learning/wounds/one")).headers["location"] == "/learning/wounds/two"
    gone = TOML.replace("minutes = 5", "minutes = 5\nwithdrawn = true")
    await in_use(gun, per, clock, 2, "wounds", **{"file-course.toml": gone})
    assert "Kursen är indragen. Det du har gjort av den finns kvar." in await words(liv, "/learning")
    assert (await liv.post("/learning/wounds/two")).status_code == 303
    assert "Du blev klar med kursen" in await words(liv, "/learning/wounds")
    bea = await signed_in("bea", "nurse")
    assert "Såromläggning" not in await words(bea, "/learning")
    assert (await bea.get("/learning/wounds")).status_code == 404


async def test_a_course_that_this_build_cannot_read_is_told_and_stands_in_nobody_s_way(
    signed_in: SignIn, clock: SetClock, door: Door
) -> None:
    (gun, _), liv = await two(signed_in), await signed_in("liv", "nurse")
    rights = Rights(frozenset({("design-courses", "special")}), {})
    first, second = (Deciding(one, one, "", rights) for one in ("a", "b"))
    files = training.files_of("introduction") | {"course.toml": "kind = "}
    old = Declaration("course", "introduction", training.content(files), NOW, "from another build")
    number = await door.catalogue.declarations.propose(old, first, NOW, "design-courses")
    await door.catalogue.declarations.decide(number, "course", second, NOW, "design-courses", approved=True)
    clock.instant += timedelta(seconds=3)
    assert "Introduktion till Varda" in await words(liv, "/learning")
    assert "introduction kan inte läsas av det här bygget" in await words(gun, AT)
    assert "kind = " in (await gun.get(f"{AT}/introduction")).text


async def leading(database: Database, person: str, organisation: str) -> None:
    """Somebody leads the training of an organisation, by the programme office's word."""
    mandates = Mandates(database)
    top = Deciding("SE9999999999-top", "Top", "", Rights(frozenset({(LEADING, "special")}), {}))
    office = Deciding("SE9999999999-office", "Office", "", Rights(frozenset(), {}))
    await mandates.give(Appointment(office.person, "Office", "programme-office", "", NOW, None, "x"), top, NOW)
    wanted = Appointment(f"SE9999999999-{person}", person, "training-lead", organisation, NOW, None, "x")
    await mandates.give(wanted, office, NOW)


async def test_who_leads_an_organisation_s_training_stands_behind_a_version_and_sees_its_units(
    signed_in: SignIn, clock: SetClock, database: Database
) -> None:
    gun, per = await two(signed_in)
    tea = await signed_in("tea", "nurse")
    assert (await tea.get("/learning/unit")).status_code == 403
    await leading(database, "tea", world.REGION)
    version = training.shipped()["introduction"].version
    form = {"organisation": world.REGION, "version": version}
    assert (await tea.post(f"{AT}/introduction/approve", data=form | {"version": "old"})).status_code == 422
    assert (await tea.post(f"{AT}/introduction/approve", data=form | {"organisation": world.BORAS})).status_code == 403
    assert (await gun.post(f"{AT}/introduction/approve", data=form)).status_code == 403
    assert (await tea.post(f"{AT}/introduction/approve", data=form)).status_code == 303
    assert "✓ Region" in await words(gun, AT)
    assert (await tea.get(f"{AT}/introduction")).status_code == 403  # who approves does not write
    units = await words(tea, "/learning/unit")
    assert "Cardiology" in units
    assert "Homecare" not in units
    assert "Bo Ek" in await words(tea, f"/learning/unit?unit={world.SURGERY}")
    for elsewhere in (world.HOME_CARE, "SE9999999999-nowhere"):
        assert (await tea.get(f"/learning/unit?unit={elsewhere}")).status_code == 403
    assert (await tea.post("/learning/unit", data={"person": "SE9999999999-bo", "duty": "coach"})).status_code in (
        403,
        422,
    )
    clock.instant += timedelta(seconds=3)
    files = training.files_of("introduction")
    form = {f"file-{name}": text for name, text in files.items()} | {
        "opens": "2026-03-01",
        "reason": "Nytt",
        "act": "propose",
    }
    form["file-sv.md"] += "\nMer.\n"
    assert (await gun.post(f"{AT}/introduction", data=form)).status_code == 303
    assert (await per.post(f"{AT}/decide/1", data={"act": "approve"})).status_code == 303
    clock.instant += timedelta(seconds=3)
    assert "(en tidigare version)" in await words(gun, AT)


def test_a_county_s_change_of_a_course_keeps_the_package_s_film() -> None:
    files = training.files_of("base-nurse")
    assert len(files["note.webm"]) == 64
    changed = training.read("base-nurse", files | {"sv.md": files["sv.md"] + "\nMer.\n"})
    note = changed.step("note")
    assert note is not None
    assert note.film == "note.webm"
    with pytest.raises(Unprocessable, match=r"note\.en\.vtt is missing"):
        training.read("base-nurse", {name: text for name, text in files.items() if name != "note.en.vtt"})


async def test_a_course_is_seen_as_a_role_meets_it_and_nothing_is_kept(
    signed_in: SignIn, clock: SetClock, database: Database
) -> None:
    """F207: whoever answers for it sees each step, the right answers, and of whom and after what it is asked."""
    (gun, per), liv = await two(signed_in), await signed_in("liv", "nurse")
    await in_use(gun, per, clock)
    as_nurse = await words(gun, f"{AT}/wounds/as?role=nurse")
    assert "Tvätta" in as_nurse
    assert "Detta begärs av sjuksköterska." in as_nurse
    assert "Öppnar efter: Introduktion" in as_nurse
    assert f"{AT}/wounds/as?role=nurse&amp;provider=region&amp;step=two" in (
        await gun.get(f"{AT}/wounds/as", params={"role": "nurse"})
    ).text.replace("&#38;", "&amp;")
    as_physician = await words(gun, f"{AT}/wounds/as?role=physician&step=two")
    assert "Lägg om" in as_physician
    assert "Detta begärs inte av läkare" in as_physician
    at_home = await words(gun, f"{AT}/base-nurse/as?role=nurse&provider=municipality")
    assert "Detta begärs inte av sjuksköterska" in at_home
    step = next(step for step in training.shipped()["base-nurse"].steps if step.exercise)
    assert step.exercise is not None
    shown = await words(gun, f"{AT}/base-nurse/as?step={step.code}")
    assert step.exercise.goals[0].words.sv in shown
    assert "Öva nu" not in shown
    assert not await database.all("select from training.done")
    assert (await gun.get(f"{AT}/wounds/as", params={"step": "none"})).status_code == 404
    assert (await gun.get(f"{AT}/none/as")).status_code == 404
    assert (await liv.get(f"{AT}/wounds/as")).status_code == 403
    listed = (await gun.get(AT, params={"role": "nurse"})).text
    assert f"{AT}/wounds/as?role=nurse&amp;provider=region" in listed
