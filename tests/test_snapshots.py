"""One `Index` in many threads, under a writer, closed and opened again: nothing is wrong or left behind."""

from __future__ import annotations

import gc
import random
import shutil
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from jsisa_search import Index, Results
from jsisa_search.errors import IndexClosedError
from tests.conftest import page_text

WORDS = [
    "网格",
    "网格化",
    "治理",
    "平安",
    "江苏",
    "建设",
    "群众",
    "满意率",
    "工作",
    "会议",
    "部署",
    "市长",
    "大桥",
    "长江",
    "南京",
    "发展",
    "提高",
    "推进",
]
QUERIES = [
    "网格",
    "网格化 治理",
    '"南京市长江大桥"',
    "的",
    "平安江苏",
    "市长 -大桥",
    "全市如何推进网格化治理",
    "网格*",
    "群众 满意率 江苏 大桥",
    '"治理，平安"',
    "标题:通报 发展",
]

#: Releases before the first commit.
RELEASES = 30

Answer = tuple[Any, ...]


def write_release(folder: Path, number: int) -> None:
    """Write release `number`: a dozen paragraphs of random words."""
    chance = random.Random(number)
    paragraphs = ["，".join(chance.choices(WORDS, k=chance.randint(3, 30))) + "的。" for _ in range(12)]
    paragraphs.append(f"第{number}号：南京市长江大桥的网格化治理，群众满意率提高。")
    day = f"2022-0{number % 9 + 1}-11"
    (folder / f"{number}.txt").write_text(
        page_text(f"关于{number}的通报", *paragraphs, published=day), "utf-8"
    )


def change(folder: Path, generation: int) -> None:
    """Make the pages those of a generation: two more, and one less."""
    write_release(folder, 100 + 2 * generation)
    write_release(folder, 101 + 2 * generation)
    (folder / f"{generation}.txt").unlink(missing_ok=True)


def summary(results: Results) -> Answer:
    """Return what must not depend on who else is searching."""
    hits = [(hit.id, hit.paragraph, round(hit.score, 3), hit.text) for hit in results]
    return results.total, results.total_all_terms, results.releases, results.occurrences, tuple(hits)


def answers(index: Index) -> dict[str, Answer]:
    """Return the answer to every query."""
    return {query: summary(index.search(query)) for query in QUERIES}


