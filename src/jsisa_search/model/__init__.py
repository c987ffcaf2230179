"""The data of the pipeline: what a page says, and what a search finds.

Frozen values that know nothing of files, of Whoosh or of how an index stores them. `to_dict` gives each of
them as values of JSON, under the keys that the command line prints.
"""

from jsisa_search.model.plain import Dated, Plain, Precision, format_timestamp, is_earlier
from jsisa_search.model.release import (
    DateOrigin,
    Link,
    Paragraph,
    Release,
    ReleaseFacts,
    ReleaseInfo,
    Section,
)
from jsisa_search.model.results import (
    Change,
    ChangeKind,
    Copy,
    CountUnit,
    DateOrder,
    Facet,
    FacetField,
    Family,
    Grouping,
    Hit,
    Kind,
    Mark,
    Member,
    Range,
    Results,
    Snippet,
    SortOrder,
    StringCount,
)

__all__ = [
    "Change",
    "ChangeKind",
    "Copy",
    "CountUnit",
    "DateOrder",
    "DateOrigin",
    "Dated",
    "Facet",
    "FacetField",
    "Family",
    "Grouping",
    "Hit",
    "Kind",
    "Link",
    "Mark",
    "Member",
    "Paragraph",
    "Plain",
    "Precision",
    "Range",
    "Release",
    "ReleaseFacts",
    "ReleaseInfo",
    "Results",
    "Section",
    "Snippet",
    "SortOrder",
    "StringCount",
    "format_timestamp",
    "is_earlier",
]
