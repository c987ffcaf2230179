from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from lxml.html import document_fromstring
from starlette.testclient import TestClient

from jsisa_search import Index, Results
from jsisa_search.web.application import create_app
from jsisa_search.web.processes.collection import Collection
from jsisa_search.web.settings import local_settings
from tests.conftest import page_text
from tests.web.conftest import ORIGIN, PORT, SCRIPT

_TAGS = re.compile(r"<[^>]+>")


def _text(html: str) -> str:
    return unescape(_TAGS.sub("", html))


def _links(html: str, text: str) -> list[str]:
    found = re.findall(r'<a [^>]*href="([^"]*)"[^>]*>(.*?)</a>', html, re.DOTALL)
    return [unescape(url) for url, inner in found if text in _text(inner)]


def test_a_hit_shows_where_it_is_from(client: TestClient) -> None:
    """Title, source, date, section and place of the passage are on the page, with its citation to copy."""
    html = client.get("/?q=满意率").text
    assert "全市社会治理工作会议" in html
    assert "微讯江苏" in html
    assert "2022-09-06 16:42:49" in html
    assert '<span class="section">健全网格体系</span>' in html
    assert "第2段" in html
    citation = "《全市社会治理工作会议》，微讯江苏，2022-09-06 16:42:49，“健全网格体系”，第2段"
    assert f'data-citation="{citation}"' in html


