"""WORKFLOWS 8: a note in at most three actions and its text, by mouse and by keyboard alone; nothing said is lost."""

import uuid

import pytest
from playwright.sync_api import Route, expect

from tests.journeys.person import Person

pytestmark = pytest.mark.journey


@pytest.fixture
def chart(astrid: Person) -> Person:
    """Astrid with a chart open."""
    astrid.opens_a_chart()
    return astrid


def starts_writing(writer: Person) -> None:
    writer.presses("n")
    expect(writer.page.locator("textarea[data-first]")).to_be_focused()


def test_a_note_is_written_and_signed_in_three_actions_and_its_text(chart: Person) -> None:
    chart.clicks(chart.button("Skriv anteckning"))
    expect(chart.page.locator("textarea[data-first]")).to_be_focused()
    chart.writes("Hosta sedan tre dagar, ingen feber.")
    chart.clicks(chart.button("Signera"))
    chart.has_done("Signerad")
    chart.sees("Hosta sedan tre dagar, ingen feber.")
    assert chart.actions <= 3
    assert chart.texts == 1


def test_the_same_by_keyboard_alone(chart: Person) -> None:
    starts_writing(chart)
    chart.writes("Kontroll av blodtryck.")
    chart.presses("Control+Enter")
    chart.has_done("Signerad")
    chart.sees("Kontroll av blodtryck.")
    assert chart.actions <= 3


def test_measures_in_the_text_become_measures_by_one_key_and_a_keyword_is_added_by_its_name(chart: Person) -> None:
    starts_writing(chart)
    chart.writes("Piggare. BT 140/85, puls 72.")
    expect(chart.page.locator("[data-values] label")).to_have_count(2)
    chart.presses("Alt+Enter")
    chart.page.locator("[data-add-keyword]").fill("hud")
    chart.page.keyboard.press("Enter")
    expect(chart.page.locator("#text-hud")).to_be_focused()
    chart.writes("Rodnad på höger häl.")
    chart.presses("Control+Enter")
    chart.has_done("Signerad")
    chart.sees("Sparat som mätvärden: BT 140/85, puls 72")
    chart.sees("Hud och vävnad")
    assert chart.actions <= 3
    starts_writing(chart)
    chart.writes("BT 138/82, puls 250.")
    far = chart.page.locator("[data-values] label", has_text="puls 250")
    expect(far).to_contain_text("långt från förra värdet 72 slag/min")
    chart.presses("Alt+Enter")
    expect(chart.page.locator("[data-values] label", has_text="138/82").locator("input")).to_be_checked()
    expect(far.locator("input")).not_to_be_checked()


def test_measures_that_could_not_be_compared_are_chosen_by_hand_and_signed(chart: Person) -> None:
    chart.page.route("**/vitals/last", lambda route: route.abort())
    starts_writing(chart)
    chart.writes("Puls 72.")
    label = chart.page.locator("[data-values] label")
    expect(label).to_have_count(1)
    chart.page.keyboard.press("Alt+Enter")
    chart.sees("De förra värdena kunde inte hämtas")
    expect(label.locator("input")).not_to_be_checked()
    label.locator("input").check()
    chart.page.keyboard.press("Control+Enter")
    chart.has_done("Signerad")


def test_an_earlier_text_is_copied_into_an_empty_field_only_and_marked_until_it_is_edited(chart: Person) -> None:
    starts_writing(chart)
    chart.writes("Bedömning att använda igen.")
    chart.presses("Control+Enter")
    chart.has_done("Signerad")
    starts_writing(chart)
    first = chart.page.locator("textarea[data-first]")
    copy = chart.page.locator(".keyword-field", has=first).locator("[data-copies]")
    first.fill("Skrivet.")
    copy.dispatch_event("click")
    expect(first).to_have_value("Skrivet.")
    first.fill("")
    chart.clicks(copy)
    expect(first).to_have_value("Bedömning att använda igen.")
    expect(chart.page.locator("[data-copied]").first).to_be_visible()
    chart.is_told("saved")
    chart.presses("Control+Enter")
    chart.has_done("Signerad")
    chart.sees("Kopierat från")