@pytest.fixture
def eager_switching() -> Iterator[None]:
    """Let threads take turns as often as they can."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


def change_back(folder: Path, generation: int) -> None:
    """Undo `change`."""
    (folder / f"{100 + 2 * generation}.txt").unlink()
    (folder / f"{101 + 2 * generation}.txt").unlink()
    if generation < RELEASES:
        write_release(folder, generation)


def search_while_writing(path: Path, *, threads: int, searches: int, commits: int) -> None:
    """Assert that every answer under a writer is that of one of the generations, searched alone."""
    pages = path / "pages"
    pages.mkdir()
    for number in range(RELEASES):
        write_release(pages, number)
    with Index.create(path / "index") as made:
        made.update([pages])
        expected = [answers(made)]
        shutil.copytree(path / "index", path / "before")
        for generation in range(commits):
            change(pages, generation)
            made.update([pages])
            expected.append(answers(made))
    shutil.rmtree(path / "index")
    shutil.move(path / "before", path / "index")
    is_allowed = {query: {generation[query] for generation in expected} for query in QUERIES}
    for generation in range(commits):
        change_back(pages, generation)
    start = threading.Barrier(threads + 1)
    with Index.open(path / "index") as index:

        def search(thread: int) -> None:
            start.wait()
            for number in range(searches):
                query = QUERIES[(number + thread) % len(QUERIES)]
                assert summary(index.search(query)) in is_allowed[query], query

        def write() -> None:
            start.wait()
            for generation in range(commits):
                change(pages, generation)
                index.update([pages])

        with ThreadPoolExecutor(threads + 1) as pool:
            for done in [pool.submit(write), *(pool.submit(search, thread) for thread in range(threads))]:
                done.result()
        assert answers(index) == expected[-1]


@pytest.mark.folder_only("the files of an index folder")
@pytest.mark.slow
@pytest.mark.usefixtures("eager_switching")
def test_threads_get_whole_answers_while_a_writer_commits(tmp_path: Path) -> None:
    """A few threads, searches and commits: each answer is that of one generation, and no call fails."""
    search_while_writing(tmp_path, threads=4, searches=22, commits=2)


@pytest.mark.folder_only("the files of an index folder")
@pytest.mark.slow
@pytest.mark.usefixtures("eager_switching")
def test_many_threads_get_whole_answers_while_a_writer_commits(tmp_path: Path) -> None:
    """16 threads, 2,000 searches each, 20 commits: each answer is that of one generation."""
    search_while_writing(tmp_path, threads=16, searches=2_000, commits=20)


def test_a_closed_index_says_so(index: Index, folder: Path, write_page: Callable[..., Path]) -> None:
    """Every call after `close` raises `IndexClosedError`, and closing again does nothing."""
    write_page("a.txt", "全市推进网格化管理。")
    index.update([folder])
    index.close()
    index.close()
    calls: list[Callable[[], object]] = [
        lambda: index.search("网格"),
        lambda: index.update([folder]),
        lambda: index.values("source"),
        lambda: index.suggest("网"),
        lambda: index.corrections("网络化"),
        lambda: index.explain_nothing("网络"),
        lambda: index.find_release("a"),
        lambda: index.audit(1),
        index.info,
        index.harvest,
        index.definitions,
        index.resegment,
        index.lexicon,
    ]
    for call in calls:
        with pytest.raises(IndexClosedError, match="open it again"):
            call()


@pytest.mark.folder_only("the arrays of the engine")
def test_closing_waits_for_what_has_begun(
    index: Index, folder: Path, write_page: Callable[..., Path]
) -> None:
    """A search that another thread has begun ends as if nobody had closed the index; the next is refused."""
    write_page("a.txt", "全市推进网格化管理。")
    index.update([folder])
    with index._snapshots.use() as searcher:
        index.close()
        with pytest.raises(IndexClosedError):
            index.search("网格")
        assert [searcher.document(doc)["kind"] for doc in range(searcher.doc_count)]
    with pytest.raises(IndexClosedError):
        searcher.execution()


@pytest.mark.folder_only("the files of an index folder")
def test_an_index_made_anew_at_the_same_generation_is_noticed(tmp_path: Path) -> None:
    """A reader that was open before searches the new index, as it does after a commit."""
    for name in ("old", "new"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.txt").write_text(page_text("通报", f"{name}，全市推进网格化管理。"), "utf-8")
        with Index.create(tmp_path / f"{name}.index") as made:
            made.update([tmp_path / name])
    with Index.open(tmp_path / "old.index") as index:
        assert [hit.text[:3] for hit in index.search("网格化")] == ["old"]
        shutil.rmtree(tmp_path / "old.index")
        shutil.copytree(tmp_path / "new.index", tmp_path / "old.index")
        assert [hit.text[:3] for hit in index.search("网格化")] == ["new"]


def open_files(folder: Path) -> list[str]:
    """Return the descriptors and maps of this process that are of files below a folder."""
    found = [line for line in Path("/proc/self/maps").read_text().splitlines() if str(folder) in line]
    for descriptor in Path("/proc/self/fd").iterdir():
        try:
            target = str(descriptor.readlink())
        except FileNotFoundError:  # that of the listing itself
            continue
        if target.startswith(str(folder)):
            found.append(target)
    return found


@pytest.mark.folder_only("the files of an index folder")
@pytest.mark.skipif(not Path("/proc/self/maps").exists(), reason="only Linux lists what a process has mapped")
@pytest.mark.parametrize("cycles", [3, pytest.param(1_000, marks=pytest.mark.slow)])
def test_nothing_is_left_open(tmp_path: Path, cycles: int) -> None:
    """After any number of rounds of open, search, close no file of the index is open or mapped.

    The collector is off: releasing must not wait for it.
    """
    pages = tmp_path / "pages"
    pages.mkdir()
    for number in range(3):
        write_release(pages, number)
    with Index.create(tmp_path / "index") as index:
        index.update([pages])
        change(pages, 0)
        index.update([pages])
        index.search("网格化")
    assert open_files(tmp_path / "index") == []
    gc.disable()
    try:
        for _ in range(cycles):
            with Index.open(tmp_path / "index") as index:
                for query in QUERIES[:: 1 if cycles < 100 else 5]:
                    index.search(query, facets=("year",), group_by="release", explain=True)
            assert open_files(tmp_path / "index") == []
    finally:
        gc.enable()
