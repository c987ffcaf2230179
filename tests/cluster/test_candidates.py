"""Passages as they are packed, and what ranking reads of many of them at once; no cluster is needed."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from jsisa_search.analysis import default_segmenter, fold
from jsisa_search.cluster.cuts import CutTexts, cuts_of, words_in
from jsisa_search.cluster.documents import cluster_document, words_of
from jsisa_search.cluster.mapping import NOT_PACKED
from jsisa_search.cluster.matches import has_best
from jsisa_search.cluster.packing import fields_of, original, packed, unpacked
from jsisa_search.cluster.passages import Passage, Passages
from jsisa_search.search.interface import ROW_BITS

#: Words between marks and line breaks, full-width forms, characters beyond the basic plane.
_TEXTS = st.text("网格化管理会议。，２０ AＡ\u3000\U00020000𠮷\n", max_size=30)
_TITLES = st.none() | st.just("") | _TEXTS


def _document(text: str, title: str | None, number: int = 1) -> dict[str, object]:
    found = {
        "kind": "paragraph",
        "release": "00000000002a",
        "path": "a.html",
        "sequence": (42 << 16) + number,
        "line": number,
        "paragraph": number,
        "date_from": "none",
        "text": text,
        "title": title,
    }
    return cluster_document(found, number, default_segmenter())


@given(_TEXTS, _TITLES, st.none() | st.integers(0, 9))
def test_a_packed_passage_has_all_its_fields(text: str, title: str | None, below: int | None) -> None:
    """But for those that ranking and hits do without; no text and an empty one stay apart."""
    document = _document(text, title) | ({} if below is None else {"below_lead": below})
    found = original(fields_of(*unpacked(packed(document).rstrip("="))))
    wanted = {name: value for name, value in document.items() if name not in NOT_PACKED}
    assert {name: found.get(name) for name in wanted} == wanted
    assert found.keys() - wanted.keys() <= {"marks", "said"}


@given(st.text(max_size=40) | _TEXTS)
def test_words_are_told_by_where_a_text_is_cut(text: str) -> None:
    """With the words inside them and their positions, whatever the text has."""
    folded, segmenter = fold(text), default_segmenter()
    assert words_in(folded, cuts_of(list(segmenter.cut(folded)), segmenter)) == words_of(folded, segmenter)


def test_a_word_that_is_too_long_to_be_looked_for_leaves_the_others_in_place() -> None:
    """Nothing but its place is known of it, and that it takes up a position."""
    texts = [["网格", "a" * 200_000, "管理"], ["管理"]]
    cuts = [cuts_of(words, default_segmenter()) for words in texts]
    found = CutTexts(["".join(words) for words in texts], cuts)
    assert [each.tolist() for each in found.find("管理")] == [[0, 1], [2, 0]]
    assert [each.tolist() for each in found.find("网格")] == [[0], [0]]


@given(st.lists(_TEXTS, max_size=6), st.sampled_from(["网格", "网格化", "管理", "会议", "20", "a", "网"]))
def test_words_of_many_passages_are_counted_as_those_of_each(texts: Sequence[str], word: str) -> None:
    """How often, and at which positions."""
    passages = Passages([Passage(*unpacked(packed(_document(text, None)))) for text in texts])
    forms = [words_of(fold(text), default_segmenter()) for text in texts]
    assert passages.counts("text", word).tolist() == [form.count(f" {word} ") for form in forms]
    wanted = [
        (row << ROW_BITS) + position
        for row, form in enumerate(forms)
        for position, at_position in enumerate(form.split("\n"))
        for each in at_position.split()
        if each == word
    ]
    assert passages.places("text", word).tolist() == wanted


@given(
    st.lists(_TEXTS, max_size=6),
    st.lists(st.sampled_from(["网格化", "管理", "会议", "20", "a", "𠮷"]), min_size=1, max_size=3),
)
def test_a_phrase_is_where_its_words_follow_each_other(texts: Sequence[str], words: Sequence[str]) -> None:
    """Position by position, each of which has a word and the words inside it."""
    passages = Passages([Passage(*unpacked(packed(_document(text, None)))) for text in texts])
    positions = [
        [set(each.split()) for each in words_of(fold(text), default_segmenter()).split("\n")]
        for text in texts
    ]
    wanted = [
        any(
            all(word in there for word, there in zip(words, known[at:], strict=False))
            for at in range(len(known) - len(words) + 1)
        )
        for known in positions
    ]
    assert passages.have_phrase("text", words).tolist() == wanted


@given(st.lists(st.tuples(_TEXTS, _TITLES), max_size=4))
def test_passages_are_the_same_from_their_source(texts: Sequence[tuple[str, str | None]]) -> None:
    """A release found through a reprint comes with its source, a candidate packed."""
    documents = [_document(*text, number) for number, text in enumerate(texts, 1)]
    plain = Passages([Passage.of_source(each) for each in documents])
    rows = Passages([Passage(*unpacked(packed(each))) for each in documents])
    for name in ("place", "sequence", "published", "paragraph", "below_lead", "length_text"):
        np.testing.assert_array_equal(rows.numbers(name), plain.numbers(name))
    for field in ("text", "title", "heading"):
        assert rows.folded(field) == plain.folded(field)
        assert rows.words(field) == plain.words(field)
    assert rows.folded("text") == [fold(text) for text, _ in texts]
    for field, value in (("kind", "paragraph"), ("paragraph", 1), ("path", "a.html"), ("source", "网")):
        np.testing.assert_array_equal(rows.counts(field, value), plain.counts(field, value))


@given(st.lists(_TEXTS, min_size=1, max_size=6), st.data())
def test_some_passages_of_a_set_are_as_those_alone(texts: Sequence[str], data: st.DataObject) -> None:
    """What was found in all of them is found in these."""
    rows = [Passage(*unpacked(packed(_document(text, None, number)))) for number, text in enumerate(texts)]
    chosen = sorted(data.draw(st.sets(st.sampled_from(range(len(rows))), min_size=1)))
    docs = np.array([rows[row].place for row in chosen], np.int64)
    part, alone = Passages(rows).part(docs), Passages([rows[row] for row in chosen])
    assert part is not None
    for word in ("网格", "网格化", "会议", "20"):
        np.testing.assert_array_equal(part.counts("text", word), alone.counts("text", word))
        np.testing.assert_array_equal(part.places("text", word), alone.places("text", word))
    assert part.folded("text") == alone.folded("text")
    np.testing.assert_array_equal(part.numbers("place"), docs)


def test_passages_that_are_not_all_of_a_set_are_no_part_of_it() -> None:
    """Nor are those in another order."""
    rows = [Passage(*unpacked(packed(_document("会议", None, number)))) for number in range(3)]
    first, last = rows[0].place, rows[2].place
    whole = Passages(rows)
    assert whole.part(np.array([first, last + 1], np.int64)) is None
    assert whole.part(np.array([last, first], np.int64)) is None


@given(
    st.lists(st.tuples(st.integers(1, 400), st.integers(0, 30)), min_size=2, max_size=60),
    st.integers(1, 20),
    st.integers(0, 20),
)
def test_what_was_not_read_is_not_among_the_best(
    scores: Sequence[tuple[int, int]], count: int, more: int
) -> None:
    """Rounded lengths make scores higher: once those that were read say so, nothing better is left."""
    exact = np.array([score for score, _ in scores], np.float32)
    rounded = np.array([score + excess / 10 for score, excess in scores])
    read = np.argsort(-rounded, kind="stable")[: count + more]
    left = np.setdiff1d(np.arange(len(scores)), read)
    if len(left) and has_best(exact[read], rounded[read], count):
        assert exact[left].max() <= np.sort(exact[read])[-count]
