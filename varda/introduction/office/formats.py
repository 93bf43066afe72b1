"""What a controlled document may be as a file, told by its bytes and never by its name alone: PDF, Office, Markdown.
Pure.

An Office file is a package of parts (ECMA-376, part 2; OpenDocument 1.3, part 2): its parts say what it is. One with
programs in it (macros) is not taken: whoever opens it would run them.
"""

from io import BytesIO
from zipfile import BadZipFile, ZipFile

from varda.care.files import LARGEST, TOO_LARGE
from varda.kernel.errors import Problem, TooLarge, Unprocessable

_OOXML = "application/vnd.openxmlformats-officedocument."
ENDINGS = {
    "application/pdf": "pdf",
    f"{_OOXML}wordprocessingml.document": "docx",
    f"{_OOXML}spreadsheetml.sheet": "xlsx",
    f"{_OOXML}presentationml.presentation": "pptx",
    "application/vnd.oasis.opendocument.text": "odt",
    "application/vnd.oasis.opendocument.spreadsheet": "ods",
    "application/vnd.oasis.opendocument.presentation": "odp",
    "text/markdown": "md",
}
"""The kinds that are kept, with the ending of what is fetched."""
_PARTS = {
    "word/document.xml": f"{_OOXML}wordprocessingml.document",
    "xl/workbook.xml": f"{_OOXML}spreadsheetml.sheet",
    "ppt/presentation.xml": f"{_OOXML}presentationml.presentation",
}
_MOST_PARTS = 5000


def kind_of(name: str, content: bytes) -> str:
    """The media type of a file that is kept. Raises `TooLarge`, or `Unprocessable` with what is wrong."""
    if len(content) > LARGEST:
        raise TooLarge(TOO_LARGE)
    if not content:
        raise _wrong("The file is empty. Nothing was kept.")
    if content.startswith(b"%PDF-"):
        return "application/pdf"
    if content.startswith(b"PK"):
        return _office(content)
    if name.lower().endswith((".md", ".markdown")) and _is_text(content):
        return "text/markdown"
    raise _wrong("This is no PDF, no Office file and no Markdown, whatever its name says. Nothing was kept.")


def _office(content: bytes) -> str:
    try:
        with ZipFile(BytesIO(content)) as package:
            parts = package.namelist()
            if len(parts) > _MOST_PARTS:
                raise _wrong("The file is in too many parts. Save it anew and choose it again.")
            said = ""
            if "mimetype" in parts and package.getinfo("mimetype").file_size < 200:
                said = package.read("mimetype").decode("ascii", "replace").strip()
    except (BadZipFile, OSError, RuntimeError, NotImplementedError, ValueError) as broken:
        raise _wrong("The file is broken. Nothing was kept. Save it anew and choose it again.") from broken
    if any(part.lower().endswith("vbaproject.bin") or part.startswith("Basic/") for part in parts):
        raise _wrong("There are programs (macros) in the file. Save it without them and choose it again.")
    found = next((kind for part, kind in _PARTS.items() if part in parts), said)
    if found not in ENDINGS:
        raise _wrong("This is no PDF, no Office file and no Markdown, whatever its name says. Nothing was kept.")
    return found


def _is_text(content: bytes) -> bool:
    try:
        return "\x00" not in content.decode("utf-8")
    except UnicodeDecodeError:
        return False


def _wrong(message: str) -> Unprocessable:
    return Unprocessable(message, [Problem(message, "file")])
