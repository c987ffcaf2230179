"""A folder of invented releases with many reprints: whole, cut, altered, undated, saved twice."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

from tests.conftest import page_text
from tests.search.results.test_families import sentences

_HEADING = "一、主要做法"
_SOURCES = ("澄川日报", "桐岭融媒", "江岸报", "澄川发布", "转载网")


def write_reprints(folder: Path, stories: int = 14) -> None:
    """Write `stories` releases, most with reprints, and notices of one pattern, which are none."""
    for number in range(stories):
        rng = random.Random(number)
        paragraphs = _paragraphs(number, rng.randint(4, 9))
        for copy in range(rng.randint(1, 5)):
            _write_copy(folder, f"s{number:02}/c{copy}", list(paragraphs), rng, copy)
    for week in range(8):
        figures = "".join(f"第{week * 31 + item}号河段水位{week * 17 + item}.{item}米，" for item in range(6))
        notice = ["".join(sentences(500, 10)), figures + "".join(sentences(600 + week, 2))]
        _write(folder / f"notices/{week}.txt", "水情通报", notice, "澄川水务", f"2022-{1 + week:02}-03")


def _paragraphs(seed: int, count: int) -> list[str]:
    lines = sentences(seed, count * 4)
    return [f"{''.join(lines[at : at + 4])}" for at in range(0, len(lines), 4)]


def _write_copy(folder: Path, name: str, paragraphs: list[str], rng: random.Random, copy: int) -> None:
    """Write a story: as it is for the first, then changed in one way or another."""
    title, day = f"{paragraphs[0][:9]}纪事", f"2022-0{rng.randint(1, 3)}-{10 + copy}"
    change = rng.choice(("none", "title", "cut", "altered", "undated", "year", "twice")) if copy else "none"
    if change == "title":
        title = f"记者观察：{paragraphs[1][:8]}"
        paragraphs[0] = f"本报讯（记者 张三）{paragraphs[0]}"
    elif change == "cut":
        paragraphs = paragraphs[: max(3, len(paragraphs) - rng.randint(1, 3))]
    elif change == "altered":
        at = rng.randrange(len(paragraphs))
        paragraphs[at] = paragraphs[at][:-12] + "".join(sentences(900 + at, 1))
    elif change == "year":
        day = day.replace("2022", "2021")
    if copy % 2:
        paragraphs.insert(1, _HEADING)
    path = folder / f"{name}.txt"
    _write(path, title, paragraphs, rng.choice(_SOURCES), None if change == "undated" else day)
    if change == "twice":
        shutil.copy(path, path.with_name(f"{path.stem}(1).txt"))


def _write(path: Path, title: str, paragraphs: list[str], source: str, day: str | None) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(page_text(title, *paragraphs, source=source, published=day), encoding="utf-8")
