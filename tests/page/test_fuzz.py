"""Mutated files of every format: a release or an error of ours, and clean text in both."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator

import pytest

from jsisa_search.errors import JsisaSearchError
from jsisa_search.model import Release
from jsisa_search.page import SUFFIXES, parse_releases
from tests.page.fuzzing import documents, mutate, mutate_inside, originals

# What no text of a release may hold: controls, bidirectional controls, zero-width marks, half characters.
UNCLEAN = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u200b\u200e\u200f\u2028-\u202e\u2060\u2066-\u2069\ufeff\ud800-\udfff]"
)


def texts_of(release: Release) -> Iterator[str | None]:
    """Yield every text of a release."""
    yield from (release.title, release.source, release.publisher, release.author, release.editor)
    yield from (release.issuer, release.document_number, release.url, release.path)
    for section in release.sections:
        yield from (section.heading, section.subheading, *(p.text for p in section.paragraphs))


def read_or_refuse(data: bytes, suffix: str) -> list[str]:
    """Read `data` and return every text that comes of it; raise for a reader that failed."""
    texts: list[str] = []
    try:
        for reading in parse_releases(data, f"x{suffix}"):
            assert reading.kind != "reader failed", reading.reason
            texts += (reading.reason, reading.path)
            if reading.release is not None:
                texts += filter(None, texts_of(reading.release))
            texts += (text for finding in reading.findings for text in (finding.text, finding.rule))
    except JsisaSearchError as error:
        assert getattr(error, "kind", "") != "reader failed", error
        texts.append(str(error))
    return texts


def check(files: tuple[tuple[bytes, str], ...], seed: int, number: int) -> None:
    """Read `number` mutations of `files`, a tenth of them under the suffix of another format."""
    rng = random.Random(seed)
    for _ in range(number):
        data, suffix = rng.choice(files)
        # Damage of the Zip file itself mostly ends the reading before a document is looked at.
        is_packed = data.startswith(b"PK") and rng.random() < 0.7
        data = (mutate_inside if is_packed else mutate)(data, rng)
        if rng.random() < 0.1:
            suffix = rng.choice(["", ".jsp", ".bak", *(one for one in SUFFIXES if one != ".pdf")])
        for text in read_or_refuse(data, suffix):
            assert not UNCLEAN.search(text), (suffix, text, data)


@pytest.mark.slow
def test_mutated_files() -> None:
    """400 mutated files of every format but PDF: releases or errors of ours, without control characters."""
    check(originals(), 0, 400)


def test_mutated_documents() -> None:
    """Four mutated PDF documents, each of which takes a process: a release or an error of ours."""
    check(documents(), 1, 4)


@pytest.mark.slow
def test_many_mutated_files() -> None:
    """30,000 mutated files of every format, and 100 PDF documents."""
    check(originals(), 99, 30_000)
    check(documents(), 99, 100)
