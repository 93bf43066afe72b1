"""Controlled documents: which version is in force is never in doubt, and nobody approves their own (F221)."""

from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from zipfile import ZipFile

import asyncpg
import pytest

from tests.introduction.programme.conftest import NOW, OLGA, somebody, to
from tests.record.world import BORAS
from varda.introduction.office import Documents
from varda.introduction.office.documents import Draft
from varda.introduction.office.formats import ENDINGS, kind_of
from varda.introduction.programme import Mandates
from varda.kernel.db import Database
from varda.kernel.errors import Absent, Conflict, Lacking, Refused, TooLarge, Unprocessable

STINA, KIM = somebody("stina"), somebody("kim")
TODAY = NOW.date()
PLAN = Draft(
    "Införandestrategi", "Programkontoret", TODAY, name="C:\\a\\plan.md", content="# Så här går det till".encode()
)


def package(**parts: bytes) -> bytes:
    out = BytesIO()
    with ZipFile(out, "w") as file:
        for name, content in parts.items():
            file.writestr(name.replace("__", "/").replace("_xml", ".xml").replace("_bin", ".bin"), content)
    return out.getvalue()


@pytest.fixture
async def documents(mandates: Mandates, county: Database) -> Documents:
    await mandates.give(to("stina", "steering-group"), OLGA, NOW)
    await mandates.give(to("kim", "project-lead", BORAS), OLGA, NOW)
    return Documents(county)


async def test_a_version_is_in_force_from_its_day_once_another_has_approved_it(documents: Documents) -> None:
    made = await documents.opened("INF-001", "", PLAN, OLGA, NOW)
    assert (await documents.one(made)).in_force(TODAY) is None
    with pytest.raises(Refused):
        await documents.decide(made, 1, "", OLGA, NOW, approved=True)
    await documents.decide(made, 1, "", STINA, NOW, approved=True)
    later = replace(PLAN, title="Ny strategi", opens=TODAY + timedelta(days=10), link="https://intranet.example/x",
                    name="", content=b"")  # fmt: skip
    assert await documents.write(made, later, OLGA, NOW) == 2
    await documents.decide(made, 2, "", STINA, NOW, approved=True)
    found = await documents.one(made)
    assert {found.in_force(day) for day in (TODAY, TODAY + timedelta(days=9))} == {found.versions[1]}
    assert found.in_force(TODAY + timedelta(days=10)) == found.newest
    assert (found.versions[1].name, found.versions[1].kind) == ("plan.md", "text/markdown")
    assert await documents.content(made, 1) == PLAN.content, "older ones stay readable, byte for byte"
    with pytest.raises(Conflict):
        await documents.decide(made, 1, "", STINA, NOW, approved=False)


async def test_one_that_is_turned_down_or_withdrawn_is_not_in_force(documents: Documents, county: Database) -> None:
    made = await documents.opened("INF-001", "", PLAN, OLGA, NOW)
    with pytest.raises(Unprocessable):
        await documents.decide(made, 1, " ", STINA, NOW, approved=False)
    await documents.decide(made, 1, "Ofullständig", STINA, NOW, approved=False)
    with pytest.raises(Conflict):
        await documents.decide(made, 1, "", STINA, NOW, approved=True)
    await documents.write(made, PLAN, OLGA, NOW)
    await documents.decide(made, 2, "", STINA, NOW, approved=True)
    with pytest.raises(Unprocessable):
        await documents.withdraw(made, "", OLGA, NOW)
    await documents.withdraw(made, "Ersatt av INF-002", OLGA, NOW)
    (found,) = await documents.all()
    assert (found.in_force(TODAY), found.withdrawn) == (None, "Ersatt av INF-002")
    assert await documents.content(made, 2) == PLAN.content
    for again in (documents.withdraw(made, "x", OLGA, NOW), documents.write(made, PLAN, OLGA, NOW)):
        with pytest.raises(Conflict):
            await again
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await county.run("update office.document_version set title = 'x'")


async def test_who_writes_follows_from_an_appointment_and_numbers_are_one_document_s(documents: Documents) -> None:
    for organisation, by in (("", KIM), ("", STINA), (BORAS, STINA)):
        with pytest.raises(Lacking):
            await documents.opened("X", organisation, PLAN, by, NOW)
    own = await documents.opened("BOR-1", BORAS, PLAN, KIM, NOW)
    with pytest.raises(Unprocessable) as taken:
        await documents.opened("BOR-1", "", PLAN, OLGA, NOW)
    assert set(taken.value.by_path) == {"number"}
    await documents.decide(own, 1, "", OLGA, NOW, approved=True)
    for nowhere in (
        documents.one(99),
        documents.content(own, 7),
        documents.decide(own, 7, "", OLGA, NOW, approved=True),
    ):
        with pytest.raises(Absent):
            await nowhere


async def test_what_is_wrong_is_said_of_each_field(documents: Documents) -> None:
    for wanted, where in (
        (replace(PLAN, title=" "), "title"), (replace(PLAN, issuer="x" * 201), "issuer"),
        (replace(PLAN, opens=None), "opens"),
        (replace(PLAN, content=b"", name=""), "file"), (replace(PLAN, link="https://x.example"), "file"),
        (replace(PLAN, content=b"MZ\x90", name="plan.pdf"), "file"),
        (replace(PLAN, content=b"", name="", link="javascript:alert(1)"), "link"),
    ):  # fmt: skip
        with pytest.raises(Unprocessable) as wrong:
            await documents.opened("INF-9", "", wanted, OLGA, NOW)
        assert set(wrong.value.by_path) == {where}
    assert await documents.all() == []


def test_a_file_is_told_by_its_bytes() -> None:
    for content, ending in (
        (b"%PDF-1.7", "pdf"), (package(word__document_xml=b"<x/>"), "docx"),
        (package(xl__workbook_xml=b"<x/>"), "xlsx"),
        (package(mimetype=b"application/vnd.oasis.opendocument.text"), "odt"),
    ):  # fmt: skip
        assert ENDINGS[kind_of("anything.exe", content)] == ending
    assert kind_of("a.MD", "å".encode()) == "text/markdown"
    for name, content, said in (
        ("a.md", b"\xff\xfe", "whatever"), ("a.md", b"a\x00", "whatever"), ("a.txt", b"text", "whatever"),
        ("a.docx", package(word__document_xml=b"", word__vbaProject_bin=b"x"), "macros"),
        ("a.docx", b"PK\x03\x04broken", "broken"), ("a.zip", package(a=b"x"), "whatever"), ("a.pdf", b"", "empty"),
    ):  # fmt: skip
        with pytest.raises(Unprocessable, match=said):
            kind_of(name, content)
    with pytest.raises(TooLarge):
        kind_of("a.pdf", b"%PDF-" + bytes(20 * 1024 * 1024))
