"""Lines that only name another passage come behind it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from jsisa_search import Index

WritePage = Callable[..., Path]

REPORT = "澄川市发布年度环境报告"
OTHER = "各地按照部署推进有关工作，有关负责人介绍了有关情况。"


def _places(index: Index, typed: str) -> list[tuple[str, str]]:
    return [(Path(hit.path).stem, hit.text) for hit in index.search(typed, fold=False)]


@pytest.mark.parametrize(
    "line", [f"（3）{REPORT}；", f"三、{REPORT}", f"——{REPORT}", f"《{REPORT}》。", f"第二项：{REPORT}"]
)
def test_a_line_that_announces_a_release_is_behind_it(
    index: Index, folder: Path, write_page: WritePage, line: str
) -> None:
    """However the line is numbered or marked, a release with that title comes first."""
    write_page("list.txt", "会议要点如下，供各单位参考。", line, "（4）其他事项。", title="工作要点")
    write_page("report.txt", OTHER, f"{OTHER}环境质量总体改善。", title=REPORT)
    index.update([folder])
    found = _places(index, REPORT)
    assert found[0][0] == "report"
    assert ("list", line) in found


def test_an_entry_of_a_table_of_contents_is_behind_the_section(
    index: Index, folder: Path, write_page: WritePage
) -> None:
    """A list above the text whose lines are its headings does not come before those."""
    entries = "- 港口新航线开通\n- 高原铁路全线铺轨"
    sections = f"## 港口新航线开通\n\n{OTHER}\n\n## 高原铁路全线铺轨\n\n今天，高原铁路全线铺轨完成。"
    (folder / "a.md").write_text(f"# 国内快讯\n\n{entries}\n\n{OTHER}\n\n{sections}\n", encoding="utf-8")
    index.update([folder])
    hits = list(index.search("高原铁路全线铺轨", fold=False))
    listed = [place for place, hit in enumerate(hits) if hit.line < 6]
    below = [place for place, hit in enumerate(hits) if hit.line > 10]
    assert listed
    assert below[0] < listed[0]


def test_a_text_that_repeats_its_title_stays_before_a_reprint(
    index: Index, folder: Path, write_page: WritePage
) -> None:
    """A line below the same title names nothing else."""
    write_page("a.txt", REPORT, OTHER, title=REPORT, published="2022-09-06")
    write_page("b.txt", OTHER, title=REPORT, published="2022-09-05")
    index.update([folder])
    assert _places(index, REPORT)[0] == ("a", REPORT)


def test_what_says_more_than_a_title_stays(index: Index, folder: Path, write_page: WritePage) -> None:
    """A sentence about a release is a passage of its own."""
    said = f"9月6日，{REPORT}，空气质量优良天数比例达到百分之九十。"
    write_page("news.txt", said, title="简讯")
    write_page("report.txt", OTHER, title=REPORT)
    index.update([folder])
    scores = {hit.text: dict(hit.explanation) for hit in index.search(REPORT, explain=True, fold=False)}
    assert "names another" not in scores[said]


def test_a_salutation_is_behind_what_it_introduces(index: Index, folder: Path, write_page: WritePage) -> None:
    """A short line that ends in a colon comes behind a passage below it; without one it stays found."""
    salutation = "各位网格员、网格长，同志们："
    text = "今天，我们表彰一年来入户走访的网格员，各位网格长也请起立。"
    write_page("speech.txt", salutation, text, title="表彰会上的讲话")
    index.update([folder])
    assert [hit.text for hit in index.search("网格员 网格长", fold=False)] == [text, salutation]
    assert index.search("同志们", fold=False).hits[0].text == salutation


def test_a_sentence_that_ends_in_a_colon_stays(index: Index, folder: Path, write_page: WritePage) -> None:
    """A longer line says something itself, whatever it introduces."""
    line = "会议指出，网格化治理要把服务送到群众家门口，今年重点做好以下三个方面的工作："
    write_page("a.txt", line, "一要推进网格化。", title="会议")
    index.update([folder])
    scores = {hit.text: dict(hit.explanation) for hit in index.search("网格化", explain=True, fold=False)}
    assert "names another" not in scores[line]
