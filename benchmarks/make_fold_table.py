"""Write the table of traditional characters and their simplified forms that folding reads.

    pip install opencc
    python benchmarks/make_fold_table.py > src/jsisa_search/analysis/data/simplified.tsv

One character at a time, so that the table is 1:1; which of several simplified forms is right in
context is of no matter to folding, which only needs both sides of a comparison to agree.
"""

from __future__ import annotations

import sys

import opencc

_HAN_RANGES = ((0x3400, 0x4DC0), (0x4E00, 0xA000), (0xF900, 0xFB00), (0x20000, 0x323B0))


def simplified_pairs() -> list[tuple[str, str]]:
    """Return each Han character that has another, single simplified form, with that form."""
    convert = opencc.OpenCC("t2s").convert
    pairs = []
    for first, last in _HAN_RANGES:
        for code in range(first, last):
            simplified = convert(chr(code))
            if len(simplified) == 1 and simplified != chr(code):
                pairs.append((chr(code), simplified))
    return pairs


def main() -> None:
    """Print the table, one pair a line."""
    sys.stdout.reconfigure(encoding="utf-8", newline="\n")
    print(
        f"# traditional<TAB>simplified, single characters; made by {sys.argv[0]}, OpenCC {opencc.__version__}"
    )
    for traditional, simplified in simplified_pairs():
        print(f"{traditional}\t{simplified}")


if __name__ == "__main__":
    main()
