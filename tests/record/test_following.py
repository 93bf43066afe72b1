"""What follows a note that care keeps back: its files and their bytes, and nothing that is another's (A13, A17)."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from tests.record import world
from varda.access import scopes
from varda.access.session import Session
from varda.kernel.errors import Stale
from varda.record import Door, Owner, Wish, discretion

LABEL = {"security": [{"system": discretion.WITHHELD[0], "code": discretion.WITHHELD[1]}]}


def a_note(patient: str = "vera", **more: Any) -> dict[str, Any]:
    return {
        "resourceType": "Composition", "id": "note", "status": "preliminary", "type": {"text": "Anteckning"},
        "subject": {"reference": f"Patient/{patient}"}, "date": "2026-03-01",
        "author": [{"reference": "Practitioner/astrid"}], "title": "Anteckning", **more,
    }  # fmt: skip


def a_file(patient: str = "vera", id_: str = "file", url: str = "Binary/bytes", **more: Any) -> dict[str, Any]:
    return {
        "resourceType": "DocumentReference", "id": id_, "status": "current",
        "subject": {"reference": f"Patient/{patient}"}, "content": [{"attachment": {"url": url}}],
        "context": {"related": [{"reference": "Composition/note"}]}, **more,
    }  # fmt: skip


def the_bytes(patient: str = "vera", id_: str = "bytes", **more: Any) -> dict[str, Any]:
    return {
        "resourceType": "Binary", "id": id_, "contentType": "application/pdf",
        "securityContext": {"reference": f"Patient/{patient}"}, "data": "JVBERi0=", **more,
    }  # fmt: skip


async def keep(door: Door, unit: str, *resources: dict[str, Any]) -> None:
    async with door.opened(world.SYSTEM, "administration") as record:
        await record.write([Wish("update", one, owner=Owner(unit, world.REGION)) for one in resources])


async def puts(door: Door, who: Session, *resources: dict[str, Any]) -> None:
    """Each for itself, as a client does."""
    for one in resources:
        async with door.opened(who, "care") as record:
            await record.update(one)


async def kept(door: Door, *names: str) -> dict[str, tuple[int, bool]]:
    """Version and label of each."""
    found = {}
    async with door.opened(world.SYSTEM, "administration") as record:
        for name in names:
            one = await record.read(*name.split("/"))
            found[name] = (one.version, discretion.is_labelled(one.resource))
    return found


async def sees(door: Door) -> list[str]:
    """What Vera sees herself of it all."""
    session = Session(kind="citizen", actor=f"{world.RESERVE}|19500214-XA07", name="", scopes=("read",))
    async with door.opened(session, "own") as record:
        types = ("Composition", "DocumentReference", "Binary")
        return [one.reference for type_ in types for one in (await record.search(type_, [])).matches]


async def test_a_label_reaches_no_bytes_of_others(door: Door, astrid: Session) -> None:
    """A13, A17: an attachment names what it likes; another unit's and another patient's bytes stay as they are."""
    await keep(door, world.SURGERY, the_bytes(id_="surgerys"), the_bytes("asa", id_="asas"))
    await puts(door, astrid, a_note(), a_file(url="Binary/surgerys"), a_file(id_="second", url="Binary/asas"))
    await puts(door, astrid, a_note(meta=LABEL))
    assert await kept(door, "Binary/surgerys", "Binary/asas") == {
        "Binary/surgerys": (1, False),
        "Binary/asas": (1, False),
    }
    assert await kept(door, "DocumentReference/file") == {"DocumentReference/file": (2, True)}


async def test_a_label_reaches_no_file_of_others_that_names_the_note(door: Door, astrid: Session) -> None:
    """A13, A17: nor what another unit or about another patient says of the note, were it written before or after."""
    async with door.opened(world.SYSTEM, "administration") as record:
        surgerys = [a_file(id_="surgerys", url="Binary/s"), the_bytes(id_="s")]
        asas = [a_file("asa", id_="asas", url="Binary/a"), the_bytes("asa", id_="a")]
        await record.write([Wish("update", one, owner=Owner(world.SURGERY, world.REGION)) for one in surgerys + asas])
    await puts(door, astrid, a_note(meta=LABEL))
    names = ("DocumentReference/surgerys", "DocumentReference/asas", "Binary/s", "Binary/a")
    assert await kept(door, *names) == dict.fromkeys(names, (1, False))
    await keep(door, world.SURGERY, a_file(id_="surgerys", url="Binary/s"))
    assert await kept(door, "DocumentReference/surgerys") == {"DocumentReference/surgerys": (2, False)}, (
        "whether a note is kept back is told to nobody else"
    )


@pytest.mark.parametrize("url", ["Binary/bytes", "Binary/bytes/_history/1"])
async def test_a_file_that_comes_after_the_label_has_it(door: Door, astrid: Session, url: str) -> None:
    """A17: whatever comes first of the file and its bytes, and when the bytes are written anew."""
    await puts(door, astrid, a_note(meta=LABEL), the_bytes(), a_file(url=url))
    assert await sees(door) == []
    await puts(door, astrid, a_file(id_="second", url="Binary/later"), the_bytes(id_="later"))
    assert await sees(door) == []
    await puts(door, astrid, the_bytes(id_="later", data="JVBERi0x"), a_file(id_="second", url="Binary/later"))
    assert await sees(door) == []


async def test_a_file_that_is_posted_after_its_bytes_has_the_label_with_them(door: Door, astrid: Session) -> None:
    """A17: as a client does that lets the server choose the ids."""
    await puts(door, astrid, a_note(meta=LABEL))
    async with door.opened(astrid, "care") as record:
        held = await record.create_alone({name: value for name, value in the_bytes().items() if name != "id"})
    assert await sees(door) == [held.reference], "nothing tells yet whose bytes they are"
    async with door.opened(astrid, "care") as record:
        entry = {name: value for name, value in a_file(url=held.reference).items() if name != "id"}
        stored = await record.create_alone(entry)
    assert (stored.version, discretion.is_labelled(stored.resource)) == (1, True)
    assert await sees(door) == []


async def test_a_labelled_note_and_its_file_in_one_piece_of_work(door: Door, astrid: Session) -> None:
    """A17: created together, each is stored once, labelled."""
    async with door.opened(astrid, "care") as record:
        stored = await record.write([Wish("update", one) for one in (the_bytes(), a_file(), a_note(meta=LABEL))])
    assert [(one.version, discretion.is_labelled(one.resource)) for one in stored] == [(1, True)] * 3
    assert await sees(door) == []


async def test_a_label_that_is_taken_off_the_note_is_taken_off_its_files_one_by_one(
    door: Door, astrid: Session
) -> None:
    """A17: what was kept back is not shown by the way; while the note has its label none can be taken off."""
    await puts(door, astrid, a_note(), a_file(), the_bytes(), a_note(meta=LABEL))
    await puts(door, astrid, a_file(), the_bytes())
    assert await sees(door) == []
    await puts(door, astrid, a_note())
    names = ("DocumentReference/file", "Binary/bytes")
    assert await kept(door, *names) == {"DocumentReference/file": (3, True), "Binary/bytes": (3, True)}
    await puts(door, astrid, a_file(), the_bytes())
    assert await kept(door, *names) == {"DocumentReference/file": (4, False), "Binary/bytes": (4, False)}
    assert sorted(await sees(door)) == ["Binary/bytes", "DocumentReference/file"]


async def test_an_app_that_writes_notes_alone_takes_their_own_files_along(door: Door, astrid: Session) -> None:
    """A17: by whatever client; what the app may read makes no difference to what is kept back, nor to whose it is."""
    await keep(door, world.SURGERY, the_bytes(id_="surgerys"))
    urls = [{"attachment": {"url": f"Binary/{one}"}} for one in ("bytes", "surgerys")]
    await puts(door, astrid, a_note(), a_file(content=urls), the_bytes())
    grants = scopes.grants("user/Composition.cruds")
    await puts(door, replace(astrid, app="an-app", grants=grants), a_note(meta=LABEL))
    assert await kept(door, "DocumentReference/file", "Binary/bytes", "Binary/surgerys") == {
        "DocumentReference/file": (2, True),
        "Binary/bytes": (2, True),
        "Binary/surgerys": (1, False),
    }


async def test_whoever_strikes_a_file_while_its_note_is_labelled_is_not_undone(door: Door, astrid: Session) -> None:
    """A17: the label is put on what the file has become, whichever of them is stored first."""
    await puts(door, astrid, a_note(), a_file(), the_bytes())
    struck = a_file(status="entered-in-error")
    async with door.opened(astrid, "care") as striking:
        await striking.update(struck)
        labelling = asyncio.create_task(puts(door, astrid, a_note(meta=LABEL)))
        await asyncio.sleep(0.3)
        assert not labelling.done(), "it waits for whoever has the file"
    await labelling
    async with door.opened(world.SYSTEM, "administration") as record:
        one = await record.read("DocumentReference", "file")
    assert (one.version, one.resource["status"], discretion.is_labelled(one.resource)) == (
        3, "entered-in-error", True,
    )  # fmt: skip


async def test_a_file_that_is_kept_while_its_note_is_labelled_has_the_label(door: Door, astrid: Session) -> None:
    """A17: neither passes the other by."""
    await puts(door, astrid, a_note())
    async with door.opened(astrid, "care") as labelling:
        await labelling.update(a_note(meta=LABEL))
        keeping = asyncio.create_task(puts(door, astrid, the_bytes(), a_file()))
        await asyncio.sleep(0.3)
        assert not keeping.done(), "it waits for whoever has the note"
    await keeping
    assert await sees(door) == []


async def test_who_labels_a_file_on_an_old_version_of_it_loses(door: Door, astrid: Session) -> None:
    await puts(door, astrid, a_note(), a_file(), the_bytes(), a_note(meta=LABEL))
    with pytest.raises(Stale):
        async with door.opened(astrid, "care") as record:
            await record.update(a_file(status="superseded"), expected=1)
