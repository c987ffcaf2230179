"""How the fields of a schema are written."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from whoosh.fields import FieldType
from whoosh.writing import IndexingError

from jsisa_search.codec.buffer import has_words
from jsisa_search.codec.columns import is_supported
from jsisa_search.codec.grams import gram_size


class FieldPlan:
    """How one field of the schema is written."""

    __slots__ = ("batched", "column", "field", "indexed", "is_text", "stored", "unique")

    def __init__(self, field: FieldType) -> None:
        self.field = field
        self.indexed = bool(field.indexed and field.format)
        self.stored = bool(field.stored)
        self.unique = bool(field.unique)
        self.column = field.column_type
        self.batched = self.indexed and (has_words(field) or bool(gram_size(field)))
        self.is_text = self.stored and self.indexed and bool(field.format.supports("positions"))


def check_supported(name: str, field: FieldType) -> None:
    """Raise `IndexingError` where a field asks for what this codec does not keep."""
    if field.vector:
        raise IndexingError(f"field {name!r} asks for term vectors, which this codec does not keep")
    if field.separate_spelling():
        raise IndexingError(f"field {name!r} asks for a separate spelling field, which this codec lacks")
    if field.column_type and not is_supported(field.column_type):
        kind = type(field.column_type).__name__
        raise IndexingError(
            f"field {name!r} has a {kind} that this codec cannot keep: choose another column or default"
        )


def boost_of(fields: Mapping[str, Any], name: str) -> float:
    """Return the boost that the arguments of `add_document` give field `name`."""
    return float(fields.get(f"_{name}_boost", fields.get("_boost", 1.0)))
