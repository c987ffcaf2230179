"""New phrases on the page of wordings, as files, and by the API."""

from __future__ import annotations

import asyncio
import csv
import io
import json
import re
import threading
from collections.abc import Iterator
from datetime import datetime
from html import unescape
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from jsonschema import Draft202012Validator
from starlette.datastructures import QueryParams
from starlette.testclient import TestClient

from jsisa_search import Filters, Index, NewPhrases, Progress
from jsisa_search.export.trends import PHRASE_COLUMNS
from jsisa_search.web.pages.trend_page import TrendForm
from jsisa_search.web.phrase_lists import MOST_PHRASES, PhraseLists, PhrasesAsked
from jsisa_search.web.processes.collection import Collection
from tests.web.api.test_openapi import closed_schema
from tests.web.conftest import SCRIPT, client_of


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Collection]:
    """Return a collection of seventeen releases, eight of them of 2022, one without a date."""
    made = Collection(tmp_path_factory.mktemp("phrases") / "index", is_watching=False)
    with made.index.batch() as batch:
        for number in range(8):
            early, late = "推进“三级书记”抓落实，压实责任。", f"推广“一网统管”，压实责任{SCRIPT}。"
            batch.add_text(
                f"第{number}周，{early}",
                id=f"e{number}",
                published=f"2021-0{number + 1}-01",
                source="东湖日报",
            )
            batch.add_text(
                f"第{number}周，{late}", id=f"l{number}", published=f"2022-0{number + 1}-02", source=SCRIPT
            )
        batch.add_text("“一网统管”没有日期。", id="undated")
    yield made
    made.close()


@pytest.fixture
def phrases_client(archive: Collection) -> TestClient:
    """Return a client of its pages."""
    return client_of(archive)


def lists_of(client: TestClient, query: str = "") -> str:
    """Return the lists as the script of the page gets them."""
    *steps, last = client.get(f"/trend/new{query}").text.splitlines()
    assert all(json.loads(step)["phase"] in ("reading", "matching") for step in steps)
    html: str = json.loads(last)["html"]
    return html


def test_lists_have_counts_first_use_and_links(phrases_client: TestClient) -> None:
    """Each phrase leads to its curve on the same page and to its passages; undated ones are told."""
    html = lists_of(phrases_client, "?new=2022")
    assert "以 2022-01-01 为界：此后 8 段，此前 8 段" in html
    assert "另有 1 段出自没有日期的稿件" in html
    appeared, _, vanished = html.split("<section")[1:]
    assert "一网统管" in appeared
    assert "2022-01-02 首见" in appeared
    assert "最后一次 2021-08-01，东湖日报" in vanished
    row = next(part for part in appeared.split("<li>") if "一网统管" in part)
    curve, passages = (unescape(each) for each in re.findall(r'href="([^"]*)"', row))
    assert parse_qs(urlsplit(curve).query) == {"q": ["一网统管"], "new": ["2022"]}
    page = phrases_client.get(curve).text
    assert 'class="chart"' in page
    assert "一网统管" in page.split('id="new"')[1]  # it is known by now, and there at once
    found = phrases_client.get(passages).text
    assert re.search("8 段|9 段", found)


def test_the_page_waits_for_nothing(phrases_client: TestClient, archive: Collection) -> None:
    """Before the lists are known, the page has the address at which a script asks for them."""
    client = client_of(archive)
    page = client.get("/trend?source=东湖日报").text
    address = re.search(r'data-from="([^"]*)" data-wanted', page)
    assert address is not None
    assert "三级书记" not in page
    assert "三级书记" not in lists_of(client, urlsplit(unescape(address[1])).query and "?source=东湖日报")
    assert "data-wanted" not in client.get("/trend?q=平安").text


def test_lists_are_there_without_scripts(phrases_client: TestClient) -> None:
    """The link in place of the lists leads to the page with them."""
    page = phrases_client.get("/trend/lists?new=2022&q=压实责任").text
    assert "一网统管" in page.split('id="new"')[1]
    assert "压实责任" in page


def test_year_and_month_are_one_choice() -> None:
    """A month is of the year beside it; alone, or as no number, it says nothing."""
    assert TrendForm.of(QueryParams("new=2022&month=06")).new == "2022-06"
    assert TrendForm.of(QueryParams("new=&month=06")).new == ""
    assert TrendForm.of(QueryParams("new=2022&month=x")).new == "2022"


def test_no_markup_of_texts_is_run(phrases_client: TestClient) -> None:
    """Phrases and sources are escaped in the lists."""
    assert "<script>alert" not in lists_of(phrases_client, "?new=2022")
    assert "<img src=x" not in lists_of(phrases_client, "?new=2022")


def test_what_can_not_be_compared_says_so(phrases_client: TestClient) -> None:
    """No date, nothing before, nothing since: each has a sentence of its own."""
    assert "不是日期" in lists_of(phrases_client, "?new=某天")
    assert "这个日期以前没有稿件" in lists_of(phrases_client, "?new=2000")
    assert "这个日期以后没有稿件" in lists_of(phrases_client, "?new=2030")
    assert phrases_client.get("/trend?new=某天").status_code == 200


