"""The date of a release end to end: each kind of evidence through `show` and a query restricted to dates."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from zipfile import ZipFile

import pytest
from click.testing import CliRunner, Result

from jsisa_search import Index, make_filters
from jsisa_search.cli import main

Run = Callable[..., Result]

_BY_COMMANDS = pytest.mark.folder_only("the commands, with an index in the folder where they run")

TEXT = "全市各级各部门认真落实会议精神，扎实推进网格化工作，取得了明显成效。"
SINGLE_FILE = """<!--
 Page saved with SingleFile
 url: https://www.yunpu.example/c/t20240315_1.html
 saved date: Tue Mar 19 2024 10:00:00 GMT+0800 (China Standard Time)
-->"""


def html(*, head: str = "", below: str = "", before: str = "") -> str:
    """Return a page with a title, and what a case puts into its head and below its title."""
    title = "云浦市召开网格化会议"
    return (
        f"<html>{before}<head><meta charset=utf-8><title>{title}</title>{head}</head><body><div>"
        f"<h1>{title}</h1>{below}<p>{TEXT}</p><p>{TEXT}</p></div></body></html>"
    )


PAGES = {
    "page": ("a.txt", f"云浦市召开会议\n发布时间：2024-03-15 09:30\n{TEXT}\n", "2024-03-15 09:30"),
    "signature": (
        "b.txt",
        f"关于推进工作的通知\n各区县：\n{TEXT}\n云浦市人民政府\n二〇二四年三月十五日\n",
        "2024-03-15",
    ),
    "title": ("c.md", f"# 晚间新闻（20240315）\n\n{TEXT}\n", "2024-03-15"),
    "file name": ("2024-03-15 会议.txt", f"云浦市召开会议\n{TEXT}\n", "2024-03-15"),
    "address": (
        "d.html",
        html(head='<link rel="canonical" href="https://www.yunpu.example/2024-03/15/c_1.htm">'),
        "2024-03-15",
    ),
    "folder": ("2024/03/e.txt", f"云浦市召开会议\n{TEXT}\n", "2024-03"),
    "settings": ("set/15.3.2024.txt", f"云浦市召开会议\n{TEXT}\n", "2024-03-15"),
}


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Return a function that runs a command in a folder with `pages`."""
    (tmp_path / "pages").mkdir()
    monkeypatch.chdir(tmp_path)
    return lambda *arguments: CliRunner().invoke(main, arguments)


def put(name: str, content: str) -> str:
    """Write a page below `pages`; return its path."""
    path = Path("pages") / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content, encoding="utf-8")
    return str(path)


@pytest.mark.parametrize("origin", PAGES)
def test_each_kind_of_evidence_dates_a_release(run: Run, origin: str) -> None:
    """The date is shown with what it is from, and a query restricted to its month finds the release."""
    name, content, date = PAGES[origin]
    path = put(name, content)
    put("set/release.toml", 'date_pattern = "{day}.{month}.{year}.txt"\n')
    shown = run("show", path).stdout
    if origin == "page":
        assert f"published: {date}" in shown
        assert "date:" not in shown
    else:
        assert f"date:      {date} (from the {origin})" in shown
        assert "published:" not in shown
    release = json.loads(run("show", path, "--format", "json").stdout)
    assert (release["date"], release["date_from"]) == (date.replace(" ", "T"), origin)
    assert release["published"] == (release["date"] if origin == "page" else None)
    assert run("index", "pages").exit_code == 0
    found = json.loads(run("query", "明显成效 日期:2024-03", "-n", "1", "--format", "json").stdout)
    (hit,) = found["hits"]
    assert (hit["date"], hit["date_from"], hit["path"]) == (release["date"], origin, path)
    assert run("query", "明显成效", "--since", "2024-04").exit_code == 1


def test_daily_files_are_dated_by_most_of_their_links(run: Run) -> None:
    """Links named 查看原文 tell the day where most of them agree, other links do not."""
    links = "\n\n".join(f"[查看原文](https://tv.example/2024/03/{day}/V1.shtml)" for day in (15, 15, 14))
    path = put("a.md", f"# 晚间新闻\n\n{TEXT}\n\n{links}\n")
    assert "date:      2024-03-15 (from the address)" in run("show", path).stdout
    path = put("b.md", f"# 晚间新闻\n\n{TEXT}\n\n[另一篇](https://tv.example/2024/03/15/V1.shtml)\n")
    assert "date:" not in run("show", path).stdout


def test_a_page_is_dated_by_links_to_itself(run: Run) -> None:
    """A link that has the title of the page for a text leads to it; other links do not."""
    link = '<a href="/c/2024/03/15/1.html">云浦市召开网格化会议</a>'
    path = put("a.html", html(below=link))
    assert "date:      2024-03-15 (from the address)" in run("show", path).stdout
    path = put("b.html", html(below=link.replace("召开网格化会议", "部署另一项工作")))
    assert "date:" not in run("show", path).stdout


