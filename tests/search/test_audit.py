from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from jsisa_search import Index, Progress
from jsisa_search.analysis import fold
from jsisa_search.errors import ArgumentError
from jsisa_search.search.audit import LONGEST, Corpus
from jsisa_search.search.engine.execution import Execution
from jsisa_search.search.engine.matches import ArrayMatches
from jsisa_search.search.seen_text import seen_characters

WritePage = Callable[..., Path]
Fold = Callable[[str], str]

SEEN = st.one_of(st.sampled_from("国張　 \t\u200b1２3,，.Ⅲ℃a"), st.characters())


@pytest.fixture(scope="module")
def filled(shared_index: Index, shared_folder: Path, write_shared_page: WritePage) -> Index:
    """Return an index of two releases and one that is gone."""
    write_shared_page("a.txt", "全市推進網格化管理，ＡＢ服务服务服务到位。", "群众满意率达97.42%𠮷𠮷。")
    write_shared_page("b.txt", "全市推　进网 格化管理，群众满意。")
    gone = write_shared_page("c.txt", "这一篇通报已经撤下，全市不再推进。")
    shared_index.update([shared_folder])
    gone.unlink()
    shared_index.update([shared_folder])
    return shared_index


def test_a_sound_index_is_perfect(filled: Index) -> None:
    """Every string is found where it stands, as often as it stands; what is deleted counts nowhere."""
    audit = filled.audit(300, seed=3)
    assert audit.is_perfect
    assert (audit.recall, audit.precision, audit.failures) == (1.0, 1.0, ())
    assert (audit.samples, audit.passages) == (300, 5)
    assert audit.found == audit.expected == audit.agreed >= 300
    assert audit.occurrences >= audit.expected


@given(st.text(SEEN))
def test_what_is_seen_is_what_folding_makes_of_a_text(text: str) -> None:
    """The scan reads a text in another way, and sees the same."""
    assert "".join(char for char, _ in seen_characters(text)) == fold(text)


@pytest.mark.parametrize(
    "break_folding",
    [
        lambda text: fold(text).replace("推进", "推 进"),
        lambda text: fold(text).replace("1234", "1,234"),
        lambda text: fold(text).replace("网格", "网\u200b格"),
    ],
    ids=["blanks", "thousands", "marks"],
)
def test_folding_that_misses_what_people_do_not_see_is_found(
    index: Index, folder: Path, write_page: WritePage, monkeypatch: pytest.MonkeyPatch, break_folding: Fold
) -> None:
    """The strings are written with and without blanks, marks and thousands, so that faults there show."""
    write_page("a.txt", "全市推　进网格化管理，共有１，２３４名网格员，网格 1,234 个。")
    index.update([folder])
    monkeypatch.setattr("jsisa_search.query.custom_queries.fold", break_folding)
    assert not index.audit(100).is_perfect


@pytest.mark.folder_only("the arrays of the engine")
def test_a_passage_that_is_not_found_lowers_the_recall(
    filled: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The strings that failed are told, with what is missing."""
    documents = Execution.documents
    monkeypatch.setattr(Execution, "documents", lambda self, q: documents(self, q)[1:])
    audit = filled.audit(50)
    assert audit.recall < 1
    assert audit.failed == 50
    assert audit.failures[0].missing == 1
    assert not audit.is_perfect


@pytest.mark.folder_only("the arrays of the engine")
def test_a_passage_too_many_lowers_the_precision(filled: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is found without containing the string counts against it."""
    documents = Execution.documents
    monkeypatch.setattr(
        Execution, "documents", lambda self, q: np.append(documents(self, q), np.int64(10_000))
    )
    audit = filled.audit(50)
    assert audit.recall == 1
    assert audit.precision < 1
    assert audit.failures[0].wrong == 1


@pytest.mark.folder_only("the arrays of the engine")
def test_a_wrong_count_of_occurrences_is_a_failure(filled: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    """Passages alone are not enough."""
    monkeypatch.setattr(ArrayMatches, "occurrences", lambda *_: 0)
    audit = filled.audit(50)
    assert (audit.recall, audit.precision, audit.failed) == (1.0, 1.0, 50)


def test_the_same_seed_draws_the_same_strings(filled: Index) -> None:
    """So that a failure can be looked at again."""
    first, again, other = (filled.audit(40, seed) for seed in (1, 1, 2))
    assert (first.found, first.occurrences) == (again.found, again.occurrences)
    assert (first.found, first.occurrences) != (other.found, other.occurrences)


def test_progress_is_told_after_each_sample(filled: Index) -> None:
    """It counts to the number of samples."""
    told: list[Progress] = []
    filled.audit(3, progress=told.append)
    assert told == [Progress.of("comparing", done, 3) for done in (1, 2, 3)]


def test_an_empty_index_has_nothing_to_draw(index: Index) -> None:
    """It is perfect, with no samples."""
    audit = index.audit(10)
    assert (audit.samples, audit.recall, audit.precision) == (0, 1.0, 1.0)


def test_no_samples_make_no_sense(index: Index) -> None:
    """An audit of nothing is refused."""
    with pytest.raises(ArgumentError, match="samples can't be 0"):
        index.audit(0)


@given(texts=st.lists(st.text("国國ab\n网　\u200b1２,3．Ⅲ", min_size=1), min_size=1), seed=st.integers(0))
def test_the_scan_is_a_count_in_each_text(texts: list[str], seed: int) -> None:
    """What runs over the end of a text is not found, whatever follows it."""
    corpus = Corpus((2 * number, text) for number, text in enumerate(texts))
    assume(corpus.seen)
    text = corpus.draw(random.Random(seed))
    docs, count = corpus.scan(text)
    counts = [fold(each).count(fold(text)) for each in texts]
    assert 1 <= len(fold(text)) <= LONGEST
    assert docs.tolist() == [2 * number for number, times in enumerate(counts) if times]
    assert count == sum(counts)
