from __future__ import annotations

import logging
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jsisa_search.analysis import segmenter as words
from jsisa_search.analysis.segmenter import JiebaSegmenter, RjiebaSegmenter, Segmenter, subwords

SENTENCE = "在全国率先全省域推进网格化社会治理,90%以上的安全隐患在网格内化解,群众满意率达97.68%。"


@pytest.fixture
def fresh_default() -> Iterator[None]:
    """Forget the segmenter of this process before and after the test."""
    words.default_segmenter.cache_clear()
    yield
    words.default_segmenter.cache_clear()


@pytest.mark.slow
def test_cuts_as_a_reader_would(segmenter: Segmenter) -> None:
    """Both segmenters cut a plain sentence in the same, sensible way."""
    assert segmenter.cut(SENTENCE)[:9] == [
        "在",
        "全国",
        "率先",
        "全省",
        "域",
        "推进",
        "网格化",
        "社会",
        "治理",
    ]
    assert "90%" in segmenter.cut(SENTENCE)
    assert "97.68%" in segmenter.cut(SENTENCE)


@given(
    st.text(alphabet=st.one_of(st.characters(), st.sampled_from("网格化社会治理安全生产 \r\n\t，。aZ9%-.")))
)
def test_nothing_is_lost_in_cutting(segmenter: Segmenter, text: str) -> None:
    """The words of any text, joined, are that text."""
    text = text.encode("utf-8", "ignore").decode()
    assert "".join(segmenter.cut(text)) == text


def test_dictionary_words_inside_a_word_are_found_with_their_offsets(segmenter: Segmenter) -> None:
    """Search mode gives the two- and then the three-character words inside."""
    assert subwords("网格化", segmenter) == [("网格", 0)]
    assert subwords("中华人民共和国", segmenter) == [
        ("中华", 0), ("华人", 1), ("人民", 2), ("共和", 4), ("共和国", 4),
    ]  # fmt: skip
    assert subwords("治理", segmenter) == []


def test_the_two_segmenters_agree_on_ordinary_text(
    jieba_segmenter: JiebaSegmenter, rjieba_segmenter: RjiebaSegmenter
) -> None:
    """Fallback and native segmenter cut folded Chinese sentences alike."""
    assert jieba_segmenter.cut(SENTENCE) == rjieba_segmenter.cut(SENTENCE)


@pytest.mark.parametrize(
    ("text", "by_jieba", "by_rjieba"),
    [
        ("1-8月", ["1", "-", "8", "月"], ["1-8", "月"]),
        ("2013.7.03", ["2013.7", ".", "03"], ["2013.7.03"]),
    ],
)
def test_where_the_two_segmenters_differ(
    jieba_segmenter: JiebaSegmenter,
    rjieba_segmenter: RjiebaSegmenter,
    text: str,
    by_jieba: list[str],
    by_rjieba: list[str],
) -> None:
    """Rjieba keeps a run of numbers joined by signs whole, jieba cuts it: 11 of 2,000 news paragraphs."""
    assert jieba_segmenter.cut(text) == by_jieba
    assert rjieba_segmenter.cut(text) == by_rjieba


@pytest.mark.slow
def test_plain_jieba_stands_in_where_rjieba_is_missing(
    monkeypatch: pytest.MonkeyPatch, fresh_default: None
) -> None:
    """Without rjieba the default segmenter is jieba, and says so."""
    monkeypatch.setitem(sys.modules, "rjieba", None)
    assert words.default_segmenter().name.startswith("jieba ")


def test_rjieba_is_preferred(fresh_default: None) -> None:
    """With rjieba installed it is the default."""
    assert words.default_segmenter().name.startswith("rjieba ")


@pytest.mark.slow
def test_loading_jieba_leaves_no_trace(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """No cache file in the shared temporary folder, no log handler, nothing on stderr."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    JiebaSegmenter().cut(SENTENCE)
    assert list(tmp_path.iterdir()) == []
    assert logging.getLogger("jieba").handlers == []
    assert capfd.readouterr().err == ""
