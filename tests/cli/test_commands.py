from __future__ import annotations

import csv
import io
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from jsisa_search import Index
from jsisa_search.cli import main
from jsisa_search.cli.printers.terminal import report_waiting

WritePage = Callable[..., Path]
Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Return a function that runs a command in the folder above the pages."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("NO_COLOR", raising=False)
    return lambda *arguments: CliRunner().invoke(main, arguments)


@pytest.fixture(scope="module")
def pages(write_shared_page: WritePage) -> None:
    """Write three releases."""
    write_shared_page(
        "a.txt",
        "会议总结了上半年的工作，部署了下一阶段的任务。",
        "健全网格体系",
        "全市推进网格化管理，群众满意率达97.42%。",
        "下一步将继续优化服务。",
        title="全市社会治理*工作会议",
        source="微讯江苏",
        published="2022-09-06 16:42:49",
    )
    write_shared_page("b.txt", "全市以网格为基础开展排查。", source="新华社", published="2021-03-05")
    write_shared_page("c.txt", "全市推进网格化管理，设置网格128个。")


def test_indexing_ends_with_one_line(run: Run, write_page: WritePage) -> None:
    """The summary counts releases, paragraphs and what was done."""
    write_page("a.txt", "全市推进网格化管理。", "群众满意率提高。")
    result = run("index", "pages")
    assert result.exit_code == 0
    assert result.stdout == "1 release, 2 paragraphs: 1 new, 0 changed, 0 removed, 0 unreadable, 1 doubtful\n"


def test_indexing_again_says_that_nothing_has_changed(archive: Run) -> None:
    """The second run does nothing and says so."""
    lines = archive("index", "pages").stdout.splitlines()
    assert lines[0] == "Nothing has changed since the last update."
    assert lines[1].endswith(": 0 new, 0 changed, 0 removed, 0 unreadable, 1 doubtful")


def test_a_moved_page_is_mentioned(archive: Run) -> None:
    """Moves appear in the summary when there are any."""
    Path("pages/c.txt").rename("pages/d.txt")
    assert ": 0 new, 0 changed, 1 moved, 0 removed" in archive("index", "pages").stdout


def test_unreadable_and_unknown_files_are_told_on_stderr(run: Run, write_page: WritePage) -> None:
    """Each with its name and reason; the rest is indexed and the status is 0."""
    write_page("a.txt", "全市推进网格化管理。")
    Path("pages/bad.txt").write_bytes(bytes(range(256)) * 4)
    Path("pages/photo.jpg").write_bytes(b"")
    result = run("index", "pages")
    assert result.exit_code == 0
    assert result.stderr.startswith("Unreadable (1 file):\n  pages")
    assert "bad.txt: holds zero bytes" in result.stderr
    assert "1 .jpg" in result.stderr
    assert "1 new" in result.stdout
    assert "1 unreadable" in result.stdout


def test_an_unfit_index_is_rebuilt_on_demand_only(archive: Run) -> None:
    """An index of another version is refused with the command that mends it."""
    path = Path("index/jsisa-search.json")
    path.write_text(path.read_text(encoding="utf-8").replace('"schema": ', '"schema": 9'), encoding="utf-8")
    refused = archive("index", "pages")
    assert refused.exit_code == 2
    assert "--rebuild" in refused.stderr
    assert archive("index", "pages", "--rebuild").exit_code == 0
    assert archive("query", "网格化").exit_code == 0


def test_text_output_for_the_eye(archive: Run) -> None:
    """Title, source, time, section, paragraph, snippet with marks, file and line."""
    result = archive("query", "网格化", "满意率")
    assert result.exit_code == 0
    with Index.open("index") as index:
        (hit, *_) = index.search("网格化 满意率")
    assert result.stdout.splitlines()[:6] == [
        "1 passage in 1 release contains all terms; 3 more contain some",
        "",
        "1. 全市社会治理*工作会议",
        "   微讯江苏 · 2022-09-06 16:42:49 · 健全网格体系 · paragraph 2",
        "   全市推进【网格化】管理，群众【满意率】达97.42%。",
        f"   {Path('pages/a.txt')}:{hit.line}  {hit.id}",
    ]