def test_a_macro_becomes_its_text_as_one_writes(chart: Person) -> None:
    url = chart.page.url
    chart.goes_to("/macros")
    chart.page.locator("#word").fill("hl")
    chart.page.locator("#text").fill("Hjärta: regelbunden rytm, ___ inga biljud.")
    chart.button("Spara").click()
    chart.sees(";hl")
    chart.page.goto(url)
    starts_writing(chart)
    chart.writes("Status ;hl ")
    chart.writes("72/min,")
    first = chart.page.locator("textarea[data-first]")
    expect(first).to_have_value("Status Hjärta: regelbunden rytm, 72/min, inga biljud. ")
    chart.is_told("saved")


def test_text_is_safe_on_the_server_within_two_seconds_and_says_so(chart: Person) -> None:
    starts_writing(chart)
    chart.writes("Trött.")
    expect(chart.page.locator("[data-save-state]")).to_have_attribute("data-save-state", "saved", timeout=2000)
    expect(chart.page.locator("[data-save-state]")).to_contain_text("Sparat")


def test_text_survives_a_killed_tab(chart: Person) -> None:
    said = f"Yrsel {uuid.uuid4().hex}"
    starts_writing(chart)
    chart.writes(said)
    chart.is_told("saved")
    url, context = chart.page.url, chart.page.context
    chart.page.close(run_before_unload=False)
    chart.page = context.new_page()
    chart.page.goto(url)
    chart.page.locator("#writing ul a").first.click()
    expect(chart.page.locator("textarea[data-first]")).to_have_value(said)


def test_text_written_without_network_is_said_to_be_unsaved_and_is_sent_when_it_returns(chart: Person) -> None:
    starts_writing(chart)
    chart.writes("Före. ")
    chart.is_told("saved")
    chart.page.context.set_offline(True)
    chart.writes("Efter.")
    chart.is_told("failed")
    expect(chart.page.locator("[data-save-state]")).to_contain_text("INTE SPARAT")
    chart.page.context.set_offline(False)
    chart.is_told("saved")


def test_text_written_without_network_survives_a_killed_tab_and_comes_back(chart: Person) -> None:
    said = f"Bröstsmärta {uuid.uuid4().hex}"
    starts_writing(chart)
    chart.page.context.set_offline(True)
    chart.writes(said)
    chart.is_told("failed")
    url, context = chart.page.url, chart.page.context
    chart.page.close(run_before_unload=False)
    context.set_offline(False)
    chart.page = context.new_page()
    chart.page.goto(url)
    chart.sees("återställd")
    chart.page.locator(".toast a").click()
    expect(chart.page.locator("textarea[data-first]")).to_have_value(said)


def test_the_next_user_of_the_workstation_cannot_read_what_was_left(chart: Person) -> None:
    secret = f"Hemligt {uuid.uuid4().hex}"
    starts_writing(chart)
    chart.page.context.set_offline(True)
    chart.writes(secret)
    chart.is_told("failed")
    context = chart.page.context
    chart.page.close(run_before_unload=False)
    context.set_offline(False)
    context.clear_cookies()
    next_one = Person(context.new_page(), chart.at).signs_in_as("Maria Lindqvist")
    next_one.page.wait_for_timeout(1000)
    kept = next_one.page.evaluate(
        """async () => {
            const asked = indexedDB.open("varda");
            const db = await new Promise((done) => { asked.onsuccess = () => done(asked.result); });
            const texts = await new Promise((done) => {
                const r = db.transaction("texts").objectStore("texts").getAll(); r.onsuccess = () => done(r.result);
            });
            return texts.map((one) => [Object.keys(one).sort().join(), new TextDecoder("latin1").decode(one.data)]);
        }"""
    )
    assert len(kept) == 1
    assert kept[0][0] == "data,id,iv,salt"
    assert secret not in kept[0][1]
    assert next_one.page.locator(".toast").count() == 0


