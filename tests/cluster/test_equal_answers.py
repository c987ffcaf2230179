"""The same answers from both engines: totals, order, scores, counts."""

from __future__ import annotations

import random

import pytest

from jsisa_search import Index, Results
from jsisa_search.model import FacetField

pytestmark = pytest.mark.cluster

FACETS: tuple[FacetField, ...] = (
    "source",
    "publisher",
    "section",
    "year",
    "month",
    "date_from",
    "folder",
    "format",
)

#: Two or more of each class of query.
QUERIES = (
    "网格化",
    "网格化 满意率",
    "社会治理工作会议",
    "治",
    "的",
    "“网格化管理”",
    '"优化营商环境"',
    "“以人民为中心的发展思想”",
    "网格 -满意",
    "网格 -全文:会议",
    "平安 OR 网格",
    "(平安 OR 网格) 建设",
    "标题:会议",
    "小标题:网格",
    "来源:江苏 网格",
    "发布:协会 安全",
    "日期:2022 网格",
    "日期:2022-01..2022-06",
    "网格 OR 日期:2022",
    "-日期:2022 网格",
    "网格*",
    "全* 会",
    "网格 NEAR/10 治理",
    "标题:(会议 OR 通知)",
    "2022年",
    "“9月”",
    "97.42%",
    "9",
    "5G",
    "app",
    "如何推进网格化管理",
    "全市有多少网格员",
    "在全市社会治理工作会议上的讲话要点",
    "优化營商環境",
    "ＡＰＰ",
    "中国钢铁工业协会",
    "绝不出现的词语甲乙丙",
    "",
    "()",
    "-网格",
)


def _counts(found: Results) -> dict[str, object]:
    """Return all of an answer but the hits, and what is counted on one machine only."""
    left_out = ("hits", "took_ms", "distinct", "occurrences", "facets")
    counts = {name: value for name, value in found.to_dict().items() if name not in left_out}
    facets = {facet.field: dict(facet.counts) for facet in found.facets}
    return counts | {"facets": facets}


@pytest.mark.parametrize("text", QUERIES)
def test_an_answer_is_the_same(engines: tuple[Index, Index], text: str) -> None:
    """Totals, counts, facets, and the hits with their scores and highlights."""
    one, other = (engine.search(text, fold=False, facets=FACETS, context=1) for engine in engines)
    assert _counts(one) == _counts(other)
    assert [hit.score for hit in one] == pytest.approx([hit.score for hit in other], rel=1e-4, abs=1e-3)
    ours, theirs = ([hit.to_dict() | {"score": 0} for hit in found] for found in (one, other))
    assert sorted(map(str, ours)) == sorted(map(str, theirs))
    if other.occurrences is not None:
        assert one.occurrences == other.occurrences


@pytest.mark.parametrize("options", [{"sort": "newest"}, {"sort": "oldest"}, {"group_by": "release"}])
@pytest.mark.parametrize("text", ["网格化", "网格化 满意率", "治", "日期:2022"])
def test_other_orders_are_the_same(engines: tuple[Index, Index], text: str, options: dict[str, str]) -> None:
    """By date either way, and one passage for each release; the second page, too."""
    for offset in (0, 10):
        one, other = (
            engine.search(text, fold=False, offset=offset, **options)  # type: ignore[arg-type]
            for engine in engines
        )
        assert [(hit.id, hit.line, hit.others) for hit in one] == [
            (hit.id, hit.line, hit.others) for hit in other
        ]
        assert (one.groups, one.scattered) == (other.groups, other.scattered)


@pytest.mark.parametrize("text", ["网格化 满意率", "“网格化管理”", "如何推进网格化管理", "2022年"])
def test_explanations_are_the_same(engines: tuple[Index, Index], text: str) -> None:
    """The parts of a score have the same names and values, and add up to it."""
    one, other = (engine.search(text, fold=False, explain=True, limit=3) for engine in engines)
    for ours, theirs in zip(one, other, strict=True):
        assert [name for name, _ in ours.explanation] == [name for name, _ in theirs.explanation]
        values = [score for _, score in theirs.explanation]
        assert [score for _, score in ours.explanation] == pytest.approx(values, rel=1e-3, abs=1e-3)
        assert sum(values) == pytest.approx(theirs.score, rel=1e-4)


def test_random_strings_are_found_where_they_are(engines: tuple[Index, Index]) -> None:
    """The audit of the cluster compares with a scan of its texts: every passage, and none beside."""
    audit = engines[1].audit(60, seed=3)
    assert (audit.recall, audit.precision, audit.failed) == (1, 1, 0)
    assert audit.passages == engines[0].audit(1).passages


def test_everything_else_is_the_same(engines: tuple[Index, Index]) -> None:
    """Whole releases, lists, iteration, counts, checks, marks, and why nothing is found."""
    one, other = engines
    infos = sorted(one.releases(), key=lambda info: info.id)
    assert infos == sorted(other.releases(), key=lambda info: info.id)
    for info in random.Random(5).sample(infos, 5):
        assert one.release(info.id) == other.release(info.id)
    ours, theirs = (list(engine.iter_hits("网格", context=1)) for engine in engines)
    assert ours == theirs
    assert len(ours) == one.search("网格").total_all_terms
    for field in FACETS:
        for unit in ("passages", "releases"):
            counted = [engine.count_by(field, "网格 OR 会议", unit=unit) for engine in engines]
            assert list(counted[0].items()) == list(counted[1].items())
    assert one.check(["网格", "2022", "甲乙丙丁"]) == other.check(["网格", "2022", "甲乙丙丁"])
    assert one.values("source") == other.values("source")
    assert one.mark("网格化 会议", ["网格化会议"]) == other.mark("网格化 会议", ["网格化会议"])
    assert other.explain_nothing("网格化 甲乙丙丁").missing[0].text == "甲乙丙丁"
    assert one.info().paragraphs == other.info().paragraphs
    assert one.info().dates == other.info().dates
