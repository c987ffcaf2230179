from __future__ import annotations

import itertools
import json
import re
import tomllib
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from jsisa_search.export.citation import book_title, citation
from jsisa_search.export.gbt7714 import gbt7714
from jsisa_search.export.quotation import quotation
from jsisa_search.export.reference_formats import ReferenceForm, format_references
from jsisa_search.export.references import Reference, make_reference, references_of
from jsisa_search.model import Hit, Release, ReleaseInfo, Snippet

_CITED = date(2026, 11, 28)
_CASES = tomllib.loads((Path(__file__).parent / "data/references.toml").read_text("utf-8"))["reference"]
_PRECISIONS = {7: ("%Y-%m", "month"), 10: ("%Y-%m-%d", "day"), 16: ("%Y-%m-%d %H:%M", "minute")}
_PRECISIONS |= {19: ("%Y-%m-%d %H:%M:%S", "second")}
_NOTHING = dict.fromkeys((
    "title", "title_line", "published", "published_precision", "source", "publisher", "author", "views",
    "document_number", "url",
))  # fmt: skip


def _release(facts: dict[str, Any]) -> Release:
    """Return a release with `facts`, as a page would give it."""
    found = _NOTHING | {"path": "/稿件/a.txt", "sections": ()} | facts
    for name in ("published", "date"):
        if text := facts.get(name):
            form, precision = _PRECISIONS[len(text)]
            found |= {name: datetime.strptime(text, form), f"{name}_precision": precision}
    return Release(**found)


def _info(release: Release) -> ReleaseInfo:
    names = [name for name in ReleaseInfo.__slots__ if name not in ("id", "paragraphs")]
    return ReleaseInfo(id="2b97ebd43200", paragraphs=1, **{name: getattr(release, name) for name in names})


def _hit(release: Release, **passage: Any) -> Hit:
    names = ("title", "source", "publisher", "published", "published_precision")
    facts: dict[str, Any] = {name: getattr(release, name) for name in names}
    facts |= {name: getattr(release, name) for name in ("date", "date_precision", "date_from")}
    place = {"heading": None, "subheading": None, "paragraph": None} | passage
    text = place.pop("text", "正文。")
    return Hit(
        score=1.0, kind="paragraph", id="2b97ebd43200", path="/a.txt", line=1, text=text, matches_all=True,
        **{"highlights": (), "snippet": Snippet(text, ())} | facts | place,
    )  # fmt: skip


@pytest.mark.parametrize("case", _CASES, ids=[case["name"] for case in _CASES])
def test_citations_are_those_that_a_person_wrote(case: dict[str, Any]) -> None:
    """Releases of all kinds are cited as written by hand, after the standard and in the plain style."""
    release = _release(case["facts"])
    reference = make_reference(release, cited=_CITED, page=case["passage"].get("page"))
    assert gbt7714(reference) == case["gbt7714"]
    assert citation(_hit(release, **case["passage"]), _info(release)) == case["plain"]


def test_there_are_thirty_citations() -> None:
    """The file of citations is the whole one."""
    assert len(_CASES) == 30


def test_an_entry_of_a_release_in_the_index_is_that_of_its_page() -> None:
    """What the index knows of a release suffices for its reference."""
    for case in _CASES:
        release = _release(case["facts"])
        of_index = make_reference(_info(release), cited=_CITED)
        assert replace(of_index, key="") == replace(make_reference(release, cited=_CITED), key="")


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ("关于《甲》的通知", "《关于〈甲〉的通知》"),
        ("《甲〈乙〉丙》读后", "《〈甲《乙》丙〉读后》"),
        ("甲》乙《丙", "《甲〉乙〈丙》"),
        ("甲\n乙", "《甲 乙》"),
    ],
)
def test_titles_within_titles_have_the_other_marks(title: str, shown: str) -> None:
    """《》 within 《》 are 〈〉, and so on by turns; marks without a counterpart are turned as well."""
    assert book_title(title) == shown


def test_a_quotation_has_whole_sentences() -> None:
    """A snippet that begins and ends inside sentences is quoted with all of them."""
    text = "第一句话。第二句，有网格，还有别的。第三句。"
    hit = _hit(
        _release({}), text=text, highlights=((10, 12),), snippet=Snippet("有网格", ((1, 3),), ((9, 12),))
    )
    parts = list(quotation(hit))
    assert "".join(part for part, _ in parts) == "…第二句，有网格，还有别的。…"
    assert [part for part, is_match in parts if is_match] == ["网格"]


@given(st.text("网格治理。！？\n“”（）", max_size=60), st.data())
def test_a_quotation_is_of_the_passage(text: str, data: st.DataObject) -> None:
    """Whatever the snippet, what is quoted contains it and stands in the passage."""
    if not text:
        return
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    hit = _hit(
        _release({}),
        text=text,
        highlights=((start, end),),
        snippet=Snippet(text[start:end], (), ((start, end),)),
    )
    shown = "".join(part for part, _ in quotation(hit)).replace(" / ", "").replace("…", "")
    assert "".join(shown.split()) in "".join(text.split())
    assert "".join(text[start:end].split()) in "".join(shown.split())


