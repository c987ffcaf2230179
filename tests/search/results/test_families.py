"""Which releases are reprints of each other, and which only look alike."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from jsisa_search import Index
from jsisa_search.schema import PASSAGE_BITS
from jsisa_search.search.results import families as families_module
from jsisa_search.search.results import reprint_rule
from jsisa_search.search.results.families import FAMILIES_FILE, ArrayFamilies, find_families, load_families
from tests.cluster.engines import Place

# Two characters each.
_WORDS = (
    "网格治理群众社区服务平安建设推进提升落实工作会议企业发展产业项目投资乡村振兴环境"
    "检查安全生产应急防汛演练志愿宣传活动走进学校医院养老改造小区电梯停车公园绿化河道"
)


def sentences(seed: int, count: int) -> list[str]:
    """Return sentences of random words; the same for the same seed."""
    rng = random.Random(seed)
    words = [_WORDS[at : at + 2] for at in range(0, len(_WORDS), 2)]
    return ["".join(rng.choices(words, k=rng.randint(8, 14))) + "。" for _ in range(count)]


def story(seed: int = 1, count: int = 20) -> str:
    """Return a text of paragraphs of four sentences each."""
    lines = sentences(seed, count)
    return "\n".join("".join(lines[at : at + 4]) for at in range(0, count, 4))


def add(index: Index, name: str, text: str, day: str | None = "2022-09-06", title: str | None = None) -> None:
    """Add a text under a name."""
    index.add_text(text, id=name, title=title or f"关于{name}的报道", published=day)


def families(index: Index) -> set[frozenset[str]]:
    """Return the names of the releases of each family."""
    found = {
        frozenset(member.release.path.removeprefix("text:") for member in index.reprints(info.path).members)
        for info in index.releases()
    }
    return {family for family in found if len(family) > 1}


def test_a_reprint_with_another_headline_and_dateline_is_one(index: Index) -> None:
    """What is added around a text does not make it another."""
    add(index, "first", story())
    add(index, "reprint", f"本报讯（记者 张三）{story()}\n（责任编辑：李四）", "2022-09-08", "换了标题")
    add(index, "other", story(2))
    assert families(index) == {frozenset({"first", "reprint"})}


def test_a_shortened_text_is_a_reprint(index: Index) -> None:
    """Half of it is left out: what is left is all from it."""
    add(index, "first", story(1, 28))
    add(index, "short", "\n".join(story(1, 28).split("\n")[:4]))
    assert families(index) == {frozenset({"first", "short"})}


def test_a_text_of_which_some_sentences_were_altered_is_a_reprint(index: Index) -> None:
    """Three of twenty sentences are others."""
    lines = sentences(1, 20)
    altered = [
        other if at % 7 == 3 else line
        for at, (line, other) in enumerate(zip(lines, sentences(9, 20), strict=True))
    ]
    add(index, "first", "".join(lines))
    add(index, "altered", "".join(altered), "2022-09-07")
    assert families(index) == {frozenset({"first", "altered"})}


def test_notices_of_one_pattern_are_no_reprints(index: Index) -> None:
    """They share most of their words week after week; what is new in each is what they say."""
    for week in range(12):
        figures = "".join(f"第{week * 31 + item}号基金净值{week * 17 + item}.{item}元，" for item in range(8))
        text = f"{''.join(sentences(5, 12))}{figures}{''.join(sentences(100 + week, 3))}"
        add(index, f"week{week}", text, f"2022-{1 + week:02}-03")
    assert families(index) == set()


def test_the_same_text_a_year_later_is_a_reprint_unless_it_was_altered(index: Index) -> None:
    """Far apart in time only what is nearly the same is one."""
    lines = sentences(1, 20)
    add(index, "first", "".join(lines), "2021-03-01")
    add(index, "again", "".join(lines), "2022-03-01")
    add(index, "yearly", "".join([*lines[:16], *sentences(7, 4)]), "2023-03-01")
    assert families(index) == {frozenset({"first", "again"})}


def test_a_routine_notice_of_one_sentence_is_another_every_day(index: Index) -> None:
    """Where a text is short, only those of the same days are one."""
    for day in ("2022-01-03", "2022-02-03", "2022-02-04"):
        add(index, day, "受大雾天气影响，今日轮渡停航，恢复时间另行通知。", day)
    assert families(index) == {frozenset({"2022-02-03", "2022-02-04"})}


def test_without_a_date_only_what_is_nearly_the_same_is_a_reprint(index: Index) -> None:
    """Nothing says that they are near in time."""
    add(index, "first", story(1, 28))
    add(index, "copy", story(1, 28), None)
    add(index, "short", "\n".join(story(1, 28).split("\n")[:4]), None)
    assert families(index) == {frozenset({"first", "copy"})}


def _edited(index: Index, rng: random.Random) -> dict[str, tuple[str, str]]:
    """Add, replace and remove texts in a random order, in several commits; return what remains."""
    texts: dict[str, tuple[str, str]] = {}
    for _ in range(14):
        name = f"r{rng.randint(0, 9)}"
        if name in texts and rng.random() < 0.4:
            index.remove([f"text:{name}"])
            del texts[name]
            continue
        lines = sentences(rng.randint(1, 3), 16)
        lines = lines[: rng.randint(9, 16)]
        texts[name] = "".join(lines), f"2022-0{rng.randint(1, 2)}-0{rng.randint(1, 9)}"
        add(index, name, *texts[name])
    return texts


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
def test_families_depend_on_the_releases_alone(tmp_path: Path, place: Place, seed: int) -> None:
    """However the index came to be: updated in any order, or built at once."""
    rng = random.Random(seed)
    with (
        Index.create(place(tmp_path / "updated")) as updated,
        Index.create(place(tmp_path / "built")) as built,
    ):
        texts = _edited(updated, rng)
        with built.batch() as batch:
            for name in rng.sample(sorted(texts), len(texts)):
                text, day = texts[name]
                batch.add_text(text, id=name, title=f"关于{name}的报道", published=day)
        assert families(updated) == families(built)
        typed = "网格治理"
        wanted, found = built.search(typed, limit=50), updated.search(typed, limit=50)
        assert found.distinct == wanted.distinct
        assert [(hit.path, hit.line, hit.copies) for hit in found] == [
            (hit.path, hit.line, hit.copies) for hit in wanted
        ]
    assert families_are_exercised(texts)


def families_are_exercised(texts: dict[str, tuple[str, str]]) -> bool:
    """Return whether some texts begin alike."""
    return len({text[:20] for text, _ in texts.values()}) < len(texts)


@pytest.mark.slow
@pytest.mark.folder_only("the arrays of the engine")
def test_families_do_not_depend_on_how_much_is_compared_at_once(
    index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Memory is bounded by parts of all hashes and of all pairs."""
    for number in range(6):
        add(index, f"a{number}", story(number), "2022-03-01")
        add(index, f"b{number}", f"本报讯 {story(number)}", "2022-03-02")
    whole = families(index)
    assert len(whole) == 6
    monkeypatch.setattr(reprint_rule, "_HASHES", 100)
    monkeypatch.setattr(reprint_rule, "_PAIRS", 2)
    assert families(index) == whole


