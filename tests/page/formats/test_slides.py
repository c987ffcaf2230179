"""Presentations of PowerPoint, of both formats."""

from __future__ import annotations

import gzip
import struct
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest

from jsisa_search.errors import JsisaSearchError, PageBudgetError, PageError
from jsisa_search.page import parse_release
from jsisa_search.page.formats.ppt import read_ppt
from jsisa_search.page.formats.pptx import read_pptx
from jsisa_search.page.rules import load_rules
from tests.page.sample_files import HTML, zipped_names

FIXTURES = Path(__file__).parents[1] / "fixtures"
PPTX = (FIXTURES / "talk.pptx").read_bytes()
PPT = gzip.decompress((FIXTURES / "talk.ppt.gz").read_bytes())
EDIT = struct.pack("<HHL", 0, 0x0FF5, 28)  # the head of the record that leads to all others


def altered(change: Callable[[str, str], str]) -> bytes:
    """Return the presentation with `change` of the name and text of each part."""
    changed = BytesIO()
    with ZipFile(BytesIO(PPTX)) as old, ZipFile(changed, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            is_xml = name.endswith((".xml", ".rels"))
            new.writestr(name, change(name, content.decode()).encode() if is_xml else content)
    return changed.getvalue()


@pytest.mark.parametrize(
    ("data", "name"), [(PPTX, "稿.pptx"), (PPT, "稿.ppt"), (PPT, "稿.dps"), (PPTX, "a.ppt")]
)
def test_titles_of_slides_are_headings(data: bytes, name: str) -> None:
    """The title of the first slide is that of all; the page of a passage is its slide; hidden slides go."""
    release = parse_release(data, name)
    assert (release.title, release.author) == ("云浦市防汛工作汇报", "陈某某")
    assert str(release.published)[:10] == "2024-06-03"
    assert [section.heading for section in release.sections] == ["主要做法"]
    texts = [paragraph.text for paragraph in release.paragraphs]
    assert texts[:2] == ["全面排查堤防隐患，逐段落实责任人。", "储备沙袋一万二千只。"]
    assert "文本框里的话。" in texts
    assert {paragraph.page for paragraph in release.paragraphs} == {2}
    assert "暂不展示" not in str(release)


def test_tables_and_notes() -> None:
    """A row is one line; the notes of a slide follow its text."""
    assert [line.text for line in read_pptx(PPTX).lines[-4:]] == [
        "镇街 | 沙袋",
        "澄川镇 | 1200",
        "文本框里的话。",
        "此处口头补充。",
    ]


def test_strict_files_and_drawings_for_older_versions() -> None:
    """A Strict file has other namespaces; what is drawn twice is read once; a break begins a line."""
    office, strict_office = "http://schemas.openxmlformats.org/", "http://purl.oclc.org/ooxml/"
    namespaces = {
        f"{office}drawingml/2006/main": f"{strict_office}drawingml/main",
        f"{office}presentationml/2006/main": f"{strict_office}presentationml/main",
        f"{office}officeDocument/2006/relationships": f"{strict_office}officeDocument/relationships",
    }

    def strict(_: str, text: str) -> str:
        for old, new in namespaces.items():
            text = text.replace(old, new)
        return text

    assert read_pptx(altered(strict)) == read_pptx(PPTX)
    runs = "<a:r><a:t>画中</a:t></a:r><a:br/><a:r><a:t>字</a:t></a:r>"
    shape = f"<p:sp><p:txBody><a:p>{runs}</a:p></p:txBody></p:sp>"
    both = f"<m:Choice>{shape}</m:Choice><m:Fallback>{shape}</m:Fallback>"
    drawn = f'<m:AlternateContent xmlns:m="m">{both}</m:AlternateContent>'

    def draw(name: str, text: str) -> str:
        return text.replace("</p:spTree>", drawn + "</p:spTree>") if name == "ppt/slides/slide1.xml" else text

    assert [line.text for line in read_pptx(altered(draw)).lines[:4]][2:] == ["画中", "字"]


def record(kind: int, *content: bytes, instance: int = 0, is_container: bool = False) -> bytes:
    """Return a record of the older format."""
    inner = b"".join(content)
    return struct.pack("<HHL", instance << 4 | (0xF if is_container else 0), kind, len(inner)) + inner


def text(kind: int, value: str) -> bytes:
    """Return the records of a text of a kind: 0 for a title, 1 for a body."""
    return record(0x0F9F, struct.pack("<L", kind)) + record(0x0FA0, value.encode("utf-16-le"))


def saved(stream: bytes, parts: list[bytes], before: int) -> tuple[bytes, int]:
    """Return a stream with parts, numbered from 1, and their directory and edit behind it, and its place."""
    places = []
    for part in parts:
        places.append(len(stream))
        stream += part
    directory = len(stream)
    stream += record(0x1772, struct.pack(f"<{len(places) + 1}L", len(places) << 20 | 1, *places))
    edit = len(stream)
    return stream + record(0x0FF5, bytes(8) + struct.pack("<LLL", before, directory, 1) + bytes(8)), edit


def document(*slides: tuple[int, bytes]) -> bytes:
    """Return the part with the list of slides: of each the number of its part, and its texts."""
    entries = (record(0x03F3, struct.pack("<L", number) + bytes(16)) + texts for number, texts in slides)
    return record(0x03E8, record(0x0FF0, *entries, is_container=True), is_container=True)


def slide(*shapes: bytes) -> bytes:
    """Return a slide with shapes in a group."""
    return record(0x03EE, record(0xF003, *shapes, is_container=True), is_container=True)


def shape(*records: bytes, placeholder: int | None = None) -> bytes:
    """Return a shape with a text box."""
    data = [] if placeholder is None else [record(0x0BC3, bytes([0, 0, 0, 0, placeholder, 0, 0, 0]))]
    return record(0xF004, *data, record(0xF00D, *records, is_container=True), is_container=True)


def test_only_what_was_saved_last_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """Texts of the list stand where shapes refer to them; of a part that was saved twice the later counts."""
    listed = text(0, "主要做法") + text(1, "第一条\r第二条") + text(1, "只在列表")
    second = slide(
        shape(record(0x0F9E, struct.pack("<L", 1))),
        shape(record(0x0F9E, struct.pack("<L", 0)), placeholder=13),
        shape(text(4, "*"), placeholder=8),
        shape(text(4, "框中")),
    )
    stream, edit = saved(b"", [document((2, text(0, "旧题")), (3, listed)), slide(), second], 0)
    stream, edit = saved(stream, [document((2, text(0, "新题")), (3, listed))], edit)
    user = bytes(12) + struct.pack("<LL", 0xE391C05F, edit)
    streams = {"PowerPoint Document": stream, "Current User": user}
    monkeypatch.setattr("jsisa_search.page.formats.ppt.read_streams", lambda *_: streams)
    page = read_ppt(b"")
    assert [(line.text, line.page, line.level) for line in page.lines] == [
        ("新题", 1, None),
        ("主要做法", 2, 1),
        ("第一条", 2, 0),
        ("第二条", 2, 0),
        ("框中", 2, 0),
        ("只在列表", 2, 0),
    ]
    streams["PowerPoint Document"] = stream[:40]
    with pytest.raises(PageError, match="is a damaged PowerPoint presentation"):
        read_ppt(b"")


def test_presentations_that_are_refused() -> None:
    """A password and damage are named; HTML under the suffix is read as HTML."""
    token = struct.pack("<L", 0xE391C05F)
    encrypted = PPT.replace(token, struct.pack("<L", 0xF3D1C4DF))
    for data, name, message in (
        (encrypted, "a.ppt", "is encrypted; save it without a password"),
        (PPT.replace(EDIT, bytes(8)), "a.ppt", "is a damaged PowerPoint presentation"),
        (PPT[:600], "a.ppt", "is a damaged Office document"),
        (PPTX[:9000], "a.pptx", "is no PowerPoint presentation that can be read"),
        (zipped_names({"ppt/slides/slide1.xml": "<a/>"}), "a.pptx", "it has no list of slides"),
    ):
        with pytest.raises(PageError, match=rf"^{name}: .*{message}"):
            parse_release(data, name)
    assert parse_release(HTML.encode(), "a.ppt").title == "网格进楼栋"


def test_hostile_presentations(monkeypatch: pytest.MonkeyPatch) -> None:
    """A slide that is named again and again, and records without end, are bounded."""

    def repeat(name: str, text: str) -> str:
        if name != "ppt/presentation.xml":
            return text
        start, end = text.index("<p:sldId "), text.index("</p:sldIdLst>")
        return text[:start] + text[start:end] * 50 + text[end:]

    monkeypatch.setitem(load_rules("budget")["limits"], "xml_tags", 5_000)
    with pytest.raises(PageBudgetError, match="more than 5,000 xml tags"):
        parse_release(altered(repeat), "a.pptx")
    monkeypatch.setitem(load_rules("budget")["limits"], "records", 50)
    with pytest.raises(PageBudgetError, match="more than 50 records"):
        parse_release(PPT, "a.ppt")


@pytest.mark.slow
def test_torn_presentations() -> None:
    """A presentation that is cut short or altered is read or refused."""
    stream = PPT.index(EDIT) - 13_000
    for at in range(stream, stream + 14_000, 97):
        torn = PPT[:at] + b"\xff\x00\xff" + PPT[at + 3 :]
        try:
            parse_release(torn, "a.ppt")
        except JsisaSearchError as error:
            assert str(error).startswith("a.ppt: ")
