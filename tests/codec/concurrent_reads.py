"""Readers beside a writer: every generation that a reader sees must be a whole one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from whoosh.query import And, Every, Phrase, Term

from jsisa_search.codec.whoosh_compat.array_index import ArrayIndex
from jsisa_search.search.engine.searcher import ArraySearcher
from tests.codec.kill_trials import PROCESSES, schema

#: Documents that come in every commit and stay for `_KEPT` generations.
_BATCH = 4
_KEPT = 10
#: Documents that every commit replaces.
_REPLACED = 5


@dataclass(slots=True)
class ReadReport:
    """What the readers did; `failures` says what went wrong, one line each."""

    readers: int = 0
    commits: int = 0
    checks: int = 0
    fewest_generations: int = 0
    failures: list[str] = field(default_factory=list)


def read_while_writing(folder: Path, readers: int, commits: int) -> ReadReport:
    """Let `readers` processes query while this one commits `commits` times."""
    index = ArrayIndex.create(folder, schema())
    _commit(index)
    pipes, processes = [], []
    for _ in range(readers):
        here, there = PROCESSES.Pipe()
        process = PROCESSES.Process(target=_read, args=(folder, commits + 1, there))
        process.start()
        there.close()
        pipes.append(here)
        processes.append(process)
    for pipe in pipes:
        if pipe.poll(60):
            pipe.recv()
    for _ in range(commits):
        _commit(index)
    report = ReadReport(readers=readers, commits=commits)
    seen = []
    for number, (pipe, process) in enumerate(zip(pipes, processes, strict=True)):
        try:
            checks, generations, failures = pipe.recv()
        except EOFError:
            checks, generations, failures = 0, 0, ["it ended without a word"]
        process.join()
        report.checks += checks
        seen.append(generations)
        report.failures += [f"reader {number}: {failure}" for failure in failures]
    report.fewest_generations = min(seen, default=0)
    return report


def _commit(index: ArrayIndex) -> None:
    """Commit the next generation: a new batch, the oldest one gone, the replaced ones replaced."""
    writer = index.writer(timeout=10)
    generation = writer.generation
    for number in range(_BATCH):
        key = f"{generation}/{number}"
        writer.add_document(key=key, text="网格", number=generation)
    for number in range(_BATCH):
        writer.delete_by_term("key", f"{generation - _KEPT}/{number}")
    for number in range(_REPLACED):
        writer.update_document(key=f"r{number}", text="平安 江苏", number=generation)
    writer.commit(optimize=generation % 17 == 0, merge=generation % 5 != 0)


def _read(folder: Path, last: int, pipe: Connection) -> None:
    """Search and check until generation `last` has been seen, then tell."""
    checks, seen, failures = 0, [0], list[str]()
    pipe.send("ready")
    try:
        index = ArrayIndex(folder)
        old: ArraySearcher | None = None
        while seen[-1] < last and not failures:
            searcher = ArraySearcher(index)
            generation = int(searcher.reader.generation())
            if generation < seen[-1]:
                failures.append(f"generation {generation} came after {seen[-1]}")
            if generation > seen[-1]:
                seen.append(generation)
            # The generation before must still be whole though its files may be gone from the folder.
            for opened in (searcher, old):
                if opened:
                    failures += _failures(opened)
                    checks += 1
            if old:
                old.close()
            old = searcher
    except Exception as error:  # whatever it is, it must not be
        failures.append(repr(error))
    pipe.send((checks, len(seen) - 1, failures))


def _failures(searcher: ArraySearcher) -> Iterator[str]:
    generation = int(searcher.reader.generation())
    batches = range(max(1, generation - _KEPT + 1), generation + 1)
    wanted: list[tuple[Any, int]] = [
        (Every(), len(batches) * _BATCH + _REPLACED),
        (Term("text", "网格"), len(batches) * _BATCH),
        (And([Term("text", "平安"), Term("text", "江苏")]), _REPLACED),
        (Phrase("text", ["平安", "江苏"]), _REPLACED),
        *((Term("key", f"{batch}/{number}"), 1) for batch in batches for number in range(_BATCH)),
        (Term("key", f"{generation - _KEPT}/0"), 0),
    ]
    for q, count in wanted:
        found = searcher.count(q)
        if found != count:
            yield f"generation {generation}: {q} finds {found} documents, not {count}"
    numbers = [searcher.document(doc)["number"] for doc in searcher.documents(Every()).tolist()]
    expected = [batch for batch in batches for _ in range(_BATCH)] + [generation] * _REPLACED
    if sorted(numbers) != sorted(expected):
        yield f"generation {generation} holds {sorted(numbers)}"
