"""What several tests share: folders of small pages, and an index of them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from jsisa_search import Index
from tests.properties import register_profiles

register_profiles()

# Messages are compared in English, whatever language the system of the tests has.
os.environ["JSISA_LANG"] = "en"

SEEDS = Path(__file__).parent.parent / "seeds"


def page_text(title: str, *paragraphs: str, source: str | None = None, published: str | None = None) -> str:
    """Return a saved text page with a title, what is known of it, and its paragraphs."""
    facts = [f"来源：{source}"] * bool(source) + [f"发布时间：{published}"] * bool(published)
    return "\n\n".join([title, *facts, *paragraphs]) + "\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return an empty folder for pages."""
    path = tmp_path / "pages"
    path.mkdir()
    return path


@pytest.fixture
def index(tmp_path: Path) -> Iterator[Index]:
    """Return an empty index beside the folder of pages."""
    with Index.create(tmp_path / "index") as made:
        yield made


@pytest.fixture
def write_page(folder: Path) -> Callable[..., Path]:
    """Return a function that writes a page into the folder and returns its path."""

    def write(
        name: str,
        *paragraphs: str,
        title: str | None = None,
        source: str | None = None,
        published: str | None = None,
    ) -> Path:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        text = page_text(title or f"关于{path.stem}的通报", *paragraphs, source=source, published=published)
        path.write_text(text, encoding="utf-8")
        return path

    return write
