"""Lines of a text that lead elsewhere: attachments below it, buttons, lists of links, a table of contents."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from urllib.parse import urljoin, urlsplit

from jsisa_search.model import Link
from jsisa_search.page.facts import boilerplate
from jsisa_search.page.lines import Finding, Header, Line, clean_line, normalize
from jsisa_search.page.rules import compile_patterns, compile_search, load_rules

_SENTENCE = re.compile("[。！？!?]")
_SIGNS = re.compile(r"[^\w]+")
_LINKED = 0.9  # share of the letters of a line from which on it is only links


def take_links(header: Header, base: str = "") -> tuple[Header, tuple[Finding, ...]]:
    """Return `header` without the lines that lead elsewhere, which become its attachments and links.

    Addresses are completed by `base`, that of the page. A text of nothing else stays as it is.
    """
    body = header.body
    reasons = dict.fromkeys(_contents(body), "a table of contents")
    reasons |= {at: "a line of links" for at, line in enumerate(body) if _is_only_link(line)}
    rest = [at for at in range(len(body)) if at not in reasons]
    attached = _attachments_below([body[at] for at in rest])
    reasons |= {rest[at]: "an attachment" for at in attached}
    below = {rest[at] for at in attached}
    if len(reasons) >= len(body):
        reasons, below = {}, set()
    attachments = [
        link
        for at, line in enumerate(body)
        for link in (_links_of(line, base) if at in below else _attached(line, base))
    ]
    links = [link for at in sorted(reasons) if at not in below for link in _links_of(body[at], base)]
    findings = (
        Finding("left out", body[at].text, why, line=body[at].number) for at, why in sorted(reasons.items())
    )
    header = replace(
        header,
        body=tuple(line for at, line in enumerate(body) if at not in reasons),
        attachments=_unique([*attachments, *header.attachments], base),
        links=_unique([*links, *header.links], base),
    )
    return header, tuple(findings)


def links_to_original(lines: Iterable[Line]) -> Iterator[Link]:
    """Yield the links of buttons among `lines`, which are no text: 查看原文."""
    for line in lines:
        if line.links and _is_button(normalize(line.text)):
            yield from ((Link(_name(name), address, line.number)) for name, address in line.links)


def is_attachment_link(name: str, address: str) -> bool:
    """Whether a link leads to a file that is attached to a notice, by its name or its address."""
    return _is_file(address.partition("?")[0]) or is_attachment_name(name)


def is_attachment_name(text: str) -> bool:
    """Whether a text names an attachment, or is the name of a file: 附件1, 申报表.docx."""
    return _is_file(text) or _names_attachment(text)


@lru_cache(maxsize=1024)
def _is_file(text: str) -> bool:
    return "." in text and compile_patterns("links", "files").fullmatch(text.lower()) is not None


def _names_attachment(text: str) -> bool:
    if not ("附" in text or "." in text) or len(text) > load_rules("links")["limits"]["attachment"]:
        return False
    return boilerplate.is_attachment(Line(text, 1)) and not _SENTENCE.search(text)


def _unique(links: Sequence[Link], base: str) -> tuple[Link, ...]:
    """Return links with whole addresses, without those that repeat an address, or a name without one."""
    whole = (replace(link, url=_complete(link.url, base)) for link in reversed(links))
    most: int = load_rules("links")["limits"]["most"]
    return tuple({link.url or link.name: link for link in whole}.values())[::-1][:most]


def _complete(address: str | None, base: str) -> str | None:
    """Return an address of the web, completed by that of the page; one of a script or of the page is none."""
    address = clean_line(address or "").strip()
    if not address or address.startswith("#"):
        return None
    try:
        whole = urljoin(base, address)
        scheme = urlsplit(whole).scheme
    except ValueError:
        return None
    return whole if scheme in ("http", "https", "ftp", "") else None


def _links_of(line: Line, base: str) -> Iterator[Link]:
    """Yield the links of a line, or the line as one without an address."""
    found = [(name, address) for name, address in line.links if _complete(address, base)]
    for name, address in found:
        yield Link(_name(name), _complete(address, base), line.number)
    if not found and not line.text.rstrip().endswith((":", "：")):  # 附件：, with its files below
        address = line.text[line.text.find("http") :] if "://" in line.text else ""
        yield Link(_name(line.text), _complete(address, base), line.number)


def _attached(line: Line, base: str) -> Iterator[Link]:
    """Yield the links to files in a line of the text."""
    for name, address in line.links:
        if is_attachment_link(name, address) and (url := _complete(address, base)):
            yield Link(_name(name), url, line.number)


def _name(text: str) -> str:
    return normalize(clean_line(text))[: load_rules("links")["limits"]["attachment"]]


def _is_only_link(line: Line) -> bool:
    """Whether a line is nothing but links or a button, no heading and no sentence."""
    text = normalize(line.text)
    if len(text) <= load_rules("links")["limits"]["attachment"] and _is_button(text):
        return True
    if not line.links or line.level or _SENTENCE.search(text):
        return False
    if any(is_attachment_link(name, address) for name, address in line.links):
        return False
    linked = sum(len(_SIGNS.sub("", name)) for name, _ in line.links)
    return linked >= _LINKED * max(len(_SIGNS.sub("", text)), 1)


@lru_cache(maxsize=4096)
def _is_button(text: str) -> bool:
    return compile_patterns("links", "buttons").fullmatch(text) is not None


def _attachments_below(lines: Sequence[Line]) -> list[int]:
    """Return the lines at the end that name attachments: 附件：, its numbered lines, names of files."""
    found: list[int] = []
    pending: list[int] = []
    for at in range(len(lines) - 1, 0, -1):
        text = normalize(lines[at].text)
        is_file = any(is_attachment_link(name, address) for name, address in lines[at].links)
        if is_file or _names_attachment(text):
            found += [*pending, at]
            pending = []
        elif _is_entry(text) and len(pending) < load_rules("links")["limits"]["most"]:
            pending.append(at)
        else:
            break
    return found


def _is_entry(text: str) -> bool:
    is_short = len(text) <= load_rules("links")["limits"]["entry"] and not _SENTENCE.search(text[:-1])
    return is_short and compile_search("links", "entry_numbers").match(text) is not None


def _key(text: str) -> str:
    """Return what an entry of a table of contents shares with its heading: no number, no page."""
    text = compile_search("links", "entry_numbers").sub("", normalize(text))
    return compile_search("links", "entry_ends").sub("", text).replace(" ", "")


def _contents(lines: Sequence[Line]) -> set[int]:
    """Return the lines of a table of contents: numbered or linked entries.

    They are below a heading that says so, or most of them come again below.
    """
    limits = load_rules("links")["limits"]
    keys = [_key(line.text) if len(line.text) <= limits["entry"] + 10 else "" for line in lines]
    last = {key: at for at, key in enumerate(keys) if len(key) >= limits["shortest"]}
    found: set[int] = set()
    at = 0
    while at < len(lines):
        is_headed = _is_contents_heading(lines[at])
        end = _entries_end(lines, keys, last, at + is_headed)
        entries = keys[at + is_headed : end]
        repeated = sum(last.get(key, 0) >= end and _heads_text(lines, last[key]) for key in entries)
        is_contents = is_headed or repeated > limits["repeated"] * len(entries)
        if len(entries) >= limits["run"] and is_contents:
            found |= set(range(at, end))
        at = max(end, at + 1)
    return found


def _heads_text(lines: Sequence[Line], at: int) -> bool:
    """Whether a line is above a sentence, as headings are, and lines of code or of a table are not."""
    below = lines[at + 1].text if at + 1 < len(lines) else ""
    return _SENTENCE.search(below) is not None and len(below) >= load_rules("links")["limits"]["sentence"]


def _entries_end(lines: Sequence[Line], keys: Sequence[str], last: Mapping[str, int], start: int) -> int:
    """Return the line below a run of entries, which ends where one of them comes again as a heading."""
    seen: set[str] = set()
    end = start
    while end < len(lines) and keys[end] not in seen:
        comes_again = last.get(keys[end], 0) > end and _is_entry(normalize(lines[end].text))
        if not comes_again and not _is_listed(lines[end]):
            break
        seen |= {keys[end]} - {""}
        end += 1
    return end


def _is_contents_heading(line: Line) -> bool:
    is_heading = compile_patterns("links", "contents").fullmatch
    return len(line.text) <= 20 and is_heading(normalize(line.text)) is not None


def _is_listed(line: Line) -> bool:
    """Whether a line below the heading of a table of contents is an entry of it: numbered or linked."""
    if line.level or len(line.text) > load_rules("links")["limits"]["entry"] or "。" in line.text:
        return False
    return bool(line.links) or _is_entry(normalize(line.text)) or line.text.endswith(("；", ";"))
