"""Making an index: whatever interrupts it or comes between, the next run goes on."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from threading import Barrier, Thread

import pytest
from click.testing import CliRunner, Result

from jsisa_search import Index
from jsisa_search.cli import main
from jsisa_search.codec.whoosh_compat import toc
from jsisa_search.codec.writing.lock import WriteLock
from jsisa_search.errors import ArchiveError, IndexDamagedError, IndexExistsError, IndexNotFoundError
from jsisa_search.indexing.settings import FILE_NAME

pytestmark = pytest.mark.folder_only("the files of an index folder")

#: Makes an index again and again, each time in a child that ends before its next operation on the folder.
INTERRUPTED = """
import os, shutil, sys
from pathlib import Path
from click.testing import CliRunner
from jsisa_search import Index
from jsisa_search.cli import main
from jsisa_search.indexing import settings

settings.write_dictionary = lambda *_: None  # which only saves time later, and takes most of it here
template, folder = map(Path, sys.argv[1:3])
WATCHED = {"open", "os.mkdir", "os.rename", "os.remove", "os.listdir", "os.scandir"}

def create(point):
    left = point
    def hook(event, arguments):
        nonlocal left
        if event in WATCHED and str(folder) in map(str, arguments[:2]) or (
            event in WATCHED and arguments and str(arguments[0]).startswith(str(folder))
        ):
            left -= 1
            if left < 0:
                os._exit(7)
    sys.addaudithook(hook)
    Index.create(folder, overwrite=template.exists()).close()
    os._exit(0)

point = 0
while True:
    shutil.rmtree(folder, ignore_errors=True)
    if template.exists():
        shutil.copytree(template, folder)
    child = os.fork()
    if child == 0:
        create(point)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert status in (0, 7), status
    pages = ["index", str(folder.parent), "--index-dir", str(folder)]
    done = CliRunner().invoke(main, [*pages, *["--rebuild"] * template.exists()])
    if done.exit_code or "0 releases" not in done.output:
        print(f"interrupted before operation {point}: {done.output}")
    if status == 0:
        break
    point += 1
