"""`release.toml`: what people say of a folder of saved pages."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from jsisa_search.page import read_release
from jsisa_search.page.folder_settings import NOTHING_SET, FolderSettings, SettingsReader


@pytest.fixture
def reader() -> SettingsReader:
    """Return a reader of settings without defaults."""
    return SettingsReader()


def test_the_nearest_file_counts_for_each_key(tmp_path: Path, reader: SettingsReader) -> None:
    """A key is taken from the file beside a page, else from the next one above; an empty text unsets it."""
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    (tmp_path / "release.toml").write_text('source = "云浦日报"\npublisher = "云浦网"\n', "utf-8")
    (inner / "release.toml").write_text('source = "云浦晚报"\npublisher = ""\n', "utf-8")
    assert reader.settings_of(inner) == FolderSettings(source="云浦晚报")
    assert reader.settings_of(tmp_path / "a") == FolderSettings(source="云浦日报", publisher="云浦网")
    assert reader.problems == {}


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (
            'sauce = 1\nsource = "云浦日报"',
            "unknown keys (sauce); known are date_pattern, source",
        ),
        ('date_pattern = "{jahr}"\nsource = "云浦日报"', "{jahr} is unknown"),
        ('publisher = 3\nsource = "云浦日报"', "publisher has to be a text"),
    ],
)
def test_a_faulty_key_is_noted_and_the_others_count(
    tmp_path: Path, reader: SettingsReader, content: str, problem: str
) -> None:
    """What is wrong with a key is said, and the rest of the file is in effect."""
    path = tmp_path / "release.toml"
    path.write_text(content, "utf-8")
    assert reader.settings_of(tmp_path).source == "云浦日报"
    assert problem in reader.problems[path]


@pytest.mark.parametrize(
    "content", [b"source = ", b"\xff\xfe\x00", b"a" * (1 << 17), b"a = " + b"[" * 50_000, b"\0"]
)
def test_a_hostile_file_sets_nothing(tmp_path: Path, reader: SettingsReader, content: bytes) -> None:
    """No TOML, bytes in no encoding, a huge or deeply nested file: a problem, and nothing is set."""
    path = tmp_path / "release.toml"
    path.write_bytes(content)
    assert reader.settings_of(tmp_path) == NOTHING_SET
    assert "so it sets nothing" in reader.problems[path]
    assert len(reader.problems[path]) < 300


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs FIFOs")
def test_a_fifo_is_never_waited_for(tmp_path: Path, reader: SettingsReader) -> None:
    """What is no regular file sets nothing."""
    os.mkfifo(tmp_path / "release.toml")
    assert reader.settings_of(tmp_path) == NOTHING_SET
    assert reader.problems


def test_a_release_takes_what_its_page_does_not_say(tmp_path: Path) -> None:
    """Date, source and publisher are those of the folder where the page is silent, and only there."""
    (tmp_path / "release.toml").write_text(
        'date_pattern = "{day}-{month}-{year}.txt"\nsource = "云浦日报"\npublisher = "云浦网"\n', "utf-8"
    )
    text = "云浦市召开会议\n{}\n全市各级各部门认真落实会议精神，扎实推进各项工作，取得了明显成效。\n"
    silent, telling = tmp_path / "15-03-2024.txt", tmp_path / "16-03-2024.txt"
    silent.write_text(text.format(""), "utf-8")
    telling.write_text(text.format("2022-09-06 来源：新华社"), "utf-8")
    release = read_release(silent)
    assert (str(release.date)[:10], release.date_from) == ("2024-03-15", "settings")
    assert (release.source, release.publisher, release.published) == ("云浦日报", "云浦网", None)
    release = read_release(telling)
    assert (str(release.date)[:10], release.date_from, release.source) == ("2022-09-06", "page", "新华社")
