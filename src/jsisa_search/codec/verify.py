"""Checking an index on disk: every checksum, and whether the arrays of a segment fit together."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jsisa_search.codec.segment.columns import BytesColumn, NumberColumn, RowsOfColumn
from jsisa_search.codec.segment.postings_slice import sums
from jsisa_search.codec.segment.segment_file import SegmentFile, wrong_checksum
from jsisa_search.codec.whoosh_compat.segment import ArraySegment
from jsisa_search.codec.whoosh_compat.toc import read_toc
from jsisa_search.errors import ArchiveError, IndexDamagedError
from jsisa_search.model import Plain
from jsisa_search.translation import gettext as tr
from jsisa_search.translation import mark

Array = NDArray[Any]

#: Terms checked at a time.
_TERMS = 8192


@dataclass(frozen=True, slots=True)
class Problem(Plain):
    """Something wrong in a file of an index, and how many documents can no longer be trusted."""

    path: Path
    what: str
    documents: int


@dataclass(frozen=True, slots=True)
class Verification(Plain):
    """What a check found: the generation, its segments and documents, and what is wrong."""

    generation: int
    segments: int
    documents: int
    problems: tuple[Problem, ...]


def verify(folder: Path, indexname: str = "MAIN") -> Verification:
    """Read every byte of the current generation and check it.

    Raises `IndexNotFoundError`, `IndexDamagedError` or `IndexVersionError` where the table of contents
    itself can't be read: then everything is lost.
    """
    toc = read_toc(folder, indexname)
    problems: list[Problem] = []
    for segment in toc.segments:
        problems += verify_segment(folder, segment)
    documents = sum(segment.doc_count() for segment in toc.segments)
    return Verification(toc.generation, len(toc.segments), documents, tuple(problems))


def verify_segment(folder: Path, segment: ArraySegment) -> list[Problem]:
    """Return what is wrong with the file of a segment."""
    path = folder / segment.file_name()
    found: list[str] = []
    try:
        found.extend(_examine(SegmentFile(path), segment))
    except FileNotFoundError:
        found.append(tr("the file is missing"))
    except IndexDamagedError as error:
        found.append(error.what or str(error))
    except ArchiveError as error:
        found.append(str(error))
    except OSError as error:
        found.append(tr("it can't be read ({error})").format(error=error.strerror))
    except Exception as error:  # corrupt arrays can raise anything
        found.append(_unreadable(error))
    return [Problem(path, what, segment.doc_count()) for what in found]


def _examine(file: SegmentFile, segment: ArraySegment) -> Iterator[str]:
    damaged = list(file.container.wrong_checksums())
    yield from map(wrong_checksum, damaged)
    if file.doc_count != segment.doc_count_all():
        counts = {"number": file.doc_count, "expected": segment.doc_count_all()}
        yield tr("it has {number} documents, not {expected}").format_map(counts)
    if not segment.has_possible_deletions():
        yield tr("the list of deleted documents is wrong")
    if not damaged:  # consequences of the damage already reported
        yield from _structural_problems(file)


def structural_problem(file: SegmentFile) -> str | None:
    """Return the first reason why the arrays of a file with right checksums do not fit together."""
    try:
        return next(_structural_problems(file), None)
    except ArchiveError as error:
        return str(error)
    except Exception as error:  # crafted arrays can raise anything
        return _unreadable(error)


def _unreadable(error: Exception) -> str:
    return tr("its arrays can't be interpreted ({error!r})").format(error=error)


def _structural_problems(file: SegmentFile) -> Iterator[str]:
    for part, names, check in (
        ("field", file.field_names, _check_field),
        ("texts", file.text_names, _check_texts),
        ("column", file.column_names, _check_column),
    ):
        for name in names:
            yield from (
                f"{part} {name!r}: {tr(what)}" for is_right, what in check(file, name) if not is_right
            )
    for doc in range(file.doc_count):
        file.stored.fields(doc)


Findings = Iterator[tuple[bool, str]]


def _check_field(file: SegmentFile, name: str) -> Findings:
    field = file.field(name)
    assert field is not None
    terms = field.terms.as_list()
    counts, occurrences = field.counts(), field.occurrence_counts()
    yield all(map(bytes.__lt__, terms, terms[1:])), mark("terms are not in order")
    yield (
        all(field.terms.find(term) == number for number, term in enumerate(terms)),
        mark("terms are not found"),
    )
    yield len(counts) == len(terms) == len(occurrences), mark("terms and postings differ in number")
    yield bool((counts > 0).all() and (occurrences >= counts).all()), mark("a term has no postings")
    lengths = np.zeros(file.doc_count, np.int64)
    for start in range(0, len(terms), _TERMS):
        part = field.postings(start, min(start + _TERMS, len(terms)))
        same_term = np.repeat(np.arange(len(part.counts)), part.counts)
        ascending = (np.diff(part.docs.astype(np.int64)) > 0) | (np.diff(same_term) > 0)
        yield bool(ascending.all() and part.docs.max() < file.doc_count), mark("documents are not in order")
        totals = sums(part.freqs, part.counts)
        yield bool((totals == occurrences[start : start + _TERMS]).all()), mark("frequencies do not add up")
        lengths += np.bincount(part.docs, part.freqs, file.doc_count).astype(np.int64)
    if field.lengths is not None:
        yield bool((lengths == field.lengths).all()), mark("lengths and frequencies differ")
        yield int(lengths.sum()) == field.total_length, mark("lengths do not add up")


def _check_texts(file: SegmentFile, name: str) -> Findings:
    texts = file.texts(name)
    assert texts is not None
    yield _ascends(texts.starts) and int(texts.starts[-1]) == len(texts.units), mark("texts are not in order")
    yield int(texts.rows.max(initial=0)) <= len(texts), mark("a document has a text that is not there")
    for number in range(len(texts)):
        texts.original(number)


def _check_column(file: SegmentFile, name: str) -> Findings:
    column = file.column(name)
    if isinstance(column, NumberColumn):
        column.present()
    elif isinstance(column, RowsOfColumn):
        yield _ascends(column.starts), mark("rows are not in order")
        are_all = all(len(column.numbers(name)) == len(column) for name in column.names())
        yield are_all, mark("documents and rows differ in number")
    elif isinstance(column, BytesColumn):
        distinct = column.distinct()
        yield (
            int(column.codes.max(initial=0)) <= len(distinct),
            mark("a document has a value that is not there"),
        )
        yield all(map(bytes.__lt__, distinct, distinct[1:])), mark("values are not in order")


def _ascends(numbers: Array) -> bool:
    return bool((np.diff(numbers.astype(np.int64)) >= 0).all())
