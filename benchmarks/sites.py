"""How well pages of sites never seen are read: title, day, source, author, edges of the text, headings.

    python benchmarks/sites.py ../shared/data/pages/many_sites
    python benchmarks/sites.py FOLDER --readers jsisa gne trafilatura --half report --misses

The folder has `gold.jsonl`, an object per page: `file`, `title`, `published`, `source`, `author`, `first` and
`last` (the first and last characters of the text), `headings`, and `accept`, other values that are right.
A page is in the half `tune` or `report` by the SHA-1 of its site: no site is in both.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from page_readers import READERS, Reading
from page_text import bare, fold

DAY = len("2022-09-06")
#: The shares of the table, in its order; the last two are better when lower.
SHARES = ("title", "day", "source", "author", "first", "last", "edges", "no source", "no date")


@dataclass(frozen=True, slots=True)
class Page:
    """A page and what is true of it."""

    path: Path
    text: str
    gold: dict[str, Any]

    @property
    def site(self) -> str:
        """The site, whose name decides the half."""
        return str(self.gold.get("site") or self.path.stem)

    @property
    def half(self) -> str:
        """The half that the page belongs to, for good."""
        return ("tune", "report")[hashlib.sha1(self.site.encode()).digest()[-1] & 1]

    def accepted(self, field: str) -> list[Any]:
        """Return the values of a field that are right, `None` among them where the page may be without."""
        others = self.gold.get("accept", {}).get(field, [])
        return [self.gold.get(field), *(others if isinstance(others, list) else [others])]


def read_pages(folder: Path) -> list[Page]:
    """Return the labelled releases of a folder; lists are left out."""
    rows = [json.loads(line) for line in (folder / "gold.jsonl").read_text(encoding="utf-8").splitlines()]
    pages = []
    for gold in rows:
        if gold.get("kind") != "list":
            path = folder / "pages" / gold["file"]
            pages.append(Page(path, path.read_bytes().decode(gold["encoding"], "replace"), gold))
    return pages


def score(page: Page, reading: Reading) -> dict[str, Any]:
    """Return what is right (bool) of each field, `None` where nothing is asked; headings as counts."""
    given = [bare(text) for text in reading.headings if bare(text)]
    lines = [line for line in reading.body.split("\n") if bare(line) and bare(line) not in given]
    first = _edge(page, "first", lambda text: any(fold(line).startswith(text) for line in lines[:1]))
    last = _edge(page, "last", lambda text: any(fold(line).endswith(text) for line in lines[-1:]))
    headings = page.gold.get("headings")
    wanted = [bare(text) for text in headings or ()]
    return {
        "title": _same(page, "title", (reading.title,)),
        "day": _day(page, reading.published),
        "source": _same(page, "source", reading.sources),
        "author": _same(page, "author", reading.authors),
        "first": first,
        "last": last,
        "edges": None if first is None or last is None else first and last,
        "no source": None if None not in page.accepted("source")[:1] else any(reading.sources),
        "no date": None if page.gold.get("published") else reading.published is not None,
        "headings": None if headings is None else (len(wanted), len(given), _common(wanted, given)),
    }


def _common(wanted: Sequence[str], given: Sequence[str]) -> int:
    left = list(wanted)
    right = 0
    for text in given:
        if text in left:
            left.remove(text)
            right += 1
    return right


def _same(page: Page, field: str, found: Iterable[str | None]) -> bool | None:
    accepted = [bare(str(value)) for value in page.accepted(field) if value]
    if page.gold.get(field) is None:
        return None
    given = [bare(text) for text in found if text]
    return any(text in accepted for text in given) or (not given and None in page.accepted(field))


def _day(page: Page, found: str | None) -> bool | None:
    if not page.gold.get("published"):
        return None
    return found is not None and found[:DAY] in {
        str(value)[:DAY] for value in page.accepted("published") if value
    }


def _edge(page: Page, field: str, is_right: Any) -> bool | None:
    if not page.gold.get(field):
        return None
    return any(is_right(fold(value)) for value in page.accepted(field) if value)


def summarize(scores: Sequence[dict[str, Any]]) -> dict[str, float]:
    """Return the share of right answers of each field."""
    shares: dict[str, float] = {}
    for field in SHARES:
        asked = [one[field] for one in scores if one[field] is not None]
        shares[field] = sum(asked) / len(asked) if asked else float("nan")
    counts = [one["headings"] for one in scores if one["headings"] is not None]
    wanted, given, right = (sum(each) for each in zip(*counts, strict=True)) if counts else (0, 0, 0)
    shares["precision"] = right / given if given else float("nan")
    shares["recall"] = right / wanted if wanted else float("nan")
    return shares


def main() -> None:
    """Read all pages with each reader, print the table and, if wanted, every miss of the first."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--readers", nargs="+", default=["jsisa"], choices=sorted(READERS))
    parser.add_argument("--half", choices=("tune", "report"))
    parser.add_argument("--misses", action="store_true", help="print every miss of the first reader")
    wanted = parser.parse_args()
    if not (wanted.folder / "gold.jsonl").is_file():
        raise SystemExit(f"{wanted.folder} has no gold.jsonl; name the folder of labelled pages")
    pages = [page for page in read_pages(wanted.folder) if wanted.half in (None, page.half)]
    sites = len({page.site for page in pages})
    print(f"{len(pages)} pages of {sites} sites, load {os.getloadavg()[0]:.1f}\n")
    print("| reader | " + " | ".join((*SHARES, "heading P", "heading R", "ms")) + " |")
    print("|---" * (len(SHARES) + 4) + "|")
    readings: list[tuple[Page, Reading, dict[str, Any]]] = []
    for name in wanted.readers:
        read, milliseconds = _read_all(name, pages)
        readings = readings or read
        shares = " | ".join(f"{share:.3f}" for share in summarize([one for _, _, one in read]).values())
        print(f"| {name} | {shares} | {milliseconds:.0f} |")
    if wanted.misses:
        _print_misses(readings)


