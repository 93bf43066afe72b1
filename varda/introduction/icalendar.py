"""What every calendar of ours begins and ends with, and how its lines are written (RFC 5545). Pure."""

from collections.abc import Iterable, Iterator

_LINE = 73  # bytes before a line is folded (RFC 5545, 3.1: 75 with the break)
_MARKS = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n", "\r": ""})


def calendar(events: Iterable[str], name: str) -> bytes:
    """A calendar of the lines of its events."""
    head = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Varda//Introduction//SV", f"X-WR-CALNAME:{text(name)}"]
    return "".join(f"{piece}\r\n" for line in [*head, *events, "END:VCALENDAR"] for piece in _folded(line)).encode()


def text(said: str) -> str:
    """Words as a value (3.3.11)."""
    return said.translate(_MARKS)


def _folded(line: str) -> Iterator[str]:
    """A line of at most 75 bytes, goes on after a space; no letter is cut in two."""
    piece, size = "", 0
    for letter in line:
        weight = len(letter.encode())
        if size + weight > _LINE:
            yield piece
            piece, size = " ", 1
        piece, size = piece + letter, size + weight
    yield piece
