"""Text as people see it, from the page and the query to the highlight: blanks, marks, thousands, variants."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from jsisa_search import Index, make_filters
from tests.cluster.engines import Place
from tests.properties import examples

WritePage = Callable[..., Path]

#: What people see, and the ways in which it is written.
SPELLINGS = {
    "网": "网網",
    "格": "格",
    "国": "国國",
    "长": "长⻓長",
    "会": "会會",
    "Ⅲ": "Ⅲⅲ",
    "℃": "℃",
    "-": "-—–－～~〜",
    "a": "aＡ",
}
BLANKS = ["", "", "", " ", "\u3000", "\u3000\u3000", "\xa0"]
MARKS = ["", "\u200b", "\u00ad", "\ufeff", "\u2060\u200e"]


@st.composite
def spellings(draw: st.DrawFn, seen: str, *, marks: bool) -> tuple[str, list[int]]:
    """Return a way in which `seen` may be written, and the offset of each of its characters there."""
    text = ""
    places: list[int] = []
    for before, char in zip(" " + seen, seen, strict=False):
        if not {before, char} <= set("Ⅲ℃-a ") and places:
            text += draw(st.sampled_from(BLANKS))
        text += draw(st.sampled_from(MARKS)) if marks else ""
        places.append(len(text))
        text += draw(st.sampled_from(SPELLINGS[char]))
    return text, places


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory, place: Place) -> Iterator[Index]:
    """Return an index that is written to again and again."""
    with Index.create(place(tmp_path_factory.mktemp("seen") / "index")) as made:
        yield made


@examples(0.5)
@given(data=st.data(), seen=st.text(st.sampled_from("网格国长会Ⅲ℃-a"), min_size=1, max_size=12))
def test_what_is_seen_is_found_and_highlighted(shared: Index, data: st.DataObject, seen: str) -> None:
    """A quotation of any part of what is seen finds the passage, and its characters are highlighted there."""
    text, places = data.draw(spellings(seen, marks=False))
    start = data.draw(st.integers(0, len(seen) - 1))
    end = data.draw(st.integers(start + 1, len(seen)))
    # A quotation finds no part of a Latin word (iii, °c, a).
    assume(
        not any(
            set(seen[at - 1 : at]) & set("Ⅲ℃a") and set(seen[at : at + 1]) & set("Ⅲa") for at in (start, end)
        )
    )
    typed, _ = data.draw(spellings(seen[start:end], marks=True))
    shared.add_text(f"这是正文。{text}。", id="seen", title="通报")
    (hit,) = shared.search(f"“{typed}”").hits
    first, last = (hit.text.index(text) + places[at] for at in (start, end - 1))
    assert any(begin <= first and last < stop for begin, stop in hit.highlights)
    # Nothing dangles: a highlight begins and ends with what is seen.
    assert not any(
        hit.text[begin].isspace() or hit.text[stop - 1].isspace() for begin, stop in hit.highlights
    )


@pytest.mark.parametrize(
    ("written", "typed", "highlighted"),
    [
        ("由张　三同志主持。", "张三", "张　三"),
        ("由张三同志主持。", "“张 三”", "张三"),
        ("由张三同志主持。", "张 三", "张三"),
        ("传达学习会 议 精 神。", "会议精神", "会 议 精 神"),
        ("传达学习会议精神。", "会 议 精 神", "会议精神"),
        ("收入1，234.5万元。", "1234.5", "1，234.5"),
        ("收入1234.5万元。", "1,234.5", "1234.5"),
        ("属于Ⅲ级响应。", "III级", "Ⅲ级"),
        ("最高38℃。", "38°C", "38℃"),
        ("面积100㎡。", "100m2", "100㎡"),
        ("㈠总体要求。", "（一）总体要求", "㈠总体要求"),
        ("第 1 条规定。", "第1条", "第 1 条"),
        ("推广AI技术。", "“AI 技术”", "AI技术"),
        ("平安　建设。", "平安 建设", "平安　建设"),
    ],
)
def test_spellings_that_look_alike_are_one(index: Index, written: str, typed: str, highlighted: str) -> None:
    """The highlight is cut from the text as it is written, blanks in the middle included."""
    index.add_text(written, id="one", title="通报")
    index.add_text("另有一段不相干的话。", id="two", title="简报")
    hit = index.search(typed).hits[0]
    assert [hit.text[start:end] for start, end in hit.highlights] == [highlighted]
    start, end = hit.snippet.highlights[0]
    assert hit.snippet.text[start:end] == highlighted


def test_single_characters_in_a_query_find_their_word_first(index: Index) -> None:
    """Passages that have the characters apart come after those that have the word."""
    index.add_text("会上议论，精细而有神采。", id="apart", title="其一")
    index.add_text("学习会议精神。", id="word", title="其二")
    assert [hit.id for hit in index.search("会 议 精 神").hits][:2] == [
        index.search("“会议精神”").hits[0].id,
        index.search("议论").hits[0].id,
    ]


def test_titles_headings_and_names_are_searched_as_they_are_seen(
    index: Index, folder: Path, write_page: WritePage
) -> None:
    """A title 公　　告 is found by 公告, a source by its name without blanks, and the other way round."""
    write_page("a.txt", "一、总 体 要 求", "推进网格化管理，群众满意。", title="公　　告", source="江 苏 网")
    index.update([folder])
    assert index.search("标题:公告 网格化").total_all_terms == 1
    assert index.search("标题:“公 告” 网格化").total_all_terms == 1
    assert index.search("网格化", filters=make_filters(source=["江苏网"])).total_all_terms == 1
    assert index.search("来源:江苏网 网格化").total_all_terms == 1
    assert index.search("网格 NEAR/4 管　理").total_all_terms == 1


@pytest.mark.folder_only("the files of an index folder")
def test_words_of_users_and_completions_are_those_that_are_seen(
    index: Index, folder: Path, write_page: WritePage
) -> None:
    """A user word with blanks in the text is a word of the index, and a title is completed without them."""
    write_page("a.txt", "全面推行一　网统揽工程。", title="关于 三降 三升的通报")
    (folder.parent / "index" / "user-words.txt").write_text("一网 统揽\n", encoding="utf-8")
    index.update([folder])
    index.resegment()
    assert index.search("一网统揽").total_all_terms == 1
    assert "一网统揽" in {each.text for each in index.suggest("一网")}
    assert "关于 三降 三升的通报" in {each.text for each in index.suggest("关于三降")}


@pytest.mark.folder_only("the files of an index folder")
def test_reading_an_index_again_gives_the_texts_as_written(
    index: Index, folder: Path, write_page: WritePage
) -> None:
    """What folding leaves out is stored, through merges too."""
    texts = [f"第 {number} 段：张　三，1,234.5㎡，Ⅲ级，New  York。" for number in range(5)]
    for number, text in enumerate(texts):
        write_page(f"{number}.txt", text)
        index.update([folder])
    assert sorted(hit.text for hit in index.search("“第”", limit=20).hits) == texts
    assert index.audit(200).is_perfect
    assert Index.verify(folder.parent / "index").problems == ()
