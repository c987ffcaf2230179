from __future__ import annotations

import json
import random
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from jsisa_search import CardCheck, Evidence, Index, check_card, read_card
from jsisa_search.errors import ArgumentError, EvidenceError, ReleaseNotFoundError
from jsisa_search.export.cards import card_citation, card_json, card_page, card_reference
from tests.cluster.engines import Place
from tests.conftest import page_text

_TEXTS = (
    "会议总结了工作。",
    "健全网格体系",
    "全市推进网格化管理，满意率达97.42%。有关部门表态。",
    "下一步将优化服务。",
)
_HTML = """<html><head><meta charset="utf-8"><title>防汛演练</title></head><body><h1>云浦市开展防汛演练</h1>
<p>2025-05-22 来源：云浦日报</p><p>5月21日，云浦市在赵家渡段开展防汛抢险综合演练，420余人参加。</p>
<p>演练设置了巡堤查险、转移群众等科目，检验了预案。</p></body></html>"""


def _indexed(folder: Path, place: Place) -> Index:
    """Return an index of a text and of what else is in `folder`/pages."""
    pages = folder / "pages"
    pages.mkdir(exist_ok=True)
    text = page_text("全市网格化工作会议", *_TEXTS, source="微讯江苏", published="2022-09-06 16:42:49")
    (pages / "a.txt").write_text(text, "utf-8")
    index = Index.create(place(folder / "index"))
    index.update([pages])
    return index


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory, place: Place) -> Iterator[Index]:
    """Return an index of all kinds, for tests that change nothing."""
    folder = tmp_path_factory.mktemp("evidence")
    (folder / "pages").mkdir()
    (folder / "pages" / "b.html").write_text(_HTML, "utf-8")
    with zipfile.ZipFile(folder / "pages" / "c.zip", "w") as archive:
        archive.writestr("内/d.html", _HTML.replace("赵家渡", "钱家渡"))
        archive.writestr("e.html", _HTML.replace("赵家渡", "孙家渡"))
    with _indexed(folder, place) as made:
        made.add_text("没有文件的稿件，全市开展排查。", id="cms-1", title="排查")
        yield made


@pytest.fixture
def own_index(tmp_path: Path, place: Place) -> Iterator[Index]:
    """Return an index of a text in the folder `pages`, whose files a test may change."""
    with _indexed(tmp_path, place) as made:
        yield made


def _card(index: Index, query: str, **wanted: Any) -> Evidence:
    return index.evidence(index.search(query)[0], **wanted)


def _check(card: Evidence) -> CardCheck:
    return check_card(read_card(card_json(card).encode(), "card.json"))


def test_a_card_has_all_that_is_needed_to_find_the_passage(own_index: Index, tmp_path: Path) -> None:
    """Quotation, passage, neighbours, section, place, file with its hash, index and times are on it."""
    card = _card(own_index, "网格化管理")
    assert card.quotation == "全市推进网格化管理，满意率达97.42%。有关部门表态。"
    passage = card.passage
    assert (passage.heading, passage.paragraph, passage.paragraph_in_section) == ("健全网格体系", 2, 1)
    assert (passage.before, passage.after) == ("会议总结了工作。", "下一步将优化服务。")
    assert card.release.title == "全市网格化工作会议"
    assert card.file is not None
    file = tmp_path / "pages" / "a.txt"
    assert (card.file.path, card.file.member, card.file.size) == (str(file), "", file.stat().st_size)
    assert len(card.file.sha256) == 64
    own_index.add_text("又一篇。", id="later")
    assert _card(own_index, "网格化管理").index.generation > card.index.generation > 0
    assert file.read_text("utf-8").splitlines()[passage.line - 1].strip() == passage.text
    assert _check(card).is_right


def test_a_part_of_a_passage_is_quoted(index: Index) -> None:
    """The quotation is where it stands; one that the passage does not have as typed is refused."""
    card = _card(index, "网格化管理", quotation="满意率达97.42%")
    assert card.passage.text[card.start : card.end] == card.quotation == "满意率达97.42%"
    assert _check(card).is_right
    for wrong in ("满意率达97.43%", ""):
        with pytest.raises(ArgumentError, match="as typed"):
            _card(index, "网格化管理", quotation=wrong)


