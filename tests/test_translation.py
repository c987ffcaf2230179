"""Messages in Chinese: which language is chosen, that nothing is untranslated, and how screens look."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from docs import catalogues
from jsisa_search.cli import main
from jsisa_search.cli.help import wrap
from jsisa_search.export.plain import columns
from jsisa_search.translation import LANGUAGES, language_of, preferred_language, use_language

Run = Callable[..., Result]


@pytest.mark.parametrize("language", [name for name in LANGUAGES if name != "en"])
def test_every_message_is_translated(language: str) -> None:
    """No message of the source is missing in a catalogue, and none is left over; docs/catalogues.py helps."""
    assert list(catalogues.faults(language)) == []


@pytest.mark.parametrize(
    ("name", "language"),
    [
        ("zh_CN.UTF-8", "zh_CN"),
        ("zh-Hans", "zh_CN"),
        ("zh", "zh_CN"),
        ("zh_SG", "zh_CN"),
        ("zh-Hant-HK", "zh_TW"),
        ("zh_TW.Big5", "zh_TW"),
        ("en_GB.UTF-8", "en"),
        ("de_DE", None),
        ("C", None),
        ("", None),
    ],
)
def test_names_of_languages(name: str, language: str | None) -> None:
    """Names of every system mean one of the languages, or none."""
    assert language_of(name) == language


def test_the_system_chooses_where_nobody_else_does(monkeypatch: pytest.MonkeyPatch) -> None:
    """JSISA_LANG goes before LC_ALL, and that before LANG; anything else is English."""
    for variable in ("JSISA_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(variable, raising=False)
    assert preferred_language() == "en"
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")
    assert preferred_language() == "zh_CN"
    monkeypatch.setenv("LC_ALL", "zh_HK.UTF-8")
    assert preferred_language() == "zh_TW"
    monkeypatch.setenv("JSISA_LANG", "en")
    assert preferred_language() == "en"


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Run]:
    """Return a function that runs a command in an own folder, for a user whose system has a language."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")

    def run_in(*arguments: str, language: str = "zh_CN") -> Result:
        monkeypatch.setenv("JSISA_LANG", language)
        return CliRunner().invoke(main, arguments)

    yield run_in
    use_language("en")


def test_the_program_speaks_the_language_of_the_system() -> None:
    """Help in a process of its own is in the language that its environment has."""
    environment = {**os.environ, "JSISA_LANG": "zh_CN", "PYTHONUTF8": "1"}
    command = [sys.executable, "-m", "jsisa_search", "--help"]
    printed = subprocess.run(command, env=environment, capture_output=True, encoding="utf-8", check=True)
    assert printed.stdout.startswith("用法：")


def test_screens_in_chinese(tmp_path: Path, run: Run) -> None:
    """A folder is indexed, one passage is found and another not, without a word of English."""
    (tmp_path / "存稿").mkdir()
    text = "推进网格化\n\n来源：微讯江苏\n发布时间：2022-09-06\n\n全市推进网格化治理，群众满意率提升。\n"
    (tmp_path / "存稿" / "a.txt").write_text(text, encoding="utf-8")
    indexed = run("index", "存稿")
    assert indexed.stdout == "1 篇稿件，1 个段落：新增 1 个文件，变更 0，移除 0，未能读取 0\n"
    found = run("query", "满意率")
    assert found.stdout.startswith("1 篇稿件的 1 个段落含有全部检索词；出现 1 次")
    assert "微讯江苏 · 2022-09-06" in found.stdout
    nothing = run("query", "量子纠缠")
    assert nothing.exit_code == 1
    assert "没有找到“量子纠缠”。" in nothing.stderr
    assert "錯誤" in run("show", "none.txt", language="zh_TW").stderr


@pytest.mark.slow
def test_reasons_are_in_chinese_wherever_a_file_was_read(tmp_path: Path, run: Run) -> None:
    """What a process that reads files says of them is in the language of the one that started it."""
    folder = tmp_path / "pages"
    folder.mkdir()
    for number in range(12):
        (folder / f"{number}.pdf").write_text("no PDF " * 40_000)
    reported = run("index", "pages", "--jobs", "2").stderr
    assert "未能读取（12 个文件）：" in reported
    assert "不是 PDF 文档，虽然名称如此" in reported


def test_notes_on_a_query_are_in_chinese(tmp_path: Path, run: Run) -> None:
    """What was not understood in a query is said in the language of the user."""
    (tmp_path / "a.txt").write_text("推进网格化\n\n全市推进网格化治理。\n", encoding="utf-8")
    run("index", "a.txt")
    assert "括号里没有内容" in run("query", "网格化 ()").stderr


def test_the_option_goes_before_the_system(run: Run) -> None:
    """`--lang` translates help and messages of every command behind it."""
    assert "用法：" in run("--lang", "zh_CN", "query", "--help", language="en").stdout
    assert "Usage:" in run("--lang", "en", "query", "--help").stdout


@pytest.mark.parametrize(
    ("name", "shown"), [("zh", "用法："), ("zh-Hant-HK", "用法："), ("en_GB.UTF-8", "Usage:")]
)
def test_a_language_is_known_by_its_usual_names(run: Run, name: str, shown: str) -> None:
    """`--lang` takes the names that systems and browsers use."""
    assert shown in run("--lang", name, "query", "--help", language="en").stdout


def test_chinese_help_fits_the_terminal(run: Run) -> None:
    """No line of help is wider than 80 columns, where a character is two wide."""
    for command in ("index", "query"):
        shown = run(command, "--help").stdout.splitlines()
        lines = [line for line in shown if not line.startswith("    jsisa-search")]  # examples are whole
        assert max(map(columns, lines)) <= 80, command


@given(st.text("网格化治理，。“”（） abc-/.", max_size=80), st.integers(10, 40))
def test_wrapped_lines_have_all_of_the_text(text: str, width: int) -> None:
    """Only blanks at the ends of lines are lost, and only a word that is too long makes a long line."""
    lines = wrap(text, width)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert all(columns(line) <= width or " " not in line.strip() for line in lines)
