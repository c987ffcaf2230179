"""Facets and filters by what the files are: folders with all below them, and formats."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable
from pathlib import Path, PurePath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jsisa_search import Filters, Index, make_filters
from jsisa_search.query import filter_tree
from tests.cluster.engines import Place
from tests.conftest import page_text

WritePage = Callable[..., Path]


@pytest.fixture(scope="module")
def filed(shared_index: Index, shared_folder: Path) -> Index:
    """Return an index of files in several folders and formats, in two segments, and of a release without."""
    files = ("甲.txt", "2021/乙.TXT", "2021/三月/丙.md", "2022/丁.txt", "2022/三月/戊.html", "20/己.txt")
    for number, name in enumerate(files):
        path = shared_folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(page_text(f"第{number}期简报", "渡口修缮完工。", "渡口恢复通行。"), encoding="utf-8")
        if number == 2:
            shared_index.update([shared_folder])
    shared_index.update([shared_folder])
    shared_index.add_text("渡口改造方案征求意见。", id="征求意见.txt")
    return shared_index


def counts(index: Index, field: str, **filters: list[str]) -> dict[str, int]:
    """Return the passages with 渡口 by a field."""
    return index.count_by(field, "渡口", filters=make_filters(**filters))  # type: ignore[arg-type]


def test_folders_have_what_is_below_them(filed: Index, shared_folder: Path) -> None:
    """Counts are those of a walk over the paths of all hits, up to the folder that has all files."""
    expected = Counter(
        str(parent)
        for hit in filed.search("渡口", limit=100, fold=False)
        if not hit.path.startswith("text:")
        for parent in PurePath(hit.path).parents
        if parent.is_relative_to(shared_folder)
    )
    assert counts(filed, "folder") == expected
    (facet,) = filed.search("渡口", limit=1, facets=["folder"]).facets
    assert dict(facet.counts) == expected


def test_formats_are_suffixes_in_small_letters(filed: Index) -> None:
    """A release without a file has no format, whatever its name."""
    found = counts(filed, "format")
    assert set(found) == {"txt", "md", "html"}
    assert found["txt"] == 8
    assert next(iter(found)) == "txt"


def test_releases_are_counted_once(filed: Index, shared_folder: Path) -> None:
    """By releases, a folder has as many as there are files with a hit below it."""
    found = filed.count_by("folder", "渡口", unit="releases")
    assert found[str(shared_folder)] == 6
    assert found[str(shared_folder / "2021")] == 2


@pytest.mark.parametrize("name", ["", "2021", "2021/三月", "2022", "20", "2023"])
def test_a_folder_restricts_to_what_is_in_and_below_it(filed: Index, shared_folder: Path, name: str) -> None:
    """The folder 20 is no part of 2021; what is found is what the facet counts."""
    wanted = shared_folder / name
    hits = filed.search("渡口", limit=100, fold=False, filters=make_filters(folder=[str(wanted)]))
    assert all(PurePath(hit.path).is_relative_to(wanted) for hit in hits)
    assert hits.total == counts(filed, "folder").get(str(wanted), 0)


def test_folders_and_formats_add_up_among_themselves_and_narrow_each_other(
    filed: Index, shared_folder: Path
) -> None:
    """Two folders let either pass; a format beside them must hold as well, however it is written."""
    both = [str(shared_folder / "2021"), f"{shared_folder / '2022'}{os.sep}"]
    assert sum(counts(filed, "format", folder=both).values()) == 7
    assert counts(filed, "format", folder=both, format=[".MD", "HTML"]) == {"md": 2, "html": 1}
    assert counts(filed, "format", format=["*"]) == {}


def test_a_folder_above_the_index_has_no_folders_beside_itself(tmp_path: Path, place: Place) -> None:
    """The folder in which the index is, and those above, restrict like any other."""
    near, far = tmp_path / "稿", tmp_path / "稿" / "存"
    (far / "内").mkdir(parents=True)
    for path in (tmp_path / "外.txt", near / "中.txt", far / "里.txt", far / "内" / "深.txt"):
        path.write_text(page_text(path.stem, f"渡口在{path.stem}。"), encoding="utf-8")
    with Index.create(place(far / "index")) as index:
        index.update([tmp_path / "外.txt", near / "中.txt", far / "里.txt", far / "内"])
        for folder, names in ((tmp_path, "外中里深"), (near, "中里深"), (far, "里深"), (far / "内", "深")):
            hits = index.search("渡口", limit=9, filters=make_filters(folder=[str(folder)]))
            assert {PurePath(hit.path).stem for hit in hits} == set(names)


@pytest.mark.skipif(os.name == "nt", reason="names are Unicode there")
def test_a_file_whose_name_is_no_text_is_in_its_folder(index: Index, folder: Path) -> None:
    """Its stored path is escaped as a whole, and its folder the same as that of its neighbours."""
    (folder / "100%").mkdir()
    for name in (b"a.txt", b"\xff.txt"):
        path = os.fsencode(folder / "100%") + b"/" + name
        Path(os.fsdecode(path)).write_text(page_text("通报", f"渡口{name[0]}。"), encoding="utf-8")
    index.update([folder])
    assert counts(index, "folder") == {str(folder / "100%"): 2}
    assert sum(counts(index, "folder", folder=[str(folder / "100%")]).values()) == 2


def test_a_folder_that_was_not_converted_is_refused() -> None:
    """A tree is made of stored folders only: others would find nothing, silently."""
    with pytest.raises(ValueError, match="no stored folder"):
        filter_tree(Filters(folder=("/home/zhang",)), lambda _: ())


@given(st.text(max_size=12))
def test_any_text_may_be_a_folder_or_a_format(text: str) -> None:
    """What names none makes a tree that lets nothing pass, and no error."""
    assert filter_tree(make_filters(format=[text]), lambda _: ()) is not None
    assert make_filters(folder=[text]).folder is not None
