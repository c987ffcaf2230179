"""What is built on search says the same on a cluster as of a folder."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from jsisa_search import Evidence, Index, check_card, make_filters, read_card
from jsisa_search.analysis import fold
from jsisa_search.cli import main
from jsisa_search.errors import NotOnClusterError
from jsisa_search.export.cards import card_json
from jsisa_search.query.custom_queries import Literal
from tests.cluster.conftest import NewAddress, on_both
from tests.research.trend.scan import Scan, trend_options
from tests.research.trend.test_trend import counts

pytestmark = pytest.mark.cluster


@pytest.fixture(scope="module")
def address(engines: tuple[Index, Index]) -> str:
    """Return the address of the samples on the cluster."""
    assert engines[1]._cluster is not None
    return str(engines[1]._cluster.address)


def run(*arguments: str, status: int = 0) -> str:
    """Return what a command prints; it must end with a status."""
    result = CliRunner().invoke(main, list(arguments), catch_exceptions=False)
    assert result.exit_code == status, result.output
    return result.output


def _facts(card: Evidence) -> dict[str, object]:
    """Return what a card says of the passage and its file."""
    values = card.to_dict()
    if values["file"]:
        del values["file"]["indexed"]
    return {name: value for name, value in values.items() if name not in ("index", "made")}


@pytest.mark.parametrize("query", ["网格化 满意率", "标题:会议", "2022年", "小标题:网格 治理"])
def test_a_card_says_the_same_of_a_passage(engines: tuple[Index, Index], query: str) -> None:
    """Quotation, place, release and file are those of a card from a folder; the index is the cluster's."""
    local, cluster = engines
    for hit in cluster.search(query, limit=3, fold=False):
        one, other = local.evidence(hit), cluster.evidence(hit)
        assert _facts(one) == _facts(other)
        assert other.index.folder.startswith("opensearch://")
        assert check_card(read_card(card_json(other).encode(), "card.json")).is_right


def test_the_state_on_a_card_grows_with_every_commit(index: Index) -> None:
    """It is a number, also where a rebuild has replaced the index."""
    states = []
    for number in range(3):
        index.add_text(f"第{number}期简报。", id="a")
        states.append(index.evidence("text:a", paragraph=1).index.generation)
    index.update([], rebuild=True)
    states.append(index.evidence("text:a", paragraph=1).index.generation)
    assert states == sorted(set(states))


def test_a_card_is_made_and_compared_on_the_command_line(address: str, tmp_path: Path) -> None:
    """`evidence` with an address writes a card, and `evidence verify` compares it with the file."""
    card = tmp_path / "card.json"
    run("evidence", "网格化", "--index-dir", address, "-o", str(card))
    assert json.loads(card.read_bytes())["index"]["folder"] == address
    run("evidence", "verify", str(card))


@pytest.fixture(scope="module")
def archives(
    new_address: NewAddress, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Index, Index]]:
    """Return the same random releases of some years on both engines, a few of them without a date."""
    with on_both(tmp_path_factory.mktemp("archive"), new_address()) as made:
        for engine in made:
            _fill(engine)
        yield made


def _fill(index: Index) -> None:
    chance = random.Random(7)
    with index.batch() as batch:
        for number in range(60):
            year, month = chance.randint(2015, 2020), chance.randint(1, 12)
            batch.add_text(
                "\n".join(_text(chance, year) for _ in range(chance.randint(1, 6))),
                id=str(number),
                title=f"简报{number}",
                published=None if number % 9 == 0 else f"{year}-{month:02d}-05",
                source=chance.choice(("云州日报", "南山新闻", None)),
            )


def _text(chance: random.Random, year: int) -> str:
    """Return a paragraph of phrases, some of which are of some years only."""
    phrases = ["网格治理", "哈哈哈哈哈", "臺灣ＡＢＣ", "乡村振兴", "𠀀字很少见", "3.5%", "“小事不出村”"]
    phrases += ["清单管理"] if year > 2017 else ["大检查活动"]
    parts = (chance.choice(phrases) + chance.choice("，。和与的在为了对、") for _ in range(12))
    return "".join(parts)


