"""Kinds of frames that sites put around a release: copies, channels, captions, disclaimers, signatures."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from jsisa_search import Index
from jsisa_search.model import Release
from jsisa_search.page import parse_release
from tests.cluster.engines import Place

FIRST = "云浦市十年来持续推进网格化社会治理，群众安全感逐年上升，矛盾纠纷多在基层化解。"
SECOND = "市社会治理局负责人介绍，全市划分综合网格二千余个，配备专职网格员三千余名，做到事事有人管。"
LAST = "下一步，云浦市将把这一做法推广到所有镇街，让群众少跑腿、办成事。"
TEXT = f"<p>{FIRST}</p><p>{SECOND}</p><p>{LAST}</p>"
TITLE = "一张网守护万家灯火"


def read(body: str, head: str = f"<title>{TITLE}</title>") -> Release:
    """Return the release of a page with such a body."""
    return parse_release(f"<html><head>{head}</head><body>{body}</body></html>".encode(), "a.html")


def texts(release: Release) -> list[str]:
    """Return the paragraphs."""
    return [paragraph.text for paragraph in release.paragraphs]


def test_a_second_copy_for_telephones_is_left_out() -> None:
    """A page that has its release twice, for wide and narrow screens, is read once."""
    copy = f"<div><h2>{TITLE}</h2><p>2024年9月6日 15:42 来源:云浦日报</p>{TEXT}</div>"
    release = read(f'<div id="pc">{copy}</div><div id="mobile">{copy}</div>')
    assert texts(release) == [FIRST, SECOND, LAST]
    assert [section.heading for section in release.sections] == [None]


@pytest.mark.parametrize("window", ["出国", "基层传真-2024云浦市民行动", "云浦网食品药品安全频道"])
def test_a_channel_in_the_window_is_no_title(window: str) -> None:
    """Where the window's title is a channel's name, the headline above the time is the title."""
    release = read(f"<p>{TITLE}</p><p>2024-09-06 15:42</p>{TEXT}", f"<title>{window}</title>")
    assert release.title == TITLE
    assert texts(release) == [FIRST, SECOND, LAST]


@pytest.mark.parametrize(
    "caption", ["资料图", "▲图源：云浦网", "原标题：一张网守护万家", "图/赵之远 文/林晓雯", "（林晓雯 摄）"]
)
def test_a_caption_above_the_text_is_not_its_first_paragraph(caption: str) -> None:
    """Captions, credits and original titles above the first sentence are no text."""
    release = read(f"<h1>{TITLE}</h1><p>2024-09-06</p><div><p>{caption}</p>{TEXT}</div>")
    assert texts(release)[0] == FIRST
    assert [each.name for each in release.captions] == [caption]
    assert release.source is None


def test_captions_are_found_by_a_search(tmp_path: Path, place: Place) -> None:
    """A caption is no paragraph, and yet nothing that is written is missed: it is a passage of its own."""
    page = tmp_path / "a.html"
    page.write_text(
        f"<title>{TITLE}</title><h1>{TITLE}</h1><p>2024-09-06</p><div><p>图为网格员走访独居老人</p>{TEXT}</div>",
        encoding="utf-8",
    )
    with Index.create(place(tmp_path / "index")) as index:
        index.update([page])
        found = index.search("独居老人")
        assert [(hit.kind, hit.text) for hit in found] == [("caption", "图为网格员走访独居老人")]
        assert [each.name for each in index.release(found[0].id).captions] == ["图为网格员走访独居老人"]


@pytest.mark.parametrize(
    "line",
    [
        "凡本网注明来源的作品版权均属于本网，未经书面授权不得转载。",
        "声明：本网登载此文出于传递更多信息之目的，并不意味着赞同其观点或证实其描述。",
        "本文仅代表作者个人观点，与本网无关，请读者仅作参考并自行核实相关内容。",
        ">>>相关新闻",
        "下载云浦新闻APP客户端，随时随地看新闻！",
        "栏目主编：赵之远 文字编辑：林晓雯 题图来源：云浦网",
        "专题：云浦网格十年",
    ],
)
def test_what_a_site_says_below_a_text_is_not_its_last_paragraph(line: str) -> None:
    """Disclaimers, promotions, credits and headings of lists below the text are left out."""
    release = read(f"<h1>{TITLE}</h1><p>2024-09-06</p><div>{TEXT}<p>{line}</p></div>")
    assert texts(release)[-1] == LAST


def test_a_long_paragraph_about_reprints_is_text() -> None:
    """A provision about reprints and sources is no disclaimer of the site."""
    rule = (
        "（二）内容保障。严格内容发布审核制度，坚持分级分类审核、先审后发，明确审核主体、审核流程，严把政治关、法律关、政策关、"
        "保密关、文字关。规范转载发布工作，原则上只转载党委和政府网站以及有关主管部门确定的稿源单位发布的信息，不得擅自发布代表个人观点"
        "的言论。建立原创激励机制，按照规定采编信息，不侵犯他人权利。"
    )
    release = read(f"<h1>{TITLE}</h1><p>2024-09-06</p><div>{TEXT}<p>{rule}</p></div>")
    assert texts(release)[-1] == rule


@pytest.mark.parametrize(
    ("byline", "source", "author", "editor"),
    [
        (
            "2024年9月6日 15:42 来源:云浦日报 作者:林晓雯、赵之远 选稿: 曾炟",
            "云浦日报",
            "林晓雯、赵之远",
            "曾炟",
        ),
        ("2024-09-06 15:42 来源：云浦网 选稿:刘辉", "云浦网", None, "刘辉"),
        ("2024-09-06 来源：社会治理局 文章类型：原创", "社会治理局", None, None),
        ("来源：云浦网 王晓倩 2024-09-06 15:42", "云浦网", "王晓倩", None),
        ("2024-09-0615:42 来源：云浦网", "云浦网", None, None),
    ],
)
def test_a_byline_is_read_whatever_else_it_says(
    byline: str, source: str, author: str | None, editor: str | None
) -> None:
    """Unknown labels, editors and persons behind a source do not become part of it."""
    release = read(f"<h1>{TITLE}</h1><p>{byline}</p>{TEXT}")
    assert (release.source, release.author, release.editor) == (source, author, editor)
    assert release.published is not None
    assert release.published.date() == datetime(2024, 9, 6).date()


@pytest.mark.parametrize(
    ("first", "last"),
    [
        (f"云浦网消息（记者 林晓雯）{FIRST}", LAST),
        (f"云浦网记者林晓雯9月6日报道：{FIRST}", LAST),
        (FIRST, f"{LAST}（本报记者 林晓雯）"),
        (FIRST, f"{LAST}（林晓雯／雲浦報導）"),
    ],
)
def test_the_reporter_is_read_from_the_edges_of_the_text(first: str, last: str) -> None:
    """Who reported is read from the beginning or the end of the text where no byline says it."""
    release = read(f"<h1>{TITLE}</h1><p>2024-09-06</p><p>{first}</p><p>{SECOND}</p><p>{last}</p>")
    assert release.author == "林晓雯"


def test_who_signs_the_text_wrote_it_whoever_is_stated() -> None:
    """The reporter that the text names comes before a person in <meta>, who may be its editor."""
    head = f'<title>{TITLE}</title><meta name="author" content="赵春苑">'
    first = f"云浦网记者林晓雯、王晓倩9月6日报道：{FIRST}"
    release = read(f"<h1>{TITLE}</h1><p>2024-09-06</p><p>{first}</p><p>{SECOND}</p><p>{LAST}</p>", head)
    assert release.author == "林晓雯、王晓倩"


def test_a_paper_stated_as_author_is_no_author() -> None:
    """Many systems state the paper as author; only persons are taken for authors from <meta>."""
    for stated, author in (("云浦晚报", None), ("林晓雯", "林晓雯")):
        head = f'<title>{TITLE}</title><meta name="author" content="{stated}">'
        assert read(f"<h1>{TITLE}</h1><p>2024-09-06</p>{TEXT}", head).author == author


def test_headings_without_any_mark_are_found_between_paragraphs() -> None:
    """Short lines alone between long paragraphs are headings where nothing else marks headings."""
    body = f"<p>{FIRST}</p><p>网格到底</p><p>{SECOND}</p><p>服务到家</p><p>{LAST}</p>"
    release = read(f"<h1>{TITLE}</h1><p>2024-09-06</p><div>{body}</div>")
    assert [section.heading for section in release.sections] == [None, "网格到底", "服务到家"]


def test_a_table_of_data_is_a_release() -> None:
    """A notice whose text is a table of data, among the links of a site, is no list."""
    links = "".join(f"<li><a href='{n}'>某某栏目第{n}条链接</a></li>" for n in range(40))
    rows = "".join(f"<tr><td>{n}</td><td>云浦银行</td><td>罚款{n}万元</td></tr>" for n in range(1, 6))
    release = read(f"<ul>{links}</ul><h1>行政处罚信息公示</h1><p>2024-09-06</p><table>{rows}</table>")
    assert len(release.paragraphs) == 5