def test_folders_and_names_in_an_archive_date_its_members(run: Run) -> None:
    """As those on disk do."""
    with ZipFile("pages/a.zip", "w") as archive:
        archive.writestr("2024/03/15/a.txt", f"云浦市召开会议\n{TEXT}\n")
        archive.writestr("20220906.txt", f"云浦市部署工作\n{TEXT}\n")
    assert "date:      2024-03-15 (from the folder)" in run("show", "pages/a.zip!/2024/03/15/a.txt").stdout
    run("index", "pages")
    assert "a.zip!/20220906.txt" in run("query", "明显成效 日期:2022").stdout


def test_explain_says_what_a_date_is_from(run: Run) -> None:
    """The rule is named for a date that is not stated, and for a year that the page lacks."""
    path = put("20240811.html", html(below="<div>08-10 20:13</div>"))
    assert "a time without a year, in the year of the nearest date" in run("show", path, "--explain").stdout
    path = put("20240315.html", html())
    assert "the day in the name of the file" in run("show", path, "--explain").stdout


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        (
            "clip.md",
            "---\ntitle: 云浦会议\nsource: https://www.yunpu.example/a.html\n"
            f"created: 2024-03-19\n---\n{TEXT}\n",
            [
                "saved:     2024-03-19",
                "url:       https://www.yunpu.example/a.html",
            ],
        ),
        (
            "2024-03-19 mark.md",
            f"---\ncreated: 2024-03-19T10:00:00 (UTC +08:00)\ntags: []\n---\n\n# 云浦会议\n\n{TEXT}\n",
            ["saved:     2024-03-19"],
        ),
        (
            "note.md",
            f"---\ntitle: 云浦会议\ndate_saved: 2024-03-19\n---\n{TEXT}\n",
            ["saved:     2024-03-19"],
        ),
    ],
)
def test_the_day_of_clipping_is_no_date(run: Run, name: str, content: str, expected: list[str]) -> None:
    """What a clipper calls created is when the page was saved, also where the file is named by it."""
    shown = run("show", put(name, content)).stdout
    assert all(line in shown for line in expected), shown
    assert "published:" not in shown
    assert "date:" not in shown


def test_singlefile_notes_when_and_where_a_page_was_saved(run: Run) -> None:
    """The comment gives the day of saving and the address, whose day is that of the release."""
    shown = run("show", put("a.html", html(before=SINGLE_FILE))).stdout
    assert "saved:     2024-03-19" in shown
    assert "date:      2024-03-15 (from the address)" in shown


@pytest.mark.parametrize(
    "content",
    [
        f"云浦市召开网格化会议\n08-10 20:13\n{TEXT}\n",
        f"云浦市召开网格化会议\n08-10 20:13 来源：云浦日报\n{TEXT}\n",
        f"云浦市召开网格化会议\n发布时间：8月10日 20:13\n{TEXT}\n",
        f"08-10 20:13\n云浦市召开网格化会议\n{TEXT}\n",
        html(below="<div>08-10 20:13</div>"),
        html(below="<div>08-10 20:13</div>").replace("<h1>", "<div>").replace("</h1>", "</div>"),
    ],
)
@pytest.mark.parametrize(
    ("name", "published"),
    [
        ("20240811", "2024-08-10 20:13"),
        ("2024-08/a", "2024-08-10 20:13"),
        ("20240315", None),
        ("a", None),
    ],
)
def test_a_time_without_a_year_takes_it_from_near_evidence(
    run: Run, content: str, name: str, published: str | None
) -> None:
    """It takes the year of a name or folder with a near date, else none; it is never the title."""
    suffix = ".html" if content.startswith("<") else ".txt"
    lines = run("show", put(name + suffix, content)).stdout.splitlines()
    assert lines[0] == "云浦市召开网格化会议"
    said = [line.removeprefix("published: ") for line in lines if line.startswith("published:")]
    assert said == ([published] if published else [])


def test_a_page_that_has_a_date_is_not_dated_by_the_event_in_its_title(run: Run) -> None:
    """What the page states comes before every other evidence."""
    path = put("20200101.txt", f"2019年5月4日活动纪念大会举行\n发布时间：2024-03-15\n{TEXT}\n")
    assert "published: 2024-03-15" in run("show", path).stdout


def test_a_month_gives_way_to_a_day_in_it(run: Run) -> None:
    """A pattern for folders may say less than a file name; a day in another month is something else."""
    put("v/release.toml", 'date_pattern = "第{year}年{month}期/"\n')
    path = put("v/第2024年3期/20240315.txt", f"云浦市召开会议\n{TEXT}\n")
    assert "date:      2024-03-15 (from the file name)" in run("show", path).stdout
    path = put("v/第2024年3期/20240415.txt", f"云浦市召开会议\n{TEXT}\n")
    assert "date:      2024-03 (from the settings)" in run("show", path).stdout


