"""What a file is, by its bytes alone, and what is taken out of a picture before it is kept (F31)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.pictures import HEIC, PDF, PLACE, SVG, WEBM, exif, jpeg, png, webp
from varda.care.files import LARGEST, file, fit
from varda.care.files.kinds import MOST_PARTS, recognised, without_traces
from varda.kernel.errors import TooLarge, Unprocessable


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (jpeg(), "image/jpeg"),
        (png(), "image/png"),
        (webp(), "image/webp"),
        (PDF, "application/pdf"),
        (WEBM, "audio/webm"),
        (b"OggS\x00", "audio/ogg"),
        (b"RIFF\x00\x00\x00\x00WAVE", "audio/wav"),
        (b"\x00\x00\x00\x1cftypM4A \x00", "audio/mp4"),
        (b"ID3\x04", "audio/mpeg"),
    ],
)
def test_a_file_is_what_its_bytes_say(content: bytes, kind: str) -> None:
    assert recognised(content) == kind
    assert fit("a", content).kind == kind


@pytest.mark.parametrize(
    "content", [SVG, b"MZ\x90\x00", b"<html>", b"PK\x03\x04", b"GIF89a", b" %PDF-1.4", b"plain text"]
)
def test_what_is_none_of_them_is_refused_whatever_its_name_says(content: bytes) -> None:
    with pytest.raises(Unprocessable, match=r"no picture.*whatever its name says.*choose it again"):
        fit("sår.jpg", content)


def test_a_wrong_ending_is_told_and_changes_nothing() -> None:
    assert fit("sår.pdf", jpeg()).is_misnamed
    assert fit("sår.pdf", jpeg()).kind == "image/jpeg"
    assert not fit("SÅR.JPG", jpeg()).is_misnamed
    assert not fit("", jpeg()).is_misnamed


def test_what_cannot_be_kept_is_refused_with_what_to_do() -> None:
    with pytest.raises(Unprocessable, match=r"HEIC.*Save it as JPEG"):
        fit("IMG_1.HEIC", HEIC)
    with pytest.raises(Unprocessable, match="empty"):
        fit("a.jpg", b"")
    with pytest.raises(Unprocessable, match="broken"):
        fit("a.jpg", jpeg()[:-30])
    with pytest.raises(TooLarge, match="20 MB"):
        fit("a.pdf", PDF + bytes(LARGEST))


@pytest.mark.parametrize(
    ("content", "kind"), [(jpeg(exif()), "image/jpeg"), (png(PLACE), "image/png"), (webp(PLACE), "image/webp")]
)
def test_where_a_picture_was_taken_is_not_kept(content: bytes, kind: str) -> None:
    assert PLACE in content
    kept = without_traces(content, kind)
    assert b"SECRET" not in kept
    assert recognised(kept) == kind
    assert without_traces(kept, kind) == kept


@pytest.mark.parametrize("turned", [1, 3, 6, 8])
def test_how_it_is_turned_is(turned: int) -> None:
    kept = without_traces(jpeg(exif(turned)), "image/jpeg")
    at = kept.index(b"Exif\x00\x00MM")
    assert kept[at + 6 + 18 : at + 6 + 20] == bytes([0, turned])


@pytest.mark.parametrize(("content", "kind"), [(jpeg(), "image/jpeg"), (png(), "image/png"), (webp(), "image/webp")])
def test_a_picture_without_traces_is_kept_byte_for_byte(content: bytes, kind: str) -> None:
    assert without_traces(content, kind) == content


@given(st.sampled_from([jpeg(exif()), png(PLACE), webp(PLACE)]), st.data())
def test_whatever_is_wrong_in_a_picture_it_is_kept_clean_or_refused_in_words(whole: bytes, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(whole)))
    content = whole[:at] + data.draw(st.binary(max_size=6)) + whole[data.draw(st.integers(at, len(whole))) :]
    try:
        kept = fit("a", content)
    except Unprocessable:
        return
    assert recognised(kept.content) == kept.kind
    assert without_traces(kept.content, kept.kind) == kept.content


def test_a_document_of_others_is_read_as_a_file() -> None:
    found = file({
        "resourceType": "DocumentReference", "id": "x", "status": "current", "subject": {"reference": "Patient/vera"},
        "content": [{"attachment": {"contentType": "application/pdf", "title": "Remiss", "url": "https://elsewhere/1"}}],
    })  # fmt: skip
    assert (found.said, found.binary, found.note, found.is_final) == ("Remiss", "", "", False)


def test_every_attachment_is_read_and_what_stands_in_the_entry_too() -> None:
    found = file({
        "resourceType": "DocumentReference", "id": "x", "status": "current", "subject": {"reference": "Patient/vera"},
        "description": "Remiss",
        "content": [
            {"attachment": {"contentType": "application/pdf", "url": "Binary/1"}},
            {"attachment": {"contentType": "image/png", "title": "Bilaga", "data": "aGVq"}},
        ],
    })  # fmt: skip
    assert (found.said, found.binary, found.is_here) == ("Remiss", "1", True)
    assert [(one.part, one.said, one.kind, one.data, one.is_here) for one in found.more] == [
        (1, "Bilaga", "image/png", "aGVq", True)
    ]


def test_a_picture_of_very_many_parts_is_refused_in_words() -> None:
    bare = jpeg()
    parts = b"\xff\xfe\x00\x02" * (MOST_PARTS + 1)
    with pytest.raises(Unprocessable, match="too many parts"):
        fit("a.jpg", bare[:2] + parts + bare[2:])
    assert fit("a.jpg", bare[:2] + parts[:400] + bare[2:]).content == bare
