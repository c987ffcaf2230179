"""What one engine does in a process of its own: build, search, add releases, or be profiled.

Called by `engine.py` as `worker.py TASK.json RESULT.json`; what libraries print does not matter so.
"""

from __future__ import annotations

import cProfile
import gc
import io
import json
import pstats
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

from measure import folder_bytes, peak_resident, resident
from peers import Peer, make_peer
from queries import QuerySpec
from tokens import peers_folder

K = 10
DEEP = 50
"""How many hits are compared: ties around the tenth place are told by what follows it."""
LONG_PASS_SECONDS = 15.0
"""An engine that needs longer for all queries once gets no further pass in this process."""
PROFILE_LINES = 25


def build(peer: Peer, task: dict[str, Any]) -> dict[str, Any]:
    """Build the index; seconds, size and peak memory of the whole process and above import."""
    peers_folder()  # the benchmark's own; the segmenter's dictionary is loaded within the time
    folder = Path(task["folder"])
    folder.mkdir(parents=True)
    before = resident()["total"]
    started = time.perf_counter()
    peer.build(Path(task["texts"]), folder)
    seconds = time.perf_counter() - started
    peak = peak_resident()
    peer.open(folder)
    found = peer.size()
    peer.close()
    return {
        "seconds": seconds,
        "bytes": folder_bytes(folder),
        "peak_mb": peak,
        "peak_above_import_mb": peak - before,
        "paragraphs": found,
    }


def search(peer: Peer, task: dict[str, Any]) -> dict[str, Any]:
    """Open, then answer every query `passes` times without and `passes` times with totals."""
    before = resident()
    specs = [spec for spec in map(QuerySpec.from_json, task["queries"]) if spec.kind in peer.kinds]
    first = next(spec for spec in specs if spec.class_name == task["first_class"])
    started = time.perf_counter()
    peer.open(Path(task["folder"]))
    opened = time.perf_counter()
    peer.search(peer.prepare(first), K, counted=False)
    answered = time.perf_counter()
    queries = [peer.prepare(spec) for spec in specs]
    gc.collect()
    plain = _time_passes(lambda query: peer.search(query, K, counted=False), queries, task["passes"])
    after = resident()
    counted = _time_passes(lambda query: peer.search(query, K, counted=True), queries, task["passes"])
    return {
        "open_ms": (opened - started) * 1e3,
        "open_and_first_ms": (answered - started) * 1e3,
        "resident_mb": after["total"],
        "resident_above_import_mb": after["total"] - before["total"],
        "anonymous_above_import_mb": after["anonymous"] - before["anonymous"],
        "classes": [spec.class_name for spec in specs],
        "numbers": [number for number, q in enumerate(task["queries"]) if q["kind"] in peer.kinds],
        "seconds": plain,
        "counted_seconds": counted,
        "answers": [_answer(peer, query) for query in queries] if task["answers"] else [],
    }


def _time_passes(run: Callable[[Any], object], queries: list[Any], passes: int) -> list[float]:
    """Return per query the median of its times over the passes."""
    times: list[list[float]] = [[] for _ in queries]
    for _ in range(passes):
        pass_started = time.perf_counter()
        for query, taken in zip(queries, times, strict=True):
            started = time.perf_counter()
            run(query)
            taken.append(time.perf_counter() - started)
        if time.perf_counter() - pass_started > LONG_PASS_SECONDS:
            break
    return [median(taken) for taken in times]


def _answer(peer: Peer, query: Any) -> dict[str, Any]:
    total = peer.total(peer.search(query, K, counted=True))
    hits = peer.hits(peer.search(query, DEEP, counted=False))
    return {"total": total, "hits": [[number, round(score, 6)] for number, score in hits]}


def add(peer: Peer, task: dict[str, Any]) -> dict[str, Any]:
    """Add releases one after the other, each committed; say how long each took and whether all are there.

    The first one also loads the segmenter's dictionary and is told apart.
    """
    folder = Path(task["folder"])
    peer.open(folder)
    before = peer.size()
    peer.close()
    peers_folder()
    seconds = []
    number = before
    for texts in task["releases"]:
        started = time.perf_counter()
        peer.add_release(folder, texts, number)
        seconds.append(time.perf_counter() - started)
        number += len(texts)
    peer.open(folder)
    after = peer.size()
    peer.close()
    return {"first_seconds": seconds[0], "all_seconds": seconds[1:], "complete": after == number}


def profile(peer: Peer, task: dict[str, Any]) -> dict[str, Any]:
    """Say where the time goes: in building, and in each class of queries."""
    folder = Path(task["folder"])
    folder.mkdir(parents=True)
    found = {"build": _profile(lambda: peer.build(Path(task["texts"]), folder))}
    peer.open(folder)
    specs = [spec for spec in map(QuerySpec.from_json, task["queries"]) if spec.kind in peer.kinds]
    for class_name in dict.fromkeys(spec.class_name for spec in specs):
        queries = [peer.prepare(spec) for spec in specs if spec.class_name == class_name]
        found[class_name] = _profile(partial(_search_all, peer, queries))
    peer.close()
    return found


def _search_all(peer: Peer, queries: list[Any]) -> None:
    for query in queries:
        peer.search(query, K, counted=False)


def _profile(run: Callable[[], object]) -> str:
    profiler = cProfile.Profile()
    profiler.runcall(run)
    text = io.StringIO()
    pstats.Stats(profiler, stream=text).strip_dirs().sort_stats("tottime").print_stats(PROFILE_LINES)
    return text.getvalue()


def main(task_path: str, result_path: str) -> None:
    """Do the task and write its result."""
    task = json.loads(Path(task_path).read_text(encoding="utf-8"))
    peer = make_peer(task["engine"])
    peer.load()
    result = {"build": build, "search": search, "add": add, "profile": profile}[task["what"]](peer, task)
    result["packages"] = list(peer.packages)
    Path(result_path).write_text(json.dumps(result, ensure_ascii=False), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
