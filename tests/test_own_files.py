"""The files of an index folder: regular ones only, replaced as a whole."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from jsisa_search import Index, JsisaSearchError
from jsisa_search.own_files import IrregularFileError, open_regular, read_regular, replace_file

pytestmark = pytest.mark.folder_only("the files of an index folder")

needs_fifos = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="Windows has no FIFOs")


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of an index with a release, user words and what a suggestion stores."""
    work = tmp_path_factory.mktemp("template")
    (work / "pages").mkdir()
    text = "关于治理的通知\n\n全市推进“网格化”管理。\n"
    (work / "pages" / "a.txt").write_text(text, encoding="utf-8")
    (work / "pages" / "b.docx").write_bytes(b"no document")
    with Index.create(work / "index") as index:
        index.update([work / "pages"])
        index.suggest("网")
    (work / "index" / "user-words.txt").write_text("网格员\n", encoding="utf-8")
    return work


@pytest.mark.slow
@needs_fifos
def test_a_fifo_under_any_name_of_the_index_is_never_waited_for(template: Path, tmp_path: Path) -> None:
    """Opening, searching, suggesting, verifying and updating end, with results or an error of ours."""
    names = sorted(path.name for path in (template / "index").iterdir())
    assert {"MAIN_WRITELOCK", "jsisa-search.json", "jsisa-search-report.json"} < set(names)
    for name in [*names, "MAIN_WRITELOCK.json", "_MAIN_2.toc.tmp", "jsisa-search.json.tmp"]:
        folder = tmp_path / name / "index"
        shutil.copytree(template / "index", folder)
        (folder / name).unlink(missing_ok=True)
        os.mkfifo(folder / name)
        try:
            with Index.open(folder) as index:
                assert index.search("网格化").total == 1
                index.suggest("网")
                index.explain_nothing("没有")
                index.update([template / "pages"])
        except JsisaSearchError as error:
            assert name in str(error)
        try:
            Index.verify(folder)
        except JsisaSearchError as error:
            assert name in str(error)


def test_processes_may_replace_a_shared_file_at_once(tmp_path: Path) -> None:
    """Where `is_shared` is set, another process's half-written file is neither used nor removed."""
    other = tmp_path / "file.tmp"
    other.write_bytes(b"half")
    replace_file(tmp_path / "file", b"whole", is_durable=False, is_shared=True)
    assert (tmp_path / "file").read_bytes() == b"whole"
    assert other.read_bytes() == b"half"
    replace_file(tmp_path / "file", b"alone", is_durable=False)
    assert not other.exists()


@needs_fifos
def test_what_is_no_regular_file_is_refused(tmp_path: Path) -> None:
    """Folders, FIFOs and devices are told by name."""
    os.mkfifo(tmp_path / "fifo")
    for path in (tmp_path, tmp_path / "fifo", Path(os.devnull)):
        with pytest.raises(IrregularFileError, match="not a regular file"):
            open_regular(path)


def test_a_file_that_is_too_large_is_not_read(tmp_path: Path) -> None:
    """The bound holds to the byte."""
    path = tmp_path / "file"
    path.write_bytes(b"12345")
    assert read_regular(path, 5) == b"12345"
    with pytest.raises(IrregularFileError, match="larger than 4 bytes"):
        read_regular(path, 4)


def test_a_file_is_replaced_as_a_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where flushing fails the file is as it was, and nothing is left beside it."""
    path = tmp_path / "file"
    replace_file(path, b"old")
    (tmp_path / "file.tmp").write_bytes(b"left by a process that was killed")

    def fail(_: int) -> None:
        raise OSError("Input/output error")

    with monkeypatch.context() as patched, pytest.raises(OSError, match="Input"):
        patched.setattr(os, "fsync", fail)
        replace_file(path, b"new")
    assert [(entry.name, entry.read_bytes()) for entry in tmp_path.iterdir()] == [("file", b"old")]
    replace_file(path, b"new")
    assert [(entry.name, entry.read_bytes()) for entry in tmp_path.iterdir()] == [("file", b"new")]