_OPTIONS = trend_options("云州", "2017", "2018-06", "网格")


@pytest.mark.parametrize("page", [2_000, 7])
def test_a_trend_is_the_same(
    archives: tuple[Index, Index], engines: tuple[Index, Index], page: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Counts, ends, sources, companions and lines of random strings; in one part, and in many small ones."""
    for name in ("_PAGE", "_NUMBERS_PAGE"):
        monkeypatch.setattr(f"jsisa_search.cluster.timeline.{name}", page)
    chance = random.Random(3)
    for local, cluster in (archives, engines):
        scan = Scan(local, fold=False)
        for number in range(20 if page > 1_000 else 5):
            text = fold(scan.draw(chance))
            options = _OPTIONS[number % len(_OPTIONS)]
            one, other = (engine.trend([f"“{text}”"], fold=False, **options) for engine in (local, cluster))
            assert one.to_dict() == other.to_dict(), (text, options)
            if "filters" not in options:
                assert counts(other) == scan.usage(text, other.by)


def test_strings_that_overlap_themselves_are_counted_as_people_count(archives: tuple[Index, Index]) -> None:
    """哈哈 is in 哈哈哈 once. Strings that the cluster counts itself are counted like those of texts read."""
    texts = ["哈哈", "的", "治理", "𠀀", "a", "3.", "网格治理", "没有"]
    one, other = (engine.trend(texts, fold=False, by="year", by_source=True) for engine in archives)
    assert one.to_dict() == other.to_dict()
    scan = Scan(archives[0], fold=False)
    assert [counts(other, at) for at in range(len(texts))] == [scan.usage(text, "year") for text in texts]


def test_new_phrases_are_the_same(archives: tuple[Index, Index], monkeypatch: pytest.MonkeyPatch) -> None:
    """What appeared, rose and vanished, with counts and dates; texts are read in several blocks."""
    monkeypatch.setattr("jsisa_search.cluster.timeline._BLOCK", 50)
    for filters in (None, make_filters(source=["云州"])):
        one, other = (
            engine.new_phrases(datetime(2018, 1, 1), filters=filters, fold=False) for engine in archives
        )
        assert one.to_dict() == other.to_dict()
        assert filters or {"清单管理"} <= {phrase.text for phrase in other.appeared}
        assert filters or {"大检查活动"} <= {phrase.text for phrase in other.vanished}


def test_new_phrases_of_more_than_can_be_read_are_refused(
    archives: tuple[Index, Index], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The error says how many passages may be looked through, and how to choose them."""
    monkeypatch.setattr("jsisa_search.cluster.timeline.MOST_READ", 10)
    with pytest.raises(NotOnClusterError, match="10 passages of a cluster; restrict"):
        archives[1].new_phrases(datetime(2018, 1, 1))


def test_a_trend_is_printed_by_the_command_line(address: str, tmp_path: Path) -> None:
    """As text with lines, as CSV and SVG, of an address as of a folder."""
    assert "网格" in run("trend", "网格化", "治理", "--kwic", "3", "--by-source", "--index-dir", address)
    for name in ("trend.csv", "trend.svg", "trend.json"):
        run("trend", "网格化", "--index-dir", address, "-o", str(tmp_path / name))
        assert "网格化" in (tmp_path / name).read_text("utf-8")


def _draft(index: Index, chance: random.Random, quotations: int) -> bytes:
    """Return a draft that quotes an index: as it is, with other marks, altered, joined, or not at all."""
    texts = [
        paragraph.text
        for info in sorted(index.releases(), key=lambda info: info.id)
        for paragraph in index.release(info.id).paragraphs
        if len(paragraph.text) > 30
    ]
    lines = []
    for number in range(quotations):
        text, other = chance.choice(texts), chance.choice(texts)
        at = chance.randrange(len(text) - 20)
        quoted = text[at : at + chance.randint(8, 60)]
        if number % 5 == 1:
            quoted = quoted.replace("，", "、").replace("。", "；")
        elif number % 5 == 2:
            quoted = quoted[:5] + chance.choice("某与和") + quoted[6:]
        elif number % 5 == 3:
            quoted = quoted[:25] + other[:25]
        elif number % 5 == 4:
            quoted = "".join(chance.sample(quoted, len(quoted)))
        quoted = quoted.translate(dict.fromkeys(map(ord, "“”\n")))
        lines.append(f"据云州日报2018年5月5日报道，他说：“{quoted}”，达3.5%，见《简报{number}》。")
    # Longer than what a cluster looks for as a whole.
    lines.append("> " + max(texts, key=len).replace("\n", ""))
    return "\n\n".join(lines).encode()


@pytest.mark.parametrize("every_sentence", [False, True])
def test_a_check_of_a_draft_is_the_same(
    archives: tuple[Index, Index], engines: tuple[Index, Index], every_sentence: bool
) -> None:
    """Verdicts, passages, differences, claims and counts of random drafts."""
    for number, (local, cluster) in enumerate((archives, engines)):
        draft = _draft(local, random.Random(number), 5 if every_sentence else 15)
        one, other = (
            engine.check_draft(draft, name="draft.md", every_sentence=every_sentence).to_dict()
            | {"took_ms": 0}
            for engine in (local, cluster)
        )
        assert one == other


def test_what_is_quoted_exactly_is_found_as_a_scan_finds_it(archives: tuple[Index, Index]) -> None:
    """Random strings are exact, with the number of all passages that have them, the earliest first."""
    scan = Scan(archives[0], fold=False)
    chance = random.Random(11)
    for _ in range(15):
        text = scan.draw(chance)
        # Numbers and Latin words are exact as wholes only, and 臺 is not 台 in a quotation.
        if not re.fullmatch("[\u4e00-\u9fff]+", text) or "臺" in text or "灣" in text:
            continue
        (item, *_) = archives[1].check_draft(f"> {text}\n".encode(), name="draft.md").items
        having = [passage for passage in scan.passages if text in passage.seen]
        assert (item.verdict, item.passage_count) == ("exact", len(having)), text
        assert item.passages[0].hit.date == having[0].date


def test_passages_are_read_as_far_as_they_are_wanted(
    archives: tuple[Index, Index], monkeypatch: pytest.MonkeyPatch
) -> None:
    """In order of time, over the bounds of what is read at once; undated ones are last."""
    monkeypatch.setattr("jsisa_search.cluster.matches._READ", (2, 7))
    tree = Literal("text", "网格治理")
    dates = []
    for engine in archives:
        with engine._snapshots.use() as searcher:
            matches = searcher.execution().matches(tree)
            docs = list(matches.by_date())
            assert len(docs) == len(matches) == searcher.count(tree)
            dates.append([(searcher.document(doc).get("published"), searcher.text(doc)) for doc in docs])
    assert dates[0] == dates[1]
    known = [date for date, _ in dates[1] if date]
    assert known == sorted(known)
    assert None not in {date for date, _ in dates[1][: len(known)]}


def test_a_draft_is_checked_on_the_command_line(address: str, tmp_path: Path) -> None:
    """As text, as a page and as JSON, of an address as of a folder."""
    draft = tmp_path / "draft.md"
    draft.write_text("会议要求推进“网格化管理”，做到“绝无此语甲乙丙丁”。", "utf-8")
    # One of the two is not found, which is what the exit status says.
    assert "网格化管理" in run("check", str(draft), "--index-dir", address, status=1)
    for name in ("report.json", "report.html"):
        run("check", str(draft), "--index-dir", address, "-o", str(tmp_path / name), status=1)
        assert "网格化管理" in (tmp_path / name).read_text("utf-8")
