"""A note on paper in two actions, by mouse and by keyboard alone: P, then Enter; the PDF says whose it is."""

import io

import pypdf
import pytest
from playwright.sync_api import Response, expect

from tests.journeys.person import Person

pytestmark = pytest.mark.journey


@pytest.mark.parametrize("is_keyboard", [False, True])
def test_a_note_is_printed_in_two_actions(astrid: Person, is_keyboard: bool) -> None:
    astrid.opens_a_chart(3)
    astrid.page.locator(".note-line a").first.click()
    expect(astrid.page.locator("article.note")).to_be_visible()
    if is_keyboard:
        astrid.presses("p")
    else:
        astrid.clicks(astrid.page.get_by_role("link", name="Skriv ut…"))
    expect(astrid.button("Gör PDF:en")).to_be_focused()
    answers: list[Response] = []
    astrid.page.context.on("response", lambda one: answers.append(one) if one.request.method == "POST" else None)
    with astrid.page.context.expect_page():
        if is_keyboard:
            astrid.presses("Enter")
        else:
            astrid.clicks(astrid.button("Gör PDF:en"))
    astrid.page.wait_for_timeout(1000)
    assert astrid.actions <= 2
    assert [one.headers["content-type"] for one in answers] == ["application/pdf"]
    astrid.goes_to(f"/chart/{astrid.page.url.split('/')[4]}/corrections")
    astrid.sees("Patienten")


def test_the_paper_says_whose_it_is(astrid: Person) -> None:
    name = astrid.opens_a_chart(3)
    patient = astrid.page.url.rpartition("/")[2]
    token = astrid.page.locator('meta[name="varda-token"]').get_attribute("content")
    form = {"what": "summary", "to": "Patienten", "reason": "Begäran", "csrf": token or ""}
    answer = astrid.page.request.post(f"{astrid.at}/chart/{patient}/documents", form=form)
    pages = pypdf.PdfReader(io.BytesIO(answer.body())).pages
    assert all(name in page.extract_text() and "DEMO" in page.extract_text() for page in pages)