class _Pool:
    """Releases of some topics: those of one share most of their hashes, and few with others."""

    def __init__(self, seed: int) -> None:
        self._chance = np.random.default_rng(seed)
        self._common = self._hashes(8)
        self._topics = [self._hashes(96) for _ in range(60)]
        self._rows: dict[int, tuple[int, int, int, list[int]]] = {}
        self._last_id = 0

    def _hashes(self, count: int) -> np.ndarray:
        # Few values of the lower bits, by which hashes are looked up first.
        high, low = self._chance.integers(0, 4000, count), self._chance.integers(0, 3000, count)
        return (high << 20) | low

    def change(self, count: int) -> None:
        """Add, remove and change some."""
        for _ in range(count):
            known = list(self._rows)
            kind = int(self._chance.integers(3)) if len(known) > 250 else 0
            if kind:
                gone = int(self._chance.choice(known))
                del self._rows[gone]
            if kind != 1:
                self._last_id += 1
                number = self._last_id if kind == 0 or self._chance.random() < 0.5 else gone
                self._rows[number] = self._row()

    def _row(self) -> tuple[int, int, int, list[int]]:
        topic = self._topics[self._chance.integers(len(self._topics))]
        kept = topic[self._chance.random(len(topic)) < self._chance.choice([0.6, 0.95, 1.0])]
        other = self._common if self._chance.random() < 0.03 else self._hashes(2)
        chosen = np.unique(np.concatenate([kept, other]))[:96]
        day = int(self._chance.integers(-1, 20))
        return (
            day,
            int(self._chance.integers(5)),
            len(chosen) + int(self._chance.integers(60)),
            chosen.tolist(),
        )

    def sketches(self) -> reprint_rule.Sketches:
        """Return the releases of now."""
        ids = np.array(sorted(self._rows, key=lambda number: (self._rows[number][0], number)), np.int64)
        hashes = np.full((len(ids), reprint_rule.SKETCH_HASHES), reprint_rule.NO_HASH, np.uint32)
        rows = [self._rows[number] for number in ids.tolist()]
        for at, (*_, chosen) in enumerate(rows):
            hashes[at, : len(chosen)] = chosen
        days, numbers, windows = (np.array([row[at] for row in rows], np.int64) for at in range(3))
        return reprint_rule.Sketches(ids, days, numbers, windows, hashes)


