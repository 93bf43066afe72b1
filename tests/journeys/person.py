"""Somebody at the screen: does things as people do, and counts every one of them (WORKFLOWS, the counting rule)."""

import re
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Locator, Page, expect

AXE = Path(__file__).parent.parent / "support" / "vendor" / "axe.min.js"
WIDTHS = [390, pytest.param(820, marks=pytest.mark.long), 1440]
"""Of a phone, a tablet and a workplace, in CSS pixels. What axe finds differs least at the middle one."""
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


@dataclass
class Person:
    """One browser window. `actions` counts clicks, key chords and filled fields; typed note text is counted apart."""

    page: Page
    at: str
    actions: int = 0
    texts: int = 0

    def goes_to(self, path: str) -> "Person":
        answer = self.page.goto(self.at + path)
        assert answer is None or answer.status < 500, f"{path} answered {answer.status}"
        return self

    def signs_in_as(self, name: str, unit: str = "") -> "Person":
        """Not counted: every budget starts signed in at the own unit, here at its list. What `test_signing_in` does on
        the screens is done here without them."""
        people = self.page.request.get(f"{self.at}/sign-in").text()
        form = next(
            one for one in re.findall(r"<form.*?</form>", people, re.DOTALL) if f"<strong>{name}</strong>" in one
        )
        asked = {
            field: unescape(value) for field, value in re.findall(r'name="(request|person)"\s+value="([^"]*)"', form)
        }
        where = self.page.request.post(f"{self.at}/provider/authorize", form=asked).url
        if "/sign-in/assignment" in where:
            self.page.goto(where)
            self.page.get_by_role("button", name=unit).click()
            self.page.wait_for_url(lambda url: "/sign-in" not in url)
            where = self.page.url
        return self.goes_to("/patients?show=all" if where.endswith("/inbox") else urlsplit(where).path)

    def clicks(self, what: Locator) -> None:
        self.actions += 1
        what.click()

    def chooses(self, what: Locator, option: str) -> None:
        self.actions += 1
        what.select_option(label=option)

    def presses(self, chord: str) -> None:
        self.actions += 1
        self.page.wait_for_load_state()
        self.page.keyboard.press(chord)

    def fills(self, text: str) -> None:
        """Types into the field that has the focus: one filled field."""
        self.actions += 1
        self.page.keyboard.type(text)

    def writes(self, text: str) -> None:
        """Types note text where the focus is: the "+ text" of a budget."""
        self.texts += 1
        self.page.keyboard.type(text)

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name, exact=name in ("Signera", "Logga ut"))

    def sees(self, text: str) -> None:
        expect(self.page.get_by_text(text).first).to_be_visible()

    def is_told(self, state: str) -> None:
        """What the writing panel says about the safety of the text."""
        expect(self.page.locator("[data-save-state]")).to_have_attribute("data-save-state", state, timeout=8000)

    def has_done(self, what: str) -> None:
        """What the note says has been done with it, once the server has answered."""
        expect(self.page.locator(".done")).to_contain_text(what)

    def opens_a_chart(self, number: int = 0) -> str:
        """Not counted: opens a patient of the list; gives the name."""
        link = self.page.locator("[data-row-link]").nth(number)
        name = link.inner_text()
        link.click()
        self.page.wait_for_url("**/chart/*")
        self.has_open(name)
        return name

    def has_open(self, name: str) -> None:
        expect(self.page.locator(".banner .name")).to_have_text(name)

    def first_patient(self) -> str:
        return self.page.locator("[data-row-link]").first.inner_text()

    def barriers(self) -> list[str]:
        """What axe finds to be serious or critical on the page as it stands. A target that is half under a foot which
        stays is moved to the middle, as the hand at the page does, and counts only when it is too small there."""
        self.page.evaluate(AXE.read_text(encoding="utf-8"))
        found: dict[str, Any] = self.page.evaluate(
            "rules => axe.run(document, {runOnly: {type: 'tag', values: rules}})", RULES
        )
        return [
            f"{one['id']}: {one['help']} ({node['target']})"
            for one in found["violations"]
            if one["impact"] in ("serious", "critical")
            for node in one["nodes"]
            if one["id"] != "target-size" or self._is_small_in_the_middle(node["target"])
        ]

    def _is_small_in_the_middle(self, target: list[str]) -> bool:
        found: dict[str, Any] = self.page.evaluate(
            """([at]) => {
                document.querySelector(at).scrollIntoView({block: "center", inline: "center", behavior: "instant"});
                return axe.run(document.querySelector(at), {runOnly: ["target-size"]});
            }""",
            target,
        )
        return bool(found["violations"])
