from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from urllib.request import urlopen

import pytest
from click.testing import CliRunner

from jsisa_search.cli import main

PROGRAM = [sys.executable, "-m", "jsisa_search"]


def test_a_host_that_others_reach_needs_a_password(tmp_path: Path) -> None:
    """Without one the command ends with one sentence that says how to set it, before an index is created."""
    result = CliRunner().invoke(main, ["serve", "--host", "0.0.0.0", "--index-dir", str(tmp_path / "index")])
    assert result.exit_code == 2
    assert "jsisa-search serve --set-password" in result.stderr
    assert not (tmp_path / "index").exists()


def test_a_misspelt_folder_is_refused(tmp_path: Path) -> None:
    """A folder that does not exist is an error, not an empty page."""
    arguments = ["serve", str(tmp_path / "nowhere"), "--index-dir", str(tmp_path / "index"), "--port", "0"]
    result = CliRunner().invoke(main, [*arguments, "--no-open"])
    assert result.exit_code == 2
    assert "no such folder" in result.stderr


@pytest.mark.slow
def test_no_other_command_loads_the_server(tmp_path: Path) -> None:
    """Searching and indexing on the command line wait for nothing of it."""
    (tmp_path / "a.txt").write_text("通报\n\n全市推进网格化管理。\n", encoding="utf-8")
    code = (
        "import sys\nfrom jsisa_search.cli import main\n"
        "for line in ('index a.txt', 'query 网格化', 'info', '--help', 'serve --help'):\n"
        "    main(line.split(), standalone_mode=False)\n"
        "print(sorted({'starlette', 'uvicorn', 'jinja2', 'watchfiles', 'anyio'} & set(sys.modules)))"
    )
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, encoding="utf-8", check=True)
    assert done.stdout.splitlines()[-1] == "[]"


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="interrupts are other signals there")
def test_serve_answers_until_interrupted(tmp_path: Path, write_page: Callable[..., Path]) -> None:
    """The printed address answers; a second start finds the first; Ctrl+C ends it without a traceback."""
    folder = write_page("a.txt", "全市推进网格化管理。").parent
    options = ["--index-dir", str(tmp_path / "index"), "--no-open"]
    server = subprocess.Popen(
        [*PROGRAM, "serve", str(folder), *options, "--port", "0"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        env=os.environ | {"PYTHONUNBUFFERED": "1"},
    )
    try:
        assert server.stdout is not None
        line = server.stdout.readline()
        url = line.split()[1]
        with urlopen(f"{url}api/info") as answer:
            assert answer.status == 200
        again = subprocess.run(
            [*PROGRAM, "serve", *options, "--port", url.rstrip("/").rpartition(":")[2]],
            capture_output=True,
            encoding="utf-8",
            check=True,
        )
        assert again.stdout == f"This index is being served already: {url}\n"
        server.send_signal(signal.SIGINT)
        rest, errors = server.communicate(timeout=120)
    finally:
        server.kill()
    assert (rest, errors, server.returncode) == ("Stopped.\n", "", 0)