@pytest.mark.parametrize(
    "seed", [0, 1, 2, *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(3, 12))]
)
def test_reprints_of_what_has_changed_are_those_of_all(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """From the pairs of the releases before, with any added, removed and changed, come those from scratch."""
    from_scratch = reprint_rule.reprints
    pool = _Pool(seed)
    pool.change(300)
    before, whole, found = pool.sketches(), 0, 0
    pairs = before.ids[from_scratch(before)]
    for _ in range(12):
        pool.change(int(np.random.default_rng(seed).integers(0, 4)))
        now = pool.sketches()
        with monkeypatch.context() as patch:
            patch.setattr(reprint_rule, "reprints", lambda _: None)
            since = reprint_rule.reprints_since(now, before, pairs)
        expected = from_scratch(now)
        if since is None:  # too much has changed
            whole, since = whole + 1, expected
        assert sorted(since.T.tolist()) == sorted(expected.T.tolist())
        before, pairs, found = now, now.ids[since], found + since.shape[1]
    assert whole < 6
    assert found > 100


@pytest.mark.slow
@pytest.mark.folder_only("the files of an index folder")
@pytest.mark.parametrize("seed", range(2))
def test_families_of_an_update_are_those_from_scratch(tmp_path: Path, seed: int) -> None:
    """Whatever was saved, changed and removed between updates, what each leaves is what is computed anew."""
    chance, folder, sizes = random.Random(seed), tmp_path / "pages", set()
    folder.mkdir()
    with Index.create(tmp_path / "index") as index:
        for step in range(10):
            for _ in range(20 if step == 0 else chance.randrange(4)):
                lines = sentences(chance.randrange(12), 20)
                lines[chance.randrange(20)] = sentences(1000 + chance.randrange(50), 1)[0]
                text = f"会议{step}\n\n2022-03-0{chance.randrange(1, 9)}\n\n" + "\n\n".join(lines)
                (folder / f"{chance.randrange(40)}.txt").write_text(text, encoding="utf-8")
            for file in chance.sample(sorted(folder.iterdir()), chance.randrange(2)):
                file.unlink()
            index.update([folder])
            with index._snapshots.use() as searcher:
                found = load_families(searcher, tmp_path / "index")
                expected = find_families(searcher)
            assert _columns(found) == _columns(expected)
            assert sorted(found.pairs.T.tolist()) == sorted(expected.pairs.T.tolist())
            sizes.add(expected.pairs.shape[1])
    assert len(sizes) > 3


def test_an_index_without_releases_has_no_families(index: Index) -> None:
    """Nor has one with a single release, or with a release without a text."""
    assert families(index) == set()
    assert index.search("网格").distinct == 0
    index.add_text("……", id="empty", title="？")
    add(index, "one", story())
    assert families(index) == set()


@pytest.fixture
def cached(index: Index) -> Iterator[tuple[Index, Path]]:
    """Return an index of a family, and the file that its families are cached in."""
    add(index, "first", story())
    add(index, "again", story())
    index.search("网格")
    yield index, index.info().folder / FAMILIES_FILE


def _columns(found: ArrayFamilies) -> list[list[int]]:
    return [found.docs.tolist(), found.family.tolist(), found.group.tolist()]


@pytest.mark.folder_only("the files of an index folder")
def test_the_cached_families_are_those_computed(cached: tuple[Index, Path]) -> None:
    """Reading them gives what computing them gave."""
    index, file = cached
    with index._snapshots.use() as searcher:
        written = file.read_bytes()
        assert _columns(load_families(searcher, file.parent)) == _columns(find_families(searcher))
        assert file.read_bytes() == written


@pytest.mark.folder_only("the files of an index folder")
@pytest.mark.parametrize("damage", [0, 9, 30, -1, None])
def test_a_damaged_cache_is_replaced(cached: tuple[Index, Path], damage: int | None) -> None:
    """Whatever its bytes are: families are then computed again."""
    index, file = cached
    sound = bytearray(file.read_bytes())
    broken = bytearray(sound)
    if damage is None:
        broken = broken[:50]
    else:
        broken[damage] ^= 1
    file.write_bytes(broken)
    with index._snapshots.use() as searcher:
        assert _columns(load_families(searcher, file.parent)) == _columns(find_families(searcher))
    assert file.read_bytes() == sound


@pytest.mark.folder_only("the files of an index folder")
@pytest.mark.parametrize("group", [-1, 1])
def test_an_altered_cache_with_the_right_checksum_is_no_error(cached: tuple[Index, Path], group: int) -> None:
    """Whoever can write to the folder may make hits wrong, but no search fails."""
    index, file = cached
    with index._snapshots.use() as searcher:
        found = load_families(searcher, file.parent)
        every = np.full(len(found.docs), group, np.int32)
        forged = ArrayFamilies(found.doc_count, found.docs, found.family, every, found.pairs)
        file.write_bytes(families_module._encode(forged, families_module._fingerprint(searcher)))
    with Index.open(file.parent) as again:
        for group_by in (None, "release"):
            assert again.search("网格", copies=9, group_by=group_by).hits
        assert again.reprints("text:first").members


@pytest.mark.folder_only("the files of an index folder")
def test_the_cache_of_another_generation_is_not_used(cached: tuple[Index, Path]) -> None:
    """A release is removed: it is in no family any more."""
    index, _ = cached
    assert index.search("网格", limit=1)[0].copy_count == 1
    index.remove(["text:again"])
    assert index.search("网格", limit=1)[0].copy_count == 0


@pytest.mark.parametrize("seed", range(20))
def test_passages_are_counted_alike_however_many_are_shared(seed: int) -> None:
    """The count is that of a loop over the passages, whether more of them or more groups are given."""
    rng = np.random.default_rng(seed)
    docs = np.sort(rng.choice(200, rng.integers(0, 60), replace=False))
    group = rng.integers(-1, 9, len(docs)).astype(np.int32)
    found = ArrayFamilies(200, docs, np.ones(len(docs), np.int32), group, np.zeros((2, 0), np.int64))
    asked = np.sort(rng.choice(200, rng.integers(0, 120), replace=False))
    group_of = dict(zip(docs.tolist(), group.tolist(), strict=True))
    groups = [group_of.get(doc, 0) for doc in asked.tolist()]
    expected = sum(each <= 0 for each in groups) + len({each for each in groups if each > 0})
    assert found.count_distinct_among(asked) == expected


@pytest.mark.folder_only("the arrays of the engine")
def test_every_document_of_a_family_is_numbered(cached: tuple[Index, Path]) -> None:
    """The document of a release has no group; passages in both releases have one, and its title has none."""
    index, file = cached
    with index._snapshots.use() as searcher:
        found = load_families(searcher, file.parent)
        (number,) = set(found.family.tolist())
        assert len(found.releases_of(number)) == 2
        releases = searcher.numbers("sequence", found.passages_of(number)) >> PASSAGE_BITS
        assert len(set(releases.tolist())) == 2
        groups = dict(zip(found.docs.tolist(), found.group.tolist(), strict=True))
        kinds = {searcher.document(doc)["kind"]: group for doc, group in groups.items()}
        assert (kinds["release"], kinds["title"]) == (-1, 0)
        assert kinds["lead"] > 0
