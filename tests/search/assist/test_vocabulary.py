from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from whoosh.query import Term

from jsisa_search import Index, Suggestion
from jsisa_search.analysis import fold
from jsisa_search.errors import LexiconError
from jsisa_search.lexicon.assist.pinyin import load_pinyin
from jsisa_search.lexicon.assist.spelling import corrections
from jsisa_search.lexicon.corpus.harvest import HARVEST_FILE
from jsisa_search.lexicon.user_lexicon import SYNONYMS_FILE, USER_WORDS_FILE
from jsisa_search.search.assist.vocabulary import vocabulary_of
from jsisa_search.search.engine.searcher import ArraySearcher
from tests.cluster.engines import Place, beside
from tests.lexicon.assist.plain import PlainVocabulary, complete

WritePage = Callable[..., Path]


@pytest.fixture
def filled(index: Index, folder: Path, write_page: WritePage) -> Index:
    """Return an index of two releases."""
    write_page(
        "a.txt",
        "桐岭区网格化服务管理促进会（以下简称“网促会”）推进“三降三升”，群众满意率提高。",
        "《燃气管理办法》规定，网格员每月上门一次，群众满意率列入考核。",
        title="网格化十年纪事",
    )
    write_page("b.txt", "全市推进“三降三升”，满意率提高。")
    index.update([folder])
    return index


def _texts(index: Index, typed: str) -> list[str]:
    return [found.text for found in index.suggest(typed)]


def test_everything_known_is_suggested(filled: Index) -> None:
    """Words, coinages, titles in texts and of releases, abbreviations and their names complete a prefix."""
    kinds = {found.text: (found.kind, found.count) for found in filled.suggest("网", 50)}
    assert kinds["网促会"] == ("definition", 1)
    assert kinds["网格化十年纪事"] == ("release", 1)
    assert kinds["网格"][0] == "word"
    assert filled.suggest("“三降")[0].count == 2
    assert _texts(filled, "燃气管")[0] == "燃气管理办法"
    assert _texts(filled, "网促会") == ["桐岭区网格化服务管理促进会"]


def test_the_last_piece_is_completed(filled: Index) -> None:
    """What stands before the last blank plays no part."""
    assert _texts(filled, "满意率 三降") == ["三降三升"]
    assert _texts(filled, "三降 ") == []


def test_definitions_come_with_their_sentence(filled: Index) -> None:
    """An abbreviation that a release defines is told with what it stands for and where."""
    (found,) = filled.definitions()
    assert (found.short, found.full) == ("网促会", "桐岭区网格化服务管理促进会")
    assert "以下简称" in found.sentence


def test_corrections_are_found_in_the_index(filled: Index) -> None:
    """What is offered for a misspelt piece is found, and a piece that is found is left alone."""
    (found, *_) = filled.corrections("满意律")
    assert (found.text, found.count) == ("满意率", 3)
    assert filled.corrections("满意率") == ()


def test_an_update_is_known_at_once(filled: Index, folder: Path, write_page: WritePage) -> None:
    """Words of a new release are suggested after the update, those of one that is gone are not."""
    assert _texts(filled, "圩堤") == []
    write_page("c.txt", "全市设立“圩堤卫士”。")
    (folder / "a.txt").unlink()
    filled.update([folder])
    assert _texts(filled, "圩堤")[0] == "圩堤卫士"
    assert _texts(filled, "促进会") == _texts(filled, "网促") == []
    assert filled.definitions() == ()


def test_user_words_are_suggested_without_an_update(filled: Index) -> None:
    """A word that is added to the file is suggested at the next call."""
    assert _texts(filled, "楼栋") == []
    (beside(filled) / USER_WORDS_FILE).write_text("楼栋长\n", encoding="utf-8")
    assert _texts(filled, "楼栋") == ["楼栋长"]


def test_a_malformed_lexicon_is_told(filled: Index) -> None:
    """A line that makes no sense is an error with file and line."""
    (beside(filled) / SYNONYMS_FILE).write_text("楼栋长\n", encoding="utf-8")
    with pytest.raises(LexiconError, match=r"synonyms\.txt, line 1"):
        filled.lexicon()


@pytest.mark.folder_only("the files of an index folder")
def test_what_texts_tell_is_kept_beside_the_index(filled: Index, tmp_path: Path) -> None:
    """The next process takes over what was read; a damaged file is made anew."""
    known = filled.harvest()
    kept = tmp_path / "index" / HARVEST_FILE
    assert kept.is_file()
    for _ in range(2):
        with Index.open(tmp_path / "index") as other:
            assert other.harvest() == known
        kept.write_text("{", encoding="ascii")


