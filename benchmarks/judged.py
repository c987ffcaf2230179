"""Judged sets: passages, queries, and which passages answer which query."""

from __future__ import annotations

import hashlib
import json
import lzma
import random
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

from jsisa_search.analysis import fold

Half = Literal["tune", "report"]

CORPUS, QUERIES, QRELS = "corpus.jsonl.xz", "queries.jsonl.xz", "qrels.tsv"
NEWS = Path("xwlb/paragraphs-2012-2019.jsonl.xz")
HEADLINES = "headlines"
HEADLINE_PARAGRAPHS = 120_000
HEADLINE_SEED = 20120702

#: Sets whose queries are put a second time, converted to simplified characters.
TRADITIONAL = ("drcd",)


@dataclass(frozen=True, slots=True)
class Passage:
    """One line of a corpus; passages of one `release` stand one after the other."""

    id: str
    release: str
    title: str | None
    section: str | None
    text: str
    source: str | None = None
    published: datetime | None = None

    @property
    def joined(self) -> str:
        """Title, section and text, for engines that know one field only."""
        return "\n".join(part for part in (self.title, self.section, self.text) if part)


@dataclass(frozen=True, slots=True)
class Query:
    """A query, the ids of the passages that answer it, and where the set and we put it."""

    id: str
    text: str
    relevant: frozenset[str]
    split: str | None
    half: Half


@dataclass(frozen=True, slots=True)
class Task:
    """Queries on one corpus; `is_variant` where they are another task's in another form."""

    name: str
    queries: tuple[Query, ...]
    is_variant: bool = False


@dataclass(frozen=True, slots=True)
class JudgedSet:
    """A corpus and the tasks on it; `sha256` by name of file, `unjudged` queries are left out."""

    name: str
    passages: tuple[Passage, ...]
    tasks: tuple[Task, ...]
    sha256: dict[str, str]
    unjudged: int


class MissingDataError(Exception):
    """Data that were asked for are not there."""


def find_sets(data: Path) -> dict[str, Path]:
    """Return the folders of judged sets below `data` or `data/relevance`, by name."""
    folders = [*data.glob("relevance/*"), *data.glob("*")]
    return {folder.name: folder for folder in sorted(folders) if (folder / CORPUS).is_file()}


def load_set(folder: Path) -> JudgedSet:
    """Read a folder of corpus, queries and judgements.

    Raises `MissingDataError` where one of the three files is not there.
    """
    name = folder.name
    sums = {part: sum_of(folder / part) for part in (CORPUS, QUERIES, QRELS)}
    passages = tuple(map(_passage, read_lines(folder / CORPUS)))
    relevant = _read_judgements(folder / QRELS)
    lines = list(read_lines(folder / QUERIES))
    judged = [line for line in lines if line["qid"] in relevant]
    queries = tuple(
        Query(q["qid"], q["query"], relevant[q["qid"]], q.get("split"), half_of(name, q["qid"]))
        for q in judged
    )
    tasks = (Task(name, queries), *_variants(name, queries))
    return JudgedSet(name, passages, tasks, sums, len(lines) - len(judged))


def load_headlines(news: Path, number: int) -> JudgedSet:
    """Return the task to find the paragraphs of a release by its title, which the corpus does not have.

    Titles that several releases share are no queries; of the others `number` are drawn.
    """
    sums = {news.name: sum_of(news)}
    shown = tuple(_first(map(_passage, read_lines(news)), HEADLINE_PARAGRAPHS))
    members: dict[str, list[str]] = {}
    titles: dict[str, str] = {}
    for passage in shown:
        members.setdefault(passage.release, []).append(passage.id)
        titles[passage.release] = passage.title or ""
    often = Counter(titles.values())
    single = [release for release, title in titles.items() if title.strip() and often[title] == 1]
    drawn = sorted(random.Random(HEADLINE_SEED).sample(single, min(number, len(single))))
    queries = tuple(
        Query(release, titles[release], frozenset(members[release]), None, half_of(HEADLINES, release))
        for release in drawn
    )
    hidden = tuple(replace(passage, title=None, section=None) for passage in shown)
    return JudgedSet(HEADLINES, hidden, (Task(HEADLINES, queries),), sums, 0)


def half_of(name: str, query_id: str) -> Half:
    """Return the half a query belongs to, whatever else is in the set."""
    first = hashlib.sha1(f"{name}\t{query_id}".encode()).digest()[0]
    return "tune" if first < 128 else "report"


def read_lines(path: Path) -> Iterator[dict[str, Any]]:
    """Give the lines of a .jsonl.xz file."""
    with lzma.open(path, "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def read_news(path: Path) -> list[Passage]:
    """Return all paragraphs of the news corpus with their titles, sources and dates."""
    return list(map(_passage, read_lines(path)))


def to_simplified(text: str) -> str:
    """Return `text` in simplified characters, one for one, and otherwise as it is."""
    return text.translate(_simplified_forms())


@cache
def _simplified_forms() -> dict[int, str]:
    table = files("jsisa_search.analysis").joinpath("data/simplified.tsv").read_text(encoding="utf-8")
    pairs = (line.split("\t") for line in table.splitlines() if not line.startswith("#"))
    return {ord(traditional): simplified for traditional, simplified in pairs}


def _variants(name: str, queries: tuple[Query, ...]) -> tuple[Task, ...]:
    if name not in TRADITIONAL:
        return ()
    changed = tuple(replace(query, text=to_simplified(query.text)) for query in queries)
    return (Task(f"{name}-simplified", changed, is_variant=True),)


def _release_of(line: dict[str, Any]) -> str:
    """Return what a passage is part of: its document, the law of which it is an article, or itself."""
    name: str = line.get("doc") or (line.get("section") and line.get("title")) or line["id"]
    return name


def _passage(line: dict[str, Any]) -> Passage:
    date = line.get("date")
    return Passage(
        id=line["id"],
        release=_release_of(line),
        title=line.get("title") or None,
        section=line.get("section") or None,
        text=line["text"],
        source=line.get("source") or None,
        published=datetime.fromisoformat(date) if date else None,
    )


def _read_judgements(path: Path) -> dict[str, frozenset[str]]:
    relevant: dict[str, set[str]] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        query, passage, grade = line.split("\t")
        if float(grade) > 0:
            relevant.setdefault(query, set()).add(passage)
    return {query: frozenset(passages) for query, passages in relevant.items()}


def sum_of(path: Path) -> str:
    """Return the SHA-256 of a file in hexadecimal digits; raises `MissingDataError`."""
    if not path.is_file():
        raise MissingDataError(f"there is no file {path}")
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _first(passages: Iterable[Passage], number: int) -> Iterator[Passage]:
    for _, passage in zip(range(number), passages, strict=False):
        yield passage


def fold_texts(passages: Iterable[Passage], *, joined: bool) -> Iterator[str]:
    """Give what a peer indexes of each passage, folded as this product folds."""
    for passage in passages:
        yield fold(passage.joined if joined else passage.text)
