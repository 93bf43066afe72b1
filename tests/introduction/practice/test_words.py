"""What a browser carries between home and the training environment is believed by its signature alone (decision 38)."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from varda.introduction.practice import Post, Word
from varda.introduction.practice.words import LASTS
from varda.kernel.errors import Refused, Unavailable

NOW = datetime(2026, 3, 2, 7, tzinfo=UTC)
WORD = Word(
    kind="come", build="", person="SE9999999999-N1", name="Nora Ny", role="nurse", licences=("sjuksköterska",),
    unit_kind="ward", course="base-nurse",
)  # fmt: skip


@pytest.fixture
def home(tmp_path: Path) -> Post:
    """Home, open at an address, in a folder that training shares."""
    post = Post(tmp_path / "practice", "home", "0.1.0+abc")
    post.open("https://varda.example.org/")
    return post


@pytest.fixture
def training(home: Post) -> Post:
    """The training environment of the same build."""
    post = replace(home, side="training")
    post.open("https://training.example.org")
    return post


def carried(address: str) -> str:
    return parse_qs(urlsplit(address).query)["word"][0]


def test_a_word_arrives_as_it_was_said(home: Post, training: Post) -> None:
    address = home.address(WORD, NOW)
    assert address.startswith("https://training.example.org/practice/come?word=")
    heard = training.heard(carried(address), NOW)
    assert replace(heard, number="") == replace(WORD, build="0.1.0+abc")
    assert heard.number


def test_and_home_again(home: Post, training: Post) -> None:
    solved = Word(
        kind="home", build="", person=WORD.person, course="base-nurse", exercise="news2", actions=9, seconds=80
    )
    address = training.address(solved, NOW)
    assert address.startswith("https://varda.example.org/practice/home?word=")
    assert home.heard(carried(address), NOW).actions == 9


def test_what_was_changed_or_made_by_somebody_else_is_not_believed(home: Post, training: Post, tmp_path: Path) -> None:
    word = carried(home.address(WORD, NOW))
    head, body, signature = word.split(".")
    stranger = Post(tmp_path / "elsewhere", "home", "0.1.0+abc")
    stranger.open("https://evil.example.org")
    (stranger.folder / "training.address").write_text("https://training.example.org")
    for bad in (
        "",
        "no word",
        f"{head}.{body}.",
        f"{head}.{body[:-4]}AAAA.{signature}",
        carried(stranger.address(WORD, NOW)),
    ):
        with pytest.raises(Refused, match="not made by Varda"):
            training.heard(bad, NOW)
    with pytest.raises(Refused, match="not made by Varda"):
        home.heard(word, NOW)


def test_a_word_is_good_for_a_shift_and_for_one_way(home: Post, training: Post) -> None:
    word = carried(home.address(WORD, NOW))
    assert training.heard(word, NOW + LASTS - timedelta(minutes=1)).person == WORD.person
    with pytest.raises(Refused, match="too old"):
        training.heard(word, NOW + LASTS)
    back = carried(home.address(replace(WORD, kind="home"), NOW))
    with pytest.raises(Refused, match="not made by Varda"):
        training.heard(back, NOW)


def test_practice_on_another_build_does_not_count(home: Post, training: Post) -> None:
    word = carried(home.address(WORD, NOW))
    with pytest.raises(Refused, match="another build") as refused:
        replace(training, build="0.2.0").heard(word, NOW)
    assert refused.value.problems[0].message == "0.1.0+abc ≠ 0.2.0"


def test_before_the_training_environment_is_open_nobody_is_sent_there(home: Post) -> None:
    with pytest.raises(Unavailable, match="has not been opened"):
        home.address(WORD, NOW)


def test_the_private_key_is_the_owners_alone_and_stays(home: Post) -> None:
    key = home.folder / "home.key"
    assert key.stat().st_mode & 0o777 == 0o600
    before = key.read_bytes()
    home.open("https://moved.example.org")
    assert key.read_bytes() == before
    assert '"d"' not in (home.folder / "home.pub").read_text()


def test_courses_are_laid_out_whole_by_many_at_once(tmp_path: Path) -> None:
    post = Post(tmp_path / "practice", "home", "1")
    files = {"sv.md": "text " * 10_000}
    with ThreadPoolExecutor(4) as several:
        for nth in range(20):
            list(several.map(lambda _, nth=nth: post.lay_out(f"a{nth}", files), range(4)))
            assert replace(post, side="training").laid_out(f"a{nth}") == files
    assert {one.name for one in post.folder.iterdir()} == {f"home.course-a{nth}" for nth in range(20)}
