"""Cutting the texts of an index anew gives the index that would have been made of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from whoosh.fields import ID, TEXT, Schema
from whoosh.writing import IndexingError

from jsisa_search.analysis.analyzers import GRAMS, WordAnalyzer
from jsisa_search.codec.verify import verify
from jsisa_search.codec.whoosh_compat.array_index import ArrayIndex
from jsisa_search.codec.writing import resegment

OWN = ("一网统揽", "三降三升")
TEXTS = [
    "全市推进一网统揽，实现三降三升。",
    "三項指標下降，一網統攬工作見成效。",
    "一网统揽",
    "三降三升三降三升，再推一网统揽",
    "，。",
    "网格化治理",
]


def make(folder: Path, own: tuple[str, ...] = ()) -> ArrayIndex:
    """Return an empty index whose texts are cut by words of users' own."""
    words = WordAnalyzer(own)
    schema = Schema(
        key=ID(stored=True, unique=True),
        text=TEXT(words, stored=True),
        text_pairs=GRAMS(2),
        title=TEXT(words, stored=True),
    )
    return ArrayIndex.create(folder, schema)


def fill(index: ArrayIndex, texts: list[str], first: int = 0) -> None:
    """Add documents in two commits, with a title that is shown only, and delete one."""
    for part in (texts[:2], texts[2:]):
        with index.writer() as writer:
            for text in part:
                title = {"title": "", "_stored_title": "一网统揽"} if len(text) < 5 else {"title": text}
                writer.add_document(key=str(first), text=text, text_pairs=text, **title)
                first += 1
    with index.writer() as writer:
        writer.delete_by_term("key", "1")


def contents(index: ArrayIndex) -> dict[str, Any]:
    """Return all terms with the documents, by their keys, frequencies and positions."""
    with index.reader() as reader:
        keys = {doc: reader.stored_fields(doc) for doc in reader.all_doc_ids()}
        found: dict[str, Any] = {"stored": sorted(map(repr, keys.values()))}
        for name, term in reader.all_terms():
            matcher = reader.postings(name, term)
            rows = []
            while matcher.is_active():
                positions = matcher.value_as("positions") if name in ("text", "title") else ()
                rows.append((keys[matcher.id()]["key"], matcher.weight(), tuple(positions)))
                matcher.next()
            found[f"{name}:{term.decode()}"] = sorted(rows)
        return found


@pytest.mark.parametrize("at_a_time", [1, 50_000])
def test_resegment_is_as_if_cut_so_from_the_first(tmp_path: Path, at_a_time: int) -> None:
    """Terms, places and stored texts are those of an index made with the words, deletions among them."""
    index = make(tmp_path / "resegmented")
    fill(index, TEXTS)
    before = contents(index)
    with mock.patch.object(resegment, "_DOCUMENTS", at_a_time), index.writer() as writer:
        writer.resegment(OWN)
    made = make(tmp_path / "made", OWN)
    fill(made, TEXTS)
    made.writer().commit(optimize=True)
    assert contents(index) == contents(made) != before
    assert "text:一网统揽" in contents(index)
    assert not verify(tmp_path / "resegmented").problems


def test_later_documents_are_cut_in_the_same_way(tmp_path: Path) -> None:
    """The words stay with the index until it is cut anew without them."""
    index = make(tmp_path)
    with index.writer() as writer:
        writer.resegment(OWN)
    fill(index, TEXTS, first=7)
    assert "text:三降三升" in contents(index)
    with index.writer() as writer:
        writer.resegment(())
    made = make(tmp_path / "made")
    fill(made, TEXTS, first=7)
    made.writer().commit(optimize=True)
    assert contents(index) == contents(made)


def test_giving_up_leaves_the_index_as_it_was(tmp_path: Path) -> None:
    """Nothing of what was cut anew is seen unless it is committed."""
    index = make(tmp_path)
    fill(index, TEXTS)
    before = contents(index)
    writer = index.writer()
    writer.resegment(OWN)
    writer.cancel()
    assert contents(index) == before


def test_fields_cut_by_different_words_are_refused(tmp_path: Path) -> None:
    """An index has one set of words; another field can't bring its own."""
    writer = make(tmp_path).writer()
    with pytest.raises(IndexingError, match="same user words"):
        writer.add_field("other", TEXT(WordAnalyzer(OWN)))
    writer.cancel()
