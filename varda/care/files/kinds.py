"""What a file is, by its first bytes and never by its name, and what a picture says besides what it shows. Pure.

A name's ending is what somebody typed; the bytes are what a reader's browser will open. What stands at their beginning
is fixed by the formats themselves: https://www.w3.org/TR/png-3/ · https://www.w3.org/Graphics/JPEG/jfif3.pdf ·
https://developers.google.com/speed/webp/docs/riff_container · https://www.iana.org/assignments/media-types/
"""

import re
import struct
from collections.abc import Iterator

LARGEST = 20 * 1024 * 1024
"""Bytes of one file."""
ENDINGS = {
    "image/jpeg": ("jpg", "jpeg", "jpe", "jfif"),
    "image/png": ("png",),
    "image/webp": ("webp",),
    "application/pdf": ("pdf",),
    "audio/webm": ("webm", "weba"),
    "audio/ogg": ("ogg", "oga", "opus"),
    "audio/mp4": ("m4a", "mp4", "aac"),
    "audio/mpeg": ("mp3",),
    "audio/wav": ("wav",),
}
"""The kinds that are kept, with the endings that names of such files have; the first is given to what is fetched."""

MOST_PARTS = 10_000
"""Segments or chunks of one picture. A camera's has some dozens, and a large PNG some thousands."""


class Divided(ValueError):
    """A picture is in more parts than anybody would make."""


_SIGNS = (
    ("image/jpeg", re.compile(rb"\xff\xd8\xff")),
    ("image/png", re.compile(rb"\x89PNG\r\n\x1a\n")),
    ("image/webp", re.compile(rb"RIFF....WEBP", re.DOTALL)),
    ("application/pdf", re.compile(rb"%PDF-")),
    ("audio/webm", re.compile(rb"\x1a\x45\xdf\xa3.{0,60}webm", re.DOTALL)),
    ("audio/ogg", re.compile(rb"OggS")),
    ("audio/wav", re.compile(rb"RIFF....WAVE", re.DOTALL)),
    ("audio/mp4", re.compile(rb"....ftyp(?:M4A |mp4[12]|iso[m2-6]|dash)", re.DOTALL)),
    ("audio/mpeg", re.compile(rb"ID3|\xff[\xfb\xfa\xf3\xf2]")),
)
_ORIENTATION = 0x0112
_APPS = frozenset({*range(0xE1, 0xE2), *range(0xE3, 0xEE), 0xEF, 0xFE})
"""JPEG segments that carry no picture: Exif and XMP (APP1), IPTC (APP13), makers' own, comments. JFIF (APP0), colour
profiles (APP2) and Adobe's transform (APP14) stay: without them colours are wrong."""
_CHUNKS = frozenset({b"eXIf", b"tEXt", b"zTXt", b"iTXt", b"tIME"})


def recognised(content: bytes) -> str:
    """The kind of a file (a media type of `ENDINGS`); empty for what is none of them."""
    return next((kind for kind, sign in _SIGNS if sign.match(content)), "")


def is_other(name: str, kind: str) -> bool:
    """Whether a file's name ends as that of another kind does."""
    _, dot, ending = name.rpartition(".")
    return bool(dot) and ending.lower() not in ENDINGS[kind]


def without_traces(content: bytes, kind: str) -> bytes:
    """A picture as it is seen, less what its maker's device has noted: place, time, owner, thumbnail, remarks.

    How a JPEG is turned stays. Raises `Divided` for one of very many parts, `ValueError` where one
    ends in the middle of itself.
    """
    clean = {"image/jpeg": _jpeg, "image/png": _png, "image/webp": _webp}.get(kind)
    return b"".join(clean(content)) if clean else content


def _jpeg(content: bytes) -> Iterator[bytes]:
    yield content[:2]
    at, turned = 2, b""
    for _ in range(MOST_PARTS):
        if content[at : at + 1] != b"\xff" or at + 4 > len(content):
            raise ValueError("A segment of the picture is missing.")
        mark, long = content[at + 1], struct.unpack(">H", content[at + 2 : at + 4])[0]
        if mark == 0xFF:  # filling
            at += 1
            continue
        if long < 2 or at + 2 + long > len(content):
            raise ValueError("A segment of the picture is cut.")
        segment = content[at : at + 2 + long]
        if mark == 0xE1 and segment[4:10] == b"Exif\x00\x00" and not turned:
            turned = _turned(segment[10:])
            yield turned
        elif mark not in _APPS:
            yield segment
        at += 2 + long
        if mark == 0xDA:  # from here on the picture itself
            end = content.rfind(b"\xff\xd9")
            if end < at:
                raise ValueError("The picture has no end.")
            yield content[at : end + 2]
            return
    raise Divided


def _turned(exif: bytes) -> bytes:
    """An Exif segment that says how the picture is turned and nothing else; nothing where that is not said."""
    order = {b"II": "<", b"MM": ">"}.get(exif[:2])
    if order is None or len(exif) < 8:
        return b""
    first = struct.unpack(order + "I", exif[4:8])[0]
    many = struct.unpack(order + "H", exif[first : first + 2])[0] if first + 2 <= len(exif) else 0
    for number in range(min(many, 200)):
        entry = exif[first + 2 + 12 * number : first + 14 + 12 * number]
        if len(entry) == 12 and struct.unpack(order + "HH", entry[:4]) == (_ORIENTATION, 3):
            value = struct.unpack(order + "H", entry[8:10])[0]
            if 1 <= value <= 8:
                said = b"MM\x00*\x00\x00\x00\x08\x00\x01" + struct.pack(">HHIHHI", _ORIENTATION, 3, 1, value, 0, 0)
                return b"\xff\xe1" + struct.pack(">H", len(said) + 8) + b"Exif\x00\x00" + said
    return b""


def _png(content: bytes) -> Iterator[bytes]:
    yield content[:8]
    at = 8
    for _ in range(MOST_PARTS):
        if at + 12 > len(content):
            raise ValueError("The picture has no end.")
        long, name = struct.unpack(">I4s", content[at : at + 8])
        end = at + 12 + long
        if end > len(content):
            raise ValueError("The picture has no end.")
        if name not in _CHUNKS:
            yield content[at:end]
        if name == b"IEND":
            return
        at = end
    raise Divided


def _webp(content: bytes) -> Iterator[bytes]:
    kept, at = [], 12
    if struct.unpack("<I", content[4:8])[0] + 8 > len(content):
        raise ValueError("The picture has no end.")
    while at + 8 <= len(content):
        name, long = struct.unpack("<4sI", content[at : at + 8])
        end = at + 8 + long + long % 2
        if end > len(content):
            raise ValueError("A chunk of the picture is cut.")
        if name == b"VP8X" and long:  # says no longer that there are Exif (bit 3) and XMP (bit 2)
            kept.append(content[at : at + 8] + bytes([content[at + 8] & ~0x0C]) + content[at + 9 : end])
        elif name not in (b"EXIF", b"XMP "):
            kept.append(content[at:end])
        at = end
        if len(kept) > MOST_PARTS:
            raise Divided
    body = b"WEBP" + b"".join(kept)
    yield b"RIFF" + struct.pack("<I", len(body)) + body
