"""References for other programs: BibTeX, RIS, and CSL JSON, which Zotero reads; and as a numbered list."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Literal
from urllib.parse import quote

from jsisa_search.arguments import check_choice
from jsisa_search.export.gbt7714 import CODES, gbt7714, is_online
from jsisa_search.export.plain import json_text
from jsisa_search.export.references import Reference, ReferenceKind
from jsisa_search.model import format_timestamp

ReferenceForm = Literal["gbt7714", "bibtex", "ris", "csl"]

# What each kind is in BibTeX, RIS and CSL. An official document is a report there: that has a number.
_BIBTEX: dict[ReferenceKind, str] = {
    "page": "online", "newspaper": "article", "report": "techreport", "document": "techreport",
}  # fmt: skip
_RIS: dict[ReferenceKind, str] = {
    "page": "ELEC", "newspaper": "NEWS", "report": "RPRT", "document": "GOVDOC",
}  # fmt: skip
_CSL: dict[ReferenceKind, str] = {
    "page": "webpage", "newspaper": "article-newspaper", "report": "report", "document": "report",
}  # fmt: skip
_GENRE = "公文"

# Where BibTeX has the source of each kind.
_CONTAINERS: dict[ReferenceKind, str] = {
    "page": "organization", "newspaper": "journal", "report": "institution", "document": "institution",
}  # fmt: skip

# Marks of TeX, and those it would make another mark of where two stand together: -- ``.
_TEX_SPECIAL = re.compile(r"[\\$&%#_^~{}]|-(?=-)|`(?=`)|'(?=')")
_TEX = {"\\": r"\textbackslash{}", "^": r"\textasciicircum{}", "~": r"\textasciitilde{}"}
_TEX |= {"-": "-{}", "`": "`{}", "'": "'{}"}
# BibTeX counts braces, those behind a backslash too: one without a partner has an invisible one.
_LONE_BRACES = {"{": r"\{\vphantom{\}}", "}": r"\vphantom{\{}\}"}
# A name in Latin letters that BibTeX would read as several, or as 等.
_NO_LATIN_NAME = re.compile(r"(?:^|\s)(?:and|others)(?:\s|$)|,", re.IGNORECASE)


def to_numbered_list(references: Iterable[Reference]) -> str:
    """Return a line for each reference after GB/T 7714-2015, numbered from 1."""
    return "\n".join(f"[{number}] {gbt7714(each)}" for number, each in enumerate(references, start=1))


def to_bibtex(references: Iterable[Reference]) -> str:
    """Return an entry for each reference; `mark` and `medium` are those of the styles for GB/T 7714."""
    return "\n\n".join(map(_bibtex_entry, references))


def to_ris(references: Iterable[Reference]) -> str:
    """Return a record for each reference, each line a tag and a value."""
    return "\n\n".join("\n".join(f"{tag}  - {value}" for tag, value in _ris(each)) for each in references)


def to_csl(references: Iterable[Reference]) -> str:
    """Return a JSON list of items in the form of the Citation Style Language."""
    return json_text(json.dumps([_csl_item(each) for each in references], ensure_ascii=False, indent=2))


_WRITERS: dict[ReferenceForm, Callable[[Iterable[Reference]], str]] = {
    "gbt7714": to_numbered_list,
    "bibtex": to_bibtex,
    "ris": to_ris,
    "csl": to_csl,
}


def format_references(references: Iterable[Reference], form: ReferenceForm = "gbt7714") -> str:
    """Return a list of references: numbered after GB/T 7714-2015, or as BibTeX, RIS or CSL JSON."""
    return _WRITERS[check_choice("form", form, _WRITERS)](references)


def _day(reference: Reference) -> str:
    """Return the date without a time: `2022-09-06`, `2022-09`; empty if unknown."""
    return (format_timestamp(reference.date, reference.date_precision) or "")[:10]


def _bibtex_entry(reference: Reference) -> str:
    day = _day(reference)
    fields = {
        "title": _tex(reference.title or ""),
        "author": " and ".join(map(_bibtex_name, reference.authors)),
        _CONTAINERS[reference.kind]: _tex(reference.container or ""),
        "number": _tex(reference.number or ""),
        "pages": str(reference.page or ""),
        # The mark of ISO 8601-2 for what is not certain.
        "date": day + ("~" if day and reference.is_estimated else ""),
        "year": day[:4],
        "url": quote(reference.url, safe="!#$%&'()*+,/:;=?@[]~") if reference.url else "",
        "urldate": reference.cited.isoformat() if is_online(reference) else "",
        "mark": CODES[reference.kind],
        "medium": "OL" if is_online(reference) else "",
        "language": "chinese",
    }
    lines = "".join(f"  {name} = {{{value}}},\n" for name, value in fields.items() if value)
    return f"@{_BIBTEX[reference.kind]}{{release-{reference.key},\n{lines}}}"


def _bibtex_name(name: str) -> str:
    """Return a name that BibTeX does not take apart; names in Latin letters it does."""
    return _tex(name) if name.isascii() and not _NO_LATIN_NAME.search(name) else f"{{{_tex(name)}}}"


def _tex(text: str) -> str:
    """Return `text` as TeX reads it back, with as many braces that open as close."""
    lone = _lone_braces(text)
    return _TEX_SPECIAL.sub(
        lambda match: (
            _LONE_BRACES[match[0]] if match.start() in lone else _TEX.get(match[0], f"\\{match[0]}")
        ),
        text,
    )


def _lone_braces(text: str) -> set[int]:
    """Return where a brace stands that closes none before it, or that none closes."""
    opened: list[int] = []
    lone: set[int] = set()
    for at, char in enumerate(text):
        if char == "{":
            opened.append(at)
        elif char == "}":
            if opened:
                opened.pop()
            else:
                lone.add(at)
    return lone.union(opened)


def _ris(reference: Reference) -> Iterator[tuple[str, str]]:
    """Yield the tags of a record; Zotero takes SN of a report for its number, and PB for its institution."""
    is_report = reference.kind in ("report", "document")
    day = _day(reference)
    yield "TY", _RIS[reference.kind]
    yield from (("AU", name) for name in reference.authors)
    tags = (
        ("TI", reference.title),
        ("PB" if is_report else "T2", reference.container),
        ("SN", reference.number),
        ("SP", reference.page and str(reference.page)),
        ("PY", day[:4]),
        ("DA", "" if reference.is_estimated else day.replace("-", "/")),
        ("UR", reference.url),
        ("Y2", reference.cited.strftime("%Y/%m/%d") if is_online(reference) else ""),
        ("M3", _GENRE if reference.kind == "document" else ""),
        ("LA", "zh"),
        ("ID", f"release-{reference.key}"),
    )
    yield from ((tag, value) for tag, value in tags if value)
    yield "ER", ""


def _csl_item(reference: Reference) -> dict[str, Any]:
    is_report = reference.kind in ("report", "document")
    item = {
        "id": f"release-{reference.key}",
        "type": _CSL[reference.kind],
        "title": reference.title,
        "author": [{"literal": name} for name in reference.authors],
        "publisher" if is_report else "container-title": reference.container,
        "number": reference.number,
        "genre": _GENRE if reference.kind == "document" else None,
        "page": reference.page and str(reference.page),
        "issued": _csl_date(_day(reference), is_estimated=reference.is_estimated),
        "URL": reference.url,
        "accessed": _csl_date(reference.cited.isoformat()) if is_online(reference) else None,
        "language": "zh-CN",
    }
    return {name: value for name, value in item.items() if value}


def _csl_date(day: str, *, is_estimated: bool = False) -> dict[str, Any] | None:
    if not day:
        return None
    return {"date-parts": [[int(part) for part in day.split("-")]]} | (
        {"circa": True} if is_estimated else {}
    )
