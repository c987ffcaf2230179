"""Plain text that another program wrapped."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jsisa_search.page import parse_release
from jsisa_search.page.formats.text import find_wrapping, read_text
from jsisa_search.page.lines import split_lines, strip

ONE = (
    "全市推进网格化管理，把矛盾纠纷化解在基层，把平安建设落实到楼栋，群众的安全感连续三年提升，"
    "各街道普遍建立了例会制度，网格员每周入户走访，逐户登记困难诉求，当月办结率达到百分之九十八点六，"
    "其中涉及老旧小区改造、燃气管线更新和电动自行车充电的诉求占一半以上。"
)
TWO = (
    "下一步，各地要压实责任，逐户排查隐患，做到隐患不过夜、整改有记录、复查有结果，"
    "并按月上报办理情况，接受群众监督。"
)
HEAD = "平安澄川建设纪事\n来源：澄川日报\n2025-04-05\n"


def wrap(text: str, columns: int, indent: str = "") -> str:
    """Return `text` as an editor wraps it at a column."""
    lines, line = [], indent
    for char in text:
        if sum(2 if unicodedata.east_asian_width(c) in "WFA" else 1 for c in line + char) > columns:
            lines.append(line)
            line = ""
        line += char
    return "\n".join([*lines, line]) + "\n"


@pytest.mark.parametrize("columns", [60, 70, 72, 76, 80])
@pytest.mark.parametrize(
    ("indent", "gap"), [("\u3000\u3000", ""), ("    ", ""), ("", "\n"), ("\u3000\u3000", "\n")]
)
def test_wrapped_paragraphs_are_joined(columns: int, indent: str, gap: str) -> None:
    """Paragraphs end at an indent, a blank line or a short line; the line is that of their beginning."""
    text = HEAD + "\n" + gap.join(wrap(paragraph, columns, indent) for paragraph in (ONE, TWO, ONE))
    release = parse_release(text.encode(), "a.txt")
    assert release.title == "平安澄川建设纪事"
    assert [p.text for p in release.paragraphs] == [ONE, TWO, ONE]
    lines = text.split("\n")
    assert all(p.text.startswith(strip(lines[p.line - 1])) for p in release.paragraphs)


def test_latin_words_are_parted_by_blanks() -> None:
    """Where a line of Latin words was wrapped, a blank stands between them."""
    line = "the grid of the city was divided into smaller cells and each of them has"
    text = "\n".join([line, line, line, line, "an end."])
    assert read_text(text).lines[0].text == " ".join([line] * 4 + ["an end."])


def test_numbers_and_labels_begin_lines() -> None:
    """A line with a number of its own is not joined, however full the line above it is."""
    rows = wrap(ONE + ONE, 72).split("\n")
    text = "\n".join([*rows[:5], "一、工作情况", *rows[:5], "来源：澄川发布", *rows[:3]])
    assert [line.text for line in read_text(text).lines][1::2] == ["一、工作情况", "来源：澄川发布"]


@pytest.mark.parametrize(
    "text",
    [
        "\n".join([ONE, TWO, ONE]),
        "\n".join([ONE[:35], ONE[:20], TWO[:30], ONE[:12]] * 3),
        "\n".join(["网格员每周入户走访，逐户登记群众的困难和诉求，当月全部办理完结并且回访。"] * 9),
        "\n".join([ONE[:10]] * 20),
        "",
    ],
)
def test_lines_that_are_paragraphs_stay(text: str) -> None:
    """Long lines, lines of any length, whole sentences and short lines were not wrapped."""
    assert find_wrapping(text.split("\n")) is None
    assert [line.text for line in read_text(text).lines] == [line for line in text.split("\n") if line]


@given(st.text(alphabet="网格治理，。 a\n\u3000", max_size=900))
def test_nothing_is_lost(text: str) -> None:
    """Whatever is joined, every visible character stays, in order, and line numbers go up."""
    page = read_text(text)
    shown = "".join(line.text for line in page.lines)
    assert "".join(shown.split()) == "".join(text.split())
    numbers = [line.number for line in page.lines]
    assert numbers == sorted(set(numbers))
    assert all(split_lines(text)[number - 1].strip() for number in numbers)


def test_cells_one_a_line_do_not_hide_how_a_text_was_wrapped() -> None:
    """Headings and the cells of a table, each a short line, do not count against the wrapped lines."""
    cells = "\n".join(f"街道{number}\n{number * 17}" for number in range(1, 12))
    release = parse_release((HEAD + wrap(ONE, 72) + cells + "\n" + wrap(TWO, 72)).encode(), "a.txt")
    assert [p.text for p in release.paragraphs if len(p.text) > 40] == [ONE, TWO]
