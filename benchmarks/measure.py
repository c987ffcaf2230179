"""Clocks, memory and the description of the machine: what a figure has to come with."""

from __future__ import annotations

import os
import platform
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from statistics import median
from typing import Any

import psutil

MEGABYTE = 1e6
SAMPLING_SECONDS = 0.05


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value below which `share` of the values lie, by the nearest-rank rule."""
    ordered = sorted(values)
    return ordered[max(0, -(-int(share * 1000) * len(ordered) // 1000) - 1)]


def summarize(seconds: Sequence[float]) -> dict[str, float]:
    """Return median, 95th percentile and worst in milliseconds."""
    return {
        "median_ms": median(seconds) * 1e3,
        "p95_ms": percentile(seconds, 0.95) * 1e3,
        "worst_ms": max(seconds) * 1e3,
    }


def resident() -> dict[str, float]:
    """Return this process's resident memory now, in MB: all of it, and what is not backed by a file."""
    status = _read_status()
    if status:
        return {"total": status["VmRSS"], "anonymous": status["RssAnon"]}
    total = psutil.Process().memory_info().rss / MEGABYTE
    return {"total": total, "anonymous": total}


def peak_resident() -> float:
    """Return the largest resident memory this process has had, in MB."""
    status = _read_status()
    return status["VmHWM"] if status else psutil.Process().memory_info().rss / MEGABYTE


def _read_status() -> dict[str, float]:
    path = Path("/proc/self/status")
    if not path.exists():
        return {}
    rows = (line.split() for line in path.read_text().splitlines() if line.endswith(" kB"))
    return {name.rstrip(":"): int(value) * 1024 / MEGABYTE for name, value, _ in rows}


class TreeSampler:
    """Keeps the largest sum of resident memory of a process and all it starts; shared pages count twice."""

    def __init__(self, process_id: int) -> None:
        self.peak = 0.0
        self._root = psutil.Process(process_id)
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> TreeSampler:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopped.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._stopped.wait(SAMPLING_SECONDS):
            try:
                tree = [self._root, *self._root.children(recursive=True)]
                self.peak = max(self.peak, sum(_resident_of(process) for process in tree) / MEGABYTE)
            except psutil.NoSuchProcess:
                return


def _resident_of(process: psutil.Process) -> int:
    try:
        return int(process.memory_info().rss)
    except psutil.Error:
        return 0


def run_measured(
    command: Sequence[str], **settings: Any
) -> tuple[subprocess.CompletedProcess[str], float, float]:
    """Run a command to its end; return it, its wall time in seconds and the peak memory of its tree in MB."""
    started = time.perf_counter()
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8", **settings
    ) as child:
        with TreeSampler(child.pid) as sampler:
            output, errors = child.communicate()
        seconds = time.perf_counter() - started
    return subprocess.CompletedProcess(command, child.returncode, output, errors), seconds, sampler.peak


def folder_bytes(folder: Path) -> int:
    """Return the size of all files in a folder."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def describe_machine() -> dict[str, Any]:
    """Return processor, cores, memory, system and Python."""
    return {
        "processor": _processor(),
        "cores": os.cpu_count(),
        "memory_gb": round(psutil.virtual_memory().total / 1e9, 1),
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
    }


def _processor() -> str:
    path = Path("/proc/cpuinfo")
    names = (
        [line for line in path.read_text().splitlines() if line.startswith("model name")]
        if path.exists()
        else []
    )
    return names[0].partition(":")[2].strip() if names else platform.processor()


def describe_load() -> dict[str, Any]:
    """Return the load averages and, over half a second, the share of processor time that others take."""
    return {
        "load_average": [round(x, 2) for x in os.getloadavg()],
        "busy_percent": psutil.cpu_percent(interval=0.5),
    }


def versions(packages: Iterable[str]) -> dict[str, str]:
    """Return the installed version of each distribution, '-' where there is none."""
    found = {}
    for package in sorted(set(packages)):
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = "-"
    return found


def now() -> str:
    """Return date and time, UTC, to the second."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def python_command(*arguments: str) -> list[str]:
    """Return a command that runs this same Python."""
    return [sys.executable, *arguments]
