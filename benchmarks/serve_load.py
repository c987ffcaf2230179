"""Measure `jsisa-search serve` under load: many clients at once, while a folder is being updated.

python benchmarks/serve_load.py --index-dir DIR [--clients 50] [--seconds 60] [--workers N]

Serves a copy of the index with one more folder, in which a release is saved every two seconds. Clients ask
for the results that the page shows while somebody types (two of three requests) and for /api/search (the
third), each with another query drawn from the texts of the index. Two runs: without a pause between an
answer and the next request, and as people search, with a pause of 1 to 3 seconds. Afterwards, a sample of the
answers is compared with those of the library in every generation that the index had during the run.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import psutil
from measure import describe_load, describe_machine, now, percentile, python_command
from report import number, table

from jsisa_search import Index
from jsisa_search.analysis import default_segmenter, fold

SEED = 20261128

#: Seconds between two releases that are saved, and between two looks at memory and generations.
SAVE_SECONDS = 2.0
LOOK_SECONDS = 0.1

#: Seconds of a pause of a client that is a person, each as likely.
THINKING = (1.0, 3.0)

#: Releases of the index whose texts queries are drawn from, and answers that are compared.
DRAWN_FROM = 3000
COMPARED = 200

#: Hits of one answer of the API.
API_HITS = 10

#: Files of an index that answers depend on, by their ends.
_KEPT = (".segment", ".toc", ".bin", ".dictionary")

_HIT = re.compile(r'data-release="([^"]+)" data-at="(\d+)" data-line="(\d+)"')


@dataclass(slots=True)
class Run:
    """What clients saw: seconds of each answer, errors, and a sample of (path, query, answer)."""

    name: str
    seconds: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    sample: list[tuple[str, str, bytes]] = field(default_factory=list)
    took: float = 0.0
    server_cpu: float = 0.0
    client_cpu: float = 0.0
    load: float = 0.0
    updates: int = 0
    unequal: int = 0


def draw_queries(index: Index, count: int) -> list[str]:
    """Draw queries as people type them: one word, two words, a piece of a sentence, a title."""
    chance = random.Random(SEED)
    infos = list(index.releases())
    cut = default_segmenter().cut
    texts: list[tuple[str, str, list[str]]] = []
    for info in chance.sample(infos, min(DRAWN_FROM, len(infos))):
        for paragraph in index.release(info.id).paragraphs:
            words = [word for word in cut(fold(paragraph.text)) if len(word) > 1 and word.isalpha()]
            if len(words) > 3:
                texts.append((paragraph.text, info.title or "", words))
    queries = []
    for _ in range(count):
        text, title, words = chance.choice(texts)
        start = chance.randrange(len(text))
        piece = "".join(character for character in text[start : start + 6] if character.isalnum())
        queries.append(
            chance.choices(
                (
                    chance.choice(words),
                    " ".join(chance.sample(words, 2)),
                    piece or words[0],
                    title or words[0],
                ),
                (35, 30, 20, 15),
            )[0]
        )
    return queries


class Client:
    """One connection that asks, and asks again on a new one where the server closed it."""

    def __init__(self, host: str, port: int) -> None:
        """Ask the server at `host` and `port`."""
        self._host, self._port = host, port
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None

    async def get(self, path: str, headers: str) -> tuple[int, bytes]:
        """Return status and body."""
        for is_last in (False, True):
            if self._writer is None:
                self._reader, self._writer = await asyncio.open_connection(self._host, self._port)
            try:
                return await self._asked(path, headers)
            except (ConnectionError, asyncio.IncompleteReadError):
                self._writer = None
                if is_last:
                    raise
        raise AssertionError("unreachable")

    async def _asked(self, path: str, headers: str) -> tuple[int, bytes]:
        assert self._reader is not None
        assert self._writer is not None
        self._writer.write(
            f"GET {path} HTTP/1.1\r\nHost: {self._host}:{self._port}\r\n{headers}\r\n".encode("ascii")
        )
        head = (await self._reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
        length = int(head.partition("content-length:")[2].partition("\r\n")[0])
        body = await self._reader.readexactly(length)
        if "connection: close" in head:
            self._writer.close()
            self._writer = None
        return int(head.split(" ", 2)[1]), body

    def close(self) -> None:
        """Close the connection."""
        if self._writer is not None:
            self._writer.close()


async def ask(run: Run, url: str, queries: Sequence[str], clients: int, seconds: float, think: bool) -> None:
    """Ask with many clients at once for some seconds."""
    parts = urlsplit(url)
    assert parts.hostname is not None
    assert parts.port is not None
    end = time.perf_counter() + seconds
    each_of = iter(queries)

    async def work(which: int) -> None:
        chance = random.Random(SEED + which)
        client = Client(str(parts.hostname), int(parts.port or 0))
        await asyncio.sleep(chance.uniform(0, THINKING[1]) if think else 0)
        while time.perf_counter() < end and (query := next(each_of, None)) is not None:
            is_api = chance.random() < 1 / 3
            path = f"/api/search?limit={API_HITS}&q={quote(query)}" if is_api else f"/?q={quote(query)}"
            started = time.perf_counter()
            try:
                status, body = await client.get(path, "" if is_api else "X-Part: results\r\n")
                run.seconds.append(time.perf_counter() - started)
                if status != 200:
                    run.errors.append(f"{status} {body[:200]!r}")
                elif len(run.sample) < COMPARED:
                    run.sample.append((path, query, body))
                elif (at := chance.randrange(len(run.seconds))) < COMPARED:
                    run.sample[at] = (path, query, body)
            except (OSError, asyncio.IncompleteReadError) as error:
                run.errors.append(f"{type(error).__name__}: {error}")
            if think:
                await asyncio.sleep(chance.uniform(*THINKING))
        client.close()

    await asyncio.gather(*(work(which) for which in range(clients)))


class Generations:
    """The states that an index had, each as a folder of links to its files, which never change."""

    def __init__(self, index_dir: Path, folder: Path) -> None:
        """Keep the generations of the index in `index_dir` below `folder`."""
        self._index_dir, self._folder = index_dir, folder
        self.folders: dict[str, Path] = {}

    def look(self) -> None:
        """Keep the current generation, if it is a new one."""
        newest = self._newest()
        if newest in self.folders:
            return
        target = self._folder / newest
        target.mkdir(exist_ok=True)
        try:
            for file in self._index_dir.iterdir():
                if (
                    file.suffix in (".segment", ".toc", ".bin", ".dictionary")
                    or file.name == "jsisa-search.json"
                ):
                    os.link(file, target / file.name)
        except FileNotFoundError:  # replaced just now: the next look sees what by
            pass
        if self._newest() == newest and (target / newest).exists():
            self.folders[newest] = target
        else:
            shutil.rmtree(target)

    def _newest(self) -> str:
        tocs = [path.name for path in self._index_dir.glob("_MAIN_*.toc")]
        return max(tocs, key=lambda name: int(re.sub(r"\D", "", name)), default="")


def compare(run: Run, generations: Generations) -> None:
    """Count the answers that the library gives in none of the generations."""
    left = list(run.sample)
    for folder in generations.folders.values():
        with Index.open(folder) as index:
            left = [answer for answer in left if not is_equal(index, *answer)]
    run.unequal = len(left)
    run.errors += [f"no generation answers {query!r} so" for _, query, _ in left[:3]]


def is_equal(index: Index, path: str, query: str, body: bytes) -> bool:
    """Return whether an answer is the library's: every value of the API, every hit of a page in its order."""
    if path.startswith("/api/"):
        told = json.loads(body)
        ours = json.loads(json.dumps(index.search(query, limit=API_HITS).to_dict()))
        return bool(told | {"took_ms": 0} == ours | {"took_ms": 0})
    shown = [(release, int(at), int(line)) for release, at, line in _HIT.findall(body.decode())]
    found = index.search(query, limit=20)
    return shown == [(hit.id, hit.paragraph or 0, hit.line) for hit in found]


