from __future__ import annotations

import re
from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jsisa_search.model import Range, Snippet
from jsisa_search.search.results.sentences import begins_referring
from jsisa_search.search.results.snippet import ELLIPSIS, MAX_CHARS, cut_snippet, merge_ranges

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
    assert snippet.text.endswith("居民")


def test_a_clause_of_another_sentence_follows_where_it_does_not_fit_whole() -> None:
    """What the best sentence lacks is shown after an ellipsis, from a clause on."""
    text = (
        "全市召开会议，介绍网格化工作情况，部署下一阶段的工作。"
        + "各区作了交流发言。" * 20
        + "据统计，" * 40
        + "群众满意率为97%，居全省前列。"
    )
    snippet = cut_snippet(text, _all(text, "网格化", "满意率"))
    assert _marked(snippet) == ["网格化", "满意率"]
    first, second = snippet.text.split(ELLIPSIS)
    assert first == "全市召开会议，介绍网格化工作情况，部署下一阶段的工作。"
    assert second.startswith("据统计，")
    assert second.endswith("群众满意率为97%，居全省前列。")


def test_the_sentence_with_most_of_the_query_is_whole() -> None:
    """Repeating one word of the query counts less than having two."""
    best = (
        "该市群众满意率在网格化以后升到97%，居全省第一，比三年前提高了十一个百分点，其中农村地区提高得更多。"
    )
    text = "网格化、网格化、网格化，各地都在推进。" * 8 + best + "各地还推进了其他工作。" * 10
    snippet = cut_snippet(text, _all(text, "网格化", "满意率"))
    assert best in snippet.text


def test_of_two_sentences_with_as_much_of_the_query_one_that_fits_is_shown() -> None:
    """A longer one that repeats the word would have to be cut."""
    text = (
        "要推进网格化，" * 30
        + "完善制度。"
        + "网格化管理已经覆盖全部街道，群众的安全感和满意率明显提高。"
        + "各地落实。" * 9
    )
    assert "网格化管理已经覆盖全部街道，" in cut_snippet(text, _all(text, "网格化")).text


@pytest.mark.parametrize(
    ("text", "typed", "expected"),
    [
        (
            "会议指出：“要推进网格化。要提高满意率。”各地落实。",
            "满意率",
            "会议指出：“要推进网格化。要提高满意率。”",
        ),
        ("产值3.5亿元，增长1,200万元。下一步，各地落实。", "产值", "产值3.5亿元，增长1,200万元。"),
        ("“好！”，他说，网格化很好。各地落实。", "网格化", "“好！”，他说，网格化很好。"),
        ("网格化是什么？看http://a.cn/b?c=d;e!f。", "看", "看http://a.cn/b?c=d;e!f。"),
        ("一、推进网格化；二、提高满意率……三、加强培训。", "满意率", "二、提高满意率……"),
        (
            "The grid works well. 1. Residents agree. Costs fell 3.5 per cent.",
            "Costs",
            "Costs fell 3.5 per cent.",
        ),
        ("落实。（市司法局、民政局负责）推进网格化。", "落实", "落实。（市司法局、民政局负责）"),
        ("落实。（二）推进网格化。", "网格化", "（二）推进网格化。"),
        ("落实。（市司法局负责。）推进网格化。", "网格化", "推进网格化。"),
        ("《网格化？什么！》出版。各地落实。", "出版", "《网格化？什么！》出版。"),
        ("（一）推进网格化。\n（二）提高满意率\n", "满意率", "（二）提高满意率"),
    ],
)
def test_where_sentences_end(text: str, typed: str, expected: str) -> None:
    """Not inside quotation marks and titles, numbers and addresses; closing marks belong to the sentence."""
    around = "各" * 70 + "。"
    whole = f"{around * 2}{text} {around * 2}"
    snippet = cut_snippet(whole, _all(whole, typed), len(expected))
    assert snippet.text == expected


def test_a_sentence_too_long_is_not_cut_inside_a_title_where_that_can_be_avoided() -> None:
    """Commas in 《》 are no clause marks, and neither is one between digits."""
    text = "市里印发了《关于推进网格化、提高满意率，加强培训的意见》，提出投入1,200万元，" * 5
    for at in range(0, len(text) - 3, 7):
        snippet = cut_snippet(text, ((at, at + 2),), 60)
        assert snippet.text.count("《") == snippet.text.count("》")
        assert snippet.text.startswith(("市里印发", "提出投入"))


def test_a_long_text_without_marks_is_cut_between_words() -> None:
    """No word and no number is cut where there are only words."""
    text = "社区工作人员走访居民2022年" * 40
    start = text.index("走访", 200)
    snippet = cut_snippet(text, ((start, start + 2),))
    assert len(snippet.text) <= MAX_CHARS
    before, after = text[: snippet.parts[0][0]], text[snippet.parts[0][1] :]
    assert before.endswith(("社区", "工作", "人员", "工作人员", "走访", "居民", "年"))
    assert after.startswith(("社区", "工作", "人员", "走访", "居民", "2022"))


