"""Every page of `pages/`, each made for one difficulty of real sites, against its golden reading.

After a wanted change run `python -m tests.page.test_pages` and review the difference.
"""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import pytest

from jsisa_search.errors import PageError
from jsisa_search.page import explain_release

PAGES = sorted((Path(__file__).parent / "pages").glob("*.html"))
GOLDEN = Path(__file__).parent / "pages" / "golden"
LARGEST = 6000  # bytes: a page shows one difficulty and no more


def read(page: Path) -> dict[str, object]:
    """Return what is read of a page, short enough to review: each paragraph with its line, in one text."""
    try:
        reading = explain_release(page.read_bytes(), page.name)
    except PageError as error:
        return {"error": type(error).__name__, "message": str(error)}
    release = dataclasses.asdict(reading.release)
    for name in ("published", "dated", "saved", "date"):
        release[name] = str(release[name])
    if reading.release.date_from in (None, "page"):
        for name in ("date", "date_precision", "date_from"):
            del release[name]
    for name in ("dated", "saved"):
        if getattr(reading.release, name) is None:
            del release[name]
    for name in ("attachments", "links", "captions"):
        if not getattr(reading.release, name):
            del release[name]
    release["sections"] = [
        {
            "heading": section.heading,
            "subheading": section.subheading,
            "paragraphs": [f"{paragraph.line}: {paragraph.text}" for paragraph in section.paragraphs],
        }
        for section in reading.release.sections
    ]
    return release | {"doubts": [doubt.kind for doubt in reading.doubts]}


def dump(page: Path) -> str:
    """Return the reading of a page as JSON."""
    return json.dumps(read(page), ensure_ascii=False, indent=1) + "\n"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_page_is_read_as_reviewed(page: Path) -> None:
    """A page is read exactly as its golden file, which was reviewed against the page."""
    assert dump(page) == (GOLDEN / f"{page.stem}.json").read_text(encoding="utf-8")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_page_shows_one_difficulty_only(page: Path) -> None:
    """A page stays small enough to be understood."""
    assert page.stat().st_size <= LARGEST


def test_every_golden_file_has_its_page() -> None:
    """No golden file is left over from a page that is gone."""
    assert {path.stem for path in GOLDEN.glob("*.json")} == {page.stem for page in PAGES}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_every_reason_names_what_was_found(page: Path) -> None:
    """Title, time and text of a page come with a finding, and what was left out with a reason."""
    try:
        reading = explain_release(page.read_bytes(), page.name)
    except PageError:
        return
    told = {finding.what: finding for finding in reading.findings}
    assert told["text"].rule
    assert ("title" in told) == (reading.release.title is not None)
    assert ("published" in told) == (reading.release.published is not None)
    assert all(finding.rule for finding in reading.findings)


if __name__ == "__main__":
    GOLDEN.mkdir(exist_ok=True)
    for path in PAGES:
        (GOLDEN / f"{path.stem}.json").write_text(dump(path), encoding="utf-8")
