"""A picture beside the note (F31): chosen, described, signed with it; a lost network loses nothing."""

import pytest
from playwright.sync_api import expect

from tests.journeys.person import Person
from tests.support.pictures import SVG, exif, jpeg, png

pytestmark = pytest.mark.journey

PICTURE = {"name": "IMG_1.jpg", "mimeType": "image/jpeg", "buffer": png()}
"""By its name and by what is said of it a JPEG, in truth a PNG."""


def test_a_picture_is_attached_described_and_signed_with_the_note(astrid: Person) -> None:
    astrid.opens_a_chart(4)
    page = astrid.page
    astrid.presses("n")
    expect(page.locator("textarea[data-first]")).to_be_focused()
    page.route("**/files", lambda route: route.abort())
    page.locator("[data-attach]").first.set_input_files([PICTURE])
    expect(page.locator("[data-files] .ds-validation-message")).to_contain_text("INTE SKICKAD")
    page.unroute("**/files")
    astrid.button("Försök igen").click()
    said = page.locator("[data-file] input")
    expect(said).to_be_focused()
    astrid.sees("Den sparas som det den är: image/png")
    page.locator("[data-attach]").first.set_input_files([{"name": "sår.jpg", "mimeType": "image/jpeg", "buffer": SVG}])
    astrid.sees("vad namnet än säger")
    page.locator("textarea[data-first]").focus()
    astrid.writes("Sår på vaden.")
    page.keyboard.press("Control+Enter")
    assert "/notes/" not in page.url, "without a description nothing is signed"
    said.focus()
    astrid.fills("Sår, vänster vad, 3 cm")
    astrid.is_told("saved")
    page.reload()
    page.locator("#writing ul a").first.click()  # the draft, with its picture
    expect(page.locator("[data-file] input")).to_have_value("Sår, vänster vad, 3 cm")
    page.keyboard.press("Control+Enter")
    astrid.has_done("Signerad")
    picture = page.get_by_alt_text("Sår, vänster vad, 3 cm")
    expect(picture).to_be_visible()
    assert picture.evaluate("async one => { await one.decode(); return one.naturalWidth; }") == 2
    assert astrid.barriers() == []


def test_what_is_pasted_or_dropped_is_attached_and_pasted_text_stays_text(astrid: Person) -> None:
    astrid.opens_a_chart(4)
    page = astrid.page
    astrid.presses("n")
    expect(page.locator("textarea[data-first]")).to_be_focused()
    give = """([kind, bytes, text]) => {
        const data = new DataTransfer();
        data.items.add(new File([new Uint8Array(bytes)], "bild.jpg", {type: "image/jpeg"}));
        if (text) data.setData("text/plain", text);
        const how = {clipboardData: data, dataTransfer: data, bubbles: true, cancelable: true};
        const made = kind === "paste" ? new ClipboardEvent("paste", how) : new DragEvent("drop", how);
        document.querySelector("textarea[data-first]").dispatchEvent(made);
    }"""
    page.evaluate(give, ["paste", list(jpeg(exif())), ""])
    expect(page.locator("[data-file]")).to_have_count(1)
    page.evaluate(give, ["drop", list(png()), ""])
    expect(page.locator("[data-file]")).to_have_count(2)
    page.evaluate(give, ["paste", list(png()), "Text ur ett ordbehandlingsprogram"])
    astrid.is_told("saved")
    expect(page.locator("[data-file]")).to_have_count(2)
    page.locator("[data-takes-back]").first.click()
    expect(page.locator("[data-file]")).to_have_count(1)
