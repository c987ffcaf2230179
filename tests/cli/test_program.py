from __future__ import annotations

import ast
import csv
import io
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from jsisa_search import cli
from jsisa_search.cli import main

PACKAGE = Path(cli.__file__).parent
POSIX = pytest.mark.skipif(sys.platform == "win32", reason="needs a shell, and arguments that are bytes")
RunIn = Callable[..., subprocess.CompletedProcess[bytes]]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with an index of one release."""
    path = tmp_path_factory.mktemp("program")
    (path / "pages").mkdir()
    text = "全市推进网格化\n\n2022-09-06 16:42\n\n全市推进网格化管理🏙，群众满意率达97.42%。\n"
    (path / "pages" / "a.txt").write_text(text, encoding="utf-8")
    arguments = ["index", str(path / "pages"), "--index-dir", str(path / "index")]
    assert CliRunner().invoke(main, arguments).exit_code == 0
    return path


@pytest.fixture
def run(folder: Path) -> RunIn:
    """Return a function that runs a line of the shell in the folder, `$S` being the program."""

    def run_line(line: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
        program = f'"{sys.executable}" -m jsisa_search'
        return subprocess.run(
            line.replace("$S", program),
            shell=True,
            cwd=folder,
            capture_output=True,
            env=os.environ | environment,
            check=False,
        )

    return run_line


@pytest.fixture
def invoke(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Return a function that runs a command in this process, in the folder."""
    monkeypatch.chdir(folder)
    return lambda *arguments: CliRunner().invoke(main, arguments)


CLOSED = (">&-", "2>&-", "<&- >&- 2>&-", "2>/dev/full", ">&- 2>/dev/full")
OUTCOMES = (("网格化", 0), ("量子纠缠", 1), ("x --since 昨天", 2))
QUICK = {("网格化", ">&-"), ("量子纠缠", "<&- >&- 2>&-"), ("x --since 昨天", "2>/dev/full")}


@POSIX
@pytest.mark.parametrize(
    ("text", "status", "streams"),
    [
        pytest.param(text, status, streams, marks=[] if (text, streams) in QUICK else pytest.mark.slow)
        for text, status in OUTCOMES
        for streams in CLOSED
    ],
)
def test_closed_streams_leave_the_exit_status_alone(run: RunIn, text: str, status: int, streams: str) -> None:
    """Whoever closes a stream only wants the status, and no traceback on the other one."""
    if "/dev/full" in streams and not Path("/dev/full").exists():
        pytest.skip("needs /dev/full")
    result = run(f"$S query {text} {streams}")
    assert (result.returncode, b"Traceback" in result.stderr) == (status, False)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
@pytest.mark.parametrize("output_format", ["text", pytest.param("json", marks=pytest.mark.slow)])
def test_a_full_disk_is_one_line_and_status_two(run: RunIn, output_format: str) -> None:
    """The output is lost, which is an error; nothing more is said at exit."""
    result = run(f"$S query 网格化 --format {output_format} >/dev/full")
    assert result.returncode == 2
    assert result.stderr.decode().startswith("Error: standard output can't be written (No space left")
    assert len(result.stderr.splitlines()) == 1


@POSIX
@pytest.mark.parametrize("encoding", ["gb18030", pytest.param("big5", marks=pytest.mark.slow)])
def test_a_query_in_the_encoding_of_another_terminal_is_understood(folder: Path, encoding: str) -> None:
    """Bytes that are not UTF-8 are decoded, and echoed as what was typed."""
    command = [sys.executable.encode(), b"-m", b"jsisa_search", b"query", "网格化".encode(encoding)]
    result = subprocess.run([*command, b"--format", b"json"], cwd=folder, capture_output=True, check=False)
    assert (result.returncode, result.stderr) == (0, b"")
    assert json.loads(result.stdout)["query"] == "网格化"


@pytest.mark.parametrize("text", ["\ud83d", "网格化\udcff", "\udcff\udcfe\udcff"])
@pytest.mark.parametrize("output_format", ["text", "json", "jsonl", "csv", "markdown"])
def test_half_a_character_in_a_query_is_no_error(
    invoke: Callable[..., Result], text: str, output_format: str
) -> None:
    """A lone surrogate becomes U+FFFD in every form of output."""
    result = invoke("query", text, "--format", output_format)
    assert result.exit_code in (0, 1)
    assert "Traceback" not in result.stderr


