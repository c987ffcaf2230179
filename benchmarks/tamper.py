"""Flips bytes of an index and truncates its files at random, and checks what its readers make of it.

    python benchmarks/tamper.py --positions 500

Each change must be found by `verify` or be harmless, and opening, searching and reading the index may end
in nothing but a `JsisaSearchError`. Prints one line of JSON; exit status 1 where anything was wrong.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

from whoosh import query
from whoosh.fields import ID, KEYWORD, NUMERIC, TEXT, Schema

from jsisa_search.analysis.analyzer import WordAnalyzer
from jsisa_search.codec.index import ArrayIndex
from jsisa_search.codec.verify import verify
from jsisa_search.errors import JsisaSearchError
from jsisa_search.search.searcher import ArraySearcher

_QUERIES = (
    query.Term("text", "网格"),
    query.And([query.Term("text", "网格"), query.Term("text", "治理")]),
    query.Or([query.Term("text", "平安"), query.Term("text", "江苏"), query.Term("tag", "甲")]),
    query.Phrase("text", ["平安", "江苏"]),
    query.And([query.Every(), query.Not(query.Term("tag", "乙"))]),
    query.NumericRange("number", 3, 900),
    query.ConstantScoreQuery(query.Prefix("text", "网")),
)


def build(folder: Path) -> None:
    """Make an index with every kind of array: long lists, long texts, columns, deletions."""
    schema = Schema(
        key=ID(unique=True, stored=True, sortable=True),
        tag=KEYWORD(stored=True),
        number=NUMERIC(stored=True, sortable=True),
        text=TEXT(analyzer=WordAnalyzer(), stored=True),
    )
    index = ArrayIndex.create(folder, schema)
    texts = ("网格化治理", "平安江苏，網格。", "建设平安江苏" * 60, "ＡＰＰ𠮷野家")
    for first in (0, 6000):
        with index.writer() as writer:
            for number in range(first, first + (6000 if not first else 300)):
                text = texts[number % 3 if number % 50 else 3]
                writer.add_document(key=str(number), tag="甲乙"[number % 2], number=number % 1000, text=text)
            writer.delete_by_term("key", "17")


def read(folder: Path) -> list[Any]:
    """Return what searching and reading the index gives."""
    with ArraySearcher(ArrayIndex(folder)) as searcher:
        answers: list[Any] = []
        for q in _QUERIES:
            found = searcher.search(q, 10, count=True)
            answers.append(
                (list(found.pairs()), found.total, list(map(searcher.document, found.docs.tolist())))
            )
        return answers


def judge(folder: Path, expected: list[Any]) -> str:
    """Return what became of a change: found, harmless, missed or crash."""
    try:
        is_found = bool(verify(folder).problems)
    except JsisaSearchError:
        is_found = True
    except Exception as error:
        return f"crash of verify: {error!r}"
    try:
        answers = read(folder)
    except JsisaSearchError:
        answers = None
    except Exception as error:
        return f"crash: {error!r}"
    if is_found:
        return "found"
    return "harmless" if answers == expected else "missed"


def main() -> int:
    """Try the changes and print what came of them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--positions", type=int, default=500, help="changes of each kind for each file")
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    chance = random.Random(arguments.seed)
    outcomes: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "index"
        build(folder)
        expected = read(folder)
        for path in sorted(folder.iterdir()):
            original = path.read_bytes()
            for _ in range(arguments.positions if original else 0):
                at = chance.randrange(len(original))
                flipped = original[at] ^ 1 << chance.randrange(8)
                for changed in (original[:at], original[:at] + bytes([flipped]) + original[at + 1 :]):
                    path.unlink()
                    path.write_bytes(changed)
                    outcomes[judge(folder, expected)] += 1
            path.unlink()
            path.write_bytes(original)
        shutil.rmtree(folder)
    bad = sum(count for outcome, count in outcomes.items() if outcome not in ("found", "harmless"))
    print(json.dumps({"positions": arguments.positions, "outcomes": outcomes}))
    return 1 if bad else 0


if __name__ == "__main__":
    raise SystemExit(main())
