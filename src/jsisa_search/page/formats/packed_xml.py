"""Documents of XML parts in a Zip file (Word, OFD, EPUB): the parts, inflated and parsed within bounds."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING
from zipfile import ZipFile, ZipInfo

from jsisa_search.errors import PageBudgetError, PageError, PageTooLargeError
from jsisa_search.page.budget import check_time, count, take_bytes
from jsisa_search.page.containers.zip_archive import BAD, check_directory, refuse_member
from jsisa_search.page.lines import clean_line
from jsisa_search.page.rules import load_rules
from jsisa_search.translation import gettext as tr
from jsisa_search.translation import mark

if TYPE_CHECKING:
    from lxml.etree import _Element

# What Python says of files that are no Zip file.
_BAD_ZIP = mark("File is not a zip file")

_DOCTYPES = (b"<!DOCTYPE", b"<!ENTITY")


@dataclass(frozen=True, slots=True)
class Package:
    """The parts of a document; `kind` is what messages call it."""

    archive: ZipFile
    kind: str

    @property
    def names(self) -> list[str]:
        """The paths of all parts, as the archive has them."""
        return self.archive.namelist()

    def parse(self, path: str) -> _Element | None:
        """Return the root of one part, parsed without entities and network; `None` where there is none."""
        content = self.read(path)
        return None if content is None else parse_xml(content, self.kind)

    def read(self, path: str) -> bytes | None:
        """Return the bytes of one part, within the limits of what a parser may be given; `None` for none."""
        try:
            info = self.archive.getinfo(path)
        except KeyError:
            return None
        return self._inflate(info)

    def _inflate(self, info: ZipInfo) -> bytes:
        limits = load_rules("budget")["limits"]
        if info.file_size > limits["entity"]:
            raise PageTooLargeError(
                tr("has a text of {file_size:,} bytes of XML, more than is read of a page").format(
                    file_size=info.file_size
                )
            )
        if info.flag_bits & 1:
            raise PageError(tr("is encrypted; save it without a password"))
        reason = refuse_member(info, limits["entity"])
        if reason:
            raise PageError(reason)
        if not take_bytes(info.file_size):
            raise PageBudgetError(tr("lies beyond what is inflated of one file; unpack it"))
        with self.archive.open(info) as file:
            content = file.read(info.file_size + 1)  # no more than it says: sizes in an archive are claims
        check_time()
        return content


@contextmanager
def open_package(data: bytes, kind: str) -> Iterator[Package]:
    """Open the Zip file `data`; what is wrong with it inside of the block becomes a `PageError`."""
    check_directory(data)
    try:
        with ZipFile(BytesIO(data)) as archive:
            yield Package(archive, kind)
    except BAD as error:
        raise PageError(
            tr("is no {kind} that can be read ({error}); save it again").format(
                kind=tr(kind), error=tr(_BAD_ZIP) if str(error) == _BAD_ZIP else error
            )
        ) from error


def parse_xml(content: bytes, kind: str) -> _Element:
    """Return the root of an XML text; raise `PageError` for one that is damaged or has entities."""
    from lxml import etree  # loaded only when needed: it costs 20 ms

    if any(sign in content for sign in _DOCTYPES):
        raise PageError(
            tr("holds XML with entities, which no {kind} does; save it again").format(kind=tr(kind))
        )
    count("xml_tags", content.count(b"<"))
    check_time()
    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True)
    try:
        return etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise PageError(
            tr("is a damaged {kind} ({reason}); save it again").format(
                kind=tr(kind), reason=clean_line(error.msg or "")
            )
        ) from error
