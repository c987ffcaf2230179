"""What an index is put through to see that it survives: kills, damage, readers beside a writer.

Shared by the tests (a few of each) and by `benchmarks/robustness.py` (hundreds of each).
"""

from __future__ import annotations

import random
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from whoosh import query
from whoosh.fields import ID, NUMERIC, TEXT, Schema

from jsisa_search.analysis.analyzer import WordAnalyzer
from jsisa_search.codec.index import ArrayIndex
from jsisa_search.codec.verify import verify
from jsisa_search.errors import JsisaSearchError
from jsisa_search.search.searcher import ArraySearcher

TEXT_OF = "第{key}号通报第{version}版：全市推进网格化社会治理，开展安全生产检查{version}次，群众满意率提高。"
BATTERY = [
    query.Term("text", "网格"),
    query.And([query.Term("text", "安全"), query.Term("text", "检查")]),
    query.Or([query.Term("text", "通报"), query.Term("text", "版")]),
    query.Phrase("text", ["社会", "治理"]),
    query.Prefix("text", "群"),
    query.Every(),
    query.NumericRange("version", 1, 3),
]


def make_schema() -> Schema:
    """Return a schema with a key, a version and a text."""
    return Schema(
        key=ID(unique=True, stored=True),
        version=NUMERIC(int, stored=True, sortable=True),
        text=TEXT(WordAnalyzer(), stored=True),
    )


def write_generation(index: ArrayIndex, generation: int) -> None:
    """Commit generation `generation`: five keys get this version, one older key goes."""
    with index.writer(timeout=60) as writer:
        for key in keys_of(generation):
            text = TEXT_OF.format(key=key, version=generation)
            writer.update_document(key=key, version=generation, text=text)
        writer.delete_by_term("key", deleted_key(generation))
        writer.commit(optimize=generation % 10 == 0)


def keys_of(generation: int) -> list[str]:
    """Return the keys that a generation writes: some new, some again."""
    return [f"k{(generation * 3 + n) % 40}" for n in range(5)]


def deleted_key(generation: int) -> str:
    """Return the key that a generation deletes."""
    return f"k{(generation * 7 + 20) % 40}"


def expected_after(generation: int) -> dict[str, int]:
    """Return the version of each key that an index holds after `generation` generations."""
    held: dict[str, int] = {}
    for number in range(1, generation + 1):
        held.update(dict.fromkeys(keys_of(number), number))
        held.pop(deleted_key(number), None)
    return held


def contents(index: ArrayIndex) -> dict[str, int]:
    """Return the version of each key in an index."""
    with ArraySearcher(index) as searcher:
        found = [searcher.document(doc) for doc in searcher.documents(query.Every()).tolist()]
    assert len({document["key"] for document in found}) == len(found), "a key is there twice"
    return {document["key"]: document["version"] for document in found}


# Kills

_LOOP = """
import sys
from pathlib import Path
from jsisa_search.codec.index import ArrayIndex
from tests.codec.ordeal import write_generation
index = ArrayIndex(Path(sys.argv[1]))
generation = int(sys.argv[2])
while True:
    generation += 1
    write_generation(index, generation)
    print(generation, flush=True)
"""


def survive_kills(folder: Path, count: int, seed: int = 0) -> int:
    """Kill a writer `count` times at random moments; return the generations that were committed.

    Raises `AssertionError` when the index then is not exactly what was committed, or not whole.
    """
    chance = random.Random(seed)
    ArrayIndex.create(folder, make_schema())
    committed = 0
    for _ in range(count):
        committed = _kill_once(folder, committed, chance.uniform(0.0, 0.25))
        index = ArrayIndex(folder)
        held = contents(index)
        # The kill may have fallen between the commit and its announcement.
        if held != expected_after(committed):
            committed += 1
        assert held == expected_after(committed), f"after generation {committed}"
        assert not verify(folder).problems
    write_generation(ArrayIndex(folder), committed + 1)
    left = {path.suffix for path in folder.iterdir()}
    assert left <= {".toc", ".segment", "", ".json"}, f"left behind: {left}"
    return committed