def test_a_phrase_that_occurs_only_word_by_word_is_said_so(archive: Run) -> None:
    """The first line says that no passage has the phrase; what does occur is offered before it."""
    result = archive("query", "网格基础")
    assert result.stdout.startswith("1 passage in 1 release contains all terms, none the phrase itself")
    assert "“网格基础” itself occurs in no passage, only its words do." in result.stderr
    assert "Did you mean “网格为基础” for “网格基础”? (1 passage; missing character)" in result.stderr


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        (
            "怎样推进网格化管理",
            "2 passages in 2 releases contain all words of the question but 怎样; 2 more contain some",
        ),
        (
            "怎样 推进网格化 管理",
            "2 passages in 2 releases contain all words of the question but 怎样; 2 more contain some",
        ),
        ("怎样推进网格排查", "4 passages with words of the question, none with all of them (怎样 aside)"),
    ],
)
def test_a_question_need_not_have_its_question_words(archive: Run, typed: str, expected: str) -> None:
    """What is counted are its other words, and the question itself is not called missing."""
    result = archive("query", typed)
    assert (result.stdout.splitlines()[0], result.stderr) == (expected, "")
    question_words = json.loads(archive("query", typed, "--format", "json").stdout)["question_words"]
    assert question_words == ["怎样"]


def test_occurrences_are_counted_where_the_query_is_one_piece(archive: Run) -> None:
    """The count is that of a search within the texts, and stands in both forms."""
    assert archive("query", "网格化").stdout.startswith(
        "2 passages in 2 releases contain all terms; 2 occurrences"
    )
    assert json.loads(archive("query", "网格化", "--format", "json").stdout)["occurrences"] == 2


def test_what_was_not_understood_is_noted_on_stderr(archive: Run) -> None:
    """The hits are printed all the same."""
    result = archive("query", "网格化 (")
    with Index.open("index") as index:
        notes = index.search("网格化 (").notes
    assert notes
    assert result.stderr.splitlines()[: len(notes)] == list(notes)


def test_what_matches_by_what_the_release_states_is_said_so(archive: Run) -> None:
    """The count line says how many do, and each hit has the field and the name in place of its source."""
    lines = archive("query", "微讯江苏").stdout.splitlines()
    assert lines[0].startswith("1 passage in 1 release matches by what the release states (source, ")
    assert "   source 微讯江苏 · 2022-09-06 16:42:49 · paragraph 1" in lines
    both = archive("query", "微讯江苏 网格化").stdout.splitlines()[0]
    assert both.startswith("1 passage in 1 release matches by what")


def test_other_names_are_told_on_stderr(run: Run, write_page: WritePage) -> None:
    """What a typed name is also taken as is named, excluded names too, with the option that prevents it."""
    write_page("a.txt", "住房和城乡建设部召开会议。")
    run("index", "pages")
    for typed in ("住建部", "会议 -住建部"):
        told = run("query", typed).stderr
        assert "住建部 is also taken as 住房和城乡建设部, 住房城乡建设部. Use --no-synonyms" in told


def test_a_document_number_that_nobody_bears_is_told_with_the_nearest(archive: Run) -> None:
    """The message is about the number, not about its characters."""
    with Index.open("index") as index:
        index.add_text("现印发给你们。", id="n", title="通知", document_number="国发〔2019〕5号")
    assert (
        "   document number 国发〔2019〕5号 · number" in archive("query", "国发2019 5号").stdout.splitlines()
    )
    result = archive("query", "国发2019 7号")
    assert result.exit_code == 1
    assert "No release bears or cites the document number 国发〔2019〕7号." in result.stderr
    assert "shorter words" not in result.stderr
    assert "The nearest numbers that releases bear: 国发〔2019〕5号" in result.stderr


def test_releases_that_name_what_is_excluded_are_counted(archive: Run) -> None:
    """The line says how many passages found are in them, and what leaves them out."""
    lines = archive("query", "网格 -满意率").stdout.splitlines()
    assert (
        "1 of these passages is in a release that names 满意率 elsewhere; leave out with -全文:满意率"
        in lines
    )
    assert not any("满意率" in line for line in archive("query", "网格 -全文:满意率").stdout.splitlines())


def test_facets_stand_under_the_count_line(archive: Run) -> None:
    """Each value with its count; many values end with how many more there are."""
    lines = archive("query", "推进网格化", "--facet", "source", "--facet", "month").stdout.splitlines()
    assert lines[1] == "1 of these is of an undated release: last by date, in no year or month"
    assert lines[2:5] == ["", "by source:", "     2  微讯江苏"]
    assert "by month:" in lines


