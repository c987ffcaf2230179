"""The kill test: a child commits in a loop and is killed; what it leaves must be a whole generation.

Before a commit the child writes down what it is about to commit (`next.json`), afterwards renames that
to `done.json`. So whatever the moment of its end, the index holds the documents of one or the other.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from random import Random
from typing import Any

from whoosh.fields import ID, NUMERIC, TEXT, Schema
from whoosh.query import Term

from jsisa_search.analysis.analyzers import WordAnalyzer
from jsisa_search.codec.verify import verify
from jsisa_search.codec.whoosh_compat.array_index import ArrayIndex
from jsisa_search.codec.whoosh_compat.toc import read_toc, toc_path
from jsisa_search.search.engine.searcher import ArraySearcher

#: Spawned children import once; Windows has only "spawn".
PROCESSES = get_context("spawn")
with suppress(ValueError):
    PROCESSES = get_context("forkserver")  # type: ignore[assignment]
    PROCESSES.set_forkserver_preload([__name__])

_WORDS = ["治理", "平安", "江苏", "建设", "群众", "安全感", "5g", "，", "。"]
#: In every document.
_COMMON = "网格"
_KEYS = 120
_LONGEST_LIFE = 0.4


@dataclass(frozen=True, slots=True)
class Record:
    """What a generation holds: the text of each key."""

    generation: int
    documents: dict[str, str]

    def write(self, path: Path) -> None:
        """Write to `path`: all or nothing."""
        temporary = path.with_suffix(".tmp")
        temporary.write_text(json.dumps([self.generation, self.documents]), encoding="utf-8")
        temporary.replace(path)

    @classmethod
    def read(cls, path: Path) -> Record | None:
        """Read from `path`, `None` where there is none."""
        try:
            return cls(*json.loads(path.read_text(encoding="utf-8")))
        except FileNotFoundError:
            return None


@dataclass(slots=True)
class KillReport:
    """What was seen after the kills; `failures` says what went wrong, one line each."""

    kills: int = 0
    generations: int = 0
    while_committing: int = 0
    not_recorded: int = 0
    with_leftovers: int = 0
    failures: list[str] = field(default_factory=list)


def schema() -> Schema:
    """Return a schema with a key, words and a column."""
    return Schema(
        key=ID(unique=True, stored=True),
        text=TEXT(WordAnalyzer(), stored=True),
        number=NUMERIC(stored=True, sortable=True),
    )


def kill_often(work: Path, kills: int, seed: int = 1) -> KillReport:
    """Kill a committing child `kills` times at random moments and check the index after each."""
    random = Random(seed)
    folder = work / "index"
    ArrayIndex.create(folder, schema())
    Record(0, {}).write(work / "done.json")
    report = KillReport()
    for number in range(kills):
        here, there = PROCESSES.Pipe(duplex=False)
        child = PROCESSES.Process(target=commit_forever, args=(work, random.random(), there))
        child.start()
        there.close()
        with suppress(EOFError):  # a child that could not begin is told of below
            here.recv()
        time.sleep(random.uniform(0, _LONGEST_LIFE))
        if not child.is_alive():
            report.failures.append(f"kill {number}: the child ended by itself with {child.exitcode}")
        child.kill()
        child.join()
        here.close()
        report.kills += 1
        report.failures += [f"kill {number}: {failure}" for failure in _check_after_kill(work, report)]
    return report


def commit_forever(work: Path, seed: float, ready: Connection) -> None:
    """Change the index and commit, again and again, keeping the journal."""
    random = Random(seed)
    index = ArrayIndex(work / "index")
    record = Record.read(work / "done.json")
    assert record is not None
    documents = record.documents
    while True:
        writer = index.writer(timeout=10)
        documents = dict(documents)
        for _ in range(random.randint(1, 4)):
            _change(writer, documents, random)
        Record(writer.generation, documents).write(work / "next.json")
        chance = random.random()
        writer.commit(optimize=chance < 0.1, merge=chance < 0.7)
        (work / "next.json").replace(work / "done.json")
        if not ready.closed:
            # Only now, so that on a slow machine too every child commits before it is killed.
            ready.send("ready")
            ready.close()


def _change(writer: Any, documents: dict[str, str], random: Random) -> None:
    """Do one of what a writer can do to the index, and the same to `documents`."""
    what = random.choice(["update", "update", "delete", "spill", "query"])
    if what == "update":
        for number in random.sample(range(_KEYS), random.randint(1, 30)):
            text = _COMMON + "".join(random.choices(_WORDS, k=random.randint(0, 60)))
            writer.update_document(key=str(number), text=text, number=number)
            documents[str(number)] = text
    elif what == "spill":
        writer.spill()
    else:
        for key in map(str, random.sample(range(_KEYS), random.randint(1, 10))):
            if what == "query":
                writer.delete_by_query(Term("key", key))
            else:
                writer.delete_by_term("key", key)
            documents.pop(key, None)


def _check_after_kill(work: Path, report: KillReport) -> list[str]:
    """Return what is wrong with the index, and leave the journal as the index is."""
    folder = work / "index"
    done, following = Record.read(work / "done.json"), Record.read(work / "next.json")
    assert done is not None
    try:
        generation = ArrayIndex(folder).latest_generation()
        expected = following if following and following.generation == generation else done
        report.while_committing += following is not None
        report.not_recorded += expected is not done
        report.generations = generation
        failures = list(_failures(folder, expected))
        report.with_leftovers += _tidy(folder) != _wanted(folder)
        ArrayIndex(folder).writer(timeout=0).cancel()
        if _tidy(folder) != _wanted(folder):
            failures.append(f"the next writer left {sorted(_tidy(folder) - _wanted(folder))}")
        failures += _failures(folder, expected)
    except Exception as error:  # whatever it is, it must not be
        return [repr(error)]
    expected.write(work / "done.json")
    (work / "next.json").unlink(missing_ok=True)
    return failures


def _failures(folder: Path, expected: Record) -> Iterator[str]:
    index = ArrayIndex(folder)
    if index.latest_generation() != expected.generation:
        yield f"generation {index.latest_generation()} is there, not {expected.generation}"
    with index.reader() as reader:
        stored = [(fields["key"], fields["text"]) for fields in reader.all_stored_fields()]
    if sorted(stored) != sorted(expected.documents.items()):
        yield f"generation {expected.generation} does not hold its documents"
    with ArraySearcher(index) as searcher:
        if searcher.count(Term("text", _COMMON)) != len(expected.documents):
            yield "a search does not find every document"
    yield from (f"{problem.path.name}: {problem.what}" for problem in verify(folder).problems)


def _tidy(folder: Path) -> set[str]:
    """Return the files in the folder, those of the lock left out."""
    return {path.name for path in folder.iterdir() if "WRITELOCK" not in path.name}


def _wanted(folder: Path) -> set[str]:
    """Return the files that the current generation consists of."""
    toc = read_toc(folder, "MAIN")
    return {segment.file_name() for segment in toc.segments} | {toc_path(folder, "MAIN", toc.generation).name}
