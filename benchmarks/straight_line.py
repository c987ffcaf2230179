"""Index a folder of saved pages as a user does, then again, then after one change, removal and addition.

python benchmarks/straight_line.py FOLDER

Runs `jsisa-search index` on a copy of the folder and reports per run the wall time, the peak memory of the
process with all it starts, and the command's own summary. Make the folder with make_pages.py.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from measure import describe_load, describe_machine, folder_bytes, now, run_measured, versions
from report import number, table

NEW_PAGE = """新增页面|用于增量索引的测量

2020-01-06 09:00:00

来源:测量

这一页是测量开始以后才放进文件夹的，内容只有一段。
"""
ADDED_LINE = "\n\n这一段是测量开始以后才加上去的，用来看改动的文件是否被重新索引。\n"


def index_folder(folder: Path, index: Path, extra: Sequence[str]) -> dict[str, Any]:
    """Run the command once; exit with its message when it fails."""
    command = ["jsisa-search", "index", str(folder), "--index-dir", str(index), *extra]
    child, seconds, peak = run_measured(command)
    if child.returncode:
        sys.exit(f"jsisa-search index ended with {child.returncode}: {child.stderr.strip()[-2000:]}")
    lines = [line for line in child.stdout.splitlines() if line.strip()]
    return {
        "seconds": seconds,
        "peak_mb": peak,
        "summary": lines[-1] if lines else "",
        "complaints": len(child.stderr.splitlines()),
        "index_bytes": folder_bytes(index),
    }


def change_folder(folder: Path) -> None:
    """Change the first text file, remove the last file, add a new one."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    changed = next((path for path in files if path.suffix == ".txt"), files[0])
    # Plain ASCII would not do: the line has to be in the file's own encoding, which is one of these two.
    for encoding in ("utf-8", "gb18030"):
        try:
            changed.read_bytes().decode(encoding)
        except UnicodeDecodeError:
            continue
        changed.write_bytes(changed.read_bytes() + ADDED_LINE.encode(encoding))
        break
    next(path for path in reversed(files) if path != changed).unlink()
    (folder / "new-page.txt").write_text(NEW_PAGE, encoding="utf-8")


def measure_folder(source: Path, work: Path, extra: Sequence[str]) -> dict[str, Any]:
    """Do the three runs on a copy of `source` and return what is to be written down."""
    folder, index = work / "pages", work / "index"
    shutil.copytree(source, folder)
    steps: tuple[tuple[str, Callable[[Path], None] | None], ...] = (
        ("first run", None),
        ("second run, nothing changed", None),
        ("1 changed, 1 removed, 1 added", change_folder),
    )
    run: dict[str, Any] = {
        "date": now(),
        "machine": describe_machine(),
        "load": describe_load(),
        "versions": versions(("jsisa-search", "Whoosh", "jieba", "rjieba", "numpy", "lxml")),
        "files": sum(path.is_file() for path in folder.rglob("*")),
        "bytes": folder_bytes(folder),
        "steps": {},
    }
    for name, prepare in steps:
        if prepare:
            prepare(folder)
        run["steps"][name] = index_folder(folder, index, extra)
    return run


def render(run: dict[str, Any]) -> str:
    """Return the run as Markdown."""
    machine = run["machine"]
    rows = [
        [
            name,
            number(step["seconds"]),
            number(step["peak_mb"]),
            number(step["index_bytes"] / 1e6),
            step["summary"],
        ]
        for name, step in run["steps"].items()
    ]
    return (
        f"# A folder of pages through the command line, {run['date']}\n\n"
        f"{run['files']:,} files, {run['bytes'] / 1e6:.1f} MB. {machine['processor']}, "
        f"{machine['cores']} cores, Python {machine['python']}, "
        f"load {run['load']['load_average'][0]} before; "
        + ", ".join(f"{name} {version}" for name, version in run["versions"].items())
        + ".\n\n"
        + table(["step", "wall s", "peak MB", "index MB", "summary"], rows)
        + "\n"
    )


def main(arguments: Sequence[str] | None = None) -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path, help="a folder of saved pages; it is copied, not changed")
    parser.add_argument("--jobs", type=int, help="passed on to jsisa-search index")
    parser.add_argument(
        "--out", type=Path, help="the JSON file; the table goes beside it; by default neither"
    )
    settings = parser.parse_args(arguments)
    if not settings.folder.is_dir():
        sys.exit(f"There is no folder {settings.folder}; make one with make_pages.py.")
    extra = ["--jobs", str(settings.jobs)] if settings.jobs else []
    with tempfile.TemporaryDirectory() as work:
        run = measure_folder(settings.folder, Path(work), extra)
    print(render(run))
    if settings.out:
        settings.out.parent.mkdir(parents=True, exist_ok=True)
        settings.out.write_text(json.dumps(run, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        settings.out.with_suffix(".md").write_text(render(run), encoding="utf-8")


if __name__ == "__main__":
    main()