def test_a_page_searches_once(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of a page of results, whole or in part, takes a second search where passages are found."""
    asked = []
    search = Index.search

    def counted(index: Index, text: str, **options: Any) -> Results:
        asked.append(text)
        return search(index, text, **options)

    monkeypatch.setattr(Index, "search", counted)
    assert "满意率" in _text(client.get("/?q=满意率").text)
    assert "满意率" in _text(client.get("/?q=满意率", headers={"X-Part": "results"}).text)
    assert asked == ["满意率", "满意率"]


def test_each_word_has_its_own_colour(client: TestClient) -> None:
    """Matches of the first word are marked as the first, those of the second as the second."""
    html = client.get("/?q=满意率 网格化").text
    assert '<mark class="w0">满意率</mark>' in html
    assert '<mark class="w1">网格化</mark>' in html


def test_what_was_added_is_removed_one_by_one(tmp_path: Path) -> None:
    """A wording that synonyms added is left out by a click, marked no more, and taken up again."""
    collection = Collection(tmp_path / "index", is_watching=False)
    collection.index.add(
        [
            {"id": "1", "title": "通报", "text": "渡口停航。"},
            {"id": "2", "title": "续报", "text": "码头复航。"},
        ]
    )
    (tmp_path / "index" / "synonyms.txt").write_text("渡口 = 码头 = 埠头\n", encoding="utf-8")
    client = TestClient(create_app(collection, local_settings(collection.index_dir, PORT)), base_url=ORIGIN)
    html = client.get("/?q=渡口").text
    assert len(re.findall(r'class="hit"', html)) == 2
    (url,) = [
        unescape(url) for url in re.findall(r'class="drop" href="([^"]*码头|[^"]*%E7%A0%81%E5%A4%B4)"', html)
    ]
    less = client.get(url).text
    assert len(re.findall(r'class="hit"', less)) == 1
    assert "埠头" in _text(less)
    assert "码头复航" not in less
    assert _links(less, "码头") == ["/?q=%E6%B8%A1%E5%8F%A3"]
    collection.close()


def test_hits_with_some_words_are_told_apart(client: TestClient) -> None:
    """A passage that has only part of the query says so."""
    html = client.get("/?q=满意率 网格员").text
    assert "没有含全部词的段落" in html
    assert "只含部分词</span>" in html
    assert 'class="hit partial"' in html


def test_the_query_is_shown_as_understood(client: TestClient) -> None:
    """The description of the query is in the language of the page."""
    assert "<q>网格化 且 满意率</q>" in client.get("/?q=网格化 满意率").text
    assert "<q>网格化 或 满意率</q>" in client.get("/?q=网格化 OR 满意率").text
    assert "<q>网格化 不含 满意率，标题含工作</q>" in client.get("/?q=网格化 -满意率 标题:工作").text.replace(
        ", ", "，"
    )
    english = client.get("/?q=网格化 满意率", headers={"Accept-Language": "en"}).text
    assert "<q>网格化 AND 满意率</q>" in english


def test_added_synonyms_can_be_removed(client: TestClient, collection: Collection) -> None:
    """What synonyms added is named, with a link to the search without them."""
    file = collection.index_dir / "synonyms.txt"
    file.write_text("满意度 = 满意率\n", encoding="utf-8")
    try:
        html = client.get("/?q=满意度").text
        assert "同时检索" in html
        (url,) = _links(html, "不用同义词")
        assert url == f"/?q={quote('满意度')}&synonyms=0"
        assert "同时检索" not in client.get(url).text
    finally:
        file.unlink()


def test_passages_that_match_by_what_their_release_states_are_counted(client: TestClient) -> None:
    """A source in the query finds its release, and the page says that its text need not name it."""
    page = client.get("/?q=新华社 排查").text
    assert "其中 1 段，是稿件标明的来源、发布单位、发文机关、作者或文号相符" in page
    assert "稿件标明的来源" not in client.get("/?q=排查").text


def test_counts_beside_the_hits_narrow_the_search(client: TestClient) -> None:
    """Each value of a facet links to the hits that have it, and back."""
    html = client.get("/?q=网格").text
    (url,) = _links(html, "新华社")
    narrowed = client.get(url).text
    assert "基层治理见闻" in narrowed
    assert "全市社会治理工作会议" not in narrowed
    assert _links(narrowed, "新华社") == [f"/?q={quote('网格')}"] * 2  # the value and the chip
    (year,) = _links(html, "2022")
    assert "全市社会治理工作会议" in client.get(year).text
    assert "2022-09" in _text(client.get(year).text)


def test_undated_passages_are_counted(client: TestClient) -> None:
    """What a date leaves out is said, with a link that includes it."""
    html = client.get("/?q=网格&since=2022&until=2022").text
    (url,) = _links(html, "也包括它们")
    assert "无日期的通知" in client.get(url).text


def test_searching_within_results_is_an_address(client: TestClient) -> None:
    """在结果中检索 leads to a query that both must satisfy, with alternatives in parentheses."""
    answer = client.get("/", params={"q": "满意率", "within": "网格化 OR 网格员", "source": "微讯"})
    assert answer.status_code == 303
    parts = parse_qs(urlsplit(answer.headers["location"]).query)
    assert parts == {"q": ["(网格化 OR 网格员) 满意率"], "source": ["微讯"]}


def test_nothing_found_says_why_with_links(client: TestClient) -> None:
    """Parts that occur, corrections and restrictions are links to a search that finds something."""
    html = client.get("/?q=“网格化管理员制度”").text
    assert "没有找到" in html
    links = _links(html, "网格化")
    assert links
    assert 'class="hit' in client.get(links[0]).text
    filtered = client.get("/?q=网格员&source=微讯").text
    (url,) = _links(filtered, "去掉左边的限定")
    assert 'class="hit' in client.get(url).text
    restricted = client.get("/?q=网格员 来源:微讯").text
    (url,) = _links(restricted, "去掉“来源:微讯”")
    assert 'class="hit' in client.get(url).text


def test_a_phrase_that_occurs_only_word_by_word_is_named(client: TestClient) -> None:
    """The page says that no passage has the phrase, and links to the one that was meant."""
    html = client.get("/?q=网格管理").text
    assert "没有一段含“网格管理”原话" in html
    assert _links(html, "网格化管理")[:1] == [f"/?q={quote('网格化管理')}"]
    assert '<section class="nothing">' not in client.get("/?q=网格化管理").text


def test_a_question_need_not_have_its_question_words(client: TestClient) -> None:
    """A question is not reported as missing; its question words are named."""
    html = client.get("/?q=怎样推进网格化").text
    assert "问句中的“怎样”不必出现" in html
    assert "没有含全部词的段落" not in html
    assert '<section class="nothing">' not in html


def test_a_wrong_date_is_a_message(client: TestClient) -> None:
    """A date that is none does not end in an error page: the form stays, with what is wrong."""
    answer = client.get("/?q=网格&since=去年")
    assert answer.status_code == 200
    assert 'role="alert"' in answer.text
    assert 'value="去年"' in answer.text


def test_messages_of_the_library_are_in_the_language_of_the_page(client: TestClient) -> None:
    """Whatever language the program was started in, a page is in one language."""
    chinese = client.get("/?q=网格 ()").text
    english = client.get("/?q=网格 ()", headers={"Accept-Language": "en"}).text
    assert "<li>these parentheses are empty</li>" in english
    assert re.search(r'<ul class="notes"><li>[^a-z]+</li>', chinese)


def test_a_query_that_is_too_long_is_a_message(client: TestClient) -> None:
    """A pasted page is refused in one sentence."""
    html = client.get("/", params={"q": "网" * 2500}, headers={"Accept-Language": "en"}).text
    assert "too long" in html


def test_pages_of_hits_follow_each_other(client: TestClient) -> None:
    """A page that there is not is said to be none, with a link to the first."""
    html = client.get("/?q=网格&page=9").text
    assert "没有第 9 页" in html
    assert _links(html, "回到第一页") == [f"/?q={quote('网格')}"]


def test_a_script_gets_the_results_alone(client: TestClient) -> None:
    """What is fetched while typing is the part of the page that changes."""
    part = client.get("/?q=网格", headers={"X-Part": "results"}).text
    assert "<html" not in part
    assert part.count('class="hit"') == client.get("/?q=网格").text.count('class="hit"') > 0


def test_the_page_speaks_the_language_of_the_browser(client: TestClient) -> None:
    """Chinese is the default; a browser that prefers English gets English."""
    assert '<html lang="zh-CN">' in client.get("/", headers={"Accept-Language": ""}).text
    assert '<html lang="en">' in client.get("/", headers={"Accept-Language": "en-GB,en;q=0.9,zh;q=0.5"}).text


@pytest.mark.parametrize(
    "path", ["/?q=平安建设", "/?q=平安&open=ID&at=1", "/release/ID?q=平安", "/folders", "/?q=没有的<u>"]
)
def test_markup_of_pages_and_queries_is_text(client: TestClient, collection: Collection, path: str) -> None:
    """Titles, texts, sources, paths and queries are shown as typed; none of it becomes an element."""
    (hostile,) = (info for info in collection.index.releases() if "alert" in (info.title or ""))
    page = document_fromstring(client.get(path.replace("ID", hostile.id)).text)
    assert not page.xpath("//img | //u | //*[@style] | //@*[starts-with(name(), 'on')]")
    assert {script.get("src", "").rpartition("/")[0] for script in page.iter("script")} == {"/static"}
    assert not any(script.text for script in page.iter("script"))


def test_a_query_is_escaped_in_attributes(client: TestClient) -> None:
    """Quotation marks in a query don't end an attribute."""
    html = client.get("/", params={"q": f'"><b>{SCRIPT}', "source": f"'\">{SCRIPT}"}).text
    assert SCRIPT not in html
    assert '"><b>' not in html


def test_characters_that_hide_others_are_written_out(client: TestClient) -> None:
    """A direction mark in a query can't reorder what follows."""
    assert "\u202e" not in _text(client.get("/", params={"q": "网\u202e格"}).text.split("<main", 1)[1])


def test_an_empty_query_shows_how_to_begin(client: TestClient) -> None:
    """The first page has the field to type into, and nothing else to read but how."""
    html = client.get("/").text
    assert 'name="q"' in html
    assert "autofocus" in html
    assert 'class="hit' not in html


@pytest.fixture(scope="module")
def reprints(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """Return a client of an index in which three newspapers print the same paragraph."""
    root = tmp_path_factory.mktemp("reprints")
    text = "全市推进网格化管理，群众满意率达97.42%，比上年提高一个百分点，连续六年居全省前三位。"
    releases = [
        {
            "id": str(n),
            "title": "全市网格化管理见成效",
            "source": f"第{n}日报",
            "text": text,
            "published": f"2022-09-0{n}",
        }
        for n in (1, 2, 3)
    ]
    collection = Collection(root / "index", is_watching=False)
    collection.index.add(releases)
    yield TestClient(create_app(collection, local_settings(collection.index_dir, PORT)), base_url=ORIGIN)
    collection.close()


def test_reprints_are_one_hit_with_its_copies(reprints: TestClient) -> None:
    """Releases that say the same are folded; each is named and linked, and can be listed on its own."""
    html = reprints.get("/?q=连续六年").text
    assert html.count('class="hit"') == 1
    assert "同文 2" in html
    assert "同文合并后 1 段" in html
    assert reprints.get("/?q=连续六年&fold=0").text.count('class="hit"') == 3


def test_a_document_number_that_no_release_bears_is_named(client: TestClient) -> None:
    """The page says so, instead of calling the number a word that does not occur."""
    assert "没有稿件的文号是" in client.get("/?q=国发〔2019〕99号").text


def test_weaker_matches_are_counted_apart(tmp_path: Path) -> None:
    """A number inside a longer one, and what only the facts of a release say, are told on the page."""
    collection = Collection(tmp_path / "index", is_watching=False)
    collection.index.add(
        [
            {"id": "1", "title": "投资", "text": "完成投资36.9亿元。", "source": "海港日报"},
            {"id": "2", "title": "汛情", "text": "防汛备汛工作就绪。", "source": "海港日报"},
        ]
    )
    client = TestClient(create_app(collection, local_settings(collection.index_dir, PORT)), base_url=ORIGIN)
    assert "其中 1 段只在更长的数字" in client.get("/?q=6.9亿元").text
    assert re.search(
        r'<span class="stated">来源 <mark class="w0">海港日报</mark>', client.get("/?q=海港日报 备汛").text
    )
    collection.close()


def test_folders_are_opened_level_by_level(tmp_path: Path) -> None:
    """The first levels are listed; one that is selected shows what is in it."""
    for name in ("2021/春/a.txt", "2021/秋/b.txt", "2022/c.txt"):
        file = tmp_path / "我的存稿" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(page_text(f"渡口简报{file.stem}", f"渡口在{name[:4]}年通行。"), encoding="utf-8")
    collection = Collection(tmp_path / "index", [tmp_path / "我的存稿"], is_watching=False)
    collection.index.update([tmp_path / "我的存稿"])
    app = create_app(collection, local_settings(collection.index_dir, PORT))
    client = TestClient(app, base_url=ORIGIN, follow_redirects=False)
    html = client.get("/?q=通行").text
    assert "春" not in html
    (url,) = _links(html, "2021")
    inside = client.get(url).text
    assert parse_qs(urlsplit(url).query)["folder"] == [str(tmp_path / "我的存稿" / "2021")]
    assert len(re.findall(r'class="hit"', inside)) == 2
    assert "秋" in inside
    (deeper,) = _links(inside, "春")
    assert len(re.findall(r'class="hit"', client.get(deeper).text)) == 1
    assert _links(inside, "文件夹 2021") == ["/?q=%E9%80%9A%E8%A1%8C"]
    collection.close()


def test_formats_are_named(client: TestClient, collection: Collection, tmp_path: Path) -> None:
    """A format has the name that people know, with its suffix; one format for all says nothing."""
    assert "文本 <small>.txt</small>" not in client.get("/?q=网格").text
    assert "文本 <small>.txt</small>" in client.get("/?q=网格&format=txt").text


def test_what_has_no_date_can_be_selected(client: TestClient) -> None:
    """Undated releases have a line of their own among the times; selected, no other is left."""
    html = client.get("/?q=网格").text
    (url,) = [each for each in _links(html, "无日期") if "dateless" in each]
    only = client.get(url).text
    assert len(re.findall(r'class="hit"', only)) == 1
    assert "无日期的通知" in only
    assert "2022" not in "".join(re.findall(r"data-time=\"([^\"]*)", only))
    assert [each for each in _links(only, "无日期") if "dateless" not in each]


def test_all_years_of_a_period_are_selected(client: TestClient) -> None:
    """A period of several years, as dragging gives it, marks each of them; in one year, months are listed."""
    html = client.get("/?q=网格&since=2021&until=2022").text
    assert re.findall(r'data-time="(\d+)" aria-current', html) == ["2022", "2021"]
    html = client.get("/?q=网格&since=2022-09&until=2022-09").text
    assert re.findall(r'data-time="([\d-]+)" aria-current', html) == ["2022", "2022-09"]


def test_the_first_page_says_what_there_is_to_search(client: TestClient, collection: Collection) -> None:
    """Before anything is typed it has the numbers of releases and paragraphs, and not among results."""
    info = collection.index.info()
    said = f"现有 {info.releases} 篇稿件，{info.paragraphs} 段"
    assert said in client.get("/").text
    assert said not in client.get("/?q=网格").text