def test_a_paragraph_of_a_release_is_attested(index: Index) -> None:
    """A release and a number of a paragraph will do instead of a hit."""
    release = index.search("网格化管理")[0].id
    assert index.evidence(release, paragraph=3).quotation == "下一步将优化服务。"
    with pytest.raises(ReleaseNotFoundError):
        index.evidence(release, paragraph=4)
    with pytest.raises(ArgumentError):
        index.evidence(release)


@pytest.mark.parametrize("query", ["全市网格化工作会议", "健全网格体系", "420余人", "钱家渡", "孙家渡"])
def test_passages_of_every_kind_are_attested(index: Index, query: str) -> None:
    """Titles, headings, paragraphs, and passages of members of archives are found again in their files."""
    card = _card(index, query)
    assert _check(card).is_right
    if query == "钱家渡":
        assert card.file is not None
        assert card.file.member == "!/内/d.html"


def test_a_release_without_a_file_has_no_file_to_compare(index: Index) -> None:
    """The card says so, and a comparison does not call it right."""
    card = _card(index, "开展排查")
    assert card.file is None
    check = _check(card)
    assert (check.file, check.passage, check.is_right) == ("none", "unread", False)


def test_a_card_is_only_made_of_what_was_indexed(own_index: Index, tmp_path: Path) -> None:
    """A file that has changed or is gone since attests nothing."""
    file = tmp_path / "pages" / "a.txt"
    file.write_text(file.read_text("utf-8").replace("97.42", "97.43"), "utf-8")
    with pytest.raises(EvidenceError, match="no longer what was indexed"):
        _card(own_index, "网格化管理")
    file.unlink()
    with pytest.raises(EvidenceError, match="can't be read"):
        _card(own_index, "网格化管理")


def test_a_comparison_says_what_became_of_the_passage(own_index: Index, tmp_path: Path) -> None:
    """Another text, another place, no such passage, no file: each is told apart."""
    card, file = _card(own_index, "网格化管理"), tmp_path / "pages" / "a.txt"
    original = file.read_text("utf-8")
    file.write_text(original.replace("97.42", "97.43"), "utf-8")
    check = _check(card)
    assert (check.file, check.passage) == ("changed", "changed")
    assert check.found == card.passage.text.replace("97.42", "97.43")
    assert [each.name for each in check.discrepancies] == ["text"]
    file.write_text(original.replace("会议总结了工作。", "会议总结了工作。\n\n会议传达了精神。"), "utf-8")
    assert _check(card).passage == "moved"
    file.write_text(original.replace(card.passage.text, ""), "utf-8")
    assert _check(card).passage == "missing"
    file.write_text(original.replace("微讯江苏", "微讯江西"), "utf-8")
    (source,) = _check(card).discrepancies
    assert (source.name, source.card, source.file) == ("source", "微讯江苏", "微讯江西")
    file.rename(tmp_path / "moved.txt")
    assert _check(card).file == "missing"
    (tmp_path / "moved.txt").write_text(original, "utf-8")
    assert check_card(card.to_dict(), tmp_path / "moved.txt").is_right


def test_a_passage_that_occurs_often_is_the_one_of_the_card(own_index: Index, tmp_path: Path) -> None:
    """Of rows of a table that say the same, on one line of a file, the one at its place is compared."""
    row = "<p>无</p><p>全市平均水平为一百二十分。</p>"
    (tmp_path / "pages" / "t.html").write_text(_HTML.replace("</body>", row * 3 + "</body>"), "utf-8")
    own_index.update([tmp_path / "pages"])
    release = own_index.release(tmp_path / "pages" / "t.html")
    texts = [paragraph.text for paragraph in release.paragraphs]
    assert len(set(texts)) < len(texts)
    for paragraph in release.paragraphs:
        assert _check(own_index.evidence(release.path, paragraph=paragraph.ordinal)).is_right


