"""Take the films of courses of a demo that runs: `python -m tools.films http://127.0.0.1:8000`. Needs ffmpeg.

A film is what the screen really shows, held long enough to be read, with its captions in both languages.
"""

import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Page, expect

from tests.journeys.person import Person
from tests.support.browser import launched

COURSES = Path(__file__).parent.parent / "varda" / "introduction" / "training" / "courses"
WIDTH, HEIGHT = 1152, 720
_NOTE = "Trött men vaken. Dricker lite själv."


@dataclass
class Film:
    """Frames with the seconds that each is held, and what is said meanwhile in Swedish and English."""

    page: Page
    folder: Path
    held: list[float] = field(default_factory=list)
    said: list[tuple[str, str]] = field(default_factory=list)

    def shows(self, seconds: float, swedish: str, english: str) -> None:
        """What the screen shows now. Nothing said goes on with what was said last."""
        self.page.screenshot(path=self.folder / f"{len(self.held):03}.png")
        self.held.append(seconds)
        self.said.append((swedish, english) if swedish else self.said[-1])

    def written(self, to: Path) -> None:
        """As WebM, with a file of captions in each language beside it."""
        listed = "".join(
            f"file '{self.folder}/{nth:03}.png'\nduration {held}\n" for nth, held in enumerate([*self.held, 0.1][:-1])
        )
        (self.folder / "frames").write_text(f"{listed}file '{self.folder}/{len(self.held) - 1:03}.png'\n")
        encode = ["-vf", f"scale={WIDTH}:{HEIGHT},fps=5", "-c:v", "libvpx-vp9", "-crf", "40", "-b:v", "0", "-an"]
        reads = ["-f", "concat", "-safe", "0", "-i", str(self.folder / "frames")]
        subprocess.run(["ffmpeg", "-y", "-loglevel", "error", *reads, *encode, str(to)], check=True)
        for nth, language in enumerate(("sv", "en")):
            to.with_name(f"{to.stem}.{language}.vtt").write_text(self._captions(nth), encoding="utf-8")

    def _captions(self, nth: int) -> str:
        found, at = ["WEBVTT\n"], 0.0
        for place, (held, said) in enumerate(zip(self.held, self.said, strict=True)):
            if place and said == self.said[place - 1]:
                at += held
                continue
            same = next((n for n in range(place, len(self.said)) if self.said[n] != said), len(self.said))
            ends = at + sum(self.held[place:same])
            found.append(f"{_clock(at)} --> {_clock(ends)}\n{said[nth]}\n")
            at += held
        return "\n".join(found)


def _clock(seconds: float) -> str:
    return f"00:{int(seconds) // 60:02}:{seconds % 60:06.3f}"


def main(address: str) -> None:
    """Each film over the last one."""
    with launched() as browser, TemporaryDirectory() as folder:
        window = browser.new_context(viewport={"width": WIDTH * 5 // 4, "height": HEIGHT * 5 // 4}, locale="sv-SE")
        person = Person(window.new_page(), address).signs_in_as("Fatima Hassan")
        film = Film(person.page, Path(folder))
        _a_note(person, film)
        film.written(COURSES / "base-nurse" / "note.webm")


def _a_note(person: Person, film: Film) -> None:
    page = person.page
    film.shows(2.5, "Öppna patienten ur listan.", "Open the patient from the list.")
    person.opens_a_chart()
    film.shows(3, "Läs namnet innan du skriver.", "Read the name before you write.")
    page.keyboard.press("n")
    expect(page.locator("textarea[data-first]")).to_be_visible()
    film.shows(
        3, "N öppnar en anteckning, med en mall som passar dig.", "N opens a note, with a template that fits you."
    )
    place = page.get_by_role("textbox", name="Omvårdnad")
    place.click()
    for end in range(9, len(_NOTE) + 9, 9):
        page.keyboard.type(_NOTE[end - 9 : end])
        film.shows(
            0.6, "Skriv under sökordet. Texten sparas medan du skriver.",
            "Write under the keyword. The text is saved while you write.",
        )  # fmt: skip
    person.is_told("saved")
    film.shows(2.5, "", "")
    page.keyboard.press("Control+Enter")
    person.has_done("Signerad")
    film.shows(
        4, "Ctrl och Enter signerar. Anteckningen står i journalen.", "Ctrl and Enter sign. The note is in the record."
    )


if __name__ == "__main__":
    main(sys.argv[1].rstrip("/"))
