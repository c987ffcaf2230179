"""The collection of the trial: a few thousand real releases as the files that people save.

Written below one folder: `news/` has items of 2019 and whole days of the years before, as HTML and text in
two encodings and as Markdown; `pages/`, `press/` and `reports/` are copies of saved pages; `articles/` has
news articles as plain text. Names of files depend on nothing but the data, so that gold can refer to them.
"""

from __future__ import annotations

import html
import shutil
import zlib
from collections import Counter
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

from judged import NEWS, MissingDataError, read_lines
from make_pages import FORMS, Item, paragraphs_of, read_items

ITEMS = Path("xwlb/items-2019.jsonl.xz")
ARTICLES = Path("relevance/news_mrc/corpus.jsonl.xz")

#: Months of 2019 of which every item is taken, and one of so many days of the years before.
MONTHS = ("201901", "201902", "201903", "201907", "201908", "201909")
ONE_DAY_IN = 20
ONE_ARTICLE_IN = 2

COPIED = ("pages", "press", "reports")
PARTS = (NEWS, ITEMS, ARTICLES)


def write_collection(data: Path, folder: Path) -> Counter[str]:
    """Write all files of the collection; return how many are in each of its folders.

    Raises `MissingDataError` where a part of `data` is not there.
    """
    for part in (*PARTS, *map(Path, COPIED)):
        if not (data / part).exists():
            raise MissingDataError(f"there is no {data / part}")
    written: Counter[str] = Counter()
    for item in (*_items(data / ITEMS), *_older_items(data / NEWS)):
        written["news"] += 1
        _write_item(item, folder / "news")
    for name, text in _articles(data / ARTICLES):
        written["articles"] += 1
        _write(folder / "articles" / name, text.encode())
    for name in COPIED:
        for source in sorted((data / name).rglob("*")):
            if source.is_file() and not source.name.startswith(("gold", "README", "cases")):
                written[name] += 1
                target = folder / source.relative_to(data)
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(source, target)
    return written


def _items(path: Path) -> Iterator[Item]:
    return (item for item in read_items(path) if item["id"].startswith(MONTHS))


def _older_items(path: Path) -> Iterator[Item]:
    """Yield the items of some days before 2019; sections are bold paragraphs, as in the originals."""
    for name, group in groupby(read_lines(path), key=lambda line: line["doc"]):
        lines = list(group)
        first = lines[0]
        if first["date"] >= "2019" or not is_day_taken(first["date"]):
            continue
        body = []
        for section, within in groupby(lines, key=lambda line: line["section"]):
            body += [f"<p><strong>{html.escape(section)}</strong></p>"] if section else []
            body += [f"<p>{html.escape(line['text'])}</p>" for line in within]
        yield {
            "id": name,
            "title": first["title"],
            "pubtime": f"{first['date']} 19:30:00",
            "source": first["source"],
            "tags": "",
            "html": "\n".join(body),
        }


def is_day_taken(day: str) -> bool:
    """Return whether the items of a day before 2019 are in the collection."""
    return zlib.crc32(day.encode()) % ONE_DAY_IN == 0


def _write_item(item: Item, folder: Path) -> None:
    """Write an item in one of five forms, which its id decides."""
    form = zlib.crc32(item["id"].encode()) % (len(FORMS) + 1)
    suffix, encoding, make = FORMS[form] if form < len(FORMS) else (".md", "utf-8", _make_clipping)
    _write(folder / item["id"][:6] / (item["id"] + suffix), make(item).encode(encoding))


def _make_clipping(item: Item) -> str:
    """Return the item as Markdown with front matter, as browsers' clippers write it."""
    head = [f'title: "{item["title"]}"', f"published: {item['pubtime'][:10]}", f"source: {item['source']}"]
    return "\n\n".join(["\n".join(["---", *head, "---"]), *paragraphs_of(item)]) + "\n"


def _articles(path: Path) -> Iterator[tuple[str, str]]:
    """Yield name and text of some articles: a title, then its paragraphs."""
    for name, group in groupby(read_lines(path), key=lambda line: line["doc"]):
        if zlib.crc32(name.encode()) % ONE_ARTICLE_IN == 0:
            lines = list(group)
            yield f"{name}.txt", "\n\n".join([lines[0]["title"], *(line["text"] for line in lines)]) + "\n"


def _write(target: Path, content: bytes) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(content)
