"""Pages made of real ones: the article of one site in the frame of another, with other names and another day.

    python benchmarks/frames.py ../shared/data/pages
    python benchmarks/frames.py ../shared/data/pages --count 2000 --seed 2 --misses 10 --keep MADE

The markup around the text stays; title, text, day, source and author are replaced by those of others, so that
the right answer is known. The table has the frames by site, the worst first.
"""

from __future__ import annotations

import argparse
import copy
import random
import re
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lxml import html
from page_gold import read_gold
from page_readers import Reading, make_jsisa
from page_text import fold
from sites import Page, read_pages, score, summarize

GOLD = Path(__file__).with_name("gold")
PARTS = ("tune", "check")
EDGE = 12  # characters of the text's beginning and end that gold has
SHOWN = 80  # a longer text is a sentence, in which no name is replaced
_DAY = re.compile(r"(\d{4})-(\d\d)-(\d\d)")
_UNSEEN = ("script", "style", "noscript", "textarea", "title")
_INLINE = frozenset(("p", "span", "font", "strong", "b", "a", "em", "h1", "h2", "h3", "td"))
_DECLARATION = re.compile(r"\s*<\?xml\b[^>]*>", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Part:
    """The text of a page: the element around it, and its items (texts and elements) `start` to `end`."""

    page: Page
    parent: str
    start: int
    end: int


def read_all(data: Path) -> list[Page]:
    """Return the labelled pages of `many_sites`, `news_sites` and `misc` with title, first and last line."""
    pages = read_pages(data / "many_sites")
    files = [GOLD / f"{name}-{part}.jsonl" for name in ("news_sites", "misc") for part in PARTS]
    for gold in read_gold(files, data):
        lines = gold.body.split("\n")
        if gold.kind == "release" and lines[0]:
            name = re.sub(r"[_\d]+\.html?$", "", gold.path.name)
            values = {
                "file": gold.path.name,
                "site": name,
                "title": gold.title,
                "published": (gold.published or "").replace("T", " ") or None,
                "source": gold.source,
                "author": gold.author,
                "first": "".join(lines[0].split())[:EDGE],
                "last": "".join(lines[-1].split())[-EDGE:],
                "headings": list(gold.headings),
                "accept": _optional_edges(gold.full),
            }
            pages.append(Page(gold.path, gold.text, values))
    return [page for page in pages if page.gold["title"] and page.gold["first"] and page.gold["last"]]


def _optional_edges(full: str) -> dict[str, list[str]]:
    """Return the edges of a text with the lines around it that may be read as part of it."""
    lines = full.split("\n")
    return {"first": ["".join(lines[0].split())[:EDGE]], "last": ["".join(lines[-1].split())[-EDGE:]]}


def parse(page: Page) -> Any:
    """Return the root of a page, its encoding undeclared."""
    return html.document_fromstring(_DECLARATION.sub("", page.text).encode(), parser=_parser())


def _parser() -> Any:
    return html.HTMLParser(encoding="utf-8", huge_tree=True)


def _text(element: Any) -> str:
    if not isinstance(element.tag, str) or element.tag in _UNSEEN:
        return ""
    parts = [element.text or ""]
    for child in element:
        parts += [_text(child), child.tail or ""]
    return "".join(parts)


def _items(element: Any) -> list[str]:
    """Return the texts of an element's items: its own text, each child, what is behind each child."""
    items = [fold(element.text or "")]
    for child in element:
        items += [fold(_text(child)), fold(child.tail or "")]
    return items


def find_part(page: Page) -> Part | None:
    """Return where the text of a page is: the innermost element with its first and its last characters."""
    root = parse(page)
    found = _find_items(root, fold(page.gold["first"]), fold(page.gold["last"]))
    for other in page.accepted("first"):
        for end in page.accepted("last"):
            wider = _find_items(root, fold(other), fold(end)) if found else None
            if found and wider and wider[0] is found[0]:
                found = (found[0], found[1], min(found[2], wider[2]), max(found[3], wider[3]))
    if found is None:
        return None
    node, items, start, end = found
    ends = [sum(map(len, items[: at + 1])) for at in range(len(items))]
    begin = next(at for at, stop in enumerate(ends) if stop > start)
    finish = next(at for at, stop in enumerate(ends) if stop >= end)
    return Part(page, root.getroottree().getpath(node), begin, finish)


def _find_items(root: Any, first: str, last: str) -> tuple[Any, list[str], int, int] | None:
    """Return the innermost block with `first` and `last`, its items, and where the two begin and end."""
    node, found = root, None
    while node is not None:
        items = _items(node)
        whole = "".join(items)
        start = whole.find(first)
        end = whole.rfind(last)
        if start < 0 or end < start:
            break
        found = (node, items, start, end + len(last))
        node = next((c for c in node if first in (t := fold(_text(c))) and last in t), None)
    while found is not None and found[0].tag in _INLINE:
        parent = found[0].getparent()
        items = _items(parent)
        whole = "".join(items)
        found = (parent, items, whole.find(first), whole.rfind(last) + len(last))
    return found


def make_page(frame: Part, text: Part, rng: random.Random, names: dict[str, list[str]]) -> Page | None:
    """Return the page of `frame` with the title and text of `text`, and other names and another day.

    `None` where the frame does not show its title as one text.
    """
    root, given = parse(frame.page), parse(text.page)
    parent = root.getroottree().xpath(frame.parent)[0]
    source = given.getroottree().xpath(text.parent)[0]
    _replace_items(parent, frame, source, text)
    gold = {name: text.page.gold.get(name) for name in ("title", "first", "last", "headings")}
    gold["accept"] = {
        name: value
        for name, value in text.page.gold.get("accept", {}).items()
        if name in ("title", "first", "last")
    }
    kept = set(parent.iter())
    others = [each for each in root.iter() if each not in kept or each is parent]
    if not _replace(others, _titles(frame.page), gold["title"], longest=400):
        return None
    for field in ("source", "author"):
        old = frame.page.gold.get(field)
        new = rng.choice(names[field])
        shown = _replace(others, [old], new, longest=SHOWN) if old else 0
        gold[field] = new if shown else None
    if fold(str(frame.page.gold["first"])) in fold(_text(root)):
        return None  # a second copy of the frame's own text would be as right as that of the other
    gold["published"] = _replace_day(root, frame.page.gold.get("published"), rng)
    accept = frame.page.gold.get("accept", {})
    if {"source", "author", "published"} & set(accept):
        gold |= {name: None for name in ("source", "author", "published") if name in accept}
    gold |= {"file": f"{frame.page.path.stem}+{text.page.path.stem}.html", "site": frame.page.site}
    made = "<!DOCTYPE html>\n" + html.tostring(root, encoding="unicode")
    return Page(Path(gold["file"]), made, gold)


def _titles(page: Page) -> list[str]:
    return sorted({str(each) for each in page.accepted("title") if each}, key=len, reverse=True)


def _replace_items(parent: Any, frame: Part, source: Any, text: Part) -> None:
    """Put the items of a text in the place of those of a frame."""
    children, given = list(parent), list(source)
    first, last = (frame.start + 1) // 2, (frame.end + 1) // 2  # children from first up to last
    before = frame.start == 0 or frame.start % 2 == 0
    for at, child in enumerate(children):
        if first - (frame.start % 2) <= at < last:
            tail = child.tail if at + 1 == last and frame.end % 2 else None
            parent.remove(child)
            if tail and at + 1 == last:
                _append_text(parent, at and first, tail)
    if before:
        _set_text(parent, first, "")
    place = first - (frame.start % 2)
    for at in range(text.start, text.end + 1):
        if at % 2:
            moved = copy.deepcopy(given[at // 2])
            moved.tail = None
            parent.insert(place, moved)
            place += 1
        else:
            said = source.text if at == 0 else given[at // 2 - 1].tail
            _append_text(parent, place, said or "")


def _set_text(parent: Any, place: int, text: str) -> None:
    if place == 0 or not len(parent):
        parent.text = text
    else:
        parent[min(place, len(parent)) - 1].tail = text


def _append_text(parent: Any, place: int, text: str) -> None:
    if place == 0 or not len(parent):
        parent.text = (parent.text or "") + text
    else:
        above = parent[min(place, len(parent)) - 1]
        above.tail = (above.tail or "") + text


def _replace(elements: Sequence[Any], old: Sequence[str], new: str, *, longest: int) -> int:
    """Replace a name in texts, attributes and scripts; return how many visible texts had it."""
    count = 0
    for element in elements:
        if not isinstance(element.tag, str):
            continue
        for name in old:
            is_shown = element.tag not in _UNSEEN
            if (
                element.text
                and name in element.text
                and (not is_shown or len(element.text.strip()) <= longest)
            ):
                element.text = element.text.replace(name, new)
                count += is_shown
            if element.tail and name in element.tail and len(element.tail.strip()) <= longest:
                element.tail = element.tail.replace(name, new)
                count += 1
            for key, value in element.attrib.items():
                if name in value and len(value) <= longest:
                    element.set(key, value.replace(name, new))
    return count


def _replace_day(root: Any, published: str | None, rng: random.Random) -> str | None:
    """Replace the day of a page in every form, and return the new time."""
    match = _DAY.match(published or "")
    if not match:
        return None
    year, month, day = match.groups()
    new = (str(rng.randint(2003, 2025)), f"{rng.randint(1, 12):02}", f"{rng.randint(1, 28):02}")
    form = re.compile(
        rf"{year}(?P<a>\s?[-/.年]?\s?)(?P<m>0?{int(month)})(?P<b>\s?[-/.月]?\s?)(?P<d>0?{int(day)})(?!\d)"
    )

    def other(found: re.Match[str]) -> str:
        if bool(found["a"]) != bool(found["b"]):
            return found[0]
        month, day = (
            text if len(found[part]) == 2 else str(int(text)) for part, text in (("m", new[1]), ("d", new[2]))
        )
        return f"{new[0]}{found['a']}{month}{found['b']}{day}"

    short = re.compile(rf"(?<!\d)(?:{month}-{day})(?!\d)")
    for element in root.iter():
        if isinstance(element.tag, str):
            for name in ("text", "tail"):
                if said := getattr(element, name):
                    setattr(element, name, short.sub("-".join(new[1:]), form.sub(other, said)))
            for key, value in element.attrib.items():
                element.set(key, form.sub(other, value))
    return "-".join(new)


def make_pages(data: Path, count: int, seed: int) -> Iterator[Page]:
    """Yield `count` pages of frames and texts of different sites."""
    rng = random.Random(seed)
    pages = read_all(data)
    parts = [part for page in pages if (part := find_part(page)) is not None]
    names = {
        field: sorted({str(page.gold[field]) for page in pages if page.gold.get(field)})
        for field in ("source", "author")
    }
    names["author"] = [name for name in names["author"] if 2 <= len(name) <= 3]
    made = 0
    while made < count:
        frame, text = rng.choice(parts), rng.choice(parts)
        if frame.page.site != text.page.site and (page := make_page(frame, text, rng, names)) is not None:
            made += 1
            yield page


def main() -> None:
    """Make the pages, read them and print the shares by site of the frame."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--worst", type=int, default=20)
    parser.add_argument("--misses", type=int, default=0, help="print so many misses of each field")
    parser.add_argument("--keep", type=Path, help="write the pages with a miss into this folder")
    wanted = parser.parse_args()
    reader = make_jsisa()
    scored: list[tuple[Page, Reading, dict[str, Any]]] = []
    with tempfile.TemporaryDirectory() as folder:
        for page in make_pages(wanted.data, wanted.count, wanted.seed):
            path = Path(folder) / "page.html"
            path.write_bytes(page.text.encode("utf-8", "replace"))
            reading = reader(str(path))
            right = score(page, reading)
            scored.append((page, reading, right))
            if wanted.keep and any(value is False for value in right.values()):
                wanted.keep.mkdir(exist_ok=True)
                (wanted.keep / page.gold["file"]).write_text(page.text, encoding="utf-8", errors="replace")
    _print(scored, wanted.worst, wanted.misses)


def _print(scored: Sequence[tuple[Page, Reading, dict[str, Any]]], worst: int, misses: int) -> None:
    # Who sent a text and when is in some texts themselves: nothing is asked where the frame does not say it.
    shares = {
        name: share for name, share in summarize([right for *_, right in scored]).items() if name[:3] != "no "
    }
    print(f"{len(scored)} pages\n")
    print("| " + " | ".join(shares) + " |\n" + "|---" * len(shares) + "|")
    print("| " + " | ".join(f"{share:.3f}" for share in shares.values()) + " |\n")
    failed: dict[str, Counter[str]] = defaultdict(Counter)
    for page, _, right in scored:
        failed[page.site].update(field for field, value in right.items() if value is False)
        failed[page.site]["pages"] += 1
    fields = ("title", "day", "source", "author", "first", "last")
    order = sorted(
        failed, key=lambda site: -sum(failed[site][field] for field in fields) / failed[site]["pages"]
    )
    print("| frame | pages | " + " | ".join(fields) + " |\n" + "|---" * 8 + "|")
    for site in order[:worst]:
        row = " | ".join(str(failed[site][field] or "") for field in fields)
        print(f"| {site} | {failed[site]['pages']} | {row} |")
    for field in fields if misses else ():
        print(f"\n## {field}\n")
        wrong = [(page, reading) for page, reading, right in scored if right[field] is False]
        for page, reading in wrong[:misses]:
            print(f"- {page.gold['file']}: wanted {_wanted(page, field)}; found {_found(reading, field)}")


def _wanted(page: Page, field: str) -> Any:
    return page.accepted("published" if field == "day" else field)


def _found(reading: Reading, field: str) -> Any:
    lines = [line for line in reading.body.split("\n") if line.strip()]
    found: dict[str, Callable[[], Any]] = {
        "title": lambda: reading.title,
        "day": lambda: reading.published,
        "source": lambda: reading.sources,
        "author": lambda: reading.authors,
        "first": lambda: [line[:30] for line in lines[:2]],
        "last": lambda: [line[-30:] for line in lines[-2:]],
    }
    return reading.error or found[field]()


if __name__ == "__main__":
    main()