@pytest.mark.parametrize(
    ("facts", "container"),
    [
        ({"issuer": "市民政局、市财政局", "publisher": "市民政局、市财政局"}, None),
        ({"issuer": "市民政局市财政局", "publisher": "市民政局、市财政局"}, None),
        ({"issuer": "市民政局", "publisher": "市民政局、市财政局"}, "市民政局、市财政局"),
        ({"source": "本站原创", "publisher": "市民政局"}, "市民政局"),
        ({"source": "网络", "publisher": None}, None),
    ],
)
def test_a_source_is_named_once_and_is_a_name(facts: dict[str, Any], container: str | None) -> None:
    """A source that is the responsible offices, or that names nobody (本站原创), is none."""
    assert make_reference(_release(facts), cited=_CITED).container == container


@pytest.mark.parametrize(
    ("byline", "names"),
    [
        ("上官清 宋一川", ("上官清", "宋一川")),
        ("观澜网专栏作者 王文", ("王文",)),
        ("文/张三", ("张三",)),
        ("陈一 整合", ("陈一",)),
        ("张 三", ("张三",)),
        ("Alan Reed", ("Alan Reed",)),
        ("记者", ()),
        ("网络整理", ()),
    ],
)
def test_authors_are_the_names_of_a_byline(byline: str, names: tuple[str, ...]) -> None:
    """Roles and deeds are no names, and a byline of nothing else names nobody."""
    assert make_reference(_release({"author": byline}), cited=_CITED).authors == names


@pytest.mark.parametrize(
    ("dated", "number", "cited"),
    [
        (date(1996, 7, 17), "澄政发〔1996〕32号", "(1996-07-17)"),
        (date(2019, 7, 17), "澄政发〔1996〕32号", "(2018-12-02)"),  # after it was put up: another's day
        (None, "澄政发〔1996〕32号", "(2018-12-02)"),
        (date(1996, 7, 17), None, "2018(2018-12-02)"),
    ],
)
def test_an_official_document_is_cited_with_its_own_day(
    dated: date | None, number: str | None, cited: str
) -> None:
    """The day on which a site put up a document is not that of the document."""
    facts = {
        "title": "甲",
        "source": None if number else "乙",
        "published": "2018-12-02",
        "date": "2018-12-02",
    }
    release = _release(facts | {"date_from": "page", "dated": dated, "document_number": number})
    assert cited in gbt7714(make_reference(release, cited=_CITED))


@pytest.mark.parametrize(
    ("title", "cited"),
    [
        ("关于印发国 家 网 格 预 案 的 函", "关于印发国家网格预案的函"),
        ("拨 出 2 亿 元 的 函", "拨出2亿元的函"),
        ("网格 走访 记 2025", "网格 走访 记 2025"),
        ("第 1 2 3 4 号", "第 1 2 3 4 号"),
    ],
)
def test_a_title_that_is_spaced_out_is_cited_without_the_blanks(title: str, cited: str) -> None:
    """Blanks between each two characters are of the page's type, those between words of the title."""
    assert make_reference(_release({"title": title}), cited=_CITED).title == cited


@pytest.mark.parametrize(
    ("url", "cited"),
    [
        ("https://a.example/", None),
        ("https://a.example", None),
        ("https://a.example/?id=3", "https://a.example/?id=3"),
        ("https://a.example/#/n/3", "https://a.example/#/n/3"),
        ("https://a.example/n/3.html", "https://a.example/n/3.html"),
        ("http://[x", "http://[x"),
    ],
)
def test_the_front_page_of_a_site_is_no_address_of_a_release(url: str, cited: str | None) -> None:
    """Some pages state the address of their site as their own."""
    assert make_reference(_release({"url": url}), cited=_CITED).url == cited


_NEWS = _release({
    "title": "100% of R&D_{甲}", "author": "Alan Reed、张三", "source": "云浦日报",
    "published": "2025-05-22 17:40", "url": "https://a.example/{x}?q=1%20&y=网",
})  # fmt: skip
_DOCUMENT = _release({
    "title": "关于网格的意见", "issuer": "澄川市民政局、澄川市财政局", "document_number":
    "澄民发〔2024〕18号", "published": "2024-05", "source": "澄川发布",
})  # fmt: skip


def _formatted(name: ReferenceForm, *releases: Release) -> str:
    return format_references([make_reference(release, cited=_CITED) for release in releases], name)


def test_bibtex_reads_as_the_same_text() -> None:
    """Entries have marks of the standard, and what TeX would read as a command is escaped."""
    first, second = _formatted("bibtex", _NEWS, _DOCUMENT).split("\n\n")
    assert first.startswith("@article{release-")
    assert r"  title = {100\% of R\&D\_\{甲\}}," in first
    assert "  author = {Alan Reed and {张三}}," in first
    assert "  journal = {云浦日报}," in first
    assert "  date = {2025-05-22}," in first
    assert "  url = {https://a.example/%7Bx%7D?q=1%20&y=%E7%BD%91}," in first
    assert "  mark = {N},\n  medium = {OL}," in first
    assert "  author = {{澄川市民政局} and {澄川市财政局}}," in second
    assert "  number = {澄民发〔2024〕18号}," in second
    assert "medium" not in second


