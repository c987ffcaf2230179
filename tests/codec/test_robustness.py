"""What killing, tampering and reading at the same time do to an index: bounded runs of the long scripts."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import pytest
from whoosh.fields import ID, TEXT, Schema
from whoosh.query import Every

from jsisa_search.analysis.analyzer import WordAnalyzer
from jsisa_search.codec.index import ArrayIndex
from jsisa_search.search.searcher import ArraySearcher

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"


@pytest.mark.parametrize("arguments", [("crash.py", "--kills", "6"), ("tamper.py", "--positions", "40")])
def test_the_long_scripts_find_nothing_wrong(arguments: tuple[str, ...]) -> None:
    """A few of the kills and changes that `benchmarks/crash.py` and `tamper.py` make by the hundred."""
    script, *options = arguments
    done = subprocess.run(
        [sys.executable, str(BENCHMARKS / script), *options], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_readers_see_whole_generations_while_a_writer_commits(tmp_path: Path) -> None:
    """Every reader finds all documents of one commit, whichever it meets."""
    schema = Schema(key=ID(unique=True, stored=True), text=TEXT(analyzer=WordAnalyzer(), stored=True))
    index = ArrayIndex.create(tmp_path, schema)

    def commit(number: int) -> None:
        with index.writer() as writer:
            for key in range(10):
                writer.update_document(key=str(key), text=f"第{number}批")

    commit(0)
    done = threading.Event()
    seen: list[set[str]] = []

    def watch() -> None:
        while not done.is_set():
            with ArraySearcher(ArrayIndex(tmp_path)) as searcher:
                docs = searcher.documents(Every()).tolist()
                seen.append({searcher.document(doc)["text"] for doc in docs} | {str(len(docs))})

    readers = [threading.Thread(target=watch) for _ in range(4)]
    for reader in readers:
        reader.start()
    for number in range(1, 30):
        commit(number)
    done.set()
    for reader in readers:
        reader.join()
    assert seen
    assert all(len(one) == 2 and "10" in one for one in seen), [one for one in seen if len(one) != 2][:3]
