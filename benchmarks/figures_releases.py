"""Releases that the collection of the trial leaves out, for samples of figures after all its pages are used.

`news/` and the pages of the collection have been drawn from three times, so that the fourth sample takes
other days of the news (`xwlb/`), the other half of the articles (`articles/`), news as a search engine cuts
it (`snippets/`) and paragraphs of statutes (`statutes/`), each as a text file below the collection.
"""

from __future__ import annotations

import hashlib
import random
from collections import defaultdict
from collections.abc import Collection, Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

from judged import NEWS, MissingDataError, read_lines
from trial_collection import ARTICLES, MONTHS, is_day_taken

SNIPPETS = Path("relevance/rgb_zh/corpus.jsonl.xz")
STATUTES = Path("relevance/stard/corpus.jsonl.xz")
#: How many are drawn from at all: of each year of news with and without a named column, and of a folder.
NEWS_OF_YEAR, OF_FOLDER = 50, 600
#: How many items of news where they are drawn at random.
NEWS_AT_RANDOM = 800


def draw_names(data: Path, seed: int, seen: Collection[str], *, at_random: bool = False) -> set[str]:
    """Draw the releases whose sentences a sample is drawn from; none is one of `seen`.

    Of each year of news as many have a named column, each column once, as have none;
    or all items, whatever their year or column, are as likely where they are drawn `at_random`.
    """
    chance = random.Random(seed)
    names = _news_at_random(data, chance, seen) if at_random else _news_by_column(data, chance, seen)
    for releases in (_articles(data), _snippets(data), _statutes(data)):
        rest = [name for name, _ in releases if _may_be_drawn(name, seen)]
        names.update(chance.sample(rest, min(OF_FOLDER, len(rest))))
    return names


def _news_at_random(data: Path, chance: random.Random, seen: Collection[str]) -> set[str]:
    names = [name for name, _ in _news(data) if _may_be_drawn(name.removesuffix(".txt"), seen)]
    return set(chance.sample([name for name in names if name not in seen], NEWS_AT_RANDOM))


def _news_by_column(data: Path, chance: random.Random, seen: Collection[str]) -> set[str]:
    names: set[str] = set()
    groups: dict[tuple[str, bool], list[tuple[str, str]]] = defaultdict(list)
    for name, lines in _news(data):
        if _may_be_drawn(name.removesuffix(".txt"), seen):
            groups[lines[0]["date"][:4], bool(lines[0]["column"])].append((lines[0]["column"], name))
    for _, group in sorted(groups.items()):
        chance.shuffle(group)
        columns: set[str] = set()
        chosen = []
        for column, name in group:
            if not column or column not in columns:
                columns.add(column)
                chosen.append(name)
        names.update(chosen[:NEWS_OF_YEAR])
    return names


def _may_be_drawn(name: str, seen: Collection[str]) -> bool:
    """Return whether a release, as gold names it, is neither seen nor one of those set apart for learning."""
    return name not in seen and is_for_scoring(name)


def is_for_scoring(name: str) -> bool:
    """Return whether the hash of a release's name begins with 8 to f: the others may be learned from."""
    return hashlib.sha256(name.encode()).hexdigest()[0] >= "8"


def write_releases(data: Path, folder: Path, names: Collection[str]) -> None:
    """Write those releases of `names` that are not in `folder` yet."""
    missing = {name for name in names if not (folder / name).exists()}
    kinds = {name.split("/")[0] for name in missing}
    for kind, releases in (
        ("xwlb", _news),
        ("articles", _articles),
        ("snippets", _snippets),
        ("statutes", _statutes),
    ):
        if kind not in kinds:
            continue
        for name, content in releases(data):
            if name in missing:
                target = folder / name
                target.parent.mkdir(parents=True, exist_ok=True)
                text = content if isinstance(content, str) else _text_of_news(content)
                target.write_text(text, encoding="utf-8")


def _text_of_news(lines: list[dict[str, Any]]) -> str:
    head = [lines[0]["title"], f"发布时间：{lines[0]['date'][:10]}　　来源：{lines[0]['source']}"]
    return "\n\n".join([*head, *(line["text"] for line in lines)]) + "\n"


def _news(data: Path) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Yield the items of the days that the collection leaves out, with their lines."""
    for name, group in groupby(_read(data / NEWS), key=lambda line: line["doc"]):
        lines = list(group)
        day = lines[0]["date"]
        if not (name.startswith(MONTHS) if day >= "2019" else is_day_taken(day)):
            yield f"xwlb/{name}.txt", lines


def _articles(data: Path) -> Iterator[tuple[str, str]]:
    for name, group in groupby(_read(data / ARTICLES), key=lambda line: line["doc"]):
        lines = list(group)
        yield (
            f"articles/{name}.txt",
            "\n\n".join([lines[0]["title"], *(line["text"] for line in lines)]) + "\n",
        )


def _snippets(data: Path) -> Iterator[tuple[str, str]]:
    return ((f"snippets/{line['id']}.txt", line["text"] + "\n") for line in _read(data / SNIPPETS))


def _statutes(data: Path) -> Iterator[tuple[str, str]]:
    for line in _read(data / STATUTES):
        yield f"statutes/{line['id']}.txt", f"{line['title']}\n\n{line['section']}　{line['text']}\n"


def _read(path: Path) -> Iterator[dict[str, Any]]:
    if not path.exists():
        raise MissingDataError(f"there is no {path}")
    return read_lines(path)
