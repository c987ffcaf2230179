"""Make gold of saved pages from a person's review of them.

python benchmarks/make_page_gold.py show PAGE [--charset utf-8]
python benchmarks/make_page_gold.py make REVIEW --data ../shared/data/pages --out benchmarks/gold/NAME.jsonl

`show` prints the canonical lines of a page with their numbers. The person reads them and writes down, in
TOML, what is what; `make` turns that into offsets, facts and hashes. A table of REVIEW, with lines by
number, `a-b` for from a to b:

    ["news_sites/pages/NAME.html"]
    kind = "release"             # or list, video, gallery: without a body
    title = "..."                # as the page shows it
    published = "2019-09-07T13:43:45"
    source = "..."               # left out where the page has none; so is author
    body = "176-206"             # lines; 12/3 leaves out the last 3 characters of line 12, 3\\12 the first 3
    headings = "179 180 189"     # lines of the body
    headings_optional = ""       # lines that may be taken for a heading or not
    optional = "175"             # lines that may stand in the body or not
    unasked = ["source"]         # fields on which honest readers differ, here and now
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import sys
import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from page_gold import Span, describe_body, split_of
from page_text import canonical_text

_PART = re.compile(r"(?:(\d+)\\)?(\d+)(?:-(\d+))?(?:/(\d+))?")


def lines_to_spans(text: str, lines: str) -> list[Span]:
    """Return the offsets of lines that are given by number; raise `ValueError` for what is no such list."""
    starts = [0]
    for line in text.split("\n"):
        starts.append(starts[-1] + len(line) + 1)
    return [span for part in lines.split() for span in _spans_of(part, starts)]


def _spans_of(part: str, starts: Sequence[int]) -> Iterator[Span]:
    found = _PART.fullmatch(part)
    if not found:
        raise ValueError(f"{part!r} is no line number and no range of them")
    left, first, last, right = (int(group) if group else 0 for group in found.groups())
    for number in range(first, (last or first) + 1):
        yield starts[number - 1] + left, starts[number] - 1 - right


def make_row(file: str, review: dict[str, Any], data: Path) -> dict[str, Any]:
    """Return the gold line of one reviewed page."""
    content = (data / file).read_bytes()
    charset = review.get("charset", "utf-8")
    text = canonical_text(content, charset)
    spans = {
        name: lines_to_spans(text, review.get(name, ""))
        for name in ("body", "headings", "headings_optional", "optional")
    }
    return {
        "file": file,
        "charset": charset,
        "sha256": hashlib.sha256(content).hexdigest(),
        "kind": review["kind"],
        **{name: review.get(name) for name in ("title", "published", "source", "author")},
        "unasked": review.get("unasked", []),
        **{
            name: [text[start:end] for start, end in spans[name]]
            for name in ("headings", "headings_optional")
        },
        "body": describe_body(text, spans["body"]),
        "optional": spans["optional"],
    }


def main(arguments: Sequence[str] | None = None) -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(dest="command", required=True)
    show = commands.add_parser("show", help="print the numbered lines of a page")
    show.add_argument("page", type=Path)
    show.add_argument("--charset", default="utf-8")
    make = commands.add_parser("make", help="turn a review into gold")
    make.add_argument("review", type=Path)
    make.add_argument("--data", type=Path, required=True)
    make.add_argument("--out", type=Path, required=True)
    settings = parser.parse_args(arguments)
    if settings.command == "show":
        text = canonical_text(settings.page.read_bytes(), settings.charset)
        for number, line in enumerate(text.split("\n"), 1):
            print(f"{number:>4} {line}")
        return
    reviews = tomllib.loads(settings.review.read_text(encoding="utf-8"))
    rows = [make_row(file, review, settings.data) for file, review in sorted(reviews.items())]
    parts = {split_of(file) for file in reviews}
    if len(parts) != 1:
        sys.exit(f"{settings.review} must review pages of one part of the split, not of {len(parts)}.")
    settings.out.parent.mkdir(parents=True, exist_ok=True)
    with settings.out.open("w", encoding="utf-8", newline="\n") as target:
        target.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


if __name__ == "__main__":
    main()