def _read_all(name: str, pages: Sequence[Page]) -> tuple[list[tuple[Page, Reading, dict[str, Any]]], float]:
    """Return the scored readings of all pages, and the median of their processor time in milliseconds."""
    reader = READERS[name]()
    found, times = [], []
    for page in pages:
        started = time.process_time()
        try:
            reading = reader(str(page.path) if name == "jsisa" else page.text)
        except Exception as error:
            reading = Reading(error=repr(error))
        times.append((time.process_time() - started) * 1000)
        found.append((page, reading, score(page, reading)))
    return found, median(times)


def _print_misses(readings: Sequence[tuple[Page, Reading, dict[str, Any]]]) -> None:
    for field in (*SHARES, "headings"):
        print(f"\n## {field}\n")
        for page, reading, scored in readings:
            if _is_miss(field, scored[field]):
                print(f"- {page.gold['file']}: wanted {_wanted(page, field)}; found {_found(reading, field)}")


def _is_miss(field: str, right: Any) -> bool:
    """Return whether a field was asked for and is wrong."""
    if field == "headings":
        return right is not None and len({*right}) > 1
    return right is field.startswith("no ")


def _wanted(page: Page, field: str) -> Any:
    name = {"day": "published", "no source": "source", "no date": "published", "edges": "first"}.get(
        field, field
    )
    return page.accepted(name)


def _found(reading: Reading, field: str) -> Any:
    lines = [line for line in reading.body.split("\n") if line.strip()]
    shown: dict[str, Any] = {
        "title": reading.title,
        "day": reading.published,
        "no date": reading.published,
        "source": reading.sources,
        "no source": reading.sources,
        "author": reading.authors,
        "first": [line[:40] for line in lines[:2]],
        "last": [line[-40:] for line in lines[-2:]],
        "headings": reading.headings,
    }
    return reading.error or shown.get(field)


if __name__ == "__main__":
    main()
