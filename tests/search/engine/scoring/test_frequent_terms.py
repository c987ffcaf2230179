"""Terms in so many documents that their postings lie in blocks and runs: arrays against plain counting."""

from __future__ import annotations

import math
import random
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from whoosh import query
from whoosh.analysis import SpaceSeparatedTokenizer
from whoosh.fields import ID, TEXT, Schema

from jsisa_search.codec.segment.doc_lists import CHUNK
from jsisa_search.codec.verify import verify
from jsisa_search.codec.whoosh_compat.array_index import ArrayIndex
from jsisa_search.search.engine.searcher import ArraySearcher

DOCUMENTS = CHUNK + 4_000
pytestmark = pytest.mark.slow  # 69,536 documents in plain Python

WORDS = ["甲", "乙", "丙", "丁", "戊", "己"]
#: How many in a hundred documents have each word: from everywhere to just long.
SHARES = [99, 60, 30, 12, 8, 2]
K1, B = 1.2, 0.75


class Corpus:
    """The documents as lists of words, and the score of any of them worked out the slow way."""

    def __init__(self) -> None:
        chance = random.Random(3)
        self.texts: list[list[str]] = []
        for _ in range(DOCUMENTS):
            words = [w for w, share in zip(WORDS, SHARES, strict=True) if chance.randrange(100) < share]
            words += chance.choices(words or ["甲"], k=chance.choice([0, 0, 1, 3]))
            chance.shuffle(words)
            self.texts.append(words)
        # Some with more occurrences, and further along, than a byte holds.
        self.texts[70] = ["甲"] * 300 + ["乙"] * 2 + ["戊"] * 270
        self.texts[CHUNK + 70] = ["丙"] * 290 + ["丁", "戊"]
        self.counts = [Counter(words) for words in self.texts]
        self.frequencies = Counter(word for counts in self.counts for word in counts)
        self.live = [True] * DOCUMENTS
        self.average = sum(map(len, self.texts)) / DOCUMENTS

    def matching(self, wanted: Callable[[Counter[str]], bool]) -> list[int]:
        """Return the live documents whose words are `wanted`."""
        return [doc for doc, words in enumerate(self.counts) if self.live[doc] and wanted(words)]

    def score(self, doc: int, words: list[str]) -> float:
        """Return the BM25 score of a document for the words of a query."""
        norm = K1 * (1 - B + B * len(self.texts[doc]) / self.average)
        score = 0.0
        for word in words:
            frequency = self.counts[doc][word]
            idf = math.log(DOCUMENTS / (self.frequencies[word] + 1)) + 1
            score += idf * frequency * (K1 + 1) / (frequency + norm)
        return score

    def has_phrase(self, doc: int, words: list[str], slop: int) -> bool:
        """Return whether the words stand in order, each at most `slop` after the last."""
        reached = {at for at, word in enumerate(self.texts[doc]) if word == words[0]}
        for word in words[1:]:
            places = {at for at, held in enumerate(self.texts[doc]) if held == word}
            reached = {at for at in places if any(at - step in reached for step in range(1, slop + 1))}
        return bool(reached)


@pytest.fixture(scope="module")
def corpus() -> Corpus:
    """Return the documents."""
    return Corpus()


@pytest.fixture(scope="module")
def index(corpus: Corpus, tmp_path_factory: pytest.TempPathFactory) -> ArrayIndex:
    """Return an index of them in one segment, merged from two."""
    schema = Schema(key=ID(stored=True), text=TEXT(SpaceSeparatedTokenizer()))
    made = ArrayIndex.create(tmp_path_factory.mktemp("long") / "index", schema)
    for part in (range(50_000), range(50_000, DOCUMENTS)):
        with made.writer() as writer:
            for doc in part:
                writer.add_document(key=str(doc), text=" ".join(corpus.texts[doc]))
            writer.commit(optimize=True)
    return made