@contextmanager
def serving(index_dir: Path, folder: Path, workers: int | None) -> Iterator[tuple[str, psutil.Process]]:
    """Run the server; give its address and process."""
    command = python_command("-m", "jsisa_search", "--lang", "en", "serve", str(folder), "--no-open")
    command += ["--index-dir", str(index_dir), "--port", "0"]
    command += ["--workers", str(workers)] if workers else []
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, encoding="utf-8") as process:
        try:
            assert process.stdout is not None
            said = next((line for line in process.stdout if "http://" in line), "")
            found = re.search(r"http://\S+", said)
            if found is None:
                sys.exit("the server did not start")
            yield found[0], psutil.Process(process.pid)
        finally:
            process.terminate()


def servers_of(process: psutil.Process) -> list[psutil.Process]:
    """Return the processes that answer; not those that update."""
    found = [process]
    for child in process.children():
        with suppress(psutil.Error):  # an update that has just ended
            if "jsisa_search.web.processes.worker" in " ".join(child.cmdline()):
                found.append(child)
    return found


def cpu_of(processes: Sequence[psutil.Process]) -> float:
    """Return the processor seconds that processes have used."""
    return sum(sum(process.cpu_times()[:2]) for process in processes)


def memory_of(processes: Sequence[psutil.Process]) -> dict[str, float]:
    """Return the memory of processes in MB: all of it once, and the anonymous part."""
    full = [process.memory_full_info() for process in processes]
    return {
        "pss": sum(getattr(each, "pss", each.uss) for each in full) / 1e6,
        "anonymous": sum(_anonymous(process) for process in processes),
    }


def _anonymous(process: psutil.Process) -> float:
    """Return the memory of a process that is not backed by a file, in MB; 0 where the system doesn't say."""
    try:
        text = Path(f"/proc/{process.pid}/status").read_text(encoding="ascii", errors="replace")
    except OSError:
        return 0.0
    return int(text.partition("RssAnon:")[2].split()[0]) / 1e3


