"""The parts of a Word document from every container that Word writes: Zip, flat XML, XML of Word 2003."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from posixpath import dirname, join, normpath
from typing import TYPE_CHECKING

from jsisa_search.errors import PageTooLargeError
from jsisa_search.page.budget import check_time
from jsisa_search.page.formats.ooxml import PARTS, tag
from jsisa_search.page.formats.packed_xml import Package, open_package, parse_xml
from jsisa_search.page.kinds import is_word_xml
from jsisa_search.page.rules import load_rules
from jsisa_search.translation import gettext as tr
from jsisa_search.translation import mark

if TYPE_CHECKING:
    from lxml.etree import _Element

Parts = Mapping[str, "_Element | None"]
"""The roots of `document`, `styles`, `numbering`, `properties` and notes; `None` where there is none."""

_KIND = mark("Word document")
_ZIP = b"PK"
_TRANSITIONAL = b"http://schemas.openxmlformats.org/wordprocessingml/2006/main"
# Names of the same elements in Strict documents and in Word 2003.
_OTHER_NAMESPACES = (
    b"http://purl.oclc.org/ooxml/wordprocessingml/main",
    b"http://schemas.microsoft.com/office/word/2003/wordml",
)
_HINTS = "{http://schemas.microsoft.com/office/word/2003/auxHint}"
_PACKAGE = "{http://schemas.microsoft.com/office/2006/xmlPackage}"
_ROOT_RELATIONS = "_rels/.rels"
# Parts by the last word of the type of the relation that leads to them.
_RELATIONS = {
    "officeDocument": "document",
    "styles": "styles",
    "numbering": "numbering",
    "core-properties": "properties",
    "footnotes": "footnotes",
    "endnotes": "endnotes",
}


def read_parts(data: bytes) -> Parts:
    """Return the parts of a Word document; raise `PageError` for one that is damaged."""
    if not data.startswith(_ZIP) and is_word_xml(data):
        return _read_flat(data)
    with open_package(data, _KIND) as package:
        paths = _find_parts(package)
        return {name: _parse(package.read(path)) for name, path in paths.items()}


def _parse(content: bytes | None) -> _Element | None:
    if content is None:
        return None
    for namespace in _OTHER_NAMESPACES:
        content = content.replace(namespace, _TRANSITIONAL)
    return parse_xml(content, _KIND)


def _find_parts(package: Package) -> dict[str, str]:
    """Return where the parts lie: Word Online calls the text `word/document2.xml`."""
    paths = dict(PARTS)
    paths |= _relations(package, _ROOT_RELATIONS, "")
    folder, _, name = paths["document"].rpartition("/")
    return paths | _relations(package, f"{folder}/_rels/{name}.rels", paths["document"])


def _relations(package: Package, path: str, base: str) -> dict[str, str]:
    root = _parse(package.read(path))
    found: dict[str, str] = {}
    for relation in () if root is None else root.iter("{*}Relationship"):
        part = _RELATIONS.get(relation.get("Type", "").rpartition("/")[2])
        target = normpath("/" + join(dirname(base), relation.get("Target", ""))).lstrip("/")
        if part and target in package.archive.NameToInfo:
            found.setdefault(part, target)
    return found


def _read_flat(data: bytes) -> Parts:
    limit = load_rules("budget")["limits"]["entity"]
    if len(data) > limit:
        raise PageTooLargeError(
            tr("has {size:,} bytes of XML, more than the {limit:,} that are read").format(
                size=len(data), limit=limit
            )
        )
    root = _parse(data)
    if root is None or root.tag == f"{_PACKAGE}package":
        return _read_package(root)
    _write_labels(root)
    return {
        "document": root,
        "styles": root.find(tag("styles")),
        "numbering": None,
        "properties": _properties_of(root),
    }


def _read_package(root: _Element | None) -> Parts:
    """Return the parts of a flat package, by their names without the numbers that Word Online gives them."""
    by_path: dict[str, _Element] = {}
    for part in () if root is None else root.iterchildren(f"{_PACKAGE}part"):
        path = re.sub(r"\d*(?=\.xml$)", "", part.get(f"{_PACKAGE}name", "").lstrip("/"))
        content = part.find(f"{_PACKAGE}xmlData/*")
        if content is not None:
            by_path.setdefault(path, content)
    return {name: by_path.get(path) for name, path in PARTS.items()}


def _properties_of(root: _Element) -> _Element | None:
    """Return the properties of a document of Word 2003 with the names that they have today."""
    properties = root.find("{urn:schemas-microsoft-com:office:office}DocumentProperties")
    for element in () if properties is None else properties:
        name = str(element.tag).rpartition("}")[2]
        element.tag = {"Title": "title", "Author": "creator"}.get(name, name)
    return properties


def _write_labels(root: _Element) -> None:
    """Put the numbers of lists before their paragraphs: Word 2003 stores them as they are shown."""
    from lxml import etree

    for paragraph, label in list(_labels(root)):
        check_time()
        run = etree.SubElement(paragraph, tag("r"))
        etree.SubElement(run, tag("t")).text = label
        paragraph.insert(1, run)


def _labels(root: _Element) -> Iterator[tuple[_Element, str]]:
    for hint in root.iter(f"{_HINTS}t"):
        above = hint.getparent()
        properties = None if above is None else above.getparent()
        paragraph = None if properties is None else properties.getparent()
        label = hint.get(f"{_HINTS}val", "")
        # A bullet is no number; fonts of signs have theirs among the private characters.
        if paragraph is not None and paragraph.tag == tag("p") and any(map(str.isalnum, label)):
            yield paragraph, label
