"""The files for a double click: what they install, and that they start the pages."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from tests.documentation import ROOT

BATCH = ROOT / "start-windows.bat"
COMMAND = ROOT / "start.command"


def test_windows_can_run_the_batch_file() -> None:
    """Its line ends are those of Windows, each label exists, and names of folders may contain blanks."""
    text = BATCH.read_bytes().decode("utf-8")
    assert text.count("\n") == text.count("\r\n")
    labels = set(re.findall(r"^:(\w+)\r$", text, re.MULTILINE))
    assert set(re.findall(r"goto (\w+)", text)) <= labels
    for use in re.findall(r'\S*%(?:~dp0|JSISA_INDEX|USERPROFILE%[^"]*)\S*', text):
        assert '"' in use, use


def test_both_install_and_start_the_same() -> None:
    """The same extras, the same command, and the same folder for the index."""
    for file in (BATCH, COMMAND):
        text = file.read_text(encoding="utf-8")
        assert text.count('".[pdf,office,pinyin]"') == 2
        assert "serve --index-dir" in text
        assert "jsisa-search" in text


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="the script is for macOS and Linux")
def test_a_double_click_ends_on_a_page(tmp_path: Path) -> None:
    """In a new copy of the project it installs itself, indexes a folder, and the page finds a passage."""
    project = tmp_path / "new copy"
    ignored = shutil.ignore_patterns(".git", ".venv", "build", "*.egg-info", "__pycache__", "index")
    shutil.copytree(ROOT, project, ignore=ignored)
    environment = {**os.environ, "HOME": str(tmp_path), "JSISA_INDEX": str(tmp_path / "own index")}
    started = subprocess.Popen(
        [str(project / "start.command"), "--no-open", "--no-watch", "--port", "0", str(project / "seeds")],
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        assert started.stdout is not None
        said = iter(started.stdout.readline, "")
        address = next(match[0] for line in said if (match := re.search(r"http://[\w.:]+", line)))
        assert _found(f"{address}/api/search?q=%E7%BD%91%E6%A0%BC%E5%8C%96", seconds=300)
    finally:
        os.killpg(started.pid, signal.SIGINT)
        started.communicate(timeout=120)


def _found(url: str, seconds: float) -> bool:
    """Return whether a search finds something before the time is over: the folder is being indexed."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            with urllib.request.urlopen(url) as answer:
                if b'"total_all_terms": 0' not in answer.read() and answer.status == 200:
                    return True
        except urllib.error.URLError:
            pass
        time.sleep(0.5)
    return False
