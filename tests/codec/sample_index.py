"""Documents with every kind of field that the codec keeps, for the tests of the file format.

Run as a script it writes the index of tests/fixtures/; only a new format may replace it.
"""

from __future__ import annotations

import struct
import sys
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from whoosh import fields
from whoosh.analysis import StandardAnalyzer
from whoosh.columns import BitColumn, NumericColumn

from jsisa_search.analysis.analyzers import GRAMS, WordAnalyzer
from jsisa_search.codec.segment.container import FORMAT_VERSION
from jsisa_search.codec.whoosh_compat.array_index import ArrayIndex
from jsisa_search.schema import RowsColumn

FIXTURES = Path(__file__).parents[1] / "fixtures"

#: A term with this many postings is long; one that more than every twelfth document has is a bitmap.
LONG = 4096
#: One document in so many has the term that is long, where there are enough, but no bitmap.
SPARSE = 14


def schema() -> fields.Schema:
    """Return a schema with every kind of field, format and column."""
    return fields.Schema(
        key=fields.ID(unique=True, stored=True),
        text=fields.TEXT(WordAnalyzer(), stored=True),
        latin=fields.TEXT(StandardAnalyzer(minsize=1, stoplist=None), stored=True, chars=True),
        boosted=fields.TEXT(StandardAnalyzer(minsize=1, stoplist=None)),
        tag=fields.KEYWORD(stored=True, commas=True, scorable=True, sortable=True),
        filler=fields.KEYWORD(scorable=True),
        number=fields.NUMERIC(int, sortable=True, stored=True),
        real=fields.NUMERIC(float, stored=True),
        price=fields.NUMERIC(Decimal, decimal_places=2, stored=True),
        moment=fields.DATETIME(sortable=NumericColumn("q", default=0), stored=True),
        flag=fields.BOOLEAN(stored=True),
        grams=fields.NGRAM(minsize=2, maxsize=2),
        pairs=GRAMS(2),
        chars=GRAMS(1),
        bit=fields.COLUMN(BitColumn()),
        raw=fields.COLUMN(),
        rows=fields.COLUMN(RowsColumn((("value", "<f8"), ("number", "<u4")))),
        note=fields.STORED,
    )


DOCUMENTS: list[dict[str, Any]] = [
    {
        "key": "一",
        "text": "２０２２年，推　進網格化治理，𠮷林網格員入\u200b戶走訪Ⅲ类１，２３４㎡。 ",
        "latin": "the quick fox, the slow fox",
        "boosted": "alpha beta",
        "_boosted_boost": 2.0,
        "tag": "平安,治理",
        "number": -7,
        "real": 1.5,
        "price": Decimal("12.34"),
        "moment": datetime(2022, 9, 6, 9, 26, 37),
        "flag": True,
        "grams": "平安建设",
        "pairs": "２０２２年，𠮷林推進平安建設",
        "chars": "平安、平安又平安",
        "bit": True,
        "raw": b"\x00raw",
        "rows": struct.pack("<dIdI", 99.14, 7, -0.5, 70000),
        "note": {"list": [1, None, True, "二"], "tuple": (2.5, b"\xff"), "on": date(2022, 9, 6)},
    },
    {
        "key": "二",
        "text": "平安江苏建设。" + "网格" * 300,
        "latin": "fox",
        "boosted": "beta",
        "tag": "治理",
        "number": 3,
        "moment": datetime(2021, 1, 1),
        "flag": False,
        "bit": False,
    },
    {
        "key": "三",
        "text": "网格化服务管理",
        "tag": "平安",
        "number": 3,
        "raw": b"other",
        "rows": struct.pack("<dI", 1, 1),
    },
    {"key": "四", "text": "网格化服务管理", "latin": ""},
    {"key": "五", "note": "没有正文"},
]
DELETED = "三"


def make_index(folder: Path, fillers: int = LONG + 4) -> ArrayIndex:
    """Make an index of two segments: `DOCUMENTS`, one deleted, and `fillers` documents with long terms."""
    index = ArrayIndex.create(folder, schema())
    with index.writer() as writer:
        for document in DOCUMENTS:
            writer.add_document(**document)
    writer = index.writer()
    for number in range(fillers):
        filler = "常见 " * (1 + number % 3) + ("少见" if number % 1000 == 0 else "")
        filler += " 间或" if number % SPARSE == SPARSE - 1 else ""
        writer.add_document(filler=filler, pairs="哈哈哈" if number % 50 == 0 else "常见")
    writer.commit(merge=False)
    writer = index.writer()
    writer.delete_by_term("key", DELETED)
    writer.commit(merge=False)
    return index


if __name__ == "__main__":
    target = FIXTURES / f"index-v{FORMAT_VERSION}"
    if target.exists():
        sys.exit(f"{target} exists; an index of a format that was published is never made anew")
    make_index(target)
    (target / "MAIN_WRITELOCK").unlink()
