"""Make the table of words in classes by what stands beside them, for the names of indicators.

    python benchmarks/figures_neighbours.py ../shared/data > src/jsisa_search/figures/data/neighbours.txt

Words of news and articles are described by the words directly before and behind them (positive pointwise
mutual information, reduced to 100 dimensions) and put into classes by spherical k-means, and these into wider
ones. The table has no text, only words of the segmenter that are frequent enough.
"""

from __future__ import annotations

import json
import lzma
import re
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from judged import NEWS
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.sparse.linalg import svds

from jsisa_search.analysis.fold import fold
from jsisa_search.figures.tokens import tokenize

ARTICLES = Path("relevance/news_mrc/corpus.jsonl.xz")
CLASSES, WIDER, SHIPPED = 120, 36, 12_000
#: Words that are described at all, neighbours that are told apart, dimensions.
FEWEST, NEIGHBOURS, DIMENSIONS = 20, 2000, 100
STEPS, SEED = 25, 13
#: Smoothing of the frequencies of neighbours (Levy, Goldberg and Dagan 2015).
SMOOTHING = 0.75

_NUMBER = re.compile(r"[\d.,%]+")
_HAN = re.compile(r"[\u4e00-\u9fff]+")

Vectors = NDArray[np.float64]


def read_words(data: Path) -> Iterator[list[str]]:
    """Yield the words of each paragraph; numbers are alike."""
    for path in (NEWS, ARTICLES):
        with lzma.open(data / path, "rt", encoding="utf-8") as lines:
            for line in lines:
                text = fold(json.loads(line)["text"])
                words = (word for word, _ in tokenize(text, 0, len(text), []).words)
                yield ["0" if _NUMBER.fullmatch(word) else word for word in words]


def describe(paragraphs: list[list[str]]) -> tuple[list[str], Vectors]:
    """Return the frequent words, the most frequent first, and a vector of length 1 for each."""
    counts = Counter(word for words in paragraphs for word in words)
    words = [word for word, count in counts.most_common() if count >= FEWEST]
    number = {word: at for at, word in enumerate(words)}
    edge, other, size = NEIGHBOURS, NEIGHBOURS + 1, NEIGHBOURS + 2
    rows, columns = [], []
    for paragraph in paragraphs:
        row = [number.get(word, other) for word in paragraph]
        near = [edge, *(at if at < NEIGHBOURS else other for at in row), edge]
        for at, word in enumerate(paragraph):
            if word in number:
                rows += [number[word]] * 2
                columns += [near[at], size + near[at + 2]]
    seen = csr_matrix((np.ones(len(rows)), (rows, columns)), shape=(len(words), 2 * size))
    seen.sum_duplicates()
    return words, _reduced(seen)


def _reduced(seen: csr_matrix) -> Vectors:
    of_word, of_neighbour = np.asarray(seen.sum(1)).ravel(), np.asarray(seen.sum(0)).ravel()
    total = of_word.sum()
    cells = seen.tocoo()
    expected = of_word[cells.row] * of_neighbour[cells.col] ** SMOOTHING * total ** (1 - SMOOTHING)
    values = np.maximum(np.log(cells.data * total / expected), 0.0)
    left, strength, _ = svds(
        csr_matrix((values, (cells.row, cells.col)), shape=seen.shape), k=DIMENSIONS, random_state=SEED
    )
    return _unit(left * np.sqrt(strength))


def _unit(vectors: Vectors) -> Vectors:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, 1e-9))


def classes_of(vectors: Vectors, count: int) -> tuple[NDArray[np.int64], Vectors]:
    """Return the class of each vector, and the middle of each class."""
    chance = np.random.default_rng(SEED)
    middles = vectors[chance.choice(len(vectors), count, replace=False)]
    for _ in range(STEPS):
        nearest = (vectors @ middles.T).argmax(1)
        for at in range(count):
            if (members := vectors[nearest == at]).size:
                middles[at] = members.sum(0)
        middles = _unit(middles)
    return nearest, middles


def main() -> None:
    """Print the table."""
    sys.stdout.reconfigure(encoding="utf-8", newline="\n")  # type: ignore[union-attr]
    words, vectors = describe(list(read_words(Path(sys.argv[1]))))
    nearest, middles = classes_of(vectors, CLASSES)
    wider, _ = classes_of(middles, WIDER)
    print("# Words in classes by what stands beside them in news: words of one class have like neighbours.")
    print("# Each line is a class: the number of its wider class, then its words, frequent ones first.")
    print("# Made by benchmarks/figures_neighbours.py.")
    for at in range(CLASSES):
        members = [word for word, own in zip(words[:SHIPPED], nearest[:SHIPPED], strict=True) if own == at]
        if listed := [word for word in members if _HAN.fullmatch(word)]:
            print(wider[at], *listed)


if __name__ == "__main__":
    main()
