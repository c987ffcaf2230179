"""Saved articles of public accounts: names, time, and the text of picture posts."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime

import pytest

from jsisa_search.errors import JsisaSearchError
from jsisa_search.model import Release
from jsisa_search.page import parse_release

TEXT = ["4月17日，清河区启动老旧小区雨污分流改造。", "首批涉及12个小区，惠及居民3.2万人。"]


def read(html: str) -> Release:
    """Read a page."""
    return parse_release(html.encode(), "a.html")


def article(meta: str, *, script: str = "", style: str = "visibility: hidden; opacity: 0;") -> str:
    """Return the page of an article with `meta` between title and text."""
    text = "".join(f"<section><p><span>{line}</span></p></section>" for line in TEXT)
    return (
        '<html><head><meta property="og:title" content="织密地下管网"/>'
        '<meta property="og:site_name" content="微信公众平台"/></head>'
        '<body id="activity-detail"><div id="img-content">'
        f'<h1 class="rich_media_title" id="activity-name">\n织密地下管网\n</h1>'
        f'<div id="meta_content">{meta}</div>'
        f'<div class="rich_media_content" id="js_content" style="{style}">{text}</div></div>'
        f"<script>{script}</script></body></html>"
    )


NAMES = (
    '<span id="copyright_logo" class="rich_media_meta">原创</span>'
    '<span class="rich_media_meta rich_media_meta_text">王小禾</span>'
    '<span class="rich_media_meta"><a id="js_name">\n清河发布 </a></span>'
    '<em id="publish_time" class="rich_media_meta rich_media_meta_text">{time}</em>{place}'
)


@pytest.mark.parametrize(
    ("time", "place", "script"),
    [
        ("", "", 'var ct = "1681803720";var nickname = htmlDecode("清河发布");'),
        ("2023年04月18日 15:42", '<em id="js_ip_wording">江苏</em>', ""),
    ],
)
def test_the_account_is_the_source(time: str, place: str, script: str) -> None:
    """With and without scripts: badge, author, account and time, each by its element, never run into one."""
    release = read(article(NAMES.format(time=time, place=place), script=script))
    assert (release.title, release.source, release.author) == ("织密地下管网", "清河发布", "王小禾")
    assert release.published is not None
    assert release.published.replace(second=0) == datetime(2023, 4, 18, 15, 42)
    assert release.publisher is None
    assert [paragraph.text for paragraph in release.paragraphs] == TEXT


def test_the_card_of_an_older_page_names_the_account() -> None:
    """`profile_nickname` and `post-user` stand for the name where no link shows it."""
    card = '<strong class="profile_nickname">清河发布</strong>'
    release = read(
        article('<em id="post-date" class="rich_media_meta rich_media_meta_text">2016-04-18</em>' + card)
    )
    assert (release.source, release.author) == ("清河发布", None)
    assert release.published == datetime(2016, 4, 18)


@pytest.mark.parametrize(
    ("meta", "script"),
    [
        (r"清河老街改造后重新开街。\x0a4月18日，首批商户入驻。", ""),
        (
            "",
            r"x = {content_noencode: JsDecode('清河老街改造后重新开街。\x0a4月18日，首批商户入驻。')};",
        ),
        ("", r'var msg_desc = "清河老街改造后重新开街。\n4月18日，首批商户入驻。";'),
    ],
)
def test_the_text_of_a_picture_post(meta: str, script: str) -> None:
    """It is in og:description or in a script, and has the lines that its author gave it."""
    head = '<meta property="og:title" content="老街换新颜">'
    head += f'<meta property="og:description" content="{meta}">'
    names = "var nick_name = '清河发布'; var ct = \"1681788600\"; window.picture_page_info_list = [];"
    body = f"<div id='img_list'></div><script>{names}{script}</script>"
    release = read(f"<html><head>{head}</head><body>{body}</body></html>")
    assert (release.title, release.source) == ("老街换新颜", "清河发布")
    assert release.published == datetime(2023, 4, 18, 11, 30)
    assert [paragraph.text for paragraph in release.paragraphs] == [
        "清河老街改造后重新开街。",
        "4月18日，首批商户入驻。",
    ]


@pytest.mark.slow
@pytest.mark.parametrize(
    "part", ["<a " * 60_000, "nickname='" * 60_000, "content: '" * 60_000, "<meta " * 60_000]
)
def test_hostile_pages_take_bounded_time(part: str) -> None:
    """Beginnings without ends are looked at once."""
    with suppress(JsisaSearchError):
        read(f'<p id="js_content">清河发布。</p>{part}')