def test_two_windows_never_overwrite_each_other_unseen(chart: Person) -> None:
    starts_writing(chart)
    chart.writes("Första.")
    chart.is_told("saved")
    other = Person(chart.page.context.new_page(), chart.at)
    other.page.goto(chart.page.url)
    other.page.locator("#writing ul a").first.click()
    other.page.locator("textarea[data-first]").fill("Andra fönstret.")
    other.is_told("saved")
    chart.writes(" Mer.")
    chart.is_told("both")
    expect(chart.page.locator("[data-theirs]")).to_contain_text("Andra fönstret.")
    chart.page.locator("[data-keep=both]").click()
    chart.is_told("saved")
    expect(chart.page.locator("textarea[data-first]")).to_have_value("Första. Mer.\n\nAndra fönstret.")


@pytest.mark.parametrize("way", ["pointer", "key"])
def test_what_is_pressed_before_the_page_listens_is_done_as_soon_as_it_can(chart: Person, way: str) -> None:
    held: list[Route] = []
    chart.page.route("**/htmx.min.js", lambda route: held.append(route))
    chart.page.goto(chart.page.url, wait_until="commit")
    button = chart.button("Skriv anteckning")
    expect(button).to_be_visible()
    if way == "pointer":
        button.click()
    else:
        chart.page.keyboard.press("n")
    assert chart.page.locator("textarea[data-first]").count() == 0
    held[0].continue_()
    expect(chart.page.locator("textarea[data-first]")).to_be_focused()


def test_a_signed_note_is_amended_with_a_reason_and_its_history_shows_what_changed(chart: Person) -> None:
    starts_writing(chart)
    chart.writes("Smärta i höger knä.")
    chart.presses("Control+Enter")
    chart.has_done("Signerad")
    chart.button("Ändra").click()
    chart.page.locator("#note-reason").fill("Fel sida")
    chart.page.locator("textarea[data-first]").fill("Smärta i vänster knä.")
    chart.button("Signera").click()
    chart.has_done("Ändringen är signerad")
    chart.page.get_by_role("link", name="vad som ändrades").click()
    expect(chart.page.locator("del").first).to_have_text("höger")
    expect(chart.page.locator("ins").first).to_have_text("vänster")


def test_an_unsigned_note_is_seen_by_colleagues_and_marked_and_a_draft_is_not(chart: Person) -> None:
    url = chart.page.url
    note, draft = f"Osignerat {uuid.uuid4().hex}", f"Utkast {uuid.uuid4().hex}"
    starts_writing(chart)
    chart.writes(note)
    chart.button("Spara osignerad").click()
    chart.has_done("Sparad osignerad")
    chart.page.goto(url)
    starts_writing(chart)
    chart.writes(draft)
    chart.is_told("saved")
    context = chart.page.context.browser.new_context(locale="sv-SE")
    colleague = Person(context.new_page(), chart.at).signs_in_as("Maria Lindqvist")
    colleague.page.goto(url)
    colleague.sees(note)
    expect(colleague.page.locator(".note-line[data-status=preliminary]").first).to_contain_text("osignerad")
    assert draft not in colleague.page.content()
    assert colleague.page.locator("#writing ul a").count() == 0
    context.close()


def test_what_a_secretary_writes_is_signed_by_the_physician_who_is_named(somebody: Person) -> None:
    said = f"Diktat {uuid.uuid4().hex}"
    eva = somebody.signs_in_as("Eva Sandell", "vårdcentral")
    eva.opens_a_chart()
    eva.actions = 0
    eva.clicks(eva.button("Skriv anteckning"))
    expect(eva.page.locator("textarea[data-first]")).to_be_focused()
    eva.writes(said)
    eva.chooses(eva.page.get_by_label("Ska signeras av"), "Astrid Lund, läkare")
    eva.clicks(eva.button("Spara osignerad"))
    eva.has_done("Sparad osignerad")
    assert eva.actions <= 3
    window = eva.page.context.browser.new_context(locale="sv-SE")
    astrid = Person(window.new_page(), eva.at).signs_in_as("Astrid Lund")
    astrid.clicks(astrid.page.get_by_role("link", name="Att signera och utkast").first)
    astrid.clicks(astrid.page.locator(".waiting li", has_text=said).get_by_role("link"))
    astrid.clicks(astrid.button("Fortsätt skriva eller signera"))
    astrid.clicks(astrid.button("Signera"))
    astrid.has_done("Signerad")
    assert astrid.actions <= 4
    window.close()
