"""Gold of saved pages: what a person who read a page says of it, as facts, offsets and hashes."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from page_text import canonical_text, digest

EDGE = 8
"""Characters of the body's start and end that a gold line shows, so that a person can check it."""

_DECLARATION = re.compile(r"\s*<\?xml\b[^>]*>", re.IGNORECASE)

Span = tuple[int, int]

SPLIT = ("tune", "report", "tune", "check")
"""The part of the split by the last two bits of the SHA-1 of a page's name."""

ASKED: dict[str, tuple[str, ...]] = {
    "release": ("title", "published", "source", "headings"),
    "video": ("title", "published", "source"),
    "gallery": ("title", "published", "source"),
    "list": (),
}
"""Which fields a page of a kind is asked for."""


class GoldError(Exception):
    """Data or gold is missing, or they do not belong together; the message says which."""


@dataclass(frozen=True, slots=True)
class Gold:
    """What is true of one page; `None` is what the page does not say.

    `body` is what must be found; `full` also has, in their places, the lines that may be found or not:
    captions, the editor's "original title", a summary box, the reporter's signature. One paragraph a line.
    """

    file: str
    path: Path
    charset: str
    kind: str
    title: str | None = None
    published: str | None = None
    source: str | None = None
    author: str | None = None
    number: str | None = None
    headings: tuple[str, ...] = ()
    headings_optional: tuple[str, ...] = ()
    body: str = ""
    full: str = ""
    fields: tuple[str, ...] = ASKED["release"]

    @property
    def text(self) -> str:
        """The page for readers that can not decode; lxml refuses text that says how it is encoded."""
        return _DECLARATION.sub("", self.path.read_bytes().decode(self.charset, errors="replace"))


def split_of(file: str) -> str:
    """Return the part of the split that a page is in, by its name without folder."""
    name = file.rpartition("/")[2]
    return SPLIT[int(hashlib.sha1(name.encode()).hexdigest(), 16) % len(SPLIT)]


def read_lines(path: Path) -> Iterator[dict[str, Any]]:
    """Give the objects of a JSON Lines file; raise `GoldError` where there is none."""
    if not path.is_file():
        raise GoldError(f"There is no {path}; give the folder of ../shared/data/pages and its gold.")
    with path.open(encoding="utf-8") as lines:
        yield from (json.loads(line) for line in lines if line.strip())


def read_gold(files: Sequence[Path], data: Path) -> list[Gold]:
    """Return the gold of JSON Lines files, its bodies taken out of the pages under `data`.

    Raise `GoldError` for a page that is missing, that is not the one that was read, or whose text is not
    what the hash says.
    """
    return [build_gold(row, data) for file in files for row in read_lines(file)]


def build_gold(row: dict[str, Any], data: Path) -> Gold:
    """Return one line of gold with the texts that its offsets point at."""
    path = data / row["file"]
    if not path.is_file():
        raise GoldError(f"The page {path} of the gold is missing.")
    content = path.read_bytes()
    if hashlib.sha256(content).hexdigest() != row["sha256"]:
        raise GoldError(f"{path} is not the page that the gold was made from.")
    text = canonical_text(content, row["charset"])
    body = cut(text, row["body"]["spans"])
    if digest(body) != row["body"]["sha256"]:
        raise GoldError(f"{path}: the body that the offsets give is not the body of the gold.")
    return Gold(
        file=row["file"],
        path=path,
        charset=row["charset"],
        kind=row["kind"],
        title=row["title"],
        published=row["published"],
        source=row["source"],
        author=row["author"],
        headings=tuple(row["headings"]),
        headings_optional=tuple(row["headings_optional"]),
        body=body,
        full=cut(text, sorted(row["body"]["spans"] + row["optional"])),
        fields=tuple(name for name in ASKED[row["kind"]] if name not in row["unasked"]),
    )


def cut(text: str, spans: Sequence[Sequence[int]]) -> str:
    """Return the stretches of a canonical text, one a line."""
    return "\n".join(text[start:end] for start, end in spans)


def describe_body(text: str, spans: Sequence[Span]) -> dict[str, Any]:
    """Return the facts by which gold keeps a body."""
    body = cut(text, spans)
    return {
        "first": body[:EDGE].replace("\n", " "),
        "last": body[-EDGE:].replace("\n", " "),
        "paragraphs": body.count("\n") + 1 if body else 0,
        "chars": len("".join(body.split())),
        "sha256": digest(body),
        "spans": [list(span) for span in spans],
    }


def read_policy(data: Path) -> list[Gold]:
    """Return the gold of the State Council documents: title, number and issuing office."""
    folder = data / "gov_policy"
    return [
        Gold(
            file=f"gov_policy/pages/{row['file']}",
            path=folder / "pages" / row["file"],
            charset="utf-8",
            kind="release",
            title=row["title"],
            source=row["source"],
            number=row["number"],
            body=row["body"],
            full=row["body"],
            fields=("title", "number", "office"),
        )
        for row in read_lines(folder / "gold.jsonl")
    ]


def fingerprint(golds: Sequence[Gold]) -> dict[str, str]:
    """Return hashes of the pages and of what the gold says of them, whatever the order."""
    pages, facts = hashlib.sha256(), hashlib.sha256()
    for gold in sorted(golds, key=lambda gold: gold.file):
        pages.update(gold.file.encode() + hashlib.sha256(gold.path.read_bytes()).digest())
        said = (gold.file, gold.kind, gold.title, gold.published, gold.source, gold.author, gold.number)
        facts.update(repr((*said, gold.fields, gold.headings, gold.headings_optional)).encode())
        facts.update(digest(gold.body).encode() + digest(gold.full).encode())
    return {"data": pages.hexdigest()[:16], "gold": facts.hexdigest()[:16]}