def test_an_update_tells_the_same_as_a_new_index(
    filled: Index, folder: Path, write_page: WritePage, tmp_path: Path, place: Place
) -> None:
    """After pages have come, changed and gone, the texts tell what those that are there do."""
    filled.harvest()
    write_page("b.txt", "“一网统揽”写进《燃气管理办法》，全市推进“三降三升”。")
    write_page("c.txt", "桐岭钢铁公司（简称桐钢）提出“一网统揽”。")
    (folder / "a.txt").unlink()
    filled.update([folder])
    with Index.create(place(tmp_path / "new")) as new:
        new.update([folder])
        assert filled.harvest() == new.harvest()
        assert filled.definitions() == new.definitions()


def test_an_empty_index_knows_nothing(index: Index) -> None:
    """Without releases there is nothing to suggest, to correct or to list."""
    assert (index.suggest("网"), index.corrections("网格"), index.definitions()) == ((), (), ())


@pytest.mark.folder_only("the files of an index folder")
def test_an_index_is_made_beside_a_lexicon(tmp_path: Path) -> None:
    """A folder that holds nothing but the users' files is a folder for an index."""
    folder = tmp_path / "fresh"
    folder.mkdir()
    (folder / USER_WORDS_FILE).write_text("楼栋长\n", encoding="utf-8")
    with Index.create(folder) as made:
        assert made.lexicon().user_words.words == {"楼栋长"}


def _stock(index: Index) -> dict[str, list[tuple[str, int]]]:
    """Return what completions are made of, counted passage by passage."""
    words: Counter[str] = Counter()
    titles: list[str] = []
    with index._snapshots.use() as searcher:
        assert isinstance(searcher, ArraySearcher)
        assert len(searcher.views) > 1
        assert any(len(view.deleted) for view in searcher.views)
        titles += [
            str(searcher.document(doc)["text"]) for doc in searcher.documents(Term("kind", "title")).tolist()
        ]
        for view in searcher.views:
            field = view.file.field("text")
            assert field is not None
            for number, word in enumerate(field.terms.as_list()):
                count = field.doc_frequency(number)
                # Frequent ones are counted with deleted documents, until a merge drops these.
                is_counted = count <= len(view.deleted)
                words[word.decode()] += count - is_counted * view.deleted_among(field.term(number))
    harvest = index.harvest()
    return {
        "coinage": list(harvest.coinages.items()),
        "title": list(harvest.titles.items()),
        "release": [(title, 1) for title in titles],
        "word": list(words.items()),
    }


@pytest.mark.slow
@pytest.mark.folder_only("the arrays of the engine")
def test_segments_and_deletions_tell_the_same_as_every_word_looked_at(tmp_path: Path) -> None:
    """Completions and corrections over segments are those of all words counted together, as documents go."""
    chance = random.Random(20261128)
    known = [
        "网格",
        "网格化",
        "网格员",
        "网络",
        "网络安全",
        "满意率",
        "满意度",
        "群众",
        "干部",
        "攻坚克难",
        "facebook",
        "iphone",
        "银行",
        "行长",
        "长江",
    ]

    def text(sentences: int) -> str:
        return "\n".join(
            "，".join(chance.choices(known, k=4)) + f"，“{chance.choice(known)}{chance.choice(known)}”，"
            f"《{chance.choice(known)}办法》。" + chance.choice(known)
            for _ in range(sentences)
        )

    with Index.create(tmp_path / "index") as index:
        for number in range(3):
            with index.batch() as batch:
                for part in range(4):
                    title = "".join(chance.sample(known, 3))
                    batch.add_text(text(90), id=f"{number}-{part}", title=title)
            if number:
                index.remove([f"text:{number - 1}-0"])
        index.add_text(text(3), id="last", title="网格化纪事")
        stock, pinyin = _stock(index), load_pinyin()
        counted = [
            *stock["word"],
            *((fold(word), n) for kind in ("coinage", "title") for word, n in stock[kind]),
        ]
        plain = PlainVocabulary(counted, pinyin)
        for _ in range(150):
            word = chance.choice(chance.choice(list(stock.values())))[0]
            prefix = fold(word)[: chance.randint(1, 3)]
            expected = [Suggestion(*each) for each in complete(stock, prefix, 8, pinyin)]  # type: ignore[arg-type]
            assert list(index.suggest(prefix, 8)) == expected
            at = chance.randrange(len(word))
            slip = word[:at] + chance.choice(["", "格", "x"]) + word[at + 1 :]
            with index._snapshots.use() as searcher:
                found = vocabulary_of(searcher, index.lexicon()).vocabulary
                assert list(corrections(slip, found, 5)) == list(corrections(slip, plain, 5))  # type: ignore[arg-type]
        for letters in ("wg", "wangl", "yinh", "gj", "f"):
            expected = [Suggestion(*each) for each in complete(stock, letters, 8, pinyin)]  # type: ignore[arg-type]
            assert list(index.suggest(letters, 8)) == expected