def undated_index(run: Run) -> None:
    """Index a release of 2024, one of 2022 and two without a date."""
    put("20240315.txt", f"云浦市召开会议\n{TEXT}\n")
    put("20220315.txt", f"云浦市部署工作\n{TEXT}\n")
    put("a.txt", f"云浦市推进工作\n{TEXT}\n")
    put("b.txt", f"云浦市总结工作\n{TEXT}\n")
    assert run("index", "pages").exit_code == 0


@pytest.mark.parametrize(
    "query",
    [
        ("明显成效", "--since", "2024"),
        ("明显成效", "--until", "2023"),
        ("明显成效 日期:2024",),
        ("明显成效 (日期:2024 OR 日期:2022-09)",),
    ],
)
def test_a_date_filter_says_what_undated_passages_it_leaves_out(run: Run, query: tuple[str, ...]) -> None:
    """It counts them, names the option that includes them, and with it they are found."""
    undated_index(run)
    result = run("query", *query)
    assert "2 more passages of undated releases are left out by date; include with --undated" in result.stdout
    found = json.loads(run("query", *query, "--format", "json").stdout)
    assert (found["total_all_terms"], found["undated"], found["undated_left_out"]) == (1, 2, True)
    result = run("query", *query, "--undated")
    assert result.stdout.startswith("3 passages in 3 releases contain all terms")
    assert "2 of these are of undated releases" in result.stdout


def test_undated_passages_are_named_where_nothing_is_found(run: Run) -> None:
    """The message comes with those that say why; other formats have it on standard error, too."""
    undated_index(run)
    result = run("query", "明显成效", "--since", "2025")
    assert result.exit_code == 1
    assert "2 more passages of undated releases are left out" in result.stderr
    assert "left out by date" in run("query", "明显成效", "--since", "2024", "--format", "csv").stderr


def test_undated_releases_come_last_by_date_and_are_said_to(run: Run) -> None:
    """A sort by date, or a count by year, says how many have none; a search by relevance need not."""
    undated_index(run)
    for arguments in (("--sort", "oldest"), ("--sort", "newest"), ("--facet", "year")):
        assert (
            "2 of these are of undated releases: last by date" in run("query", "明显成效", *arguments).stdout
        )
    assert "undated" not in run("query", "明显成效").stdout
    found = json.loads(run("query", "明显成效", "--sort", "oldest", "--no-fold", "--format", "json").stdout)
    dates = [hit["date"] for hit in found["hits"]]
    assert dates == ["2022-03-15", "2024-03-15", None, None]


@_BY_COMMANDS
def test_info_counts_releases_by_what_their_dates_are_from(run: Run) -> None:
    """The undated ones are counted apart; the same counts come from the library."""
    undated_index(run)
    put("c.txt", PAGES["page"][1])
    run("index", "pages")
    shown = run("info").stdout
    assert "dated:      3 (2 file name, 1 page)" in shown
    assert "undated:    2 releases" in shown
    with Index.open("index") as index:
        info = index.info()
        assert (info.undated, dict(info.dates)) == (2, {"file name": 2, "page": 1})
        counts = index.count_by("date_from", unit="releases")
        assert counts == {"file name": 2, "undated": 2, "page": 1}


@_BY_COMMANDS
def test_the_library_includes_undated_releases_on_request(run: Run) -> None:
    """Counts, lists and all hits of a period include them with `include_undated`; an exclusion keeps them."""
    undated_index(run)
    only, both = (make_filters(since="2024", include_undated=flag) for flag in (False, True))
    with Index.open("index") as index:
        assert [len(list(index.releases(each))) for each in (only, both)] == [1, 3]
        assert [len(list(index.iter_hits("明显成效", filters=each))) for each in (only, both)] == [1, 3]
        assert sum(index.count_by("date_from", "日期:2024", filters=make_filters()).values()) == 2
        including = make_filters(include_undated=True)
        assert sum(index.count_by("date_from", "日期:2024", filters=including).values()) == 6
        for filters in (None, including):
            found = index.search("明显成效 -日期:2024", filters=filters)
            assert (found.total_all_terms, found.undated_left_out) == (3, False)
        assert index.search("召开会议 OR 日期:2024").undated == 2
        assert index.search("会议精神 OR 日期:2024").undated == 0


def test_an_added_release_keeps_its_dates(index: Index) -> None:
    """A text may be added with 成文日期; what `to_dict` gives of a release can be added again."""
    index.add_text(TEXT, id="a", dated="2024-03-15", saved="2024-03-19")
    release = index.release("text:a")
    assert (str(release.date), release.date_from) == ("2024-03-15 00:00:00", "signature")
    index.add([release.to_dict() | {"id": "b"}])
    again = index.release("text:b")
    assert (again.dated, again.saved, again.date_from) == (release.dated, release.saved, "signature")
    undated = make_filters(since="2025")
    assert index.search("明显成效", filters=undated).total == 0
