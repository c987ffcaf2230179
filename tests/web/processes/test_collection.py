from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from jsisa_search.errors import ArchiveError, IndexVersionError, PageError
from jsisa_search.web.processes import collection as collection_module
from jsisa_search.web.processes.collection import FOLDERS_FILE, Collection
from jsisa_search.web.processes.updating import run_job
from tests.web.conftest import SECONDS, write_pages

WritePage = Callable[..., Path]


def _steps(**job: Any) -> dict[str, Any]:
    """Return what a job says, the last of each sort."""
    said: dict[str, Any] = {}
    run_job(job, said.update)
    return said


def test_a_job_updates_an_index_and_reports(tmp_path: Path) -> None:
    """An index is created if need be; the report has counts and the files that are doubtful."""
    write_pages(tmp_path / "pages")
    said = _steps(index_dir=str(tmp_path / "index"), folders=[str(tmp_path / "pages")])
    assert said["report"]["releases"] == 4
    assert said["report"]["doubtful_total"] == len(said["report"]["doubtful"]) > 0
    json.dumps(said)


def test_a_job_removes_a_folder(tmp_path: Path) -> None:
    """All releases below the folder go; one of which nothing is indexed is no error."""
    write_pages(tmp_path / "pages")
    index_dir = str(tmp_path / "index")
    _steps(index_dir=index_dir, folders=[str(tmp_path / "pages")])
    assert _steps(index_dir=index_dir, remove=str(tmp_path / "pages")) == {"removed": 4}
    assert _steps(index_dir=index_dir, remove=str(tmp_path / "pages")) == {}


def test_a_job_that_fails_says_why(tmp_path: Path) -> None:
    """A folder that is gone, and one that is no folder of an index, are errors with a reason."""
    gone = _steps(index_dir=str(tmp_path / "index"), folders=[str(tmp_path / "gone")])
    assert "gone" in gone["error"]
    (tmp_path / "file").write_text("", encoding="utf-8")
    assert "file" in _steps(index_dir=str(tmp_path / "file"), folders=[])["error"]


def test_folders_are_remembered(tmp_path: Path, folder: Path) -> None:
    """The next start knows the folders of the last, each once, and adds new ones."""
    Collection(tmp_path / "index", [folder], is_watching=False).close()
    again = Collection(tmp_path / "index", [folder, tmp_path], is_watching=False)
    assert again.folders == (folder, tmp_path)
    again.close()


def test_a_folder_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    """A misspelt folder is an error before anything is served."""
    with pytest.raises(PageError, match="no such folder"):
        Collection(tmp_path / "index", [tmp_path / "nowhere"])


def test_a_damaged_list_of_folders_is_reported(tmp_path: Path, folder: Path) -> None:
    """A list that can't be read is not replaced by an empty one."""
    Collection(tmp_path / "index", [folder], is_watching=False).close()
    (tmp_path / "index" / FOLDERS_FILE).write_text("{", encoding="utf-8")
    with pytest.raises(ArchiveError, match="mend it or move it away"):
        Collection(tmp_path / "index", is_watching=False)


def _is_soon(is_so: Callable[[], bool]) -> bool:
    """Wait some seconds at most until something is so; return whether it is."""
    end = time.monotonic() + 5
    while not is_so() and time.monotonic() < end:
        time.sleep(0.1)
    return is_so()


@pytest.mark.slow
def test_folders_are_indexed_watched_and_removed(tmp_path: Path, folder: Path, write_page: WritePage) -> None:
    """Pages that are saved while it runs are found soon, searches go on meanwhile, and a folder can go."""
    write_page("a.txt", "全市推进网格化管理。")
    collection = Collection(tmp_path / "index", [folder])
    collection.start()
    try:
        assert collection.wait(SECONDS)
        assert collection.index.search("网格化管理").total == 1
        assert collection.state.report["new"] == 1
        for number in range(60):  # one that was saved before the watcher was ready is not noticed
            write_page(f"b{number}.txt", "群众满意率达97.42%。")
            if _is_soon(lambda: collection.index.search("满意率").total > 0):
                break
        assert collection.index.search("满意率").total
        assert collection.wait(SECONDS)
        collection.remove(str(folder))
        assert collection.wait(SECONDS)
        assert collection.index.info().releases == 0
        assert (folder / "a.txt").exists()
    finally:
        collection.close()


@pytest.mark.slow
def test_updates_of_files_that_keep_changing_rest_between(
    tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A change soon after an update waits, while searches have the processor; who asks does not wait."""
    monkeypatch.setattr(collection_module, "_REST", 1e9)
    monkeypatch.setattr(collection_module, "_LONGEST_REST", 3600.0)
    write_pages(folder)
    collection = Collection(tmp_path / "index", [folder], is_watching=False)
    collection.start()
    try:
        assert collection.wait(SECONDS)
        collection._notice_change()
        collection._notice_change()
        assert [job.not_before - time.monotonic() > 3000 for job in collection._queue] == [True]
        state = collection.state
        assert (state.is_queued, state.is_running, state.serial) == (True, False, 1)
        collection.update()
        assert collection.wait(SECONDS)
        assert collection.state.serial == 2
        monkeypatch.setattr(collection_module, "_LONGEST_REST", 0.5)
        collection.update()
        assert collection.wait(SECONDS)
        rests_until = collection._rests_until
        collection._notice_change()
        assert collection.wait(SECONDS)
        assert collection.state.serial == 4
        assert time.monotonic() > rests_until
    finally:
        collection.close()


@pytest.mark.slow
def test_an_update_that_fails_is_shown_and_can_be_repeated(tmp_path: Path, folder: Path) -> None:
    """The folder of an update that is gone leaves the index as it was; back again, it is indexed."""
    write_pages(folder)
    collection = Collection(tmp_path / "index", [folder], is_watching=False)
    folder.rename(tmp_path / "elsewhere")
    collection.start()
    try:
        assert collection.wait(SECONDS)
        assert "pages" in collection.state.error
        (tmp_path / "elsewhere").rename(folder)
        collection.update()
        assert collection.wait(SECONDS)
        assert not collection.state.error
        assert collection.index.info().releases == 4
    finally:
        collection.close()


def test_an_index_of_another_version_is_made_anew(tmp_path: Path, folder: Path) -> None:
    """After a new version of the program, the known folders are indexed again; clippings and words stay."""
    Collection(tmp_path / "index", [folder], is_watching=False).close()
    (tmp_path / "index" / "synonyms.txt").write_text("满意度 = 满意率\n", encoding="utf-8")
    settings = tmp_path / "index" / "jsisa-search.json"
    content = json.loads(settings.read_text(encoding="utf-8"))
    settings.write_text(json.dumps(content | {"schema": 1}), encoding="utf-8")
    again = Collection(tmp_path / "index", is_watching=False)
    assert again.folders == (folder,)
    assert again.index.info().releases == 0
    assert (tmp_path / "index" / "synonyms.txt").exists()
    assert (tmp_path / "index" / FOLDERS_FILE).exists()
    again.close()


def test_an_index_of_another_version_without_known_folders_stays(tmp_path: Path) -> None:
    """What could not be made again is not replaced; the error says what to do."""
    Collection(tmp_path / "index", is_watching=False).close()
    settings = tmp_path / "index" / "jsisa-search.json"
    content = json.loads(settings.read_text(encoding="utf-8"))
    settings.write_text(json.dumps(content | {"schema": 1}), encoding="utf-8")
    with pytest.raises(IndexVersionError, match="rebuild"):
        Collection(tmp_path / "index", is_watching=False)