@example("题  题")
@given(st.text("{}\\-`'&%#_$^~甲a ", max_size=12).map(lambda text: f"题{text}题"))
def test_a_title_in_bibtex_is_read_back_whole(title: str) -> None:
    """Whatever marks of TeX it has, none becomes another, and no brace lacks its partner."""
    entry = _formatted("bibtex", _release({"title": title}))
    depths = list(itertools.accumulate((char == "{") - (char == "}") for char in entry))
    assert depths[-1] == 0
    assert min(depths[entry.index("{") : -1]) > 0
    written = next(line for line in entry.split("\n") if line.startswith("  title = {"))
    assert _read_tex(written.removeprefix("  title = {").removesuffix("},")) == " ".join(title.split())


def _read_tex(text: str) -> str:
    """Return what TeX prints for the few commands that entries have."""
    names = {r"\textbackslash{}": "\\", r"\textasciicircum{}": "^", r"\textasciitilde{}": "~"}
    commands = r"\\vphantom\{\\[{}]\}|\\text[a-z]+\{\}|\\([{}&%#_$])|(--|``|'')|\{\}"
    return re.sub(commands, lambda found: names.get(found[0], found[1] or (found[2] and "?") or ""), text)


@pytest.mark.parametrize("name", ["Smith and Sons", "others", "Reed, Alan", "甲 and 乙"])
def test_a_name_in_bibtex_is_one_name(name: str) -> None:
    """What separates names there, or stands for those left out, is within braces."""
    reference = replace(make_reference(_NEWS, cited=_CITED), authors=(name,))
    assert f"  author = {{{{{name}}}}}," in format_references([reference], "bibtex")


def test_ris_has_the_tags_that_zotero_reads() -> None:
    """A record begins with its type and ends with ER; number and office of a document are in SN and PB."""
    first, second = _formatted("ris", _NEWS, _DOCUMENT).split("\n\n")
    assert first.startswith(
        "TY  - NEWS\nAU  - Alan Reed\nAU  - 张三\nTI  - 100% of R&D_{甲}\nT2  - 云浦日报\n"
    )
    assert "DA  - 2025/05/22\n" in first
    assert first.endswith("ER  - ")
    assert second.startswith("TY  - GOVDOC\n")
    assert "PB  - 澄川发布\nSN  - 澄民发〔2024〕18号\n" in second
    assert "Y2" not in second


def test_csl_is_json_of_the_known_facts() -> None:
    """Dates are numbers, a date that the page does not state is about, and nothing unknown has a key."""
    undated = _release({"title": "甲", "date": "2023-11-02", "date_from": "file name"})
    news, document, page = json.loads(_formatted("csl", _NEWS, _DOCUMENT, undated))
    assert news["type"] == "article-newspaper"
    assert news["issued"] == {"date-parts": [[2025, 5, 22]]}
    assert news["author"] == [{"literal": "Alan Reed"}, {"literal": "张三"}]
    assert document["issued"] == {"date-parts": [[2024, 5]]}
    assert (document["genre"], document["number"]) == ("公文", "澄民发〔2024〕18号")
    assert set(page) == {"id", "type", "title", "issued", "accessed", "language"}
    assert page["issued"] == {"date-parts": [[2023, 11, 2]], "circa": True}


_TEXTS = st.none() | st.text(max_size=20)


@given(st.fixed_dictionaries(dict.fromkeys(
    ("title", "source", "publisher", "author", "issuer", "document_number", "url"), _TEXTS
)))  # fmt: skip
def test_any_facts_are_cited(facts: dict[str, Any]) -> None:
    """Whatever a page says, each form is one record, whose lines no fact of it can forge."""
    release = _release(facts)
    assert "\n" not in gbt7714(make_reference(release, cited=_CITED))
    assert len(json.loads(_formatted("csl", release))) == 1
    lines = _formatted("ris", release).split("\n")
    assert all(line[2:6] == "  - " for line in lines)
    assert [line[:2] for line in lines].count("TY") == 1
    entry = _formatted("bibtex", release)
    assert entry.count("{") == entry.count("}")


def test_each_release_of_hits_is_one_reference() -> None:
    """Releases come in the order of the hits, once each, with the page if all passages are on it."""
    info = _info(_release({"title": "城市运行报告", "source": "澄川发布"}))
    first, second = _hit(_DOCUMENT, page=3), _hit(_DOCUMENT, page=4)
    found: tuple[Reference, ...] = references_of([first, first], {info.id: info}, cited=_CITED)
    assert [each.page for each in found] == [3]
    assert [each.page for each in references_of([first, second], {info.id: info}, cited=_CITED)] == [None]
    assert references_of([first], {}, cited=_CITED) == ()
