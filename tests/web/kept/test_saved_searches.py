from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from jsisa_search.errors import ArchiveError, ArgumentError
from jsisa_search.web.kept import saved_searches as module
from jsisa_search.web.kept.saved_searches import SEARCHES_FILE, SavedSearches
from jsisa_search.web.pages.search_form import SearchForm
from jsisa_search.web.processes.collection import Collection
from tests.web.conftest import Post

_NO_TEXT = '{"searches": [{"key": "a", "address": "/?q=网格", "looked": "", "seen": [1]}]}'


@pytest.fixture(autouse=True)
def _no_searches(collection: Collection) -> Iterator[None]:
    yield
    (collection.index_dir / SEARCHES_FILE).unlink(missing_ok=True)


def test_a_saved_search_shows_what_is_new(client: TestClient, post: Post, collection: Collection) -> None:
    """What was found when it was saved is not new; a release that comes later is, until it was seen."""
    assert post("/saved", action="add", search="/?q=防汛 OR 网格员&source=新华社&page=3").status_code == 303
    html = client.get("/saved").text
    assert "没有新的稿件" in html
    assert "来源 新华社" in html
    collection.index.add_text("防汛备汛工作就绪。", id="new", title="防汛备汛", source="新华社")
    try:
        html = client.get("/saved").text
        assert "新增 1 篇" in html
        assert ">防汛备汛</a>" in html
        (saved,) = SavedSearches(collection.index_dir).all()
        assert saved.form.page == 1
        post("/saved", action="seen", key=saved.key)
        assert "没有新的稿件" in client.get("/saved").text
        post("/saved", action="remove", key=saved.key)
        assert "还没有保存的检索" in client.get("/saved").text
    finally:
        collection.index.remove(["text:new"])


def test_a_search_is_saved_once(post: Post, collection: Collection) -> None:
    """Saving again counts what is found as seen, and adds no second entry."""
    for _ in range(2):
        post("/saved", action="add", search="/?q=网格")
    assert len(SavedSearches(collection.index_dir).all()) == 1


def test_what_is_no_search_is_refused(post: Post, collection: Collection) -> None:
    """A form without a query, or without an action, changes nothing; nor does an invalid date."""
    assert post("/saved", action="add", search="/").status_code == 400
    assert post("/saved", action="sing").status_code == 400
    assert post("/saved", action="add", search="/?q=网格&since=去年").status_code == 400
    assert SavedSearches(collection.index_dir).all() == ()


def test_the_number_of_saved_searches_is_bounded(
    collection: Collection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One too many is refused with what to do."""
    monkeypatch.setattr(module, "MAX_SEARCHES", 1)
    searches = SavedSearches(collection.index_dir)
    searches.add(collection.index, SearchForm(q="网格"))
    with pytest.raises(ArgumentError, match="remove some"):
        searches.add(collection.index, SearchForm(q="满意率"))


@pytest.mark.parametrize(
    "content", ["{", '{"searches": [1]}', '{"searches": [{"key": "a"}]}', '{"searches": 1}', _NO_TEXT]
)
def test_a_damaged_file_of_searches_is_never_overwritten(
    post: Post, collection: Collection, content: str
) -> None:
    """What can't be read is reported, and stays as it is."""
    file = collection.index_dir / SEARCHES_FILE
    file.write_text(content, encoding="utf-8")
    with pytest.raises(ArchiveError):
        SavedSearches(collection.index_dir).all()
    assert post("/saved", action="add", search="/?q=网格").status_code == 500
    assert file.read_text(encoding="utf-8") == content


def test_a_search_that_can_no_longer_be_understood_stays(post: Post, collection: Collection) -> None:
    """What an edited file asks for is counted as seen where it can be searched, and kept where it can't."""
    file = collection.index_dir / SEARCHES_FILE
    entry = {"key": "a", "address": "/?q=网格&since=去年", "looked": "2026-11-01 09:00:00", "seen": ["x"]}
    file.write_text(json.dumps({"searches": [entry]}), encoding="utf-8")
    assert post("/saved", action="seen", key="a").status_code == 303
    (saved,) = SavedSearches(collection.index_dir).all()
    assert saved.seen == {"x"}
