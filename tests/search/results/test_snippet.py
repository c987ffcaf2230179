from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from jsisa_search.model import Range
from jsisa_search.search.results.snippet import MAX_CHARS, cut_snippet, merge_ranges

LONG = (
    "9月6日上午，全市召开平安建设推进会。" * 5
    + "会上介绍，网格化管理已经覆盖全部街道，群众满意率达到97.42%。"
    + "下一步将继续优化服务。" * 10
)


def test_a_short_passage_is_its_own_snippet() -> None:
    """Nothing is cut where nothing needs to be."""
    snippet = cut_snippet("推进网格化治理。", ((2, 5),))
    assert (snippet.text, snippet.highlights) == ("推进网格化治理。", ((2, 5),))


def test_a_long_passage_is_cut_at_sentence_ends_around_the_match() -> None:
    """The sentence of the match is whole, and the snippet starts where a sentence starts."""
    start = LONG.index("网格化")
    snippet = cut_snippet(LONG, ((start, start + 3),))
    assert len(snippet.text) <= MAX_CHARS
    assert snippet.text.startswith("会上介绍，网格化管理")
    assert snippet.text.endswith("。")
    ((first, last),) = snippet.highlights
    assert snippet.text[first:last] == "网格化"


def test_a_sentence_that_is_too_long_is_cut_at_clause_ends() -> None:
    """Commas serve where sentence ends do not."""
    text = "社区工作者走访居民，" * 30
    start = text.index("居民", 150)
    snippet = cut_snippet(text, ((start, start + 2),))
    assert len(snippet.text) <= MAX_CHARS
    assert snippet.text.startswith("社区工作者")
    assert snippet.text.endswith("，")


def test_matches_in_two_sentences_are_cut_at_clause_ends() -> None:
    """Where the sentences of the matches are too long together, their clauses serve."""
    text = (
        "11月13日，全市召开会议，"
        + "介绍网格化工作情况。"
        + "据介绍，"
        + "群众" * 45
        + "满意率为97%，居全省前列。"
    )
    spans = tuple((i, i + 3) for i in range(len(text)) if text[i : i + 3] in ("网格化", "满意率"))
    snippet = cut_snippet(text, spans)
    assert [snippet.text[a:b] for a, b in snippet.highlights] == ["网格化", "满意率"]
    assert snippet.text.startswith("介绍网格化")
    assert snippet.text.endswith("居全省前列。")


def test_text_without_any_punctuation_is_cut_around_the_match() -> None:
    """The match is kept in view whatever the text is like."""
    text = "字" * 500 + "网格化" + "字" * 500
    snippet = cut_snippet(text, ((500, 503),))
    assert len(snippet.text) == MAX_CHARS
    assert [snippet.text[a:b] for a, b in snippet.highlights] == ["网格化"]


def test_the_stretch_with_most_matches_is_chosen() -> None:
    """Two matches together beat one alone earlier on."""
    text = "网格化。" + "无关的句子。" * 40 + "网格化的满意率。" + "无关的句子。" * 40
    spans = tuple((i, i + 3) for i in range(len(text)) if text[i : i + 3] in ("网格化", "满意率"))
    snippet = cut_snippet(text, spans)
    assert [snippet.text[a:b] for a, b in snippet.highlights] == ["网格化", "满意率"]


def test_without_a_match_the_beginning_is_shown() -> None:
    """A passage that matched through its heading starts at its start."""
    assert cut_snippet(LONG, ()).text.startswith("9月6日上午")


def test_one_match_longer_than_a_snippet_is_shown_whole() -> None:
    """A quotation of a whole paragraph is not cut."""
    snippet = cut_snippet("字" * 400, ((10, 310),))
    assert (len(snippet.text), snippet.highlights) == (300, ((0, 300),))


@st.composite
def highlighted_texts(draw: st.DrawFn) -> tuple[str, tuple[Range, ...]]:
    """Return a text and ranges in it that are in order and apart."""
    text = draw(st.text(st.sampled_from("网格化治理，。！ \n”a"), min_size=1, max_size=400))
    starts = draw(st.lists(st.integers(0, len(text) - 1), max_size=8))
    return text, merge_ranges((start, min(start + 3, len(text))) for start in starts)


@given(highlighted_texts(), st.integers(10, 150))
def test_a_snippet_is_a_stretch_of_the_text_with_its_marks_in_place(
    case: tuple[str, tuple[Range, ...]], max_chars: int
) -> None:
    """Any text: verbatim, no longer than asked unless one match is, its marks in place."""
    text, ranges = case
    snippet = cut_snippet(text, ranges, max_chars)
    assert snippet.text in text
    longest = max((end - start for start, end in ranges), default=0)
    assert len(snippet.text) <= max(max_chars, longest)
    wanted = {text[start:end].strip() for start, end in ranges}
    for start, end in snippet.highlights:
        assert 0 <= start < end <= len(snippet.text)
        assert snippet.text[start:end].strip() in wanted
    edges = {text[start] + text[end - 1] for start, end in ranges}
    if edges and not any(char.isspace() for pair in edges for char in pair) and longest <= max_chars:
        assert snippet.highlights