def test_many_values_of_a_facet_are_cut_short(archive: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """The rest is summed up in a line."""
    monkeypatch.setattr("jsisa_search.cli.printers.text._FACET_VALUES", 1)
    assert "in 1 more\n" in archive("query", "网格", "--facet", "source").stdout


def test_json_has_the_facets_that_were_asked_for(archive: Run) -> None:
    """Lists of value and count; without the option there is no such key."""
    arguments = ("query", "满意率", "--format", "json")
    facets = json.loads(archive(*arguments, "--facet", "source").stdout)["facets"]
    assert facets == {"source": [{"value": "微讯江苏", "count": 1}]}
    assert "facets" not in json.loads(archive(*arguments).stdout)


def test_folders_and_formats_are_counted_and_restrict(archive: Run) -> None:
    """A folder has the files below it; one that has none finds nothing, and a suffix is no name in a path."""
    arguments = ("query", "网格", "--format", "json", "--facet", "folder", "--facet", "format")
    facets = json.loads(archive(*arguments).stdout)["facets"]
    folder, total = facets["folder"][0]["value"], facets["folder"][0]["count"]
    assert facets["format"][0] == {"value": "txt", "count": total}
    inside = json.loads(archive(*arguments, "--folder", folder, "--file-format", "TXT").stdout)
    assert inside["total"] == total
    assert archive(*arguments, "--folder", f"{folder}/没有").exit_code == 1
    assert archive(*arguments, "--file-format", "pdf").exit_code == 1


def test_grouped_hits_tell_how_many_passages_are_folded(archive: Run) -> None:
    """Each release is printed once; the line after the passage counts the rest."""
    result = archive("query", "网格", "--group-by", "release")
    assert result.stdout.count("pages/a.txt") == 1
    assert "   and 1 more passage of this release\n" in result.stdout
    past = archive("query", "网格", "--group-by", "release", "--offset", "9")
    assert "--offset 9 is beyond the last of 3 releases." in past.stderr


def test_partial_matches_are_marked_as_such(archive: Run) -> None:
    """A reader sees which hits have only some of the terms."""
    assert "(some terms)" in archive("query", "网格化", "满意率").stdout


def test_color_replaces_the_brackets(archive: Run) -> None:
    """With colour, matches are red and there are no brackets."""
    output = archive("query", "网格化", "--color", "always").stdout
    assert "\x1b[31m\x1b[1m网格化\x1b[0m" in output
    assert "【" not in output


@pytest.mark.parametrize(("no_color", "expected"), [("", True), ("1", False)])
def test_no_color_is_honoured(
    archive: Run, monkeypatch: pytest.MonkeyPatch, no_color: str, expected: bool
) -> None:
    """On a terminal there is colour, unless NO_COLOR is set to anything."""
    monkeypatch.setenv("NO_COLOR", no_color)
    monkeypatch.setattr("jsisa_search.cli.commands.query.is_terminal", lambda _: True)
    assert ("\x1b[31m" in archive("query", "网格化").stdout) is expected


def test_context_is_printed_around_a_hit(archive: Run) -> None:
    """The neighbouring paragraphs stand before and after the passage."""
    output = archive("query", "满意率", "--context", "1").stdout
    before, after = output.index("会议总结了上半年"), output.index("下一步将继续")
    assert before < output.index("【满意率】") < after


def test_hits_are_numbered_through_pages(archive: Run) -> None:
    """The second page goes on counting."""
    assert "\n2. " in archive("query", "网格化", "--offset", "1", "-n", "1").stdout


def test_json_has_the_documented_form(archive: Run) -> None:
    """Keys, types and highlights that index into their text."""
    data = json.loads(archive("query", "网格化 满意率", "--format", "json").stdout)
    assert (data["query"], data["total"], data["total_all_terms"]) == ("网格化 满意率", 4, 1)
    assert (data["releases"], data["occurrences"], data["notes"]) == (1, None, [])
    assert data["reading"]
    assert data["took_ms"] > 0
    hit = data["hits"][0]
    assert hit["score"] > data["hits"][1]["score"]
    assert (hit["title"], hit["source"], hit["publisher"]) == ("全市社会治理*工作会议", "微讯江苏", None)
    assert hit["published"] == "2022-09-06T16:42:49"
    assert hit["section"] == {"heading": "健全网格体系", "subheading": None}
    assert (hit["paragraph"], hit["path"], hit["kind"]) == (2, str(Path("pages/a.txt")), "paragraph")
    for part in (hit, hit["snippet"]):
        assert [part["text"][start:end] for start, end in part["highlights"]] == ["网格化", "满意率"]
    assert "context" not in hit


def test_json_carries_context_when_asked_for(archive: Run) -> None:
    """Neighbouring paragraphs are lists of text."""
    data = json.loads(archive("query", "满意率", "--context", "1", "--format", "json").stdout)
    assert data["hits"][0]["context"]["after"] == ["下一步将继续优化服务。"]


def test_json_lines_are_the_hits_of_the_json_form(archive: Run) -> None:
    """One object a line."""
    lines = archive("query", "网格化", "--format", "jsonl").stdout.splitlines()
    whole = json.loads(archive("query", "网格化", "--format", "json").stdout)
    assert [json.loads(line) for line in lines] == whole["hits"]


def test_csv_has_the_columns_of_the_json_form(archive: Run) -> None:
    """A table with a header that a spreadsheet reads."""
    rows = list(csv.DictReader(io.StringIO(archive("query", "网格化 满意率", "--format", "csv").stdout)))
    assert (rows[0]["title"], rows[0]["heading"], rows[0]["paragraph"]) == (
        "全市社会治理*工作会议",
        "健全网格体系",
        "2",
    )
    assert json.loads(rows[0]["highlights"]) == [[4, 7], [12, 15]]


def test_csv_for_windows_begins_with_a_byte_order_mark(archive: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without it Excel shows nonsense."""
    monkeypatch.setattr("jsisa_search.cli.printers.data.sys.platform", "win32")
    assert archive("query", "网格化", "--format", "csv").stdout.startswith("\ufeffscore,")


def test_markdown_can_be_pasted_into_a_report(archive: Run) -> None:
    """Passage with bold matches and its citation; nothing in it is read as markup."""
    (line, *_) = archive("query", "网格化 满意率", "--format", "markdown").stdout.splitlines()
    assert line.startswith(
        "- 全市推进**网格化**管理，群众**满意率**达97.42%。 ——《全市社会治理\\*工作会议》，微讯江苏，"
        "2022-09-06 16:42:49，“健全网格体系”，第2段（`"
    )


def test_nothing_found_is_status_one_with_advice(archive: Run) -> None:
    """Stdout stays empty, stderr says what to try."""
    result = archive("query", "量子纠缠")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "Nothing found for “量子纠缠”." in result.stderr
    assert "fewer or shorter words" in result.stderr


def test_a_filter_that_fits_nothing_is_named(archive: Run) -> None:
    """The message lists what there is."""
    result = archive("query", "网格化", "--source", "路透")
    assert result.exit_code == 1
    assert "No source contains “路透”; the index has 2: 微讯江苏, 新华社" in result.stderr


def test_a_page_after_the_last_is_status_one(archive: Run) -> None:
    """The message says how many there are."""
    result = archive("query", "网格化", "--offset", "50")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "--offset 50 is beyond the last of 4 hits" in result.stderr


def test_a_misspelt_folder_leaves_no_index_behind(run: Run) -> None:
    """A later query then still says that there is no index."""
    assert run("index", "nowhere").exit_code == 2
    assert not Path("index").exists()


def test_quotation_marks_in_a_heading_become_inner_ones(run: Run, write_page: WritePage) -> None:
    """A citation does not open quotation marks twice."""
    write_page("a.txt", "会议总结了上半年的工作。", "“一网统揽”成效明显", "全市推进网格化管理。")
    run("index", "pages")
    assert "，“‘一网统揽’成效明显”，第2段" in run("query", "网格化", "--format", "markdown").stdout


@pytest.mark.parametrize(
    "arguments",
    [
        ("query", "网格化", "--since", "2023", "--until", "2022"),
        ("query", "网格化", "--index-dir", "nowhere"),
        ("query", "网" * 3000),
        ("show", "nowhere.txt"),
        ("show", "zzzz"),
        ("show", "pages"),
        ("info", "--index-dir", "nowhere"),
        ("index", "nowhere"),
    ],
)
def test_an_error_is_one_sentence_and_status_two(archive: Run, arguments: tuple[str, ...]) -> None:
    """No traceback, nothing on stdout."""
    result = archive(*arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("Error: ")
    assert len(result.stderr.splitlines()) == 1


def test_a_wrong_option_is_status_two(archive: Run) -> None:
    """As click's users expect."""
    assert archive("query", "网格化", "--sort", "random").exit_code == 2


def test_show_prints_the_page_as_it_was_read(archive: Run) -> None:
    """By path: facts on top, then sections and numbered paragraphs with their lines."""
    output = archive("show", "pages/a.txt").stdout
    assert output.splitlines()[0] == "全市社会治理*工作会议"
    assert "published: 2022-09-06 16:42:49" in output
    assert "source:    微讯江苏" in output
    assert "1 section with a heading, 3 paragraphs" in output
    assert "    健全网格体系" in output
    assert "  2 全市推进网格化管理，群众满意率达97.42%。  (line " in output


def test_show_takes_the_id_of_a_release(archive: Run) -> None:
    """The id that a query prints names the file."""
    release_id = json.loads(archive("query", "满意率", "--format", "json").stdout)["hits"][0]["id"]
    assert archive("show", release_id[:6]).stdout.splitlines()[0] == "全市社会治理*工作会议"


def test_show_prints_a_release_without_a_file(archive: Run) -> None:
    """What a script has added is shown from the index, by its path and by its id."""
    with Index.open("index") as index:
        release_id = index.add_text(
            "全市推进网格化管理。", id="https://example.cn//42", title="手工录入的材料"
        )
    for name in ("text:https://example.cn//42", release_id[:8]):
        assert archive("show", name).stdout.splitlines()[0] == "手工录入的材料"
    hits = json.loads(archive("query", "手工录入", "--format", "json").stdout)["hits"]
    assert {hit["path"] for hit in hits} == {"text:https://example.cn//42"}
    assert archive("show", "text:none").exit_code == 2


def test_show_as_json_is_the_release(archive: Run) -> None:
    """All of the model, the time as ISO 8601."""
    release = json.loads(archive("show", "pages/b.txt", "--format", "json").stdout)
    assert (release["published"], release["published_precision"]) == ("2021-03-05", "day")
    assert release["sections"][0]["paragraphs"][0]["text"] == "全市以网格为基础开展排查。"


def test_info_tells_what_is_in_the_index(archive: Run) -> None:
    """Counts and how it was made."""
    output = archive("info").stdout
    assert "releases:   3" in output
    assert "sources:    2" in output
    assert "segmenter:  " in output


def test_an_error_of_the_system_is_one_sentence_too(archive: Run) -> None:
    """A folder that can't be made is told with its name."""
    Path("file").write_text("", encoding="utf-8")
    result = archive("index", "pages", "--index-dir", "file/index")
    assert result.exit_code == 2
    assert result.stderr.startswith("Error: ")
    assert "file" in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_stopping_leaves_the_index_as_it_was(archive: Run) -> None:
    """Ctrl+C in the middle of an update is answered with what became of the index."""

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    Path("pages/d.txt").write_text("全市推进网格化管理。", encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("jsisa_search.indexing.reading.read_bytes", interrupt)
        result = archive("index", "pages")
    assert result.exit_code == 130
    assert "Interrupted; the index remains as it was last committed." in result.stderr
    assert archive("index", "pages").stdout.startswith("4 releases, 6 paragraphs: 1 new")


@pytest.fixture
def installed(archive: Run) -> Iterator[list[str]]:
    """Return the command of a process of its own, beside the index."""
    yield [sys.executable, "-c", "from jsisa_search.cli import main; main(prog_name='jsisa-search')"]


def test_a_closed_pipe_is_silent(installed: list[str]) -> None:
    """Somebody who reads one line of many sees no error."""
    command = [*installed, "query", "网格", "--format", "jsonl"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout is not None
    process.stdout.close()
    assert process.stderr is not None
    assert process.stderr.read() == b""
    process.stderr.close()
    assert process.wait() == 0


@pytest.mark.slow
def test_data_is_utf8_whatever_the_terminal_speaks(installed: list[str]) -> None:
    """A pipe on a system that is not set to UTF-8 gets UTF-8 all the same."""
    command = [*installed, "query", "网格化", "--format", "jsonl"]
    environment = os.environ | {"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    result = subprocess.run(command, capture_output=True, env=environment, check=True)
    assert json.loads(result.stdout.decode("utf-8").splitlines()[0])["kind"] == "lead"


@pytest.mark.slow
def test_text_never_fails_on_a_narrow_terminal(installed: list[str]) -> None:
    """Characters that a terminal can't show are replaced, and the command goes on."""
    command = [*installed, "query", "网格化"]
    environment = os.environ | {"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    result = subprocess.run(command, capture_output=True, env=environment, check=False)
    assert (result.returncode, result.stderr) == (0, b"")


def test_progress_is_shown_on_a_terminal_only(archive: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """The line says what goes on and is wiped before anything else is printed."""
    assert "Reading" not in archive("index", "pages", "--rebuild").stderr
    monkeypatch.setattr("jsisa_search.cli.printers.progress.is_terminal", lambda _: True)
    monkeypatch.setattr("jsisa_search.cli.printers.progress._LOOK_SECONDS", 0.001)
    output = archive("index", "pages", "--rebuild").stderr
    assert re.search("\r(Listing|Reading|Writing|Saving)", output)
    assert output.rpartition("\r")[2].startswith("Doubtful (")


def test_a_waiting_writer_says_for_whom(capsys: pytest.CaptureFixture[str]) -> None:
    """The sentence names the other process."""
    report_waiting("process 7 of anna on desk, since 2024-01-01 08:00:00,")
    assert capsys.readouterr().err.startswith("Waiting for process 7 of anna on desk")


def test_help_shows_examples_one_a_line(run: Run) -> None:
    """They can be copied as they stand."""
    assert "\n  Examples:\n    jsisa-search index seeds/\n" in run("index", "--help").stdout


def test_verify_says_that_a_whole_index_is_whole(archive: Run) -> None:
    """One line and status 0."""
    result = archive("verify")
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.startswith("The index is intact: ")


def test_verify_names_the_damaged_file_and_what_mends_it(archive: Run) -> None:
    """A flipped bit is found, and a rebuild makes the index whole again."""
    (segment,) = Path("index").glob("*.segment")
    content = bytearray(segment.read_bytes())
    content[len(content) // 2] ^= 1
    segment.write_bytes(content)
    result = archive("verify")
    assert result.exit_code == 2
    assert f"damaged: {segment.resolve()}" in result.stderr
    assert "--rebuild" in result.stderr
    assert archive("index", "pages", "--rebuild").exit_code == 0
    assert archive("verify").exit_code == 0


HTML_PAGE = """<html><head><title>平安建设取得新成效_云浦新闻网</title></head><body>
<div class="nav"><a href="/">首页</a><a href="/a">要闻</a></div><h1>平安建设取得新成效</h1>
<div>2022-09-06 16:42 云浦新闻网</div>
<div class="text"><p>全市推进网格化社会治理，群众安全感达到99.12%。</p></div></body></html>"""
LIST_PAGE = "<html><body>" + "<a href='/1'>云浦市召开网格化推进会</a><br>" * 30 + "</body></html>"


def test_show_explain_says_what_was_taken_and_why(run: Run) -> None:
    """Title, time and text come with rule and place, and what was left out with a reason."""
    Path("page.html").write_text(HTML_PAGE, encoding="utf-8")
    output = run("show", "page.html", "--explain").stdout
    assert "published:       2022-09-06 16:42:00" in output
    assert "the time beside the title" in output
    assert "left out:        首页" in output
    fields = json.loads(run("show", "page.html", "--explain", "--format", "json").stdout)
    assert {"title", "text", "left out"} <= {finding["what"] for finding in fields["findings"]}
    assert [line["role"] for line in fields["lines"]] == ["left out", "title", "byline", "paragraph"]
    assert "findings" not in json.loads(run("show", "page.html", "--format", "json").stdout)


def test_show_explain_of_a_refused_page(run: Run) -> None:
    """A page of links has its lines and the reason as JSON, and the exit status of an error."""
    Path("list.html").write_text(LIST_PAGE, encoding="utf-8")
    done = run("show", "list.html", "--explain", "--format", "json")
    assert done.exit_code == 2
    fields = json.loads(done.stdout)
    assert len(fields["lines"]) == 30
    assert fields["reason"] in done.stderr


def test_show_explain_of_a_format_without_reasons(run: Run, write_page: WritePage) -> None:
    """A table has no findings; its doubts are printed."""
    write_page("a.csv", "名称,数量\n网格,12\n社区,3\n")
    output = run("show", "pages/a.csv", "--explain").stdout
    assert "No findings are recorded" in output
    assert "doubtful:        it does not say when it was published" in output


def test_show_explain_of_a_text(run: Run, write_page: WritePage) -> None:
    """A text file has title, source and the beginning of its text with the rule and the line of the file."""
    write_page("a.txt", "本会风貌\n平安建设取得新成效\n2022-09-06 来源：微讯云浦\n全市推进网格化管理。\n")
    output = run("show", "pages/a.txt", "--explain").stdout
    assert "the line above time and source" in output
    assert "left out:        关于a的通报" in output
    assert "source:          微讯云浦" in output


def test_the_report_lists_unreadable_and_doubtful_files(run: Run, write_page: WritePage) -> None:
    """A file as JSON has every file with kind and reason, and says in a later update that none is new."""
    write_page("a.txt", "全市推进网格化管理。")
    Path("pages/list.html").write_text(LIST_PAGE, encoding="utf-8")
    Path("pages/bad.txt").write_bytes(bytes(range(256)) * 4)
    for is_new in (True, False):
        assert run("index", "pages", "--report", "report.json").exit_code == 0
        report = json.loads(Path("report.json").read_text(encoding="utf-8"))
        found = {
            name: [(Path(file["path"]).name, file["is_new"]) for file in report[name]]
            for name in ("unreadable", "list_pages", "doubtful")
        }
        assert found == {
            "unreadable": [("bad.txt", is_new)],
            "list_pages": [("list.html", is_new)],
            "doubtful": [("a.txt", is_new)],
        }
        assert [file["kind"] for file in report["unreadable"]] == ["no text"]
        assert [doubt["kind"] for file in report["doubtful"] for doubt in file["doubts"]] == ["no date"]


def test_doubts_are_grouped_and_named_once(run: Run, write_page: WritePage) -> None:
    """One sentence for 25 files with three of them; the next update only counts, and --list-all names all."""
    for number in range(25):
        write_page(f"{number}.txt", f"全市推进网格化管理，设置网格{number}个。")
    first = run("index", "pages")
    assert first.stderr.count("it does not say when it was published") == 1
    assert "Doubtful (25 releases):\n  25 x it does not say" in first.stderr
    assert "\n      and 22 more\n--list-all names every file" in first.stderr
    assert first.stdout.endswith("0 unreadable, 25 doubtful\n")
    again = run("index", "pages").stderr.splitlines()
    assert again[0] == "Doubtful (25 releases, none new)"
    assert len(again) == 2
    assert run("index", "pages", "--list-all").stderr.count(".txt") == 25


def test_only_what_is_new_is_named(run: Run, write_page: WritePage) -> None:
    """A file that becomes doubtful is named, those that were so before are counted."""
    write_page("a.txt", "全市推进网格化管理。")
    run("index", "pages")
    write_page("b.txt", "全市推进网格化管理。")
    lines = run("index", "pages").stderr.replace(os.sep, "/").splitlines()
    assert lines[0] == "Doubtful (2 releases, 1 new):"
    assert lines[1].startswith("  pages/b.txt: it does not say when")


def test_a_list_page_is_passed_over_and_not_unreadable(run: Run, write_page: WritePage) -> None:
    """It is counted and named, the status is 0, and a search that finds nothing mentions it."""
    write_page("a.txt", "全市推进网格化管理。", published="2021-03-05")
    Path("pages/list.html").write_text(LIST_PAGE, encoding="utf-8")
    result = run("index", "pages")
    assert result.exit_code == 0
    assert (
        result.stderr.replace(os.sep, "/") == "Passed over as lists of links (1 page):\n  pages/list.html\n"
    )
    assert result.stdout.endswith("0 removed, 0 unreadable, 1 list page\n")
    nothing = run("query", "无此词语").stderr
    assert "passed over 1 page of links; jsisa-search index PATH --list-all names" in nothing
    assert "could not read" not in nothing


def test_a_quiet_update_prints_the_counts_alone(run: Run, write_page: WritePage) -> None:
    """No file is named; folders that could not be listed would be."""
    write_page("a.txt", "全市推进网格化管理。")
    result = run("index", "pages", "--quiet")
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.endswith("0 unreadable, 1 doubtful\n")


def test_a_report_that_can_not_be_written_is_an_error(run: Run, write_page: WritePage) -> None:
    """The message names the file."""
    write_page("a.txt", "全市推进网格化管理。")
    result = run("index", "pages", "--report", "no/such/folder.json")
    assert result.exit_code == 2
    assert "the report can't be written" in result.stderr


def test_removing_most_releases_takes_a_flag_or_a_yes(
    run: Run, write_page: WritePage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A script gets an error that names the numbers and the flag; a person is asked."""
    pages = [write_page(f"{number}.txt", f"全市推进网格化管理，设置网格{number}个。") for number in range(25)]
    assert run("index", "pages").exit_code == 0
    for path in pages:
        path.unlink()
    result = run("index", "pages")
    assert (result.exit_code, "25 of 25 releases" in result.stderr) == (2, True)
    assert "--allow-removal" in result.stderr
    monkeypatch.setattr("jsisa_search.cli.printers.terminal.is_terminal", lambda _: True)
    refused = CliRunner().invoke(main, ["index", "pages"], input="n\n")
    assert (refused.exit_code, "Remove them from the index?" in refused.stderr) == (2, True)
    accepted = CliRunner().invoke(main, ["index", "pages"], input="y\n")
    assert "25 removed" in accepted.stdout
    assert run("index", "pages", "--allow-removal").exit_code == 0


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="names are Unicode there")
def test_a_name_in_bytes_is_shown_decoded_and_found(run: Run) -> None:
    """Index, query and show print it as it was on Windows; what they print names the file."""
    Path("pages").mkdir(exist_ok=True)
    name = os.fsdecode("网格.txt".encode("gbk"))
    Path("pages", name).write_text("关于网格的通报\n\n全市推进网格化管理。\n", encoding="utf-8")
    assert "pages/网格.txt: it does not say" in run("index", "pages").stderr
    assert "pages/网格.txt:3" in run("query", "网格化管理").stdout
    assert "pages/网格.txt" in run("show", "pages/网格.txt").stdout
    Path("pages", name).rename(Path("pages", os.fsdecode("网\n格.txt".encode("gbk"))))
    assert "网\\n格.txt" in run("show", "pages/网\\n格.txt").stdout


def test_folders_that_can_not_be_listed_are_reported(
    run: Run, write_page: WritePage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On stderr, in the summary, and in the file of the report."""
    write_page("sub/a.txt", "全市推进网格化管理。")
    assert run("index", "pages").exit_code == 0
    scandir = os.scandir

    def forbid(path: Path) -> Iterator[os.DirEntry[str]]:
        if Path(path).name == "sub":
            raise PermissionError(13, "Permission denied")
        return scandir(path)

    with monkeypatch.context() as patch:
        patch.setattr(os, "scandir", forbid)
        result = run("index", "pages", "--report", "report.json")
    assert "Not listed: pages/sub: Permission denied" in result.stderr.replace(os.sep, "/")
    assert result.stdout.endswith("0 removed, 0 unreadable, 1 not listed\n")
    report = json.loads(Path("report.json").read_text(encoding="utf-8"))
    assert [Path(entry["path"]).name for entry in report["unlisted"]] == ["sub"]


DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda _: b"",
    "cut short": lambda content: content[: len(content) // 2],
    "without header": lambda content: bytes(64) + content[64:],
    "zeros in the middle": lambda content: content[:20] + bytes(len(content) - 40) + content[-20:],
    "another array": lambda content: content.replace(b"field/text/", b"field/tixt/"),
}


@pytest.mark.slow
@pytest.mark.parametrize("pattern", ["*.segment", "*.toc", "jsisa-search.json"])
@pytest.mark.parametrize("damage", DAMAGES)
def test_a_rebuild_mends_whatever_is_damaged(archive: Run, pattern: str, damage: str) -> None:
    """The command that every message about damage names works on each file of an index."""
    for path in Path("index").glob(pattern):
        path.write_bytes(DAMAGES[damage](path.read_bytes()))
    result = archive("index", "pages", "--rebuild")
    assert (result.exit_code, "3 new" in result.stdout) == (0, True), result.stderr
    assert archive("query", "网格化").exit_code == 0
    assert archive("verify").exit_code == 0
