"""Which passage comes first."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jsisa_search import Index
from jsisa_search.codec.whoosh_compat.array_index import ArrayIndex
from jsisa_search.query import parse_query
from jsisa_search.schema import PASSAGE_BITS, make_schema
from jsisa_search.search.engine.searcher import ArraySearcher
from jsisa_search.search.ranking.answer import answer
from tests.properties import examples

WritePage = Callable[..., Path]

WORDS = ("网格", "治理", "服务", "平安", "社区")
FILLERS = ("今年", "全市", "工作", "，", "推进", "的", "和")


def _ranked(folder: Path, texts: Sequence[str], typed: str) -> list[int]:
    """Return the numbers of the texts that a query finds, each a release of its own, best first."""
    index = ArrayIndex.create(folder, make_schema())
    writer = index.writer()
    for number, text in enumerate(texts):
        place = number << PASSAGE_BITS
        writer.add_document(kind="paragraph", text=text, text_pairs=text, text_chars=text, sequence=place)
    writer.commit()
    with ArraySearcher(index, live_statistics=True) as searcher:
        found = answer(searcher, parse_query(typed), passing=None, order="relevance")
        return [doc for doc, _, _, _ in found.page(0, len(texts))]


def _filler(most: int) -> st.SearchStrategy[str]:
    return st.lists(st.sampled_from(FILLERS), max_size=most).map("".join)


@examples(0.5)
@given(data=st.data(), words=st.lists(st.sampled_from(WORDS), min_size=2, max_size=4, unique=True))
def test_what_was_typed_comes_before_its_words_scattered(data: st.DataObject, words: list[str]) -> None:
    """However short the passage, and however often the words stand in it."""
    scattered = "，".join(data.draw(st.permutations(words * 2))) + "。"
    literal = data.draw(_filler(60)) + "".join(words) + data.draw(_filler(60))
    texts = [scattered, literal, *data.draw(st.lists(_filler(9).map(lambda text: "另讯" + text), max_size=4))]
    with TemporaryDirectory() as folder:
        first, *_ = _ranked(Path(folder), texts, "".join(words))
    assert first == 1


def test_words_near_each_other_come_first(tmp_path: Path) -> None:
    """Of two passages with the same words, that where they stand in one sentence."""
    between = "今年以来，全市各级各部门认真落实各项工作部署，取得了新的成效，受到了群众的普遍欢迎。" * 2
    texts = [f"推进网格工作。{between}做好平安建设。", f"推进网格工作，做好平安建设。{between}"]
    assert _ranked(tmp_path, texts, "网格 平安") == [1, 0]


def test_the_release_around_a_passage_speaks_for_it(
    index: Index, folder: Path, write_page: WritePage
) -> None:
    """Of two equal paragraphs, that of the release which is about what is asked for."""
    write_page("a.txt", "会议研究医疗保障工作。", "会议开始。", title="甲", published="2022-03-01")
    write_page("b.txt", "会议研究医疗保障工作。", "医疗保障基金够用。", title="乙", published="2022-01-01")
    index.update([folder])
    hits = index.search("医疗保障 工作")
    assert [hit.title for hit in hits][:2] == ["乙", "甲"]


def test_the_first_paragraph_of_a_release_comes_before_the_same_further_down(
    index: Index, folder: Path, write_page: WritePage
) -> None:
    """It says what the release is about; one that was written later does not."""
    write_page("a.txt", "全市推进网格化管理工作。", "会议开始。", title="甲", published="2022-01-01")
    write_page("b.txt", "会议开始。", "全市推进网格化管理工作。", title="乙", published="2022-03-01")
    index.update([folder])
    assert [hit.title for hit in index.search("网格化管理")] == ["甲", "乙"]


@pytest.fixture
def asked(index: Index, folder: Path, write_page: WritePage) -> Index:
    """Return an index of an answer that lacks a word of the question, and of passages that have all."""
    write_page("a.txt", "陈光明出任澄川市体育代表团旗手，今天率队抵达北京。", title="甲")
    for number in range(4):
        filler = "各代表团陆续抵达，" * 12
        text = f"他是教练。{filler}澄川市的代表团人数最多，{filler}旗手入场。"
        write_page(f"b{number}.txt", text, title="乙")
    index.update([folder])
    return index


def test_the_answer_to_a_question_need_not_have_all_its_words(asked: Index) -> None:
    """In a sentence what was asked for comes where its score puts it, and says that it lacks something."""
    hits = asked.search("谁是澄川市体育代表团旗手？")
    assert hits[0].title == "甲"
    assert not hits[0].matches_all
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)


def test_a_question_is_not_content_with_ten_passages_that_have_all_words(
    index: Index, folder: Path, write_page: WritePage
) -> None:
    """However many there are: the answer may lack a word that says little."""
    for number in range(12):
        filler = "各地认真落实各项部署，" * 20
        write_page(f"{number}.txt", f"全国各地都有变化。{filler}农民工返乡。", title="甲")
    write_page("answer.txt", "全国农民工总量二亿六千万人。", title="乙")
    index.update([folder])
    hits = index.search("全国有多少农民工")
    assert (hits[0].title, hits[0].matches_all) == ("乙", False)
    assert hits.total_all_terms == 12


def test_key_words_are_all_wanted_before_some(asked: Index) -> None:
    """Whoever parts words by blanks wants each of them."""
    hits = asked.search("他是教练 澄川市 代表团 旗手", fold=False)
    kinds = [hit.matches_all for hit in hits]
    assert kinds == sorted(kinds, reverse=True)
    assert kinds.count(True) == 4


@pytest.mark.parametrize("typed", ["谁是澄川市体育代表团旗手？", "他是教练 澄川市 旗手"])
def test_pages_of_hits_with_all_and_with_some_terms_join_up(asked: Index, typed: str) -> None:
    """Page by page there come the hits of one long page, each once."""
    whole = [(hit.id, hit.line, hit.matches_all) for hit in asked.search(typed, limit=50, fold=False)]
    pages = [asked.search(typed, limit=2, offset=offset, fold=False) for offset in range(0, len(whole), 2)]
    assert [(hit.id, hit.line, hit.matches_all) for page in pages for hit in page] == whole
    assert len(set(whole)) == len(whole) == asked.search(typed, limit=0).total