@pytest.mark.slow
@POSIX
def test_text_that_the_console_lacks_is_replaced(run: RunIn) -> None:
    """A console with code page 936 shows a question mark for an emoji."""
    result = run("$S query 满意率", PYTHONIOENCODING="cp936:strict", PYTHONUTF8="0")
    assert (result.returncode, result.stderr) == (0, b"")
    assert "管理?，" in result.stdout.decode("cp936")


@POSIX
@pytest.mark.slow
def test_messages_never_fail_on_a_console(run: RunIn) -> None:
    """Standard error of any encoding takes every message."""
    result = run("$S query 🏙量子纠缠", PYTHONIOENCODING="cp936:strict", PYTHONUTF8="0")
    assert result.returncode == 1
    assert r"\U0001f3d9" in result.stderr.decode("cp936")


@POSIX
@pytest.mark.parametrize(
    "output_format",
    ["csv", *(pytest.param(name, marks=pytest.mark.slow) for name in ("json", "jsonl", "markdown"))],
)
def test_data_in_a_file_is_utf8(run: RunIn, folder: Path, output_format: str) -> None:
    """Whatever the console is set to, files and other programs get UTF-8 with all characters."""
    run(f"$S query 满意率 --format {output_format} > out", PYTHONIOENCODING="gbk:strict", PYTHONUTF8="0")
    assert "🏙" in (folder / "out").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("arguments", "allowed"),
    [
        (("query", "x", "--context", "3000000000"), "0<=x<=50"),
        (("query", "x", "--context", "-1"), "0<=x<=50"),
        (("query", "x", "-n", "-3"), "1<=x<=10000"),
        (("query", "x", "-n", "0"), "1<=x<=10000"),
        (("query", "x", "-n", "10001"), "--offset"),
        (("query", "x", "--offset", "-1"), "0<=x<="),
        (("query", "x", "--offset", "9" * 30), "0<=x<="),
        (("query", "x", "--sort", "newset"), "'newest'"),
        (("query", "x", "--facet", "sauce"), "'source'"),
        (("query", "x", "--group-by", "bogus"), "'release'"),
        (("query", "x", "--since", "昨天"), "2022-09-06"),
        (("query", "x", "--until", "2022-13"), "month"),
        (("index", "pages", "--jobs", "0"), "1<=x<=256"),
        (("index", "pages", "--memory", "-5"), "64<=x"),
        (("audit", "--samples", "0"), "1<=x<="),
        (("audit", "--seed", "-1"), "0<=x<="),
        (("suggest", "x", "-n", "0"), "1<=x<=1000"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_an_argument_out_of_range_is_refused_with_what_is_allowed(
    invoke: Callable[..., Result], arguments: tuple[str, ...], allowed: str
) -> None:
    """Status 2, the option and its range in one line, and where to read more."""
    result = invoke(*arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    message, hint = result.stderr.splitlines()
    assert message.startswith(f"Error: Invalid value for '{arguments[-2]}'") or arguments[-2] == "-n"
    assert allowed in message
    assert hint.endswith(f"{arguments[0]} --help")


def test_the_largest_arguments_are_taken(invoke: Callable[..., Result]) -> None:
    """The limits themselves work."""
    assert invoke("query", "网格化", "-n", "10000", "--context", "50").exit_code == 0
    assert "beyond the last" in invoke("query", "网格化", "--offset", "1000000000").stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ("query", "量子\x1b[2J\nError: x\u202e"),
        ("query", "网格化", "--source", "\x1b]0;x\x07\r"),
        ("query", "网格化", "--sort", "\x1b[31m\n"),
        ("query", "网格化", "--since", "\x9b2J"),
        ("query", "网格化", "--\x1b[2J"),
        ("\x1b[2J",),
        ("index", "no\x1b[2J\nfolder"),
        ("show", "no\x1b[2J\n.txt"),
        ("info", "--index-dir", "no\x1b[2J\n"),
        ("suggest", "\x1b[2J\u200b"),
        ("query", "(\x1b[2J", "--explain"),
    ],
)
def test_messages_echo_arguments_harmlessly(
    invoke: Callable[..., Result], arguments: tuple[str, ...]
) -> None:
    """No control character of an argument comes back, neither from click's messages nor from ours."""
    result = invoke(*arguments)
    assert result.exit_code in (1, 2)
    assert result.stderr
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b\u202e]", result.output)
    assert not any(line.startswith("Error: x") for line in result.output.splitlines())


