"""What a benchmark keeps from run to run, each with a key of all that shaped it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import jsisa_search

PACKAGE = Path(jsisa_search.__file__).parent
HERE = Path(__file__).parent

#: What decides about the bytes of an index, as far as one can say without understanding it.
INDEXING_CODE = ("analysis", "codec", "figures", "indexing", "model", "schema.py")


def key_of(*parts: object) -> str:
    """Return a short name for values that can be written as JSON."""
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False, sort_keys=True).encode()).hexdigest()[:16]


def indexing_key() -> str:
    """Return a key of the code that makes an index out of passages."""
    return _code_key([*(PACKAGE / name for name in INDEXING_CODE), HERE / "product.py", HERE / "judged.py"])


def reading_key() -> str:
    """Return a key of the code that reads files and makes an index of them."""
    code = (*INDEXING_CODE, "page", "lexicon")
    return _code_key(
        [*(PACKAGE / name for name in code), HERE / "trial_collection.py", HERE / "make_pages.py"]
    )


def ranking_key() -> str:
    """Return a key of the code of the baselines and of the folding they are given."""
    own = (HERE / name for name in ("bm25.py", "rankers.py", "judged.py"))
    return _code_key([*own, PACKAGE / "analysis"])


def _code_key(places: Iterable[Path]) -> str:
    files = [file for place in places for file in (sorted(place.rglob("*")) if place.is_dir() else [place])]
    code = [file for file in files if file.suffix in {".py", ".tsv", ".toml", ".txt"}]
    return key_of([(file.name, hashlib.sha256(file.read_bytes()).hexdigest()) for file in code])


def read_kept(file: Path, key: str) -> Any:
    """Return what was kept in `file`, or None where there is nothing or it has another key."""
    if not file.is_file():
        return None
    kept = json.loads(file.read_text(encoding="utf-8"))
    return kept["value"] if kept["key"] == key else None


def keep(file: Path, key: str, value: Any) -> None:
    """Write `value`, which can be written as JSON, with its key."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps({"key": key, "value": value}, ensure_ascii=False), encoding="utf-8")
