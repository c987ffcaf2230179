"""Small cases that other engines get wrong: is everything found that must be, and does the dubious come last.

python benchmarks/hard_cases.py DATA/hard_cases/cases.jsonl

Every case is a line of JSON: `id`, `type`, `query`, `docs`, `expect_hit` (numbers of docs to be found) and
`why`. Cases of type `ambiguity` are about a string that runs over the ends of words: what has it as a word
must come before. All docs of all cases are in one index. Exits with 1 where a case fails.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from jsisa_search import Index

Case = dict[str, Any]

#: A passage that has what is asked for as a word: older and longer than the cases, so that it has only that.
_AS_A_WORD = "今天上午在会上有人说到了，{query}，此后没有人再提起这件事情，大家都回家去了，过了很久很久。"
_AMBIGUOUS = "ambiguity"


def write_pages(cases: Iterable[Case], folder: Path) -> None:
    """Write each doc of each case as a page, named by both; and beside ambiguous ones the word as a word."""
    for case in cases:
        for number, text in enumerate(case["docs"]):
            _write(folder, f"{case['id']}_{number}", "2022-01-01", text)
        if case["type"] == _AMBIGUOUS:
            _write(folder, f"{case['id']}_word", "2020-01-01", _AS_A_WORD.format(query=case["query"]))


def _write(folder: Path, name: str, published: str, text: str) -> None:
    page = f"关于某事的通报\n\n发布时间：{published}\n\n{text}\n"
    (folder / f"{name}.txt").write_text(page, encoding="utf-8")


def find_faults(index: Index, cases: Iterable[Case]) -> Iterator[str]:
    """Give a sentence for each case that fails."""
    for case in cases:
        hits = index.search(case["query"], limit=1000)
        names = [Path(hit.path).stem for hit in hits if hit.matches_all]
        own = [name for name in names if name.startswith(f"{case['id']}_")]
        if case["type"] == _AMBIGUOUS:
            if own[:1] != [f"{case['id']}_word"]:
                yield f"{case['id']} {case['query']}: {own} are found in this order"
        elif set(own) != {f"{case['id']}_{number}" for number in case["expect_hit"]}:
            yield f"{case['id']} {case['query']}: found {own}, expected {case['expect_hit']}: {case['why']}"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run from the command line; return the exit status."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("cases", type=Path, help="the file of cases")
    settings = parser.parse_args(arguments)
    if not settings.cases.is_file():
        print(f"hard_cases.py: there is no {settings.cases}", file=sys.stderr)
        return 2
    cases = [json.loads(line) for line in settings.cases.read_text(encoding="utf-8").splitlines()]
    with tempfile.TemporaryDirectory() as temporary:
        pages = Path(temporary) / "pages"
        pages.mkdir()
        write_pages(cases, pages)
        with Index.create(Path(temporary) / "index") as index:
            index.update([pages])
            faults = list(find_faults(index, cases))
    for fault in faults:
        print(fault)
    print(f"{len(cases) - len(faults)} of {len(cases)} cases are as they should be")
    return int(bool(faults))


if __name__ == "__main__":
    sys.exit(main())
