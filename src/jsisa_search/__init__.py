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

from jsisa_search.errors import CommitWarning, JsisaSearchError
from jsisa_search.model import (
    Change,
    Copy,
    Facet,
    Family,
    Hit,
    Link,
    Member,
    Paragraph,
    Release,
    ReleaseFacts,
    ReleaseInfo,
    Results,
    Section,
    Snippet,
    StringCount,
)
from jsisa_search.progress import Progress

if TYPE_CHECKING:
    from jsisa_search.codec.verify import Problem, Verification
    from jsisa_search.export.reference_formats import format_references
    from jsisa_search.export.references import Reference, make_reference
    from jsisa_search.export.report import Quote, Report, make_report
    from jsisa_search.export.word import write_docx
    from jsisa_search.export.workbook import write_xlsx
    from jsisa_search.index import Index
    from jsisa_search.indexing.batch import Batch
    from jsisa_search.indexing.contents import IndexInfo
    from jsisa_search.indexing.folder import UnlistedPath
    from jsisa_search.indexing.settings import Settings
    from jsisa_search.indexing.update import DoubtfulFile, ListPage, UnreadableFile, UpdateReport
    from jsisa_search.lexicon.assist.spelling import Correction, Part
    from jsisa_search.lexicon.assist.suggest import Suggestion
    from jsisa_search.lexicon.corpus.definitions import Definition
    from jsisa_search.lexicon.corpus.harvest import Harvest
    from jsisa_search.lexicon.user_lexicon import Lexicon
    from jsisa_search.page import read_release
    from jsisa_search.query import Filters, make_filters
    from jsisa_search.research.card_check import CardCheck, Discrepancy, check_card, read_card
    from jsisa_search.research.check.report import (
        CheckedItem,
        CheckedPassage,
        Claim,
        Difference,
        DraftParagraph,
        DraftReport,
    )
    from jsisa_search.research.evidence import CardFile, CardIndex, CardPassage, Evidence
    from jsisa_search.research.figure_checks import FigureCheck, FigureConflict
    from jsisa_search.research.figures import FigureFact, FigureTable
    from jsisa_search.research.similar import Similar, SimilarRelease
    from jsisa_search.research.trend.companions import Companion, Companions
    from jsisa_search.research.trend.concordance import ConcordanceLine
    from jsisa_search.research.trend.phrases import NewPhrases, Phrase
    from jsisa_search.research.trend.trend import Period, Trend
    from jsisa_search.research.trend.wordings import SourceUsage, Usage, Wording
    from jsisa_search.search.assist.diagnosis import Diagnosis, MissingPiece, ScatteredPiece
    from jsisa_search.search.audit import Audit, Failure

    __version__: str

