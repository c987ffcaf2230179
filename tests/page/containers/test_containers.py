"""Files that hold several releases: archives, JSON, mails."""

from __future__ import annotations

import json
import time
import zipfile
from io import BytesIO
from pathlib import Path

import pytest

from jsisa_search.errors import JsisaSearchError, PageError, PageTooLargeError
from jsisa_search.model import Release
from jsisa_search.page import (
    MemberReading,
    explain_file,
    explain_release,
    parse_release,
    parse_releases,
    read_release,
    read_releases,
)
from jsisa_search.page.rules import load_rules
from tests.page.sample_files import HTML, TEXT, frames, json_lines, mail, web_archive, zipped, zipped_names


def read(data: bytes, path: str) -> list[MemberReading]:
    """Return all readings of a file."""
    return list(parse_releases(data, path))


def only(data: bytes, path: str) -> Release:
    """Return the release of the only reading."""
    (reading,) = read(data, path)
    assert reading.release is not None, reading.reason
    return reading.release


def reasons(data: bytes, path: str) -> dict[str, str]:
    """Return why which members could not be read."""
    return {reading.member: reading.reason for reading in read(data, path) if reading.reason}


@pytest.fixture
def limits(monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """Return the limits of this test: a copy that it may lower."""
    copy = dict(load_rules("budget")["limits"])
    monkeypatch.setitem(load_rules("budget"), "limits", copy)
    return copy


def test_members_of_an_archive_are_releases_of_their_own() -> None:
    """Each member is read by its suffix, under a path that goes on into the archive."""
    readings = read(zipped(inner___a__html=HTML, b__txt=TEXT), "x.zip")
    assert [(r.member, r.release.title) for r in readings if r.release] == [
        ("!/inner/a.html", "网格进楼栋"),
        ("!/b.txt", "平安澄川建设纪事"),
    ]
    assert readings[0].release and readings[0].release.path == "x.zip!/inner/a.html"


def test_a_bad_member_is_reported_and_the_rest_is_read() -> None:
    """The reason names the member; members of unknown formats have neither release nor reason."""
    data = zipped(a__txt=TEXT, b__txt=b"\x89PNG\r\n\x1a\n....", c__jpg=b"...", d__txt="")
    readings = read(data, "x.zip")
    assert [bool(r.release) for r in readings] == [True, False, False, False]
    assert readings[1].reason.startswith("x.zip!/b.txt: is a PNG image")
    assert (readings[2].member, readings[2].reason) == ("!/c.jpg", "")
    assert "holds no text" in readings[3].reason


def test_names_that_climb_out_are_harmless(tmp_path: Path) -> None:
    """A name of a member is made relative, unique and visible; nothing is written anywhere."""
    data = zipped_names({"../../etc/a.txt": TEXT, "/etc/a.txt": TEXT, "C:\\x\\..\\b.txt": TEXT, "..": TEXT})
    members = [reading.member for reading in read(data, str(tmp_path / "x.zip"))]
    assert members[:2] == ["!/etc/a.txt", "!/etc/a~2.txt"]
    assert all(".." not in member for member in members)
    assert list(tmp_path.iterdir()) == []


def test_hidden_members_are_not_looked_at() -> None:
    """What folders hide, and the shadow files of macOS, are no members."""
    assert read(zipped_names({"__MACOSX/._a.txt": TEXT, ".git/a.txt": TEXT, "d/": ""}), "x.zip") == []


def test_names_in_gbk_are_read() -> None:
    """Archives made by Chinese Windows hold names in GBK without saying so."""
    data = zipped_names({"placeholder-.txt": TEXT}).replace(
        b"placeholder-.txt", "平安建设纪事.txt".encode("gbk")
    )
    assert read(data, "x.zip")[0].member == "!/平安建设纪事.txt"


def test_archive_in_archive() -> None:
    """An archive in an archive is read, one deeper is reported."""
    inner = zipped(a__txt=TEXT)
    readings = read(zipped(one__zip=inner), "x.zip")
    assert [r.path for r in readings] == ["x.zip!/one.zip!/a.txt"]
    assert "too deep" in reasons(zipped(two__zip=zipped(one__zip=inner)), "x.zip")["!/two.zip!/one.zip"]


def test_bombs_are_not_inflated(limits: dict[str, int]) -> None:
    """A member that is packed too densely, too large or beyond the whole is reported."""
    dense = zipped(a__txt="字" * 2_000_000, b__txt=TEXT)
    assert "too densely" in reasons(dense, "x.zip")["!/a.txt"]
    assert "more than" in reasons(zipped(a__txt=b"a" * (33 << 20)), "x.zip")["!/a.txt"]
    limits["inflated"] = 200
    assert "beyond what is read" in reasons(zipped(a__txt=TEXT, b__txt=TEXT, c__txt=TEXT), "x.zip")["!/b.txt"]
    limits["inflated"], limits["members"] = 10**9, 1
    assert len(read(zipped(a__txt=TEXT, b__txt=TEXT, c__txt=TEXT), "x.zip")) == 2


def test_encrypted_and_damaged_members() -> None:
    """A member with a password says so, a damaged one too, and the others are read."""
    locked = bytearray(zipped(a__txt=TEXT, b__txt=TEXT))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        locked[locked.index(signature) + offset] |= 1
    assert "is encrypted" in reasons(bytes(locked), "x.zip")["!/a.txt"]
    assert len(read(bytes(locked), "x.zip")) == 2
    torn = bytearray(zipped(a__txt=TEXT, b__txt=TEXT))
    torn[40:50] = b"\xff" * 10
    assert "can't be unpacked" in reasons(bytes(torn), "x.zip")["!/a.txt"]
    with pytest.raises(PageError, match=r"x\.zip: is no archive"):
        read(b"PK\x03\x04 nothing", "x.zip")


def test_each_line_of_json_is_a_release() -> None:
    """Fields go by their names, in Chinese or English; the line of the file is the line of everything."""
    data = json_lines(
        {"title": "甲地通报", "content": "第一段。\n第二段。", "date": "2025-01-02", "来源": "澄川发布"},
        {
            "标题": "乙地通报",
            "正文": ["网格化治理。"],
            "发文字号": "澄政〔2025〕3号",
            "Link": "https://a.example/1",
        },
    )
    first, second = (reading.release for reading in read(data, "a.jsonl"))
    assert first and second
    assert (first.path, first.title, first.source) == ("a.jsonl#1", "甲地通报", "澄川发布")
    assert [p.text for p in first.paragraphs] == ["第一段。", "第二段。"]
    assert (str(first.published), first.published_precision) == ("2025-01-02 00:00:00", "day")
    assert (second.document_number, second.url) == ("澄政〔2025〕3号", "https://a.example/1")
    assert {second.title_line, second.sections[0].line, second.paragraphs[0].line} == {2}


def test_json_with_html_and_epochs() -> None:
    """Text that holds elements is read as HTML; a time may be seconds or milliseconds since 1970."""
    html = "<p>全市推进<b>网格化</b>管理。</p><script>x</script><p>第二段。</p>"
    for moment in (1735786800, 1735786800000):
        release = only(json_lines({"title": "通报", "html": html, "time": moment}), "a.ndjson")
        assert [p.text for p in release.paragraphs] == ["全市推进网格化管理。", "第二段。"]
        assert str(release.published) == "2025-01-02 11:00:00"
    assert only(json_lines({"title": "通报", "text": html}), "a.jsonl").paragraphs[0].text[-3:] == "管理。"


def test_bad_lines_of_json_are_reported() -> None:
    """A broken line is named; several broken ones, and those without a text, are named together."""
    data = (
        json_lines({"title": "通报", "text": "正文。"})
        + b'\n{"title": \n[1]\n{"id": 3}\n'
        + b'{"text": "\xff"}\n'
    )
    broken, others = [reading.reason for reading in read(data, "a.jsonl") if reading.reason]
    assert broken.startswith("a.jsonl: 2 lines (3, 6), the first: is no JSON")
    assert others.startswith("a.jsonl: 2 lines (4-5), the first: holds no release")
    alone = reasons(b'{"title": \n', "a.jsonl")
    assert alone["#1"].startswith("a.jsonl#1: is no JSON")


def test_other_data_under_the_suffix_of_releases_is_one_report() -> None:
    """A file of other records is reported once, with the numbers of its lines and the keys that it has."""
    data = json_lines(
        *[{"file": f"{n}.html", "title": "甲", "bytes": n} for n in range(5)], {"text": "正文。"}
    )
    data += json_lines({"file": "x", "title": "乙"})
    assert reasons(data, "a.jsonl") == {
        "": "a.jsonl: 6 lines (1-5, 7), the first: holds no release, an object with a text; "
        "its keys are file, title, bytes; see docs/pages.md for the names of the fields"
    }
    assert [r.member for r in read(data, "a.jsonl") if r.release] == ["#6"]


def test_a_line_that_was_reported_with_others_says_why_when_asked_for(tmp_path: Path) -> None:
    """`show a.jsonl#2` of a line without a text gives the reason, not that there is no such line."""
    path = tmp_path / "a.jsonl"
    path.write_bytes(json_lines({"a": 1}, {"a": 2}, {"text": "正文。"}))
    with pytest.raises(PageError, match=r"2 lines \(1-2\).*its keys are a"):
        read_release(f"{path}#2")


def test_a_list_in_a_json_file() -> None:
    """A list is read item by item, each with the line on which it begins; one object is one release."""
    records = [{"title": "甲地通报", "text": "正文甲。"}, {"title": "乙地通报", "text": "正文乙。"}]
    readings = read(json.dumps(records, ensure_ascii=False, indent=1).encode(), "a.json")
    assert [(r.member, r.release.title_line) for r in readings if r.release] == [("#1", 2), ("#2", 6)]
    assert only(json.dumps(records[0]).encode(), "a.json").path == "a.json"


@pytest.mark.parametrize(
    "data", [b"{}", b"[1, 2]", b'{"a": 1}', b'[{"text": "a" 3}]', b"{", b'"a"', b"[" * 100_000]
)
def test_json_that_holds_no_releases(data: bytes) -> None:
    """A JSON file of another kind is refused with what was expected."""
    with pytest.raises(PageError, match=r"^a\.json: "):
        read(data, "a.json")


def test_a_list_that_is_damaged_further_down_keeps_what_stands_above() -> None:
    """The records of a JSON list above its first fault are read, and the fault is reported."""
    first, last = read('[{"text": "全市推进网格化。"} 3]'.encode(), "a.json")
    assert first.release and first.member == "#1"
    assert last.reason.startswith("a.json: is no JSON from line 1 on")


def test_a_web_archive_is_its_page() -> None:
    """The HTML part is read in its character set, with the address that it was saved from."""
    for charset in ("utf-8", "gb2312"):
        release = parse_release(web_archive(charset=charset), "a.mhtml")
        assert (release.path, release.title, release.source) == ("a.mhtml", "网格进楼栋", "澄川发布")
        assert release.url == "https://www.chengchuan.example/a.html"
    with pytest.raises(PageError, match=r"a\.mht: is no web archive"):
        parse_release(b"From: a\n\nplain", "a.mht")


def test_a_mail_is_its_text() -> None:
    """Subject and time of sending hold only where the text says nothing; HTML goes before plain text."""
    release = only(mail(), "a.eml")
    assert (release.title, str(release.published)) == ("平安澄川建设纪事", "2025-04-05 00:00:00")
    bare = only(mail("各位同事，全市开展平安建设，请阅。\n"), "a.eml")
    assert (bare.title, str(bare.published)) == ("平安澄川", "2025-04-07 09:30:00")
    assert only(mail(html=HTML), "a.eml").title == "网格进楼栋"


def test_attachments_are_members_of_a_mail() -> None:
    """An attachment of a known format is a release of its own; one of another format is passed over."""
    readings = read(mail(纪事__txt=TEXT.encode(), x__bin=b"...", z__zip=zipped(a__html=HTML)), "a.eml")
    assert [r.member for r in readings] == ["", "!/1-纪事.txt", "!/2-x.bin", "!/3-z.zip!/a.html"]
    assert [bool(r.release) for r in readings] == [True, True, False, True]


def test_a_mail_of_parts_within_parts_is_refused() -> None:
    """Parts that are nested a hundredfold are refused before they are read."""
    data = b"".join(b'Content-Type: multipart/mixed; boundary="%d"\n\n--%d\n' % (n, n) for n in range(5000))
    for name in ("a.eml", "a.mht"):
        with pytest.raises(PageTooLargeError, match="parts within parts"):
            read(data, name)


def test_a_member_can_be_read_by_its_path(tmp_path: Path) -> None:
    """The path of a member is enough to read it; a file whose name looks like one is itself."""
    (tmp_path / "x.zip").write_bytes(
        zipped(one__zip=zipped(a__txt=TEXT), b__jsonl=json_lines({"text": "正文。"}))
    )
    for member in ("!/one.zip!/a.txt", "!/b.jsonl#1"):
        assert read_release(f"{tmp_path}/x.zip{member}").path.endswith(member)
    (tmp_path / "第#1号.txt").write_text(TEXT, encoding="utf-8")
    assert read_release(tmp_path / "第#1号.txt").title == "平安澄川建设纪事"
    with pytest.raises(PageError, match="no such member"):
        read_release(f"{tmp_path}/x.zip!/none.txt")


def test_a_file_of_several_is_no_single_release(tmp_path: Path) -> None:
    """Where one release is asked for and there are several, the message names one; one alone is taken."""
    (tmp_path / "x.zip").write_bytes(zipped(a__txt=TEXT, b__txt=TEXT))
    with pytest.raises(PageError, match=r"holds 2 releases; name one of them, like .*x\.zip!/a\.txt"):
        read_release(tmp_path / "x.zip")
    assert len(list(read_releases(tmp_path / "x.zip"))) == 2
    assert parse_release(zipped(a__txt=TEXT), "x.zip").path == "x.zip!/a.txt"
    with pytest.raises(PageError, match="holds no text"):
        parse_release(zipped(), "x.zip")


@pytest.mark.slow
def test_torn_files_are_refused_or_read() -> None:
    """Any file that is cut short or altered gives readings or an error of ours."""
    for data, name in (
        (zipped(a__txt=TEXT, b__html=HTML), "x.zip"),
        (mail(a__txt=TEXT.encode()), "x.eml"),
        (web_archive(), "x.mht"),
        (json_lines({"text": TEXT}), "x.jsonl"),
    ):
        for at in range(0, len(data), 7):
            for torn in (data[:at], data[:at] + b"\xff\x00" + data[at + 2 :]):
                try:
                    read(torn, name)
                except JsisaSearchError as error:
                    assert str(error).startswith("x.")


def test_sizes_that_lie() -> None:
    """An archive whose member says it is larger or smaller than it is yields a reason."""
    data = bytearray(zipped(a__txt=TEXT))
    info = zipfile.ZipFile(BytesIO(bytes(data))).getinfo("a.txt")
    at = data.index(b"PK\x01\x02") + 24
    data[at : at + 4] = (info.file_size - 5).to_bytes(4, "little")
    assert "can't be unpacked" in reasons(bytes(data), "x.zip")["!/a.txt"]


def test_members_have_doubts_and_reasons_of_their_own(tmp_path: Path) -> None:
    """What is doubtful about one member is not said of another; the path of a member leads to both."""
    path = tmp_path / "x.zip"
    path.write_bytes(zipped(a__html=HTML, b__txt="全市推进网格化管理。"))
    first, second = read_releases(path)
    assert [doubt.kind for doubt in first.doubts] == []
    assert [doubt.kind for doubt in second.doubts] == ["no title", "no date"]
    assert "title" in {finding.what for finding in first.findings}
    assert explain_file(f"{path}!/a.html").findings == first.findings
    assert explain_file(f"{path}!/b.txt").doubts == second.doubts


def test_a_page_of_links_among_the_members_is_no_release() -> None:
    """Its kind tells it from a member that is damaged."""
    links = "<html><body>" + "<a href='/1'>澄川市召开网格化推进会</a><br>" * 30 + "</body></html>"
    readings = read(zipped(a__html=links, b__txt=b"", c__txt=TEXT), "x.zip")
    assert [reading.kind for reading in readings if reading.reason] == ["list page", "unreadable"]


def test_the_title_of_a_record_goes_before_that_of_its_html() -> None:
    """The line that the page alone would have as its title is text then; a repeated title is not."""
    html = "<h2>网格进楼栋</h2><p>全市推进网格化管理，群众满意。</p><p>下一步继续推进。</p>"
    other = only(json_lines({"title": "澄川市年度通报", "html": html, "date": "2025-03-02"}), "x.jsonl")
    assert (other.title, other.title_line) == ("澄川市年度通报", 1)
    assert other.published is not None
    texts = [s.heading for s in other.sections] + [p.text for p in other.paragraphs]
    assert "网格进楼栋" in texts
    same = only(json_lines({"title": "网格进楼栋", "html": html}), "x.jsonl")
    assert "网格进楼栋" not in [s.heading for s in same.sections] + [p.text for p in same.paragraphs]


def test_findings_of_a_record_stand_on_its_line() -> None:
    """As its passages do."""
    data = json_lines({"title": "甲", "text": "乙。"}) + json_lines({"html": HTML})
    findings = read(data, "x.jsonl")[1].findings
    assert {finding.line for finding in findings} == {2}


def test_a_mail_and_a_web_archive_give_the_reasons_of_their_html() -> None:
    """The HTML in an envelope is read as any other."""
    for data, path in ((mail(html=HTML), "x.eml"), (web_archive(), "x.mhtml")):
        reading = explain_release(data, path)
        assert reading.release.title == "网格进楼栋"
        assert "title" in {finding.what for finding in reading.findings}


ARTICLE = "<h1>网格进楼栋</h1><p>来源：澄川发布</p>" + "<p>全市推进网格化管理，矛盾纠纷就地化解。</p>" * 3
MENU = "<a href=/a>首页</a><a href=/b>新闻</a><a href=/c>政务公开平台与互动交流</a>" * 30


def test_the_frame_with_the_text_is_the_page() -> None:
    """A page that is all frames has menus; its article lies in a frame."""
    outer = f"<html><body>{MENU}<iframe src=cid:1></iframe></body></html>"
    frame = f"<html><body>{ARTICLE}</body></html>"
    other = "<html><body><p>广告</p></body></html>"
    release = only(frames(outer, other, frame), "a.mht")
    assert (release.title, release.source) == ("网格进楼栋", "澄川发布")
    assert release.url == "https://www.chengchuan.example/a.html"


def test_frames_with_less_text_do_not_hide_the_page() -> None:
    """The page that was saved is read unless a frame has far more text."""
    comments = "<html><body>" + "<p>网友评论很好。</p>" * 3 + "</body></html>"
    assert only(frames(f"<html><body>{ARTICLE}</body></html>", comments), "a.mht").title == "网格进楼栋"


def test_measuring_frames_takes_linear_time() -> None:
    """Tags that are never closed do not make it slow."""
    begin = time.thread_time()
    hostile = "<a " * 300_000 + "<script" * 1000
    with pytest.raises(PageError):
        parse_release(frames(hostile, hostile), "a.mht")
    assert time.thread_time() - begin < 5