def _kill_once(folder: Path, committed: int, seconds: float) -> int:
    """Let a writer commit at least once, then kill it some seconds later; return its last commit."""
    command = [sys.executable, "-c", _LOOP, str(folder), str(committed)]
    root = Path(__file__).parents[2]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=root) as process:
        assert process.stdout is not None
        first = process.stdout.readline()
        assert first, "the writer failed"
        time.sleep(seconds)
        process.kill()
        said = [first, *process.stdout.read().splitlines()]
    # The last line may have been cut by the kill; it is whole when it is a number that goes on counting.
    return max(int(line) for line in said if line.strip().isdigit())


# Damage


def answers(index: ArrayIndex) -> list[Any]:
    """Return what the battery of queries finds, with stored fields."""
    with ArraySearcher(index) as searcher:
        found = []
        for q in BATTERY:
            hits = list(searcher.search(q, 50, count=True).pairs())
            found.append([(doc, round(score, 4), searcher.document(doc)) for doc, score in hits])
        return found


def damaged_copies(file: Path, count: int, seed: int = 0) -> Iterator[str]:
    """Damage `file` `count` times, one time after the other; yield what was done, then mend it."""
    content = file.read_bytes()
    chance = random.Random(seed)
    for number in range(count):
        at = chance.randrange(len(content))
        if number % 2:
            damaged = content[:at]
            what = f"{file.name} truncated to {at} bytes"
        else:
            damaged = content[:at] + bytes([content[at] ^ (1 << chance.randrange(8))]) + content[at + 1 :]
            what = f"{file.name} with a bit flipped at {at}"
        file.unlink()
        file.write_bytes(damaged)
        yield what
    file.unlink()
    file.write_bytes(content)


def survive_damage(folder: Path, count: int) -> dict[str, int]:
    """Damage every file of an index `count` times; return how often it was detected, by outcome.

    Each damage must be told by `verify` or make no difference to any answer, and nothing but a
    `JsisaSearchError` may come out of opening, searching and verifying. Raises `AssertionError`.
    """
    before = answers(ArrayIndex(folder))
    outcomes = {"detected by verify": 0, "harmless": 0}
    for file in sorted(path for path in folder.iterdir() if path.stat().st_size):
        for what in damaged_copies(file, count):
            detected = is_detected(folder)
            try:
                now = answers(ArrayIndex(folder))
            except JsisaSearchError:
                now = None
            assert detected or now == before, f"{what}: not detected, and answers differ"
            outcomes["detected by verify" if detected else "harmless"] += 1
    assert answers(ArrayIndex(folder)) == before
    return outcomes


def is_detected(folder: Path) -> bool:
    """Return whether `verify` says that an index is damaged."""
    try:
        return bool(verify(folder).problems)
    except JsisaSearchError:
        return True


# Readers beside a writer

_READ = """
import sys
from pathlib import Path
from jsisa_search.codec.index import ArrayIndex
from tests.codec.ordeal import contents, expected_after
folder, last = Path(sys.argv[1]), int(sys.argv[2])
seen = []
while not seen or seen[-1] < last:
    held = contents(ArrayIndex(folder))
    generation = max(held.values(), default=0)
    assert held == expected_after(generation), generation
    assert not seen or generation >= seen[-1], "went back in time"
    seen.append(generation)
print(len(seen), len(set(seen)))
"""


def survive_readers(folder: Path, readers: int, commits: int) -> list[tuple[int, int]]:
    """Let `readers` processes read while one commits; return (reads, generations seen) of each.

    Raises `AssertionError` when a reader fails or sees anything but a complete generation.
    """
    index = ArrayIndex.create(folder, make_schema())
    command = [sys.executable, "-c", _READ, str(folder), str(commits)]
    root = Path(__file__).parents[2]
    processes = [
        subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=root) for _ in range(readers)
    ]
    for generation in range(1, commits + 1):
        write_generation(index, generation)
    results = []
    for process in processes:
        output, _ = process.communicate(timeout=120)
        assert process.returncode == 0, "a reader failed"
        reads, generations = map(int, output.split())
        results.append((reads, generations))
    return results


def make_index(folder: Path, generations: int = 12) -> ArrayIndex:
    """Return an index with several segments and deletions."""
    index = ArrayIndex.create(folder, make_schema())
    for generation in range(1, generations + 1):
        write_generation(index, generation)
    return index