print(f"points: {point}")
"""


def run(*arguments: str | Path) -> Result:
    """Run a command."""
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


@pytest.mark.slow  # some twenty creations, each in a process of its own
@pytest.mark.skipif(not hasattr(os, "fork"), reason="Windows has no fork")
@pytest.mark.parametrize("is_damaged", [False, True], ids=["first", "in place of a damaged one"])
def test_a_creation_interrupted_at_any_point_can_be_repeated(tmp_path: Path, is_damaged: bool) -> None:
    """Whichever operation a kill comes before, indexing the folder works afterwards."""
    template = tmp_path / "template"
    if is_damaged:
        Index.create(template).close()
        (template / FILE_NAME).write_text("{", encoding="utf-8")
    command = [sys.executable, "-c", INTERRUPTED, str(template), str(tmp_path / "index")]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    (points,) = done.stdout.splitlines()
    assert int(points.removeprefix("points: ")) >= 12


def test_first_runs_at_once_lose_nothing(tmp_path: Path) -> None:
    """Of several that make the same index one makes it and the others wait; all of their pages are in it."""
    barrier = Barrier(4)
    failures: list[BaseException] = []

    def first_run(number: int) -> None:
        pages = tmp_path / f"pages{number}"
        pages.mkdir()
        text = f"关于第{number}次会议的通知\n\n全市推进网格化治理。\n"
        (pages / "a.txt").write_text(text, encoding="utf-8")
        barrier.wait()
        try:
            try:
                index = Index.create(tmp_path / "index")
            except IndexExistsError:
                index = Index.open(tmp_path / "index")
            with index:
                index.update([pages])
        except BaseException as error:
            failures.append(error)

    threads = [Thread(target=first_run, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    with Index.open(tmp_path / "index") as index:
        assert index.info().releases == 4
    assert not Index.verify(tmp_path / "index").problems


def test_an_index_is_not_overwritten_under_a_writer(
    tmp_path: Path, write_page: Callable[..., Path], folder: Path
) -> None:
    """Overwriting waits for whoever writes, and says whom it waits for."""
    write_page("a.txt", "全市推进网格化管理。")
    with Index.create(tmp_path / "index") as index:
        index.update([folder])
    lock = WriteLock(tmp_path / "index", "MAIN")
    lock.acquire(0)
    holders: list[str] = []

    def on_wait(holder: str) -> None:
        holders.append(holder)
        assert list((tmp_path / "index").glob("*.segment"))
        lock.release()

    with Index.create(tmp_path / "index", overwrite=True, on_wait=on_wait) as index:
        assert index.info().releases == 0
    assert f"process {os.getpid()} of " in holders[0]
    assert not list((tmp_path / "index").glob("*.segment"))


@pytest.mark.slow
@pytest.mark.parametrize("loss", ["missing", "garbage", "folded wrongly", "fifo"])
def test_lost_settings_are_mended_by_a_rebuild(
    tmp_path: Path, write_page: Callable[..., Path], folder: Path, loss: str
) -> None:
    """Every command says that the index is to be made anew, and `index --rebuild` does so."""
    write_page("a.txt", "全市推进网格化管理。")
    index_dir = tmp_path / "index"
    assert run("index", folder, "--index-dir", index_dir).exit_code == 0
    settings = index_dir / FILE_NAME
    settings.unlink()
    if loss == "garbage":
        settings.write_bytes(b"\xff{")
    elif loss == "folded wrongly":
        settings.write_text('{"schema": "x", "folding": [], "segmenter": 3, "created": null}')
    elif loss == "fifo":
        if not hasattr(os, "mkfifo"):
            pytest.skip("Windows has no FIFOs")
        os.mkfifo(settings)
    (index_dir / "jsisa-search-report.json.4711.tmp").write_text("{")
    with pytest.raises(IndexDamagedError, match="--rebuild"):
        Index.open(index_dir)
    for command in (["query", "网格化"], ["index", folder], ["verify"]):
        refused = run(*command, "--index-dir", index_dir)
        assert (refused.exit_code, "--rebuild" in refused.output) == (2, True)
    assert run("index", folder, "--rebuild", "--index-dir", index_dir).exit_code == 0
    assert run("query", "网格化", "--index-dir", index_dir).exit_code == 0
    assert not list(index_dir.glob("*.tmp"))


def test_a_table_of_contents_without_settings_is_an_unfinished_creation(tmp_path: Path) -> None:
    """There is no index in such a folder yet, and one can be made."""
    Index.create(tmp_path / "index").close()
    (tmp_path / "index" / FILE_NAME).unlink()
    with pytest.raises(IndexNotFoundError):
        Index.open(tmp_path / "index")
    with Index.create(tmp_path / "index") as index:
        assert index.info().releases == 0


@pytest.mark.parametrize("name", ["../MAIN", "a/b", "", "MAIN.*", "..", "a\x00b", "a\nb"])
def test_a_name_that_leads_elsewhere_is_refused(tmp_path: Path, name: str) -> None:
    """An index is called by letters, digits, - and _, so that its files are in its folder."""
    from whoosh.fields import TEXT, Schema

    from jsisa_search.codec.verify import verify
    from jsisa_search.codec.whoosh_compat.array_index import ArrayIndex

    for use in (
        lambda: ArrayIndex.create(tmp_path / "index", Schema(text=TEXT), indexname=name),
        lambda: ArrayIndex(tmp_path / "index", indexname=name),
        lambda: verify(tmp_path / "index", name),
    ):
        with pytest.raises(ArchiveError, match="an index can't be called"):
            use()
    assert list(tmp_path.rglob("*")) == []


def test_verify_names_each_problem(tmp_path: Path, write_page: Callable[..., Path], folder: Path) -> None:
    """Lost settings do not hide what is wrong in the segments."""
    write_page("a.txt", "全市推进网格化管理。")
    index_dir = tmp_path / "index"
    assert run("index", folder, "--index-dir", index_dir).exit_code == 0
    (segment,) = index_dir.glob("*.segment")
    content = bytearray(segment.read_bytes())
    content[64] ^= 1
    segment.write_bytes(content)
    (index_dir / FILE_NAME).unlink()
    found = run("verify", "--index-dir", index_dir)
    named = [line.split(": ")[1] for line in found.output.splitlines() if line.startswith("damaged: ")]
    assert (found.exit_code, named) == (2, [str(index_dir / FILE_NAME), str(segment)])


def test_an_update_that_cannot_be_flushed_is_a_warning(
    tmp_path: Path, write_page: Callable[..., Path], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The update is in effect: one line says what failed, and the exit status is 0."""
    write_page("a.txt", "全市推进网格化管理。")
    index_dir = tmp_path / "index"
    Index.create(index_dir).close()

    def fail_once_renamed(path: Path) -> None:
        if list(path.glob("*_1.toc")):
            raise OSError("Input/output error")

    monkeypatch.setattr(toc, "sync_folder", fail_once_renamed)
    done = run("index", folder, "--index-dir", index_dir)
    assert done.exit_code == 0
    assert [line for line in done.output.splitlines() if line.startswith("Warning: ")] == [
        f"Warning: {index_dir} could not be flushed to disk; a power failure may undo the update "
        "(Input/output error)"
    ]
    assert run("query", "网格化", "--index-dir", index_dir).exit_code == 0