@contextmanager
def saving(folder: Path, index: Index, look: Any) -> Iterator[list[int]]:
    """Save a release in `folder` every two seconds, of paragraphs of the index; give the number saved."""
    chance = random.Random(SEED)
    infos = list(islice(index.releases(), DRAWN_FROM))
    saved = [0]
    is_over = threading.Event()

    def save() -> None:
        due = time.monotonic()
        while not is_over.wait(LOOK_SECONDS):
            look()
            if time.monotonic() < due:
                continue
            due += SAVE_SECONDS
            paragraphs = [
                chance.choice(index.release(chance.choice(infos).id).paragraphs or ()).text for _ in range(5)
            ]
            text = "\n\n".join([f"{paragraphs[0][:30]}", f"2019-0{saved[0] % 9 + 1}-05", *paragraphs])
            (folder / f"{time.time_ns()}.txt").write_text(text, encoding="utf-8")
            saved[0] += 1

    thread = threading.Thread(target=save, daemon=True)
    thread.start()
    try:
        yield saved
    finally:
        is_over.set()
        thread.join()


def measure(
    url: str, process: psutil.Process, queries: Sequence[str], settings: argparse.Namespace, *, think: bool
) -> Run:
    """Return one run."""
    run = Run("people: 1-3 s between searches" if think else "closed loop: no pause")
    servers = servers_of(process)
    before, own, started = cpu_of(servers), time.process_time(), time.perf_counter()
    asyncio.run(ask(run, url, queries, settings.clients, settings.seconds, think))
    run.took = time.perf_counter() - started
    run.server_cpu = cpu_of(servers) - before
    run.client_cpu = time.process_time() - own
    run.load = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0
    return run


def main(arguments: Sequence[str] | None = None) -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--index-dir", type=Path, required=True, help="the index that is copied and served")
    parser.add_argument("--clients", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--workers", type=int, default=None, help="as of the server")
    parser.add_argument("--searches", type=int, default=0, help="then so many more, for the memory")
    parser.add_argument("--only", choices=("people", "closed"), help="one of the two runs")
    settings = parser.parse_args(arguments)
    machine, load = describe_machine(), describe_load()
    with tempfile.TemporaryDirectory() as temporary:
        root = Path(temporary)
        index_dir, folder = root / "index", root / "saved"
        shutil.copytree(settings.index_dir, index_dir)
        folder.mkdir()
        with Index.open(settings.index_dir) as index:
            queries = draw_queries(index, max(int(settings.clients * settings.seconds * 20), 1000))
            report(root, index_dir, folder, index, queries, settings)
    print(
        f"\n{now()}, {machine['processor']}, {machine['cores']} cores, load {load['load_average'][0]} before"
    )


def report(
    root: Path, index_dir: Path, folder: Path, index: Index, queries: list[str], settings: argparse.Namespace
) -> None:
    """Run and print."""
    runs: list[Run] = []
    generations = Generations(index_dir, root)
    with serving(index_dir, folder, settings.workers) as (url, process):
        time.sleep(6)  # until all processes are there
        at_start = memory_of(servers_of(process))
        for think in (True, False):
            if settings.only not in (None, "people" if think else "closed"):
                continue
            chance = random.Random(SEED + think)
            mine = chance.sample(queries, len(queries))
            with saving(folder, index, generations.look) as saved:
                runs.append(measure(url, process, mine, settings, think=think))
            runs[-1].updates = saved[0]
        print(memory_line("at the start", at_start, servers_of(process)))
        done = sum(len(run.seconds) for run in runs)
        print(memory_line(f"after {done:,} searches", memory_of(servers_of(process)), servers_of(process)))
        if settings.searches:
            more = Run("memory")
            asyncio.run(ask(more, url, queries[: settings.searches], 8, 1e9, think=False))
            done += len(more.seconds)
            last = memory_of(servers_of(process))
            print(memory_line(f"after {done:,} searches", last, servers_of(process)))
    for run in runs:
        compare(run, generations)
    print(f"\n{len(generations.folders)} generations of the index\n")
    print(table(_HEAD, [_row(run) for run in runs]))
    for run in runs:
        for error in run.errors[:5]:
            print(f"{run.name}: {error}")


_HEAD = [
    "run", "answers", "a second", "median ms", "p95 ms", "worst ms", "errors", "not the library's",
    "server CPU s", "clients' CPU s", "releases saved", "load after",
]  # fmt: skip


def _row(run: Run) -> list[str]:
    times = run.seconds or [0.0]
    return [
        run.name,
        str(len(run.seconds)),
        number(len(run.seconds) / run.took),
        *(number(percentile(times, share) * 1e3) for share in (0.5, 0.95, 1.0)),
        str(len(run.errors)),
        f"{run.unequal} of {len(run.sample)}",
        number(run.server_cpu),
        number(run.client_cpu),
        str(run.updates),
        number(run.load),
    ]


def memory_line(when: str, memory: dict[str, float], processes: Sequence[psutil.Process]) -> str:
    """Return one line about the memory of all processes that answer."""
    whole, own = round(memory["pss"]), round(memory["anonymous"])
    return f"memory {when}: {own} MB anonymous, {whole} MB with mapped files, {len(processes)} processes"


if __name__ == "__main__":
    main()