@pytest.mark.parametrize(
    ("sentence", "refers"),
    [
        ("该市建立了制度。", True),
        ("对此，各地落实。", True),
        ("“其中三成是新的。”", True),
        ("与此同时，他们走访居民。", True),
        ("上述办法已经实施。", True),
        ("此外，各地落实。", False),
        ("其实不难。", False),
        ("那曲市下雪。", False),
        ("对外开放。", False),
    ],
)
def test_a_sentence_that_refers_back_is_told_by_its_beginning(sentence: str, refers: bool) -> None:
    """Pronouns and 该, after a preposition as well; words that only begin alike do not refer."""
    assert begins_referring(sentence) == refers


def test_a_sentence_that_refers_back_comes_with_the_one_before() -> None:
    """What 该市 is stands in the sentence before."""
    text = "各地落实。" * 30 + "云浦市推进网格化。" + "该市的群众满意率很高。" + "各地落实。" * 30
    snippet = cut_snippet(text, _all(text, "满意率"))
    assert "云浦市推进网格化。该市的群众满意率很高。" in snippet.text
    assert not snippet.text.startswith("该市")


def test_a_passage_that_is_not_understood_alone_comes_with_its_heading() -> None:
    """A short passage and one that begins with 该 have the heading; another one does not need it."""
    assert (
        cut_snippet("该办法自公布之日起施行，有效期五年，由市政府解释。", (), heading="附则").heading
        == "附则"
    )
    assert cut_snippet("有效期五年。", (), heading="附则").heading == "附则"
    assert cut_snippet("市政府负责解释本办法，具体工作由市司法局承担。", (), heading="附则").heading is None


def test_a_very_long_passage_is_examined_around_its_matches() -> None:
    """A megabyte without an end costs no more than a long paragraph."""
    text = "网格，" * 300_000 + "群众满意率很高，" + "网格，" * 10
    start = text.index("群众")
    snippet = cut_snippet(text, ((start, start + 5),))
    assert (_marked(snippet), snippet.text.startswith("网格，")) == (["群众满意率"[:5]], True)


def test_text_without_any_punctuation_is_cut_around_the_match() -> None:
    """The match is kept in view whatever the text is like."""
    text = "字" * 500 + "网格化" + "字" * 500
    snippet = cut_snippet(text, ((500, 503),))
    assert MAX_CHARS - 3 <= len(snippet.text) <= MAX_CHARS
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


def _all(text: str, *terms: str) -> tuple[Range, ...]:
    """Return where the terms are in a text."""
    return merge_ranges(match.span() for term in terms for match in re.finditer(re.escape(term), text))


def _marked(snippet: Snippet) -> list[str]:
    return [snippet.text[start:end] for start, end in snippet.highlights]


@st.composite
def highlighted_texts(draw: st.DrawFn) -> tuple[str, tuple[Range, ...]]:
    """Return a text and ranges in it that are in order and apart."""
    text = draw(st.text(st.sampled_from("网格化治理，。！ \n”a"), min_size=1, max_size=400))
    starts = draw(st.lists(st.integers(0, len(text) - 1), max_size=8))
    return text, merge_ranges((start, min(start + 3, len(text))) for start in starts)


@given(highlighted_texts(), st.integers(30, 150))
def test_a_snippet_is_parts_of_the_text_with_its_marks_in_place(
    case: tuple[str, tuple[Range, ...]], max_chars: int
) -> None:
    """Any text: its parts verbatim and in order, no longer than asked unless one match is, no match cut."""
    text, ranges = case
    snippet = cut_snippet(text, ranges, max_chars)
    assert snippet.text == ELLIPSIS.join(text[start:end] for start, end in snippet.parts)
    edges = [edge for part in snippet.parts for edge in part]
    assert edges == sorted(set(edges))
    longest = max((end - start for start, end in ranges), default=0)
    assert len(snippet.text) <= max(max_chars, longest)
    shown = [(start, end) for start, end in ranges if any(a <= start and end <= b for a, b in snippet.parts)]
    assert _marked(snippet) == [text[start:end] for start, end in shown]
    outer = {text[start] + text[end - 1] for start, end in ranges}
    if outer and not any(char.isspace() for pair in outer for char in pair) and longest <= max_chars:
        assert snippet.highlights
        inner = {at for start, end in ranges for at in range(start + 1, end)}
        assert inner.isdisjoint(edges)


@given(st.lists(st.text("网格化治理3.5，、a", min_size=1, max_size=28), min_size=1, max_size=40), st.data())
def test_the_best_of_short_sentences_is_shown_whole(bodies: list[str], data: st.DataObject) -> None:
    """Of sentences that fit, one with the most different matches is shown from its start to its end."""
    sentences = [body + data.draw(st.sampled_from("。！？；")) for body in bodies]
    text = "".join(sentences)
    ranges = _all(text, "网格", "治理", "3")
    ends = list(accumulate(map(len, sentences)))
    spans = [(end - len(sentence), end) for sentence, end in zip(sentences, ends, strict=True)]
    worth = {
        span: sum(map(len, {text[a:b] for a, b in ranges if span[0] <= a and b <= span[1]})) for span in spans
    }
    snippet = cut_snippet(text, ranges)
    best = [span for span in spans if worth[span] == max(worth.values())]
    assert any(a <= start and end <= b for start, end in best for a, b in snippet.parts)
    assert all(start == 0 or text[start - 1] in "。！？；" for start, _ in snippet.parts)