_LAZY = {
    "Audit": "jsisa_search.search.audit",
    "Batch": "jsisa_search.indexing.batch",
    "ConcordanceLine": "jsisa_search.research.trend.concordance",
    "CardCheck": "jsisa_search.research.card_check",
    "CardFile": "jsisa_search.research.evidence",
    "CardIndex": "jsisa_search.research.evidence",
    "CardPassage": "jsisa_search.research.evidence",
    "CheckedItem": "jsisa_search.research.check.report",
    "CheckedPassage": "jsisa_search.research.check.report",
    "Claim": "jsisa_search.research.check.report",
    "Companion": "jsisa_search.research.trend.companions",
    "Companions": "jsisa_search.research.trend.companions",
    "Correction": "jsisa_search.lexicon.assist.spelling",
    "Definition": "jsisa_search.lexicon.corpus.definitions",
    "Diagnosis": "jsisa_search.search.assist.diagnosis",
    "Difference": "jsisa_search.research.check.report",
    "Discrepancy": "jsisa_search.research.card_check",
    "DoubtfulFile": "jsisa_search.indexing.update",
    "DraftParagraph": "jsisa_search.research.check.report",
    "DraftReport": "jsisa_search.research.check.report",
    "Evidence": "jsisa_search.research.evidence",
    "Failure": "jsisa_search.search.audit",
    "FigureCheck": "jsisa_search.research.figure_checks",
    "FigureConflict": "jsisa_search.research.figure_checks",
    "FigureFact": "jsisa_search.research.figures",
    "FigureTable": "jsisa_search.research.figures",
    "Filters": "jsisa_search.query",
    "Harvest": "jsisa_search.lexicon.corpus.harvest",
    "Index": "jsisa_search.index",
    "IndexInfo": "jsisa_search.indexing.contents",
    "Lexicon": "jsisa_search.lexicon.user_lexicon",
    "ListPage": "jsisa_search.indexing.update",
    "MissingPiece": "jsisa_search.search.assist.diagnosis",
    "NewPhrases": "jsisa_search.research.trend.phrases",
    "Part": "jsisa_search.lexicon.assist.spelling",
    "Period": "jsisa_search.research.trend.trend",
    "Phrase": "jsisa_search.research.trend.phrases",
    "Problem": "jsisa_search.codec.verify",
    "Quote": "jsisa_search.export.report",
    "Reference": "jsisa_search.export.references",
    "Report": "jsisa_search.export.report",
    "ScatteredPiece": "jsisa_search.search.assist.diagnosis",
    "Settings": "jsisa_search.indexing.settings",
    "Similar": "jsisa_search.research.similar",
    "SimilarRelease": "jsisa_search.research.similar",
    "SourceUsage": "jsisa_search.research.trend.wordings",
    "Suggestion": "jsisa_search.lexicon.assist.suggest",
    "Trend": "jsisa_search.research.trend.trend",
    "UnlistedPath": "jsisa_search.indexing.folder",
    "UnreadableFile": "jsisa_search.indexing.update",
    "UpdateReport": "jsisa_search.indexing.update",
    "Usage": "jsisa_search.research.trend.wordings",
    "Verification": "jsisa_search.codec.verify",
    "Wording": "jsisa_search.research.trend.wordings",
    "check_card": "jsisa_search.research.card_check",
    "format_references": "jsisa_search.export.reference_formats",
    "make_filters": "jsisa_search.query",
    "make_reference": "jsisa_search.export.references",
    "make_report": "jsisa_search.export.report",
    "read_card": "jsisa_search.research.card_check",
    "read_release": "jsisa_search.page",
    "write_docx": "jsisa_search.export.word",
    "write_xlsx": "jsisa_search.export.workbook",
}

__all__ = [
    "Audit",
    "Batch",
    "CardCheck",
    "CardFile",
    "CardIndex",
    "CardPassage",
    "Change",
    "CheckedItem",
    "CheckedPassage",
    "Claim",
    "CommitWarning",
    "Companion",
    "Companions",
    "ConcordanceLine",
    "Copy",
    "Correction",
    "Definition",
    "Diagnosis",
    "Difference",
    "Discrepancy",
    "DoubtfulFile",
    "DraftParagraph",
    "DraftReport",
    "Evidence",
    "Facet",
    "Failure",
    "Family",
    "FigureCheck",
    "FigureConflict",
    "FigureFact",
    "FigureTable",
    "Filters",
    "Harvest",
    "Hit",
    "Index",
    "IndexInfo",
    "JsisaSearchError",
    "Lexicon",
    "Link",
    "ListPage",
    "Member",
    "MissingPiece",
    "NewPhrases",
    "Paragraph",
    "Part",
    "Period",
    "Phrase",
    "Problem",
    "Progress",
    "Quote",
    "Reference",
    "Release",
    "ReleaseFacts",
    "ReleaseInfo",
    "Report",
    "Results",
    "ScatteredPiece",
    "Section",
    "Settings",
    "Similar",
    "SimilarRelease",
    "Snippet",
    "SourceUsage",
    "StringCount",
    "Suggestion",
    "Trend",
    "UnlistedPath",
    "UnreadableFile",
    "UpdateReport",
    "Usage",
    "Verification",
    "Wording",
    "__version__",
    "check_card",
    "format_references",
    "make_filters",
    "make_reference",
    "make_report",
    "read_card",
    "read_release",
    "write_docx",
    "write_xlsx",
]


def __getattr__(name: str) -> object:
    if name == "__version__":
        return import_module("importlib.metadata").version("jsisa-search")
    if name not in _LAZY:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_LAZY[name]), name)


def __dir__() -> list[str]:
    return __all__
