"""What callers pass to the library: taken, or refused with what is allowed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jsisa_search import Filters, Index, JsisaSearchError, make_filters
from jsisa_search.errors import ArgumentError
from jsisa_search.surrogates import without_surrogates
from tests.cluster.engines import Place
from tests.properties import examples

Call = Callable[[Index, Any], object]

#: Each method of `Index` with one of its arguments left open.
CALLS: dict[str, Call] = {
    "search text": lambda index, value: index.search(value),
    "limit": lambda index, value: index.search("网格", limit=value),
    "offset": lambda index, value: index.search("网格", offset=value),
    "sort": lambda index, value: index.search("网格", sort=value),
    "filters": lambda index, value: index.search("网格", filters=value),
    "context": lambda index, value: index.search("网格", context=value),
    "synonyms": lambda index, value: index.search("网格", synonyms=value),
    "explain": lambda index, value: index.search("网格", explain=value),
    "facets": lambda index, value: index.search("网格", facets=value),
    "group_by": lambda index, value: index.search("网格", group_by=value),
    "iter_hits text": lambda index, value: list(index.iter_hits(value)),
    "iter_hits sort": lambda index, value: list(index.iter_hits("网格", sort=value)),
    "count_by field": lambda index, value: index.count_by(value),
    "count_by text": lambda index, value: index.count_by("year", value),
    "count_by unit": lambda index, value: index.count_by("year", unit=value),
    "check": lambda index, value: index.check(value),
    "releases": lambda index, value: list(index.releases(value)),
    "release": lambda index, value: index.release(value),
    "find_release": lambda index, value: index.find_release(value),
    "values": lambda index, value: index.values(value),
    "explain_nothing": lambda index, value: index.explain_nothing(value),
    "suggest": lambda index, value: index.suggest(value),
    "suggest limit": lambda index, value: index.suggest("网", value),
    "corrections": lambda index, value: index.corrections(value),
    "corrections limit": lambda index, value: index.corrections("网格画", value),
    "audit": lambda index, value: index.audit(1, value),
    "audit progress": lambda index, value: index.audit(1, progress=value),
    "update rebuild": lambda index, value: index.update([], rebuild=value),
    "update jobs": lambda index, value: index.update([], jobs=value),
    "update memory_mb": lambda index, value: index.update([], memory_mb=value),
    "remove": lambda index, value: index.remove(value),
    "add": lambda index, value: index.add(value),
    "add_text": lambda index, value: index.add_text(value, id="a"),
    "add_text id": lambda index, value: index.add_text("网格", id=value),
    "add_text published": lambda index, value: index.add_text("网格", id="a", published=value),
    "source": lambda index, value: index.search("网格", filters=make_filters(source=value)),
    "since": lambda index, value: index.search("网格", filters=make_filters(since=value)),
    "Filters.since": lambda index, value: index.search("网格", filters=Filters(since=value)),
}


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory, place: Place) -> Iterator[Index]:
    """Return an index of one release."""
    with Index.create(place(tmp_path_factory.mktemp("arguments") / "index")) as index:
        index.add_text("全市推进网格化管理。\n群众满意。", id="a", title="网格", published="2022-09-06")
        yield index


ODD = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.sampled_from([-1, 2**31, 2**63, 10**30, 10**5000]),
    st.floats(),
    st.text(max_size=8),
    st.sampled_from(["newset", "网格\ud800", "\0", "a" * 300, "year", "text:a", "2022-02-30"]),
    st.binary(max_size=4),
    st.datetimes(timezones=st.none() | st.just(UTC)),
    st.lists(st.one_of(st.text(max_size=3), st.integers(), st.binary(max_size=2), st.none()), max_size=3),
    st.dictionaries(
        st.sampled_from(["id", "text", "path", "sections", "x"]), st.text(max_size=3), max_size=3
    ),
    st.sampled_from([Path("none"), object(), print, Filters(), {"网格"}, 3 + 4j, [{"id": "b", "text": 1}]]),
)


@pytest.mark.slow
@pytest.mark.parametrize("name", CALLS)
@examples(1 / 30)
@given(value=ODD)
def test_any_value_is_taken_or_refused(filled: Index, name: str, value: object) -> None:
    """A result or an error of ours, never one of NumPy's or Whoosh's, and never “damaged”."""
    try:
        CALLS[name](filled, value)
    except JsisaSearchError as error:
        assert "damaged" not in str(error)
        str(error).encode()


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("sort", "newset", "sort can't be 'newset'; give one of relevance, newest, oldest"),
        ("facets", "year", r"facets can't be 'year'; give a list of source, .*, like \['year'\]"),
        ("values", "bogus", "field can't be 'bogus'; give one of source, publisher, section"),
        ("context", 3_000_000_000, "context can't be 3000000000; give a whole number from 0 to 1,000"),
        ("limit", True, "limit can't be True"),
        ("limit", 1.5, "limit can't be 1.5"),
        ("offset", -1, "offset can't be -1; give a whole number from 0"),
        ("update jobs", 0, "jobs can't be 0; give a whole number from 1 to 256"),
        ("update memory_mb", 10**9, "memory_mb can't be 1000000000; give a whole number from 64"),
        ("search text", b"\xcd\xf8", "text can't be b'.xcd.xf8'; give text"),
        ("search text", None, "text can't be None; give text"),
        ("source", "甲报", r"source can't be '甲报'; give a list of texts, like \['甲报'\]"),
        (
            "Filters.since",
            datetime(2022, 9, 6, tzinfo=UTC),
            "since can't be .*; give a datetime without a time zone",
        ),
        ("synonyms", "no", "synonyms can't be 'no'; give True or False"),
        ("explain_nothing", 3, "text can't be 3"),
        ("check", "网格", r"strings can't be '网格'; give a list of texts, like \['网格'\]"),
        ("check", [" "], "a string to check can't be ' '"),
        ("remove", "text:a", "a list of paths or ids"),
    ],
)
def test_what_is_refused_is_told_with_what_is_allowed(
    filled: Index, name: str, value: object, message: str
) -> None:
    """The message names the argument, its value, and the values that would do."""
    with pytest.raises(ArgumentError, match=message):
        CALLS[name](filled, value)
    with pytest.raises(ValueError, match=message):
        CALLS[name](filled, value)


@pytest.mark.parametrize(
    "value", ["seeds", b"seeds", Path("seeds"), [b"seeds"], ["a\0b"], [""], [3], None, 3]
)
def test_paths_are_a_list_of_text_or_path(filled: Index, value: object) -> None:
    """One path would be a list of its letters; bytes and NUL name no file; nothing is read or removed."""
    with pytest.raises(ArgumentError, match="paths"):
        filled.update(value)  # type: ignore[arg-type]
    assert filled.info().releases >= 1


@pytest.mark.parametrize("value", [b"index", 3, None, "", "a\0b"])
def test_a_folder_is_text_or_a_path(value: Any) -> None:
    """Opening, creating and verifying refuse what can't be the name of a folder."""
    for call in (Index.open, Index.create, Index.verify):
        with pytest.raises(ArgumentError, match="folder can't be"):
            call(value)


def test_queries_with_lone_surrogates_are_cleaned(filled: Index) -> None:
    """What a terminal of another encoding, or half an emoji, leaves in a query does not end it."""
    assert filled.search("网格化\udcff").query == "网格化 "
    assert filled.search("“网格化\ud83d\ude00”").query == "“网格化😀”"
    assert without_surrogates("网格") == "网格"


def test_a_value_that_can_not_be_shown_is_refused_all_the_same(filled: Index) -> None:
    """Its own text may fail, or be very long."""

    class Odd:
        def __repr__(self) -> str:
            raise RuntimeError

    for value in (Odd(), 10**6000, "长" * 10_000):
        with pytest.raises(ArgumentError) as caught:
            CALLS["sort"](filled, value)
        assert len(str(caught.value)) < 200
