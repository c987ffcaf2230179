"""E-book (.epub) -> its chapters, in the order of reading; each is a page of HTML."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html import escape
from posixpath import dirname, join, normpath
from typing import TYPE_CHECKING
from urllib.parse import unquote

from jsisa_search.errors import PageError
from jsisa_search.page.budget import Budget, check_time
from jsisa_search.page.containers.markup import count_letters
from jsisa_search.page.containers.parts import Part
from jsisa_search.page.containers.zip_archive import harmless_path
from jsisa_search.page.formats.packed_xml import Package, open_package, parse_xml
from jsisa_search.page.lines import clean_line, normalize
from jsisa_search.translation import gettext as tr
from jsisa_search.translation import mark

if TYPE_CHECKING:
    from lxml.etree import _Element

_KIND = mark("e-book")
_CONTAINER = "META-INF/container.xml"
_ENCRYPTION = "META-INF/encryption.xml"
_PAGES = ("application/xhtml+xml", "text/html")
_NCX = "application/x-dtbncx+xml"
# Fields of a release by the names of Dublin Core in the package file.
_METADATA = {"creator": "author", "publisher": "publisher", "date": "published"}
_DOCTYPE = re.compile(rb"<!DOCTYPE[^>\[]*>", re.IGNORECASE)
_HEAD = 4096  # bytes of a chapter that contain its title
_TITLE = re.compile(rb"<title\b[^>]*>[^<]*</title\s*>", re.IGNORECASE)
_HAN = re.compile(r"[\u4e00-\u9fff]")
_WEIGHED = 100_000  # bytes of a chapter by which its text is measured
_LEAST_TEXT = 20  # letters; a cover or a title page has fewer
_BEFORE_CHRIST = re.compile(r"0[01]\d\d-")  # what programs write where they know no date


def read_epub(data: bytes, budget: Budget) -> Iterator[Part]:
    """Yield the chapters of a book, named by their paths in the file; of covers and contents the name only.

    Title (of the table of contents), author, publisher and date of the book hold where the chapter has none.
    """
    with open_package(data, _KIND) as package:
        path = _package_path(package)
        root = _parse(package, path)
        if root is None:
            raise PageError(tr("is no e-book: it has no package file; convert it again"))
        fields = _metadata(root)
        items = {item.get("id", ""): item for item in root.iter("{*}item")}
        titles = _titles(package, path, items.values())
        encrypted = _encrypted(package)
        names: set[str] = set()
        for reference in root.iter("{*}itemref"):
            check_time()
            item = items.get(reference.get("idref", ""))
            if item is None or item.get("media-type") not in _PAGES:
                continue
            name = _resolve(path, item.get("href", ""))
            if name in names:
                continue
            names.add(name)
            title = {"title": titles[name]} if name in titles else {}
            part = _chapter(package, name, is_contents="nav" in item.get("properties", "").split())
            if name in encrypted:
                part = Part(
                    part.name, "", reason=tr("is encrypted; it can be read in the program of its seller only")
                )
            if not budget.take(len(part.content)):
                yield Part(part.name, "", reason=tr("lies beyond what is read of one book; split it"))
                return
            yield part if not part.content else _with_facts(part, {**fields, **title})
    if not names:
        raise PageError(tr("is an e-book without chapters; convert it again"))


def _chapter(package: Package, name: str, *, is_contents: bool) -> Part:
    """Return a chapter; without its content where that is no text to read."""
    shown = f"!/{harmless_path(name)}"
    try:
        content = package.read(name)
    except PageError as error:
        return Part(shown, "", reason=str(error))
    if content is None:
        return Part(shown, "", reason=tr("is not there, though the book names it; convert it again"))
    letters = count_letters(content[:_WEIGHED].decode("utf-8", "replace"))
    if is_contents or letters < _LEAST_TEXT:
        return Part(shown, "")
    return Part(shown, ".xhtml", content)


def _with_facts(part: Part, fallbacks: dict[str, str]) -> Part:
    """Return a chapter with what the book says of it.

    The title in its head is that of the book in most books, so that the one in the contents is taken.
    """
    head, rest = part.content[:_HEAD], part.content[_HEAD:]
    title = f"<title>{escape(fallbacks.get('title', ''))}</title>".encode()
    content = _TITLE.sub(lambda _: title, head, count=1) + rest
    return Part(part.name, part.suffix, content, fallbacks=fallbacks)


def _package_path(package: Package) -> str:
    """Return where the package file lies: as the container says, else the first of its kind."""
    root = _parse(package, _CONTAINER)
    stated = () if root is None else root.iter("{*}rootfile")
    for file in stated:
        return _resolve("", file.get("full-path", ""))
    return next((name for name in package.names if name.endswith(".opf")), "")


def _metadata(root: _Element) -> dict[str, str]:
    fields: dict[str, str] = {}
    for element in root.iter("{http://purl.org/dc/elements/1.1/}*"):
        name = _METADATA.get(str(element.tag).rpartition("}")[2])
        text = normalize(clean_line(element.text or ""))
        event = next((value for key, value in element.attrib.items() if str(key).endswith("event")), "")
        is_of_text = event in ("", "publication") and not _BEFORE_CHRIST.match(text)
        if name and text and is_of_text and len(text) <= 100:
            fields.setdefault(name, text)
    # Programs put names like "Unknown Author" there.
    return {name: text for name, text in fields.items() if name == "published" or _HAN.search(text)}


def _titles(package: Package, path: str, items: Iterable[_Element]) -> dict[str, str]:
    """Return the titles of chapters by their paths, from the table of contents of either version of EPUB."""
    titles: dict[str, str] = {}
    for item in items:
        is_nav = "nav" in item.get("properties", "").split()
        if not is_nav and item.get("media-type") != _NCX:
            continue
        place = _resolve(path, item.get("href", ""))
        try:
            root = _parse(package, place)
        except PageError:
            continue  # the chapters have titles of their own
        for label, target in () if root is None else (_links(root) if is_nav else _points(root)):
            text = normalize(clean_line(label))
            if text and "#" not in target:
                titles.setdefault(_resolve(place, target), text)
    return titles


def _links(root: _Element) -> Iterator[tuple[str, str]]:
    for link in root.iter("{*}a"):
        yield "".join(map(str, link.itertext())), link.get("href", "")


def _points(root: _Element) -> Iterator[tuple[str, str]]:
    for point in root.iter("{*}navPoint"):
        label, content = point.find("{*}navLabel/{*}text"), point.find("{*}content")
        if label is not None and content is not None:
            yield label.text or "", content.get("src", "")


def _encrypted(package: Package) -> frozenset[str]:
    """Return the paths of the parts that are encrypted; fonts often are, in books that can be read."""
    root = _parse(package, _ENCRYPTION)
    references = () if root is None else root.iter("{*}CipherReference")
    return frozenset(_resolve("", reference.get("URI", "")) for reference in references)


def _parse(package: Package, path: str) -> _Element | None:
    content = package.read(path) if path else None
    return None if content is None else parse_xml(_DOCTYPE.sub(b"", content, count=1), _KIND)


def _resolve(base: str, reference: str) -> str:
    """Return the path in the file of what the part at `base` refers to."""
    path = unquote(reference.partition("#")[0].strip())
    return normpath("/" + join(dirname(base), path)).lstrip("/")