def check(corpus: Corpus, searcher: ArraySearcher, q: query.Query, docs: list[int], words: list[str]) -> None:
    """Hold the documents, the count and the ten best of `q` to what counting gives."""
    assert searcher.documents(q).tolist() == docs
    assert searcher.search(q, 10, count=True).total == len(docs)
    best = sorted(((corpus.score(doc, words), -doc) for doc in docs), reverse=True)[:10]
    found = list(searcher.search(q, 10).pairs())
    assert [score for _, score in found] == pytest.approx([score for score, _ in best], rel=1e-4)
    for doc, score in found:
        assert score == pytest.approx(corpus.score(doc, words), rel=1e-4)


@pytest.fixture(params=["whole", "deleted"])
def searcher(request: pytest.FixtureRequest, corpus: Corpus, index: ArrayIndex) -> ArraySearcher:
    """Return a searcher over the index as it was made, then one with every seventh document deleted."""
    if request.param == "deleted" and all(corpus.live):
        with index.writer() as writer:
            for doc in range(0, DOCUMENTS, 7):
                writer.delete_document(doc)
                corpus.live[doc] = False
            writer.commit(merge=False)
    return ArraySearcher(index)


def test_words_in_many_documents_have_long_lists(index: ArrayIndex) -> None:
    """All words but the rarest have lists in blocks, and the commonest has bitmaps."""
    with ArraySearcher(index) as searcher:
        terms = [searcher.term("text", word)[0] for word in WORDS]
    postings = [term.postings for term in terms if term is not None]
    assert [each.is_long for each in postings] == [True] * 5 + [False]
    assert postings[0].is_dense
    assert not postings[-1].is_dense


@pytest.mark.parametrize("word", WORDS)
def test_one_word(corpus: Corpus, searcher: ArraySearcher, word: str) -> None:
    """The best documents of a list are found through its blocks."""
    check(corpus, searcher, query.Term("text", word), corpus.matching(lambda c: word in c), [word])


@pytest.mark.parametrize("words", [["甲", "乙"], ["乙", "己"], ["丁", "戊", "己"], ["甲", "丙", "丁"]])
def test_all_of_some_words(corpus: Corpus, searcher: ArraySearcher, words: list[str]) -> None:
    """Lists of any lengths are intersected."""
    docs = corpus.matching(lambda c: all(word in c for word in words))
    check(corpus, searcher, query.And([query.Term("text", word) for word in words]), docs, words)


@pytest.mark.parametrize("words", [["甲", "乙"], ["乙", "己"], ["丁", "戊", "己"], ["甲", "己"], WORDS])
def test_any_of_some_words(corpus: Corpus, searcher: ArraySearcher, words: list[str]) -> None:
    """Documents that can't be among the best are passed over, and none that can."""
    docs = corpus.matching(lambda c: any(word in c for word in words))
    check(corpus, searcher, query.Or([query.Term("text", word) for word in words]), docs, words)


@pytest.mark.parametrize(
    ("words", "slop"), [(["甲", "乙"], 1), (["丁", "戊"], 1), (["甲", "己"], 1), (["丙", "甲", "乙"], 2)]
)
def test_phrases(corpus: Corpus, searcher: ArraySearcher, words: list[str], slop: int) -> None:
    """Positions of long lists are read for the few documents that need them."""
    docs = [doc for doc in corpus.matching(lambda _: True) if corpus.has_phrase(doc, words, slop)]
    check(corpus, searcher, query.Phrase("text", words, slop=slop), docs, words)


def test_a_filter_narrows_without_scoring(corpus: Corpus, index: ArrayIndex) -> None:
    """What must match besides does not change a score."""
    passing = query.Term("text", "丁")
    docs = corpus.matching(lambda c: "甲" in c and "丁" in c)
    with ArraySearcher(index) as searcher:
        found = searcher.search(query.Term("text", "甲"), 10, passing=passing, count=True)
        assert found.total == len(docs)
        for doc, score in found.pairs():
            assert score == pytest.approx(corpus.score(doc, ["甲"]), rel=1e-4)


def test_the_segment_is_whole(index: ArrayIndex) -> None:
    """Verification follows blocks and runs too."""
    assert not verify(Path(index.folder)).problems
