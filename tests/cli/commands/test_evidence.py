from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

WritePage = Callable[..., Path]
Run = Callable[..., Result]


@pytest.fixture(scope="module")
def pages(write_shared_page: WritePage) -> None:
    """Write two releases."""
    write_shared_page(
        "a.txt",
        "会议总结了工作。",
        "全市推进网格化管理，满意率达97.42%。",
        title="工作会议",
        source="微讯江苏",
    )
    write_shared_page("b.txt", "全市以网格化为基础开展排查。")


def test_a_card_is_printed_for_reading(archive: Run) -> None:
    """The passage with its quotation in 【】, its citation, and the hash of its file."""
    result = archive("evidence", "网格化管理 满意率", "--quote", "满意率达97.42%")
    assert result.exit_code == 0
    assert "   全市推进网格化管理，【满意率达97.42%】。" in result.stdout
    assert "——《工作会议》，微讯江苏，第2段" in result.stdout
    assert "SHA-256" in result.stdout


@pytest.mark.parametrize("name", ["card.json", "card.html"])
def test_cards_are_compared_with_their_files(archive: Run, name: str) -> None:
    """Status 0 and 1 say whether a file is what the card says, without an index."""
    assert archive("evidence", "网格化管理", "-o", name).exit_code == 0
    archive("evidence", "排查", "-o", "other.json")
    Path("index").rename("elsewhere")
    result = archive("evidence", "verify", name)
    assert (result.exit_code, result.stdout.splitlines()[0]) == (0, f"{name}: as the card says")
    file = Path("pages/a.txt")
    file.write_text(file.read_text("utf-8").replace("97.42", "97.43"), "utf-8")
    result = archive("evidence", "verify", "other.json", name)
    assert result.exit_code == 1
    assert f"{name}: NOT as the card says\n   THE FILE HAS CHANGED: pages/a.txt" in result.stdout
    assert "     + 全市推进网格化管理，满意率达97.4【3】%。" in result.stdout
    good, bad = json.loads(archive("evidence", "verify", "other.json", name, "--format", "json").stdout)
    assert (good["card"], good["is_right"]) == ("other.json", True)
    assert (bad["file"], bad["passage"], bad["is_right"]) == ("changed", "changed", False)


def test_a_file_that_was_moved_is_named(archive: Run) -> None:
    """--file says where the file of the card is now."""
    archive("evidence", "网格化管理", "-o", "card.json")
    Path("pages/a.txt").rename("a.txt")
    assert archive("evidence", "verify", "card.json").exit_code == 1
    assert archive("evidence", "verify", "card.json", "--file", "a.txt").exit_code == 0


def test_a_paragraph_of_a_release_is_attested(archive: Run) -> None:
    """A file and the number of a paragraph will do."""
    result = archive("evidence", "--release", "pages/a.txt", "--paragraph", "1", "--format", "json")
    assert json.loads(result.stdout)["quotation"] == "会议总结了工作。"


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        ((), 2, "Give either TEXT, or --release and --paragraph."),
        (("网格化", "--release", "a"), 2, "Give either TEXT"),
        (("--release", "pages/a.txt"), 2, "belong together"),
        (("网格化", "--paragraph", "1"), 2, "belong together"),
        (("量子纠缠",), 1, "Nothing found for “量子纠缠”."),
        (("网格化管理", "--hit", "90"), 1, "--hit 90 is beyond the last of"),
        (("网格化管理", "--quote", "没有"), 2, "as typed"),
        (("verify", "nowhere.json"), 2, "nowhere.json can't be read"),
        (("verify", "pages/a.txt"), 2, "is no evidence card"),
    ],
)
def test_what_makes_no_card_is_said(
    archive: Run, arguments: tuple[str, ...], status: int, message: str
) -> None:
    """A wrong use or card is an error, a query without that hit is status 1."""
    result = archive("evidence", *arguments)
    assert (result.exit_code, result.stdout) == (status, "")
    assert message in result.stderr


def test_a_comparison_is_no_page(archive: Run) -> None:
    """Only cards have a page of HTML."""
    archive("evidence", "网格化管理", "-o", "card.json")
    result = archive("evidence", "verify", "card.json", "-o", "a.html")
    assert (result.exit_code, Path("a.html").exists()) == (2, False)