def test_an_unexpected_error_is_reported_plainly(
    invoke: Callable[..., Result], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A defect ends with status 2, not with 1, which means that nothing was found; its text is escaped."""

    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("\x1b[2Jsecret")

    monkeypatch.setattr("jsisa_search.Index.search", fail)
    result = invoke("query", "网格化")
    assert result.exit_code == 2
    assert r"RuntimeError: \x1b[2Jsecret" in result.stderr
    assert "\x1b" not in result.output
    assert result.stderr.splitlines()[-1].startswith("Error: RuntimeError is a defect")


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (MemoryError(), "Error: not enough memory"),
        (PermissionError(13, "Permission denied", "index/a\n"), r"Error: index/a\n: Permission denied"),
        (OSError(28, "No space left on device"), "Error: No space left on device"),
    ],
)
def test_errors_of_the_system_are_one_line(
    invoke: Callable[..., Result], monkeypatch: pytest.MonkeyPatch, error: Exception, message: str
) -> None:
    """Status 2, and the file where one is known."""

    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr("jsisa_search.Index.search", fail)
    result = invoke("query", "网格化")
    assert result.exit_code == 2
    (line,) = result.stderr.splitlines()
    assert line.startswith(message)


@pytest.mark.parametrize("text", ["", "  ", "\u3000"])
def test_an_empty_query_is_named_as_such(invoke: Callable[..., Result], text: str) -> None:
    """Status 1 as for any query that finds nothing, without advice that does not apply."""
    result = invoke("query", text)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == "The query is empty; type the words to search for.\n"


def test_without_arguments_the_help_is_printed() -> None:
    """The commands are listed one per line."""
    assert "\n  query " in CliRunner().invoke(main, []).output


@pytest.mark.parametrize("module", sorted(PACKAGE.rglob("*.py")), ids=lambda path: path.stem)
def test_only_one_module_prints(module: Path) -> None:
    """Text reaches the terminal through `printers/terminal.py`, which escapes it, and in no other way."""
    tree = ast.parse(module.read_text(encoding="utf-8"))
    called = {ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    forbidden = {"print", "click.echo", "click.secho", "click.style", "click.echo_via_pager", "click.confirm"}
    writes = {name for name in called if name.startswith(("sys.stdout.", "sys.stderr."))}
    if module.name == "terminal.py":
        assert called & forbidden == {"click.echo", "click.style", "click.confirm"}
    else:
        assert called & forbidden | writes == set()


@POSIX
@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_does_not_echo_what_was_typed(folder: Path, shell: str) -> None:
    """The shell is asked to complete files, without the text that was typed."""
    environment = {
        "_JSISA_SEARCH_COMPLETE": f"{shell}_complete",
        "COMP_WORDS": "jsisa-search index pa\x1b[2J",
        "COMP_CWORD": "2" if shell != "fish" else "pa\x1b[2J",
    }
    result = CliRunner().invoke(main, [], prog_name="jsisa-search", env=environment)
    assert "file" in result.output
    assert "\x1b" not in result.output


def test_file_names_can_not_forge_lines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A line end in the name of an unreadable file, and in that of a hit, is shown as an escape."""
    if sys.platform == "win32":
        pytest.skip("such names can't exist on Windows")
    monkeypatch.chdir(tmp_path)
    Path("pages").mkdir()
    Path("pages/a\nunreadable: b\x1b[2J.txt").write_bytes(bytes(range(256)) * 4)
    Path("pages/`c`\n|网.txt").write_text("标题\n2022-09-06\n全市推进网格化管理。\n", encoding="utf-8")
    report = CliRunner().invoke(main, ["index", "pages", "--report", "report.json"])
    assert report.stderr.count("\n") == 2
    assert r"  pages/a\nunreadable: b\x1b[2J.txt: " in report.stderr
    (unreadable,) = json.loads(Path("report.json").read_text(encoding="utf-8"))["unreadable"]
    assert unreadable["path"] == "pages/a\nunreadable: b\x1b[2J.txt"
    printed = {
        name: CliRunner().invoke(main, ["query", "网格化", "--format", name]).stdout
        for name in ("text", "csv", "json", "markdown")
    }
    assert "\n   pages/`c`\\n|网.txt:3  " in printed["text"]
    assert json.loads(printed["json"])["hits"][0]["path"] == "pages/`c`\n|网.txt"
    assert next(csv.DictReader(io.StringIO(printed["csv"])))["path"] == r"pages/`c`\n|网.txt"
    assert printed["markdown"].endswith("（`` pages/`c`\\n|网.txt:3 ``）\n")
