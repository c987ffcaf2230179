"""The segmenters, each loaded once."""

from __future__ import annotations

import pytest

from jsisa_search.analysis.segmenter import JiebaSegmenter, RjiebaSegmenter, Segmenter


@pytest.fixture(scope="session")
def jieba_segmenter() -> JiebaSegmenter:
    """Return the segmenter in Python; loading its dictionary takes most of a second."""
    return JiebaSegmenter()


@pytest.fixture(scope="session")
def rjieba_segmenter() -> RjiebaSegmenter:
    """Return the native segmenter."""
    return RjiebaSegmenter()


@pytest.fixture(scope="session", params=["rjieba", "jieba"])
def segmenter(request: pytest.FixtureRequest) -> Segmenter:
    """Return each of the two segmenters."""
    made: Segmenter = request.getfixturevalue(f"{request.param}_segmenter")
    return made
