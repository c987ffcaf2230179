"""Full-text search for folders of saved Chinese press releases.

    from jsisa_search import Index

    with Index.open("index") as index:
        for hit in index.search("网格化"):
            print(hit.title, hit.snippet.text)

Importing this package is cheap: Whoosh, NumPy and the dictionary are loaded when first needed.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from jsisa_search.errors import JsisaSearchError
from jsisa_search.model import Facet, Hit, Paragraph, Release, Results, Section, Snippet

if TYPE_CHECKING:
    from jsisa_search.index import Index, IndexInfo
    from jsisa_search.indexing.update import UpdateReport
    from jsisa_search.lexicon.assist.spelling import Correction
    from jsisa_search.lexicon.assist.suggest import Suggestion
    from jsisa_search.lexicon.corpus.definitions import Definition
    from jsisa_search.page import read_release
    from jsisa_search.query import Filters, make_filters
    from jsisa_search.search.audit import Audit

__all__ = [
    "Audit",
    "Correction",
    "Definition",
    "Facet",
    "Filters",
    "Hit",
    "Index",
    "IndexInfo",
    "JsisaSearchError",
    "Paragraph",
    "Release",
    "Results",
    "Section",
    "Snippet",
    "Suggestion",
    "UpdateReport",
    "make_filters",
    "read_release",
]

_LAZY = {
    "Audit": "jsisa_search.search.audit",
    "Correction": "jsisa_search.lexicon.assist.spelling",
    "Definition": "jsisa_search.lexicon.corpus.definitions",
    "Filters": "jsisa_search.query",
    "Index": "jsisa_search.index",
    "IndexInfo": "jsisa_search.index",
    "Suggestion": "jsisa_search.lexicon.assist.suggest",
    "UpdateReport": "jsisa_search.indexing.update",
    "make_filters": "jsisa_search.query",
    "read_release": "jsisa_search.page",
}


def __getattr__(name: str) -> object:
    if name not in _LAZY:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_LAZY[name]), name)


def __dir__() -> list[str]:
    return __all__
