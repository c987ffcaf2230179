"""Completions and corrections on a cluster: those of a folder with the same releases."""

from __future__ import annotations

import random
from collections.abc import Iterator
from itertools import islice

import pytest

from jsisa_search import Index
from tests.cluster.conftest import NewAddress
from tests.conftest import SEEDS

pytestmark = pytest.mark.cluster

# Of these releases, so that they have what a large index has: rare words, and words in most passages.
_TEXTS = (
    "全市推进网格化管理，群众安全感达99.14%，群众满意率达97.42%。",
    "云浦市网格化服务管理中心（以下简称“网格中心”）负责全市网格工作。",
    "印发《网格化服务管理工作规范》的通知。",
    "“红色网格”建设取得成效，网格员入户走访。",
    "The Government of Yunpu published its APP and app2 for C++.",
    "推进无废城市建设，“无废小区”达到128个。",
)


@pytest.fixture(scope="module")
def both(new_address: NewAddress, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Index, Index]]:
    """Return an index in a folder, and one on the cluster, of the same releases."""
    local, there = Index.create(tmp_path_factory.mktemp("local") / "index"), Index.create(new_address())
    for index in (local, there):
        index.update([SEEDS])
        for number, text in enumerate(_TEXTS):
            index.add_text(text, id=str(number), title=f"第{number}期")
    with local, there:
        yield local, there


def _prefixes(index: Index) -> Iterator[str]:
    """Yield beginnings of what the texts contain, one to four characters long, anywhere."""
    rng = random.Random(20261128)
    texts = [hit.text for hit in index.iter_hits("的")] + list(_TEXTS)
    while True:
        text = rng.choice(texts)
        start = rng.randrange(len(text))
        yield text[start : start + rng.randint(1, 4)]


def test_completions_are_those_of_a_folder(both: tuple[Index, Index]) -> None:
    """Whatever is typed: words, quotations, titles, definitions, with the same counts in the same order."""
    local, there = both
    some = islice(_prefixes(local), 60)
    for typed in ("网格", "网", "云浦", "红色", "第", "go", "app", "c+", "“红", "[x", "无", "《网", *some):
        expected, found = local.suggest(typed, 8), there.suggest(typed, 8)
        if found != expected:
            # Beyond what is read of frequent beginnings, titles of releases are those that come first.
            kinds = {each.kind for each in set(found) ^ set(expected)}
            assert kinds == {"release"}, typed
    assert there.suggest("", 8) == there.suggest("网格 ", 8) == there.suggest("网格", 0) == ()


def test_a_definition_completes_both_names(both: tuple[Index, Index]) -> None:
    """What a text calls by a short name is offered for the beginning of either."""
    _, there = both
    assert "云浦市网格化服务管理中心" in [each.text for each in there.suggest("网格中", 8)]
    assert ("网格中心", "definition") in [(each.text, each.kind) for each in there.suggest("网格", 20)]


def test_letters_are_read_as_pinyin(both: tuple[Index, Index]) -> None:
    """Initials and syllables complete what sounds so, as far as the optional package is there."""
    pytest.importorskip("pypinyin")
    local, there = both
    for typed in ("wgh", "wangge", "wangg", "qzaqg", "wufei", "xian", "zz"):
        assert there.suggest(typed, 8) == local.suggest(typed, 8), typed


def test_user_words_complete(both: tuple[Index, Index]) -> None:
    """A word of this machine's own comes first, though the cluster does not know it; of many, some."""
    _, there = both
    path = there.lexicon().folder
    assert path is not None
    others = "".join(f"词语{number}\n" for number in range(20_000))
    (path / "user-words.txt").write_text(f"{others}网格吹哨\n", encoding="utf-8")
    try:
        assert there.suggest("网格", 3)[0].text == "网格吹哨"
        assert len(there.suggest("词语", 8)) == 8
    finally:
        (path / "user-words.txt").unlink()


def test_corrections_are_those_of_a_folder(both: tuple[Index, Index]) -> None:
    """Sounds, other, swapped, missing and further characters; what occurs, or is far from all, has none."""
    local, there = both
    typed = (
        "网各化", "网化格", "群众安全敢", "群众满以率", "网格化化管理", "govrenment", "goverment", "无非城市",
        "红色网各", "网格化管里", "网格化", "满意率", "七上八下", "x", "", "推进网哥化管理工作",
    )  # fmt: skip
    assert there.corrections("网各化")
    for piece in typed:
        assert there.corrections(piece, 5) == local.corrections(piece, 5), piece


def test_nothing_found_is_explained(both: tuple[Index, Index]) -> None:
    """The diagnosis has the corrections and the parts that occur, as that of a folder."""
    local, there = both
    for query in ("网各化管理", "群众安全敢 网格化", "满意率 七上八下"):
        assert there.explain_nothing(query).missing == local.explain_nothing(query).missing
        assert there.explain_nothing(query).scattered == local.explain_nothing(query).scattered


def test_what_texts_define_and_quote_is_listed(both: tuple[Index, Index]) -> None:
    """Coinages, titles and definitions are those of all texts."""
    local, there = both
    assert there.harvest() == local.harvest()
    assert there.definitions() == local.definitions() != ()