def test_a_card_never_waits_for_a_pipe(own_index: Index, tmp_path: Path) -> None:
    """What a card names may be anything: only regular files are read."""
    card = _card(own_index, "网格化管理").to_dict()
    for path in ("/dev/zero", str(tmp_path), "\0", "text"):
        assert check_card(card | {"file": card["file"] | {"path": path}}).file == "missing"


@pytest.mark.parametrize(
    "content",
    [
        b"", b"\xff", b"[]", b"{}", b'{"format": "jsisa-search evidence card", "version": 2}', b"[" * 100_000,
        b'{"format": "jsisa-search evidence card", "version": 1}',
        b'{"format": "jsisa-search evidence card", "version": 1, "quotation": 1}',
    ],
)  # fmt: skip
def test_what_is_no_card_is_an_error(content: bytes) -> None:
    """Any bytes are a card or an `EvidenceError`, which names the file."""
    with pytest.raises(EvidenceError, match=r"card\.json"):
        read_card(content, "card.json")


@pytest.mark.parametrize("name", ["quotation", "start", "end", "passage", "release", "file"])
def test_every_value_that_is_compared_has_its_type(index: Index, name: str) -> None:
    """A card that people edited is refused before it is compared."""
    for wrong in (True, [], 1.5):
        card = _card(index, "网格化管理").to_dict() | {name: wrong}
        with pytest.raises(EvidenceError):
            read_card(json.dumps(card).encode(), "card.json")


def test_the_page_of_a_card_is_a_card(index: Index) -> None:
    """The HTML page shows the passage as text, and has the card in it, which is compared like the JSON."""
    card = _card(index, "网格化管理", quotation="网格化管理")
    page = card_page(card)
    assert "<p>全市推进<mark>网格化管理</mark>，满意率达97.42%。有关部门表态。</p>" in page
    assert (
        card_citation(card) == "《全市网格化工作会议》，微讯江苏，2022-09-06 16:42:49，“健全网格体系”，第2段"
    )
    assert card_citation(card) in page
    assert card_reference(card) in page
    assert read_card(page.encode(), "card.html") == card.to_dict()


def test_nothing_on_a_card_is_markup(index: Index) -> None:
    """A passage with markup neither ends the card in the page nor becomes part of the page."""
    card = _card(index, "网格化管理")
    hostile = "</script><script>alert(1)</script>"
    card = replace(card, quotation=hostile, passage=replace(card.passage, text=hostile), start=0, end=34)
    page = card_page(card)
    assert page.count("<script") == 1
    assert read_card(page.encode(), "card.html")["quotation"] == hostile


def _altered(data: bytes, chance: random.Random) -> bytes:
    """Return other bytes: one changed, one more, or one less."""
    at = chance.randrange(len(data))
    match chance.randrange(3):
        case 0:
            return data[:at] + bytes([data[at] ^ chance.randrange(1, 256)]) + data[at + 1 :]
        case 1:
            return data[:at] + bytes([chance.randrange(256)]) + data[at:]
        case _:
            return data[:at] + data[at + 1 :]


def _other_text(text: str, chance: random.Random) -> str:
    """Return a text with one other character."""
    at = chance.randrange(len(text))
    return text[:at] + chr((ord(text[at]) ^ chance.randrange(1, 64)) or 32) + text[at + 1 :]


@pytest.mark.slow
def test_every_changed_byte_is_told(index: Index) -> None:
    """Of 500 random changes of a file, or of the passage on a card, none passes; without one all do."""
    chance = random.Random(2026)
    cards = [_card(index, query) for query in ("网格化管理", "420余人", "钱家渡", "孙家渡")]
    for number in range(500):
        card = cards[number % len(cards)]
        assert card.file is not None
        file = Path(card.file.path)
        if number % 2:
            data = file.read_bytes()
            file.write_bytes(_altered(data, chance))
            check = _check(card)
            file.write_bytes(data)
            assert check.file == "changed"
        else:
            field = chance.choice(("text", "before", "after"))
            text = getattr(card.passage, field)
            passage = replace(card.passage, **{field: _other_text(text or "无", chance)})
            check = _check(replace(card, passage=passage))
            assert check.file == "same"
        assert not check.is_right
        assert _check(card).is_right
