"""What a check of a draft finds, as the library and the command line give it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from jsisa_search import CheckedItem, DraftReport, Index
from jsisa_search.cli import main
from jsisa_search.errors import ArgumentError, PageError, UnsupportedFormatError
from tests.research.check.samples import fill


@pytest.fixture(scope="module")
def archive(shared_index: Index) -> Index:
    """Return an index of two releases."""
    fill(shared_index)
    return shared_index


def checked(index: Index, draft: str, **arguments: bool) -> list[CheckedItem]:
    """Return what was found of a Markdown draft."""
    return list(index.check_draft(draft.encode(), name="draft.md", **arguments).items)


def test_every_verdict_with_the_passage_it_rests_on(archive: Index) -> None:
    """Exact, with other punctuation, altered, pieced together, and not found."""
    draft = (
        "“青溪市全域推行网格化管理，划分网格1286个”\n\n“青溪市全域推行网格化管理、划分网格1286个”\n\n"
        "“划分网格1286个，配备网格员3286名”\n\n“共检查单位2.4万家，发现隐患15890处，调解成功率达95%，受到居民好评”\n\n"
        "“火星上建成了第一座跨海大桥”\n"
    )
    items = checked(archive, draft)
    assert [item.verdict for item in items] == [
        "exact",
        "exact but for punctuation",
        "altered",
        "pieced together",
        "not found",
    ]
    assert [passage.hit.source for passage in items[3].passages] == ["云浦发布", "青溪日报"]
    (difference,) = items[2].passages[0].differences
    assert (difference.kind, difference.before, difference.after) == ("figure", "3268名", "3286名")
    assert items[2].text[slice(*difference.draft)] == "86"
    assert items[2].passages[0].hit.text[slice(*difference.passage)] == "68"


@pytest.mark.parametrize(
    "quotation",
    [
        "调解室8个",
        "调解室8.6个",
        "检查单位24万家",
        "检查单位2.4万",
        "隐患15.890处",
        "率达99、14%",
        "率达-99.14%",
        "划分网格286个",
        "市委书记李铭说",
    ],
)
def test_an_altered_figure_or_name_is_never_exact(archive: Index, quotation: str) -> None:
    """Not by a point less, a sign more, or a number that begins or ends inside another one."""
    (item,) = checked(archive, f"“{quotation}”")
    if quotation == "检查单位2.4万":
        assert item.verdict == "exact"  # 万 is no digit: the number is whole
    else:
        assert not item.verdict.startswith("exact")


def test_quotation_marks_within_a_quotation_may_be_the_inner_ones(archive: Index) -> None:
    """What is quoted within a quotation is set in other marks than by itself: that is no difference."""
    (item,) = checked(archive, "“青溪市建立‘派驻式’人民调解室86个”")
    assert item.verdict == "exact"
    (item,) = checked(archive, "「青溪市建立『派驻式』人民调解室86个」")
    assert item.verdict == "exact"
    (item,) = checked(archive, "“青溪市建立派驻式人民调解室86个”")
    assert item.verdict == "exact but for punctuation"


@pytest.mark.parametrize(
    ("quotation", "shown"),
    [
        ("全市调拨物资6.3万件(套)", "全市调拨物资6.3万件(套)"),
        ("全市调拨物资3.6万件（套）", "全市调拨物资6.3万件(套)"),
        ("‘猎影行动’成绩位列全省前茅", "“猎影行动”成绩位列全省前茅"),
        ("全市调拨物资6.3万件", "全市调拨物资6.3万件"),
    ],
)
def test_marks_at_the_ends_of_a_quotation_are_shown(index: Index, quotation: str, shown: str) -> None:
    """What the passage has is shown with the marks that the quotation has around it."""
    index.add_text("据悉，全市调拨物资6.3万件(套)，“猎影行动”成绩位列全省前茅。", id="a", title="救灾")
    (item,) = (each for each in checked(index, f"“{quotation}”。") if each.kind == "quotation")
    (passage,) = item.passages
    assert passage.hit.text[slice(*passage.range)] == shown


def test_kinds_and_places(archive: Index) -> None:
    """Each item is at its place of the draft: titles, terms, block quotations, numbers and figures."""
    draft = (
        "《青溪市推进网格化管理》提到“网格”。\n\n> 青溪市建立“派驻式”人民调解室86个\n\n"
        "见青政发〔2019〕5号，云浦县检查单位2.4万家。\n"
    )
    report = archive.check_draft(draft.encode(), name="draft.md")
    assert [(item.kind, item.text) for item in report.items] == [
        ("title", "青溪市推进网格化管理"),
        ("word", "网格"),
        ("block", "青溪市建立“派驻式”人民调解室86个"),
        ("number", "青政发〔2019〕5号"),
        ("figure", "2.4万家"),
    ]
    for item in report.items:
        assert report.paragraphs[item.paragraph].text[item.start : item.end] == item.text
    assert [item.verdict for item in report.items] == ["exact", "exact", "exact", "not found", "exact"]


@pytest.mark.parametrize(
    "text", ["按照青政发〔2019〕5号文件的要求办理", "青政发〔2019〕5号文规定", "青政发（2019）5号提出"]
)
def test_a_document_number_is_seen_before_words_that_follow_it(archive: Index, text: str) -> None:
    """A running text has no gap behind a number; what counts is the number, without 文件."""
    (item,) = checked(archive, text)
    assert (item.kind, item.text[:3], item.text[-2:]) == ("number", "青政发", "5号")


def test_a_figure_is_compared_with_what_measures_the_same(archive: Index) -> None:
    """Another figure of the same unit is an altered one; what nothing measures is not found."""
    items = checked(
        archive, "青溪市的调解成功率达96%。\n\n云浦县整改率为99.14%。\n\n北极熊的数量增加了77%。\n"
    )
    assert [item.verdict for item in items] == ["altered", "exact", "not found"]
    assert items[0].passages[0].differences[0].before == "95%"


@pytest.mark.parametrize(
    ("sentence", "verdict"),
    [
        ("云浦县检查的单位有24000家。", "exact"),
        ("云浦县检查的单位有二万四千家。", "exact"),
        ("云浦县检查的单位有2.4万余家。", "altered"),
        ("青溪市的调解成功率达百分之九十五。", "exact"),
        ("青溪市的调解成功率达百分之九十六。", "altered"),
        ("青溪市配备网格员3268人。", "not found"),
    ],
)
def test_a_figure_is_read_as_everywhere(archive: Index, sentence: str, verdict: str) -> None:
    """Its value and unit count, not how they are written; 余 says that it is more."""
    (item,) = checked(archive, sentence)
    assert (item.kind, item.verdict) == ("figure", verdict)


def test_dates_and_sources_beside_a_quotation(archive: Index) -> None:
    """They are compared with the release, which the page and the command show beside the verdict."""
    quotation = "“调解成功率达95%，受到居民好评”"
    right, wrong = (
        checked(archive, f"{before}{quotation}")[0]
        for before in ("据青溪日报2022年9月6日报道，", "据云浦发布2022年10月11日报道，")
    )
    assert [(claim.kind, claim.is_right) for claim in right.claims] == [("source", True), ("date", True)] or [
        (claim.kind, claim.is_right) for claim in right.claims
    ] == [("date", True), ("source", True)]
    assert [claim.is_right for claim in wrong.claims] == [False, False]
    assert {claim.stated for claim in wrong.claims} == {"2022-09-06", "青溪日报"}
    assert not wrong.is_right
    assert wrong.verdict == "exact"


def test_a_paper_beside_a_quotation_is_its_source(archive: Index) -> None:
    """Also one that no release is from; its name in 《》 is no title to look for."""
    (item,) = checked(archive, "“调解成功率达95%，受到居民好评”（《云浦日报》2022年9月6日）")
    assert [(claim.kind, claim.text, claim.is_right) for claim in item.claims] == [
        ("date", "2022年9月6日", True),
        ("source", "云浦日报", False),
    ]


def test_every_sentence(archive: Index) -> None:
    """Sentences are checked beside what they quote; one that only is a quotation is not checked twice."""
    draft = "云浦县开展消防安全大检查。“调解成功率达95%”。\n"
    assert [item.kind for item in checked(archive, draft)] == ["quotation"]
    assert [item.kind for item in checked(archive, draft, every_sentence=True)] == ["sentence", "quotation"]


def test_terms_do_not_decide(archive: Index) -> None:
    """A word in quotation marks that no passage has is told, and leaves the rest right."""
    report = archive.check_draft("“外星”与“调解成功率达95%”".encode(), name="draft.md")
    assert [item.verdict for item in report.items] == ["not found", "exact"]
    assert report.is_right
    assert sum(report.counts.values()) == 1


def test_a_draft_that_quotes_nothing_is_right(archive: Index) -> None:
    """So is an empty one."""
    for draft in ("没有引文。", ""):
        report = archive.check_draft(draft.encode(), name="draft.txt")
        assert (report.items, report.is_right) == ((), True)


def test_plain_data(archive: Index) -> None:
    """A report is plain data throughout, and the counts are of what is not a term."""
    report = archive.check_draft("“划分网格1286个，配备网格员3286名”".encode(), name="draft.md")
    read = json.loads(json.dumps(report.to_dict()))
    assert read["counts"]["altered"] == 1
    assert read["is_right"] is False
    (item,) = read["items"]
    assert item["passages"][0]["hit"]["source"] == "青溪日报"
    assert item["passages"][0]["differences"][0]["kind"] == "figure"
    assert isinstance(report, DraftReport)


def test_progress_and_arguments(archive: Index, tmp_path: Path) -> None:
    """Progress is reported for each item; what is no draft is an error that names it."""
    seen: list[int] = []
    archive.check_draft("“青溪市”和“云浦县”".encode(), progress=lambda each: seen.append(each.done))
    assert seen == [0, 1]
    with pytest.raises(ArgumentError):
        archive.check_draft(12)  # type: ignore[arg-type]
    with pytest.raises(PageError, match=r"missing\.md"):
        archive.check_draft(tmp_path / "missing.md")
    with pytest.raises(UnsupportedFormatError):
        archive.check_draft(b"\x7fELF", name="program.bin")
    with pytest.raises(PageError, match="no draft"):
        archive.check_draft(b'{"a": 1}', name="data.json")


def run(*arguments: str, status: int, text: str | None = None) -> str:
    """Return the output of the command, whose exit status must be `status`."""
    result = CliRunner().invoke(main, ["check", *arguments], input=text)
    assert result.exit_code == status, result.output
    return result.output


@pytest.mark.folder_only("the commands, with an index in the folder where they run")
def test_the_command(archive: Index, shared_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It prints text or JSON, reads standard input, and tells by its exit status whether all is exact."""
    monkeypatch.chdir(shared_folder.parent)
    draft = Path("draft.md")
    draft.write_text("“调解成功率达95%”，“外星”。\n\n“调解成功率达96%，受到居民好评”。\n", encoding="utf-8")
    printed = run("draft.md", status=1)
    assert printed.startswith("draft.md  2 quotations: 1 exact, 1 altered\n")
    assert "not in the index: “外星”" in printed
    assert "figure: the passage has 95%, the draft 96%" in printed
    assert "9【6】%" in printed
    assert "9【5】%" in printed
    read = json.loads(run("draft.md", "--format", "json", status=1))
    assert [item["verdict"] for item in read["items"]] == ["exact", "not found", "altered"]
    assert run("-", status=0, text="“调解成功率达95%”").startswith("standard input  1 quotation: 1 exact\n")
    assert "nothing quoted was found" in run("-", status=0, text="无")
    run("missing.md", status=2)
