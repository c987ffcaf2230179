"""List the broken links of the Markdown files: to a file or a heading that does not exist."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

ROOT = Path(__file__).resolve().parents[1]

_FENCED = re.compile(r"^(```|~~~).*?^\1", re.MULTILINE | re.DOTALL)
_CODE = re.compile(r"`[^`\n]+`")
_LINK = re.compile(r"\[[^\]\n]*\]\(<?([^)\s>]+)>?\)")
_HEADING = re.compile(r"^#{1,6} +(.+?) *#*$", re.MULTILINE)
_NOT_IN_ANCHOR = re.compile(r"[^\w\- ]")


def markdown_files(root: Path = ROOT) -> list[Path]:
    """Return the Markdown files of the project; those in seeds/ are pages to search."""
    return sorted((*root.glob("*.md"), *root.glob("docs/**/*.md"), *root.glob("benchmarks/**/*.md")))


def broken_links(page: Path) -> Iterator[str]:
    """Yield a sentence for each broken link of `page` within the project."""
    prose = _CODE.sub("", _FENCED.sub("", page.read_text(encoding="utf-8")))
    for target in _LINK.findall(prose):
        if re.match(r"[a-z][a-z0-9+.-]*:", target):
            continue
        name, _, anchor = unquote(target).partition("#")
        linked = page.parent / name if name else page
        if not linked.exists():
            yield f"{page}: {target} does not exist"
        elif anchor and anchor not in anchors(linked):
            yield f"{page}: {target} has no such heading"


def anchors(page: Path) -> set[str]:
    """Return the anchors of the headings of `page`, in the form that code forges use."""
    prose = _FENCED.sub("", page.read_text(encoding="utf-8"))
    return {_NOT_IN_ANCHOR.sub("", text.lower()).replace(" ", "-") for text in _HEADING.findall(prose)}


def _main() -> int:
    broken = [sentence for page in markdown_files() for sentence in broken_links(page)]
    print("\n".join(broken) or "all links resolve", file=sys.stderr if broken else sys.stdout)
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(_main())
