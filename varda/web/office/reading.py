"""What the pages of the office share: a number in the address, several rows of a form, and who may be an owner."""

from varda.introduction.programme import Mandate
from varda.kernel.errors import Absent
from varda.web.introduction.reader import mandates
from varda.web.visit import Visit


def number(visit: Visit, name: str, missing: str) -> int:
    """A number of the address. Raises `Absent` with `missing`."""
    text = visit.part(name)
    if not text.isdecimal() or len(text) > 15:
        raise Absent(missing)
    return int(text)


def whole(text: str) -> int:
    """A small whole number of a form; 0 for anything else, which what takes it tells."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def lines(visit: Visit, most: int, *names: str) -> list[tuple[int, tuple[str, ...]]]:
    """The rows of a form, numbered from 1, in which something is said: fields named as "words-1"."""
    found = [(row, tuple(visit.said(f"{name}-{row}").strip() for name in names)) for row in range(1, most + 1)]
    return [(row, said) for row, said in found if any(said)]


async def appointed(visit: Visit) -> list[Mandate]:
    """Everybody who holds an appointment now, each once, by name."""
    held = await mandates(visit).in_force(visit.parts.clock.now())
    return sorted({one.person: one for one in held}.values(), key=lambda one: one.name)
