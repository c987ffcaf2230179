"""Kills a process that indexes and commits in a loop, again and again, and checks what is left each time.

    python benchmarks/crash.py --kills 200

After each SIGKILL the index must open, hold exactly the batches whose commit returned (or the one whose
commit was under way), and pass `verify`. Prints one line of JSON; exit status 1 where anything was wrong.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from whoosh.fields import ID, NUMERIC, TEXT, Schema

from jsisa_search.analysis.analyzer import WordAnalyzer
from jsisa_search.codec.index import ArrayIndex
from jsisa_search.codec.verify import verify

_BATCH = 20


def write_forever(folder: Path) -> None:
    """Commit one batch after the other, telling the parent after each; replace and delete on the way."""
    index = ArrayIndex(folder)
    with index.reader() as reader:
        number = max((fields["batch"] for fields in reader.all_stored_fields()), default=-1) + 1
    while True:
        with index.writer() as writer:
            for key in range(_BATCH):
                writer.update_document(key=str(key), batch=number, text=f"第{number}批网格化治理" * (key + 1))
        print(number, flush=True)
        number += 1


def kill_once(folder: Path, seconds: float, committed: int) -> tuple[int, list[str]]:
    """Let a writer run for some time, kill it, and return (last batch in the index, what is wrong)."""
    command = [sys.executable, __file__, "--write", str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        first = child.stdout.readline()
        time.sleep(seconds)
        child.kill()
        told = [int(line) for line in (first + child.stdout.read()).split()]
    return check(folder, max([committed, *told]))


def check(folder: Path, committed: int) -> tuple[int, list[str]]:
    """Return (last batch in the index, what is wrong with it)."""
    wrong = [problem.what for problem in verify(folder).problems]
    with ArrayIndex(folder).reader() as reader:
        documents = list(reader.all_stored_fields())
    batches = {fields["batch"] for fields in documents}
    if len(batches) != 1 or len(documents) != _BATCH:
        wrong.append(f"{len(documents)} documents of the batches {sorted(batches)}")
    elif not batches <= {committed, committed + 1}:
        wrong.append(f"batch {batches} where {committed} was committed")
    return max(batches, default=-1), wrong


def main() -> int:
    """Run the kills and print what came of them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--write", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.write:
        write_forever(arguments.write)
    chance = random.Random(arguments.seed)
    committed, failures = -1, []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "index"
        schema = Schema(
            key=ID(unique=True, stored=True),
            batch=NUMERIC(stored=True),
            text=TEXT(analyzer=WordAnalyzer(), stored=True),
        )
        ArrayIndex.create(folder, schema)
        for _ in range(arguments.kills):
            committed, wrong = kill_once(folder, chance.uniform(0, 0.15), committed)
            failures += wrong
    print(json.dumps({"kills": arguments.kills, "batches": committed + 1, "failures": failures}))
    return 1 if failures else 0


if __name__ == "__main__":
    raise SystemExit(main())
