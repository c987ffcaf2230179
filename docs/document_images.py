"""Write the images of docs/images that show documents: what this program writes, as LibreOffice opens it.

Needs LibreOffice and an X server without a screen (`apt-get install libreoffice-writer libreoffice-calc
libreoffice-gtk3 fonts-noto-cjk xvfb xdotool imagemagick`). Run it after a change of the reports; `.ci/run`
does not check images, since fonts differ between machines.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
IMAGES = ROOT / "docs" / "images"
_DISPLAY, _WIDTH, _HEIGHT = ":77", 1400, 900
#: Seconds until LibreOffice shows a document at the latest, and until it has drawn it.
_OPENED, _DRAWN = 90, 6
_PROGRAM = (sys.executable, "-m", "jsisa_search")


@dataclass(frozen=True)
class Document:
    """A document: the name of its image, its suffix, and the command that writes it."""

    name: str
    suffix: str
    command: tuple[str, ...]


DOCUMENTS = (
    Document("hits-docx", ".docx", ("query", "网格化 满意率")),
    Document("hits-xlsx", ".xlsx", ("query", "网格化 满意率")),
    Document("check-docx", ".docx", ("check", "draft.md")),
)


@contextmanager
def _screen() -> Iterator[None]:
    """Start an X server that nobody looks at."""
    os.environ["DISPLAY"] = _DISPLAY
    server = subprocess.Popen(["Xvfb", _DISPLAY, "-screen", "0", f"{_WIDTH}x{_HEIGHT}x24"])
    try:
        time.sleep(2)
        yield
    finally:
        server.terminate()
        server.wait()


def _window_of(title: str) -> str:
    """Wait for the window with a title; return its number."""
    for _ in range(_OPENED):
        command = ("xdotool", "search", "--onlyvisible", "--name", title)
        found = subprocess.run(command, capture_output=True, text=True, check=False).stdout.split()
        if found:
            return found[-1]
        time.sleep(1)
    sys.exit(f"LibreOffice does not show {title}")


def take(document: Document, folder: Path) -> None:
    """Write a document about the sample pages; open it, and write the image of the screen."""
    written = f"{document.name}{document.suffix}"
    subprocess.run([*_PROGRAM, *document.command, "--output", written], cwd=folder, check=False)
    settings = f"-env:UserInstallation={(folder / 'settings').as_uri()}"
    options = (settings, "--norestore", "--nologo", "--nofirststartwizard")
    office = subprocess.Popen(["soffice", *options, written], cwd=folder, start_new_session=True)
    try:
        window = _window_of(written)
        size = (str(_WIDTH), str(_HEIGHT))
        subprocess.run(["xdotool", "windowmove", window, "0", "0", "windowsize", window, *size], check=True)
        time.sleep(_DRAWN)
        image = IMAGES / f"{document.name}.png"
        subprocess.run(["import", "-window", "root", "+dither", "-colors", "64", str(image)], check=True)
    finally:
        os.killpg(office.pid, 15)
        office.wait()
        (folder / f".~lock.{written}#").unlink(missing_ok=True)


def main() -> None:
    """Write all images, or those whose names are given."""
    wanted = sys.argv[1:]
    os.environ["JSISA_LANG"] = "zh_CN"
    with tempfile.TemporaryDirectory() as name, _screen():
        folder = Path(name)
        shutil.copytree(ROOT / "seeds", folder / "我的存稿")
        shutil.copy(ROOT / "docs" / "samples" / "draft.md", folder)
        subprocess.run([*_PROGRAM, "index", "我的存稿"], cwd=folder, check=True, capture_output=True)
        for document in DOCUMENTS:
            if not wanted or document.name in wanted:
                take(document, folder)


if __name__ == "__main__":
    main()
