"""Small files of every kind that is kept, and some that are not; made here, of nobody."""

import struct
import zlib

PLACE = b"GPSLatitude 57.72 LIDKOPING-SECRET"


def exif(turned: int = 6) -> bytes:
    """What a telephone notes in a picture: how it is turned, and where it was taken."""
    tag = struct.pack(">HHIHH", 0x0112, 3, 1, turned, 0)
    return b"MM\x00*\x00\x00\x00\x08\x00\x01" + tag + b"\x00\x00\x00\x00" + PLACE


def jpeg(noted: bytes = b"") -> bytes:
    def segment(mark: int, body: bytes) -> bytes:
        return b"\xff" + bytes([mark]) + struct.pack(">H", len(body) + 2) + body

    made = b"\xff\xd8" + segment(0xE0, b"JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00")
    if noted:
        made += segment(0xE1, b"Exif\x00\x00" + noted) + segment(0xE1, b"http://ns.adobe.com/xap/1.0/\x00" + PLACE)
        made += segment(0xED, b"Photoshop 3.0\x00" + PLACE) + segment(0xFE, PLACE)
    return made + segment(0xDB, b"\x00" + b"\x01" * 64) + segment(0xDA, b"\x01\x01\x00\x00\x3f\x00") + b"\x7f\xff\xd9"


def png(noted: bytes = b"") -> bytes:
    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    more = chunk(b"tEXt", b"Comment\x00" + noted) + chunk(b"eXIf", noted) if noted else b""
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 2, 2, 8, 2, 0, 0, 0))
    return (
        b"\x89PNG\r\n\x1a\n"
        + head
        + more
        + chunk(b"IDAT", zlib.compress(b"\x00\xb0\x20\x20\xb0\x20\x20" * 2))
        + chunk(b"IEND", b"")
    )


def webp(noted: bytes = b"") -> bytes:
    chunks = b"VP8X" + struct.pack("<I", 10) + bytes([0x0C if noted else 0]) + b"\x00" * 9
    chunks += b"VP8L" + struct.pack("<I", 4) + b"\x2f\x00\x00\x00"
    if noted:
        chunks += b"EXIF" + struct.pack("<I", len(noted)) + noted + b"\x00" * (len(noted) % 2)
    return b"RIFF" + struct.pack("<I", len(chunks) + 4) + b"WEBP" + chunks


PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
WEBM = (
    b"\x1a\x45\xdf\xa3\x9fB\x86\x81\x01B\xf7\x81\x01B\xf2\x81\x04B\xf3\x81\x08B\x82\x84webmB\x87\x81\x04B\x85\x81\x02"
)
HEIC = b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + PLACE
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
