"""Every seed against its golden parse.

After a wanted change run `python -m tests.page.test_golden` and review the difference.
"""

import dataclasses
import json
from pathlib import Path

import pytest

from jsisa_search.model import Release
from jsisa_search.page import parse_release

ROOT = Path(__file__).resolve().parents[2]
SEEDS = sorted((ROOT / "seeds").iterdir())
GOLDEN = ROOT / "tests" / "golden"


_LEFT_OUT = [
    *((name, None) for name in ("page", "dated", "saved")),
    *((name, ()) for name in ("attachments", "links", "captions")),
]


def dump(release: Release) -> str:
    """Return a release as JSON, line numbers included; pages stand in formats that have them only.

    The effective date is shown where it is not the one that the page states.
    """
    fields = dataclasses.asdict(
        release, dict_factory=lambda items: {k: v for k, v in items if (k, v) not in _LEFT_OUT}
    )
    if release.date_from in (None, "page"):
        for name in ("date", "date_precision", "date_from"):
            del fields[name]
    return json.dumps(fields, ensure_ascii=False, indent=1, default=str) + "\n"


def read_seed(seed: Path) -> str:
    """Return the parse of a seed, under a path that is the same on every machine."""
    return dump(parse_release(seed.read_bytes(), f"seeds/{seed.name}"))


@pytest.mark.parametrize("seed", SEEDS, ids=lambda seed: seed.name)
def test_seed_is_read_as_reviewed(seed: Path) -> None:
    """A seed is parsed exactly as its golden file, which was reviewed against the page."""
    assert read_seed(seed) == (GOLDEN / f"{seed.stem}.json").read_text(encoding="utf-8")


def test_every_golden_file_has_its_seed() -> None:
    """No golden file is left over from a seed that is gone."""
    assert {path.stem for path in GOLDEN.glob("*.json")} == {seed.stem for seed in SEEDS}


@pytest.mark.parametrize(
    "seed", [seed for seed in SEEDS if seed.suffix == ".txt"], ids=lambda seed: seed.name
)
def test_quoted_text_stands_on_its_line(seed: Path) -> None:
    """Each paragraph of a text page is, character for character, what stands on the line it names."""
    encoding = {"gb18030": "gb18030", "big5": "cp950", "utf16": "utf-16"}.get(
        seed.stem.rpartition("-")[2], "utf-8"
    )
    lines = seed.read_text(encoding=encoding).splitlines()
    release = parse_release(seed.read_bytes(), seed.name)
    assert all(lines[p.line - 1].strip() == p.text for p in release.paragraphs)
    assert [p.ordinal for p in release.paragraphs] == list(range(1, len(release.paragraphs) + 1))


if __name__ == "__main__":
    for path in SEEDS:
        (GOLDEN / f"{path.stem}.json").write_text(read_seed(path), encoding="utf-8")
