"""The damage test: a file is cut short or a byte of it flipped; that must be detected or harmless.

Every trial opens the damaged index, puts a battery of queries and verifies, in a child process, so
that even the death of the interpreter would be seen.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path
from random import Random
from typing import Any

from whoosh import query

from jsisa_search import Index, JsisaSearchError
from jsisa_search.codec.whoosh_compat.array_index import ArrayIndex
from jsisa_search.codec.whoosh_compat.toc import latest_generation, toc_path
from jsisa_search.indexing.settings import FILE_NAME
from jsisa_search.model import Hit
from jsisa_search.query import Filters
from jsisa_search.search.engine.searcher import ArraySearcher
from tests.codec.kill_trials import PROCESSES

#: Seconds after which a trial counts as one that never ends.
_PATIENCE = 60

_SENTENCES = [
    "推进网格化治理。",
    "平安江苏建设",
    "群众安全感达到99.14%",
    "5G应用，",
    "老旧小区改造",
    "“一网统管”",
]

_TEXTS = ["网格", "网格化 治理", '"平安江苏"', "江苏 -平安", "99.14%", "老旧 OR 安全感", "没有这个词"]
_TREES: list[Any] = [
    query.Term("text", "网格"),
    query.And([query.Term("text", "网格"), query.Term("text", "治理")]),
    query.Or([query.Term("text", "平安"), query.Term("text", "建设"), query.Term("text", "网格")]),
    query.Phrase("text", ["平安", "江苏"]),
    query.AndNot(query.Every(), query.Term("text", "网格")),
    query.Prefix("text", "网"),
    query.FuzzyTerm("text", "网格"),
    query.NumericRange("paragraph", 3, 9),
    query.Every("title"),
]

Trial = tuple[str, int]


@dataclass(slots=True)
class DamageReport:
    """What became of the damages to one file; `failures` says what went wrong, one line each."""

    name: str
    size: int
    trials: int
    detected: int
    harmless: int
    failures: list[str]


def make_damageable(work: Path, *, paragraphs: int) -> Path:
    """Return the folder of an index with several segments, deleted passages and every kind of array."""
    random = Random(7)
    pages = work / "pages"
    pages.mkdir(parents=True)

    def write(name: str, count: int) -> None:
        lines = ("".join(random.choices(_SENTENCES, k=random.randint(1, 3))) for _ in range(count))
        head = f"关于{name}的通报\n\n来源：平安江苏\n发布时间：2022-0{len(name)}-11\n\n"
        (pages / f"{name}.txt").write_text(head + "\n\n".join(lines) + "\n", encoding="utf-8")

    for number in range(1, 5):
        write("甲" * number, paragraphs // 4)
    with Index.create(work / "index") as index:
        index.update([pages])
        write("甲", 3)
        index.update([pages])
        write("乙乙", 3)
        index.update([pages])
    return work / "index"


def damage_often(folder: Path, positions: int, seed: int = 1) -> Iterator[DamageReport]:
    """Cut short, and flip a byte of, every file of the index at `positions` random places each."""
    toc = toc_path(folder, "MAIN", latest_generation(folder, "MAIN")).name
    for name in [*sorted(path.name for path in folder.glob("*.segment")), toc, FILE_NAME]:
        size = (folder / name).stat().st_size
        random = Random(f"{seed} {name}")
        trials = [(kind, random.randrange(size)) for kind in ("cut", "flip") for _ in range(positions)]
        outcomes = dict(_run_guarded(folder, name, trials))
        failures = [
            f"{name}: {kind} at {at}: {outcomes[kind, at]}"
            for kind, at in trials
            if _failed(outcomes, kind, at)
        ]
        kinds = [outcomes[trial] for trial in trials]
        yield DamageReport(
            name, size, len(trials), kinds.count("detected"), kinds.count("harmless"), failures
        )


def _failed(outcomes: dict[Trial, str], kind: str, at: int) -> bool:
    return outcomes[kind, at] not in ("detected", "harmless")


def _run_guarded(folder: Path, name: str, trials: list[Trial]) -> Iterator[tuple[Trial, str]]:
    """Yield each trial and its outcome; a child that dies or hangs is replaced."""
    left = list(trials)
    while left:
        here, there = PROCESSES.Pipe(duplex=False)
        child = PROCESSES.Process(target=_run, args=(folder, name, left, there))
        child.start()
        there.close()
        outcome = ""
        while left:
            try:
                outcome = here.recv() if here.poll(_PATIENCE) else "it never ends"
            except EOFError:
                child.join()
                outcome = f"the process ended with {child.exitcode}"
            yield left.pop(0), outcome
            if outcome.startswith(("it never ends", "the process")):
                break
        child.kill()
        child.join()
        here.close()


def _run(folder: Path, name: str, trials: Iterable[Trial], pipe: Connection) -> None:
    """Do the trials on a copy of the index and send each outcome."""
    copy = folder.with_name(f"{folder.name}-damaged")
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(folder, copy)
    sound = list(answers(copy))
    content = (copy / name).read_bytes()
    random = Random(name)
    for kind, at in trials:
        altered = content[:at]
        if kind == "flip":
            altered += bytes([content[at] ^ random.randrange(1, 256)]) + content[at + 1 :]
        # A new file each time: the old one may still be mapped.
        (copy / name).unlink()
        (copy / name).write_bytes(altered)
        try:
            pipe.send(_outcome(copy, sound))
        except Exception as error:  # whatever it is, it must not be
            pipe.send(repr(error))


def _outcome(folder: Path, sound: list[Any]) -> str:
    """Return "detected", "harmless", or what differs."""
    found = list(answers(folder))
    try:
        is_detected = bool(Index.verify(folder).problems)
    except JsisaSearchError:
        is_detected = True
    if is_detected:
        return "detected"
    return "harmless" if found == sound else "not detected, and answers differ"


def answers(folder: Path) -> Iterator[Any]:
    """Yield the answer, or the type of our error, to each question of a fixed battery."""
    try:
        opened = Index.open(folder)
    except JsisaSearchError as error:
        yield type(error)
        return
    with closing(opened) as index:
        for text in _TEXTS:
            yield _answer(partial(_hits, index, text, context=1))
        newest = Filters(source=("平安",), since=datetime(2022, 1, 1))
        yield _answer(partial(_hits, index, "网格", sort="newest", filters=newest))
        yield _answer(lambda: [index.values(field) for field in ("source", "publisher", "section")])
        yield _answer(lambda: index.info().paragraphs)
    yield from _array_answers(folder)


def _array_answers(folder: Path) -> Iterator[Any]:
    try:
        searcher = ArraySearcher(ArrayIndex(folder))
    except JsisaSearchError as error:
        yield type(error)
        return
    with searcher:
        for tree in _TREES:
            yield _answer(partial(_ranked, searcher, tree))
            yield _answer(partial(_documents, searcher, tree))


def _hits(index: Index, text: str, **options: Any) -> tuple[Hit, ...]:
    return index.search(text, limit=4, **options).hits


def _ranked(searcher: ArraySearcher, tree: Any) -> list[tuple[int, float]]:
    return list(searcher.search(tree, 20, count=True).pairs())


def _documents(searcher: ArraySearcher, tree: Any) -> list[dict[str, Any]]:
    return [searcher.document(doc) for doc in searcher.documents(tree).tolist()[:9]]


def _answer(ask: Callable[[], Any]) -> Any:
    try:
        return ask()
    except JsisaSearchError as error:
        return type(error)