def test_files_have_what_the_library_returns(phrases_client: TestClient, archive: Collection) -> None:
    """CSV and JSON have all phrases of the lists, with no cell that a spreadsheet takes for a formula."""
    expected = archive.index.new_phrases(datetime(2022, 1, 1), limit=MOST_PHRASES)
    answer = phrases_client.get("/trend/new.json?new=2022")
    assert answer.json() == expected.to_dict()
    table = phrases_client.get("/trend/new.csv?new=2022")
    assert table.text[0] == "\ufeff"
    head, *rows = csv.reader(io.StringIO(table.text[1:]))
    assert head == list(PHRASE_COLUMNS)
    assert [row[1] for row in rows] == [
        phrase.text
        for phrases in (expected.appeared, expected.risen, expected.vanished)
        for phrase in phrases
    ]
    assert "filename*=UTF-8''" in table.headers["content-disposition"]
    assert phrases_client.get("/trend/new.pdf?new=2022").status_code == 404


def test_the_api_gives_the_phrases_of_the_library(phrases_client: TestClient, archive: Collection) -> None:
    """The answer is that of `Index.new_phrases`, as openapi.json describes it."""
    answer = phrases_client.get("/api/trend/new?new=2022&limit=1").json()
    assert answer == archive.index.new_phrases(datetime(2022, 1, 1), limit=1).to_dict()
    Draft202012Validator(closed_schema({"$ref": "#/components/schemas/NewPhrases"})).validate(answer)
    default = phrases_client.get("/api/trend/new").json()
    assert default["since"] == "2022-03-01T00:00:00"
    assert phrases_client.get("/api/trend/new?limit=51").status_code == 400


class Asker(SimpleNamespace):
    """A request that goes away when it is told to."""

    is_gone = False

    async def is_disconnected(self) -> bool:
        """Return whether it has gone."""
        return self.is_gone


class SlowIndex:
    """An index whose search for phrases goes on until it may end, or is given up."""

    def __init__(self) -> None:
        """Begin at generation 1, with no search."""
        self.generation = 1
        self.searches = 0
        self.may_end = threading.Event()
        self.has_ended = threading.Event()

    def new_phrases(self, *_: Any, progress: Any, **__: Any) -> NewPhrases:
        """Report until the end."""
        self.searches += 1
        try:
            while not self.may_end.wait(0.01):
                progress(Progress("reading"))
        finally:
            self.has_ended.set()
        return NewPhrases(datetime(2022, 1, 1), True, 1, 1, 0, (), (), ())


ASKED = PhrasesAsked(None, Filters())


def lists_with(index: Any) -> PhraseLists:
    """Return lists of an index."""
    return PhraseLists(SimpleNamespace(index=index))  # type: ignore[arg-type]


def test_all_who_ask_for_the_same_wait_for_one_search() -> None:
    """Two askers get what one search found; the next one gets it without any, until there is a commit."""
    index = SlowIndex()
    lists = lists_with(index)

    async def ask() -> None:
        both = [asyncio.create_task(lists.found(Asker(), ASKED)) for _ in range(2)]  # type: ignore[arg-type]
        await asyncio.sleep(0)
        index.may_end.set()
        first, second = await asyncio.gather(*both)
        assert first is second
        assert lists.known(ASKED) is first
        assert await lists.found(Asker(), ASKED) is first  # type: ignore[arg-type]
        assert index.searches == 1
        index.generation = 2
        assert lists.known(ASKED) is None
        await lists.found(Asker(), ASKED)  # type: ignore[arg-type]
        assert index.searches == 2

    asyncio.run(ask())


def test_a_search_ends_when_nobody_waits() -> None:
    """Who goes away ends it; nothing is kept of it, and the next one who asks has another."""
    index = SlowIndex()
    lists = lists_with(index)

    async def ask() -> None:
        asker = Asker()
        steps = lists.follow(asker, ASKED)  # type: ignore[arg-type]
        assert isinstance(await anext(steps), Progress)
        asker.is_gone = True
        assert [step async for step in steps if isinstance(step, NewPhrases)] == []
        assert await asyncio.to_thread(index.has_ended.wait, 60)
        assert lists.known(ASKED) is None
        index.may_end.set()
        assert isinstance(await lists.found(Asker(), ASKED), NewPhrases)  # type: ignore[arg-type]
        assert index.searches == 2

    asyncio.run(ask())


def test_only_some_lists_are_kept(archive: Collection) -> None:
    """Of many restrictions the last ones are known, and the first no longer."""
    lists = PhraseLists(archive)
    asked = [PhrasesAsked(datetime(2022, 1, day), Filters()) for day in range(1, 19)]

    async def ask() -> None:
        for each in asked:
            await lists.found(Asker(), each)  # type: ignore[arg-type]

    asyncio.run(ask())
    known = [each for each in asked if lists.known(each)]
    assert known == asked[2:]


def test_a_search_can_be_given_up(archive: Collection) -> None:
    """What `progress` raises ends the search of the library."""
    index: Index = archive.index
    seen: list[Progress] = []

    def give_up(progress: Progress) -> None:
        seen.append(progress)
        if progress.phase == "matching":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        index.new_phrases(progress=give_up)
    assert [each.phase for each in seen][:2] == ["reading", "reading"]
