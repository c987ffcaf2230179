from __future__ import annotations

from pathlib import Path

import pytest

from jsisa_search.page import ExplainedLine, explain_page
from jsisa_search.page.draft import read_draft
from jsisa_search.page.lines import clean_line
from tests.page.sample_files import json_lines, zipped

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = sorted((*(ROOT / "seeds").iterdir(), *(ROOT / "tests" / "page" / "pages").glob("*.html")))

PAGE = """<html><head><title>网格进楼栋_澄川市政府网</title></head><body>
<div class="nav"><a href="/">首页</a> <a href="/a">政务公开</a></div>
<h1>网格进楼栋</h1>
<p>来源：澄川发布 2025-03-02</p>
<p>澄川市全面推进网格化管理，群众满意率明显提升。</p>
<h2>做实网格</h2>
<p>全市网格员入户走访，及时化解矛盾纠纷。</p>
<p>责任编辑：何念秋</p>
<div class="foot">主办单位：澄川市政府</div>
</body></html>"""


@pytest.fixture(scope="module")
def lines(tmp_path_factory: pytest.TempPathFactory) -> dict[str, ExplainedLine]:
    """Return the lines of a page by their texts."""
    file = tmp_path_factory.mktemp("page") / "a.html"
    file.write_text(PAGE, encoding="utf-8")
    return {line.text: line for line in explain_page(file).lines}


def test_each_line_says_what_it_was_taken_for(lines: dict[str, ExplainedLine]) -> None:
    """Title, facts, headings and numbered paragraphs are named on their lines."""
    assert lines["网格进楼栋"].role == "title"
    assert lines["来源：澄川发布 2025-03-02"].role == "byline"
    assert set(lines["来源：澄川发布 2025-03-02"].fields) == {"source", "published"}
    assert lines["做实网格"].role == "heading"
    assert lines["全市网格员入户走访，及时化解矛盾纠纷。"].ordinal == 2
    assert lines["责任编辑：何念秋"].fields == ("editor",)


def test_what_is_left_out_has_its_reason(lines: dict[str, ExplainedLine]) -> None:
    """Menus and the foot of the page are left out, each with the rule."""
    assert lines["首页 政务公开"].role == "left out"
    assert lines["首页 政务公开"].rule
    assert lines["主办单位：澄川市政府"].role == "left out"


@pytest.mark.slow
@pytest.mark.parametrize("file", SAMPLES, ids=lambda file: file.name)
def test_every_paragraph_and_heading_is_on_a_line(file: Path) -> None:
    """Of any page, each paragraph is on exactly one line that has its text, and each heading on one.

    Of one that is no release, as a list of links, no line is anything.
    """
    explained = explain_page(file)
    if explained.reading is None:
        assert {line.role for line in explained.lines} <= {"left out"}
        return
    release = explained.reading.release
    found = {line.ordinal: line.text for line in explained.lines if line.role == "paragraph"}
    assert len(found) == sum(line.role == "paragraph" for line in explained.lines)
    for paragraph in release.paragraphs:
        ours, text = ("".join(each.split()) for each in (found[paragraph.ordinal], paragraph.text))
        assert text in ours or ours in text
    headings = {each.heading for each in release.sections if each.heading}
    on_lines = [line for line in explained.lines if line.role == "heading"]
    assert len(on_lines) >= len(headings)


@pytest.mark.slow
@pytest.mark.parametrize("file", SAMPLES, ids=lambda file: file.name)
def test_no_line_of_a_file_is_lost(file: Path) -> None:
    """The lines are those of the file in their order, whatever became of them."""
    expected = [clean_line(line.text) for line in read_draft(file.read_bytes(), str(file))]
    assert [line.text for line in explain_page(file).lines][: len(expected)] == expected


def test_text_that_no_line_shows_is_said_to_be_hidden(tmp_path: Path) -> None:
    """A page whose text is hidden has its paragraphs all the same, told apart."""
    file = tmp_path / "a.html"
    shown = '<div style="display:none"><p>澄川市全面推进网格化管理，群众满意率明显提升。</p></div>'
    head = "<head><title>网格进楼栋</title></head>"
    file.write_text(f"<html>{head}<body>{shown}</body></html>", encoding="utf-8")
    explained = explain_page(file)
    assert explained.reading is not None
    (line,) = (line for line in explained.lines if line.role == "paragraph")
    assert line.rule == "in a part of the file that is not shown"


def test_a_file_that_is_refused_has_its_lines_and_the_reason(tmp_path: Path) -> None:
    """What is no release is shown as it is."""
    entries = "".join(f'<li><a href="{n}.html">全市推进网格化管理工作第{n}期</a></li>' for n in range(1, 12))
    file = tmp_path / "list.html"
    file.write_text(f"<html><body><ul>{entries}</ul></body></html>", encoding="utf-8")
    explained = explain_page(file)
    assert explained.reading is None
    assert explained.reason.startswith(str(file))
    assert len(explained.lines) == 11
    assert {line.role for line in explained.lines} == {"left out"}


@pytest.mark.parametrize("content", [b"", b"%PDF-1.4\n", bytes(range(256))])
def test_a_file_that_can_not_be_read_has_a_reason(tmp_path: Path, content: bytes) -> None:
    """Nothing is raised for what no reader understands."""
    (tmp_path / "a.pdf").write_bytes(content)
    assert explain_page(tmp_path / "a.pdf").reason
    assert explain_page(tmp_path / "missing.txt").reason


def test_a_member_is_explained_by_its_own_lines(tmp_path: Path) -> None:
    """Of an archive only the lines of the member are shown, and those of a record have its line."""
    archive = tmp_path / "a.zip"
    archive.write_bytes(zipped(a__html=PAGE, b__txt="标题\n\n全市推进网格化管理工作。\n"))
    assert "做实网格" in {line.text for line in explain_page(f"{archive}!/a.html").lines}
    assert [line.text for line in explain_page(f"{archive}!/b.txt").lines] == [
        "标题",
        "全市推进网格化管理工作。",
    ]
    records = tmp_path / "a.jsonl"
    text = "全市推进网格化管理。\n网格员入户走访，排查隐患。"
    records.write_bytes(json_lines({"title": "甲", "text": "一句话。"}, {"title": "乙", "text": text}))
    found = explain_page(f"{records}#2").lines
    assert [(line.number, line.ordinal) for line in found] == [(2, 1), (2, 2)]
