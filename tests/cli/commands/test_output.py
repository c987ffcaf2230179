from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

WritePage = Callable[..., Path]
Run = Callable[..., Result]


@pytest.fixture(scope="module")
def pages(write_shared_page: WritePage) -> None:
    """Write three releases."""
    facts = {"source": "微讯江苏", "published": "2022-09-06 16:42:49"}
    text = "全市推进网格化管理，群众满意率达97.42%。"
    write_shared_page(
        "a.txt", "会议总结了工作。", "健全网格体系", text, title="全市社会治理*工作会议", **facts
    )
    write_shared_page("b.txt", "全市以网格化为基础开展排查。", source="新华社", published="2021-03-05")
    write_shared_page("c.txt", "全市推进网格化管理，设置网格128个。")


def test_references_are_a_numbered_list(archive: Run) -> None:
    """Each release of the hits is one line after the standard."""
    lines = archive("query", "网格化 满意率", "--format", "gbt7714").stdout.splitlines()
    assert lines[0].startswith("[1] 全市社会治理*工作会议[EB/OL]. 微讯江苏, 2022(2022-09-06)[")
    assert [line.split("]")[0] for line in lines] == [f"[{n}" for n in range(1, len(lines) + 1)]


def test_a_release_is_cited_alone(archive: Run) -> None:
    """`show` gives the reference of one file."""
    path = json.loads(archive("query", "网格化 满意率", "-n", "1", "--format", "json").stdout)["hits"][0][
        "path"
    ]
    (item,) = json.loads(archive("show", path, "--format", "csl").stdout)
    assert (item["title"], item["type"]) == ("全市社会治理*工作会议", "webpage")


def test_nothing_found_cites_nothing(archive: Run) -> None:
    """No hits are no references, and status 1."""
    result = archive("query", "量子纠缠", "--format", "ris")
    assert (result.exit_code, result.stdout) == (1, "")
    assert archive("query", "量子纠缠", "--format", "csl").stdout == "[]\n"


@pytest.mark.parametrize(
    ("name", "start"),
    [
        ("a.json", b'{\n  "query"'),
        ("a.csv", b"\xef\xbb\xbfscore,"),
        ("a.MD", b"- "),
        ("a.bib", b"@online{"),
        ("a.ris", b"TY  - ELEC"),
        ("a.txt", b"3 passages"),
    ],
)
def test_the_name_of_a_file_decides_on_its_form(archive: Run, name: str, start: bytes) -> None:
    """The file is in UTF-8, standard output stays empty, and a message says where the file is."""
    result = archive("query", "网格化", "--output", name)
    assert (result.exit_code, result.stdout) == (0, "")
    assert f"Written to {name}" in result.stderr
    assert Path(name).read_bytes().startswith(start)


def test_a_format_precedes_the_name_of_the_file(archive: Run) -> None:
    """--format says what is written, whatever the file is called."""
    archive("query", "网格化", "-o", "a.json", "--format", "csv")
    assert len(list(csv.DictReader(io.StringIO(Path("a.json").read_text("utf-8-sig"))))) == 4


def test_text_in_a_file_has_no_colours(archive: Run) -> None:
    """Matches are in 【】, as in a pipe."""
    archive("query", "网格化", "-o", "a.txt")
    text = Path("a.txt").read_text("utf-8")
    assert "【网格化】" in text
    assert "\x1b" not in text


def test_a_file_that_cannot_be_written_is_an_error(archive: Run) -> None:
    """The message names the file; a file that is there stays as it was where the command fails."""
    result = archive("query", "网格化", "-o", "nowhere/a.txt")
    assert result.exit_code == 2
    assert "nowhere/a.txt can't be written" in result.stderr
    Path("b.txt").write_text("old", "utf-8")
    assert archive("show", "nowhere.txt", "-o", "b.txt").exit_code == 2
    assert Path("b.txt").read_text("utf-8") == "old"


@pytest.mark.parametrize("name", ["a.docx", "a.xlsx"])
def test_a_report_is_a_file(archive: Run, name: str) -> None:
    """The name decides on it, too; without a file a report is refused, and nothing found is none."""
    assert archive("query", "网格化", "-o", name).exit_code == 0
    assert Path(name).read_bytes().startswith(b"PK")
    refused = archive("query", "网格化", "--format", name[2:])
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert f"-o hits.{name[2:]}" in refused.stderr
    assert archive("query", "量子纠缠", "-o", f"none-{name}").exit_code == 1
    assert not Path(f"none-{name}").exists()


def test_other_lists_are_written_to_files_too(archive: Run, write_page: WritePage) -> None:
    """Reprints, by the name of the file as JSON, and terms, for an editor; nothing found writes no terms."""
    assert archive("reprints", "pages/a.txt", "-o", "a.json").exit_code == 1  # there is no other release
    assert len(json.loads(Path("a.json").read_text("utf-8"))["members"]) == 1
    assert archive("terms", "-o", "terms.txt").exit_code == 1
    assert not Path("terms.txt").exists()
    write_page("d.txt", "桐岭钢铁公司（以下简称“桐钢”）推进改革。")
    archive("index", "pages")
    assert archive("terms", "-o", "terms.txt").stdout == ""
    assert "桐钢 = 桐岭钢铁公司" in Path("terms.txt").read_text("utf-8")
