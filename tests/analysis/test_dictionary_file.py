"""The dictionary file: the same words as rjieba, from a file that may be missing or damaged."""

from __future__ import annotations

import random
import zlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jsisa_search.analysis.dictionary_file import FILE_NAME, FileSegmenter, write_dictionary
from jsisa_search.analysis.segmenter import QuerySegmenter, default_segmenter

rjieba = pytest.importorskip("rjieba")

SEEDS = Path(__file__).parents[2] / "seeds"

#: Characters between which the algorithm has to decide: Han, Latin, digits, marks that join or part them.
ALPHABET = "ab1 2.-_%&+#网格化中国人民一的了在一，。、；：？！“”‘’（）《》〈〉—…·/\\()[]{}<>@!~^$*'\"=|`"


@pytest.fixture(scope="module")
def segmenter(tmp_path_factory: pytest.TempPathFactory) -> FileSegmenter:
    """Return a segmenter on a dictionary file made from the installed jieba."""
    folder = tmp_path_factory.mktemp("dictionary")
    write_dictionary(folder, default_segmenter().name)
    return FileSegmenter(folder / FILE_NAME)


@given(text=st.text(ALPHABET, max_size=12))
def test_it_cuts_any_mixture_like_rjieba(segmenter: FileSegmenter, text: str) -> None:
    """Random mixtures of Han, Latin, digits and marks become the words that rjieba makes of them."""
    assert segmenter.is_certain_of(text)
    assert segmenter.cut(text) == rjieba.cut(text)


def test_it_cuts_real_sentences_like_rjieba(segmenter: FileSegmenter) -> None:
    """Random stretches of the sample releases become the words that rjieba makes of them."""
    chance = random.Random(1)
    text = "".join(path.read_text(encoding="utf-8") for path in sorted(SEEDS.glob("0[12356]*.*")))
    for _ in range(300):
        start = chance.randrange(len(text))
        stretch = text[start : start + chance.randint(1, 40)].lower()
        if segmenter.is_certain_of(stretch):
            assert segmenter.cut(stretch) == rjieba.cut(stretch)


@pytest.mark.parametrize(
    "word", ["网格", "网格化", "中华人民共和国", "格化", "t恤", "", "网" * 40, "𠮷林", "?"]
)
def test_it_has_the_words_of_rjieba(segmenter: FileSegmenter, word: str) -> None:
    """A word is in the file where it is in rjieba's dictionary, and nowhere else."""
    assert segmenter.has_word(word) == rjieba.has_word(word)


@pytest.mark.parametrize("text", ["ⅷ", "\u2028", "𠮷林", "ａ\x1c", "café"])
def test_it_leaves_unusual_characters_to_rjieba(segmenter: FileSegmenter, text: str) -> None:
    """Characters on which engines of regular expressions may differ are none that the file is certain of."""
    assert not segmenter.is_certain_of(text)


def test_a_damaged_file_is_not_used(tmp_path: Path) -> None:
    """A flipped bit, a cut or a foreign file is refused, and queries are segmented all the same."""
    write_dictionary(tmp_path, "rjieba 0")
    path = tmp_path / FILE_NAME
    whole = path.read_bytes()
    flipped = bytearray(whole)
    flipped[len(whole) // 2] ^= 1
    lying = whole[:8] + zlib.crc32(whole[12:40]).to_bytes(4, "little") + whole[12:40]
    for damaged in (bytes(flipped), whole[:-100], whole[:10], b"", b"x" * 1000, lying):
        path.write_bytes(damaged)
        with pytest.raises((ValueError, KeyError, TypeError)):
            FileSegmenter(path)
        queries = QuerySegmenter()
        queries.offer(tmp_path)
        assert queries.cut("网格化治理") == rjieba.cut("网格化治理")


@pytest.mark.slow
def test_a_file_of_another_segmenter_is_written_again(tmp_path: Path) -> None:
    """The file bears the name of the segmenter it was made for; another name replaces it."""
    write_dictionary(tmp_path, "rjieba 0")
    write_dictionary(tmp_path, "rjieba 1")
    assert FileSegmenter(tmp_path / FILE_NAME).name == "rjieba 1"
    assert [path.name for path in tmp_path.iterdir()] == [FILE_NAME]
