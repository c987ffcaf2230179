"""A header, with what is known of the file around it -> `Release`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date

from jsisa_search.model import Release, format_timestamp
from jsisa_search.page.facts.byline import parse_metadata
from jsisa_search.page.facts.date_evidence import (
    Evidence,
    Place,
    day_in_address,
    day_of_signature,
    gather_evidence,
)
from jsisa_search.page.facts.date_pattern import DatePattern, parse_pattern
from jsisa_search.page.facts.timestamps import Stamp, find_yearless, read_stamp
from jsisa_search.page.facts.values import read_count, read_labelled_number, read_url
from jsisa_search.page.folder_settings import FolderSettings
from jsisa_search.page.lines import Finding, Header, Page, clean_line
from jsisa_search.page.structure.sections import build_sections

_NEAR = 31  # days between a time without a year and the evidence for the year
_EVIDENCE = {
    "signature": "the date below the signature, or of the document",
    "settings": "the date pattern that is set for the folder or the index",
    "title": "the day in the title",
    "file name": "the day in the name of the file",
    "address": "the day in the address of the page",
    "folder": "the date in the names of the folders",
}


def build_release(page: Page, header: Header, path: str, place: Place, settings: FolderSettings) -> Release:
    """Return the release of a page; what the page does not say comes from its place and the settings."""
    header = _clean_header(header)
    fallbacks = {name: clean_line(value) for name, value in page.fallbacks.items()}
    fields = _with_address_apart({**fallbacks, **header.fields})
    title = header.title or fallbacks.get("title")
    if title is not None and _is_yearless(title):
        fields, title = {"yearless": title} | fields, fallbacks.get("title")
    saved = _day(fields.get("saved", ""))
    evidence = tuple(
        _of_release(gather_evidence(title, place, _addresses(page, fields), _pattern(settings)), saved)
    )
    stamp = _published(header) or read_stamp(fallbacks.get("published", "")) or _completed(fields, evidence)
    signed = read_stamp(fields.get("dated", "")) or day_of_signature([line.text for line in header.body])
    best = _best(([Evidence(signed, "signature")] if signed else []) + list(evidence))
    number = fields.get("document_number")
    return Release(
        path=path,
        title=title,
        title_line=(header.title_line or None) if title == header.title else None,
        published=stamp.moment if stamp else None,
        published_precision=stamp.precision if stamp else None,
        source=fields.get("source") or settings.source or None,
        publisher=_first(fields, "owner", "publisher", "agency", "issuer", "footer_owner")
        or settings.publisher
        or None,
        author=_first(header.fields, "author", "reporter") or fallbacks.get("author"),
        views=read_count(fields["views"]) if "views" in fields else None,
        document_number=read_labelled_number(number) if number else None,
        url=read_url(fields["url"]) if "url" in fields else None,
        sections=build_sections(header.body, marks_headings=header.marks_headings),
        editor=fields.get("editor"),
        issuer=_first(fields, "issuer", "agency"),
        dated=signed.moment.date() if signed and signed.precision != "month" else None,
        saved=saved,
        date=best.stamp.moment if best else None,
        date_precision=best.stamp.precision if best else None,
        date_from=best.origin if best else None,
        attachments=header.attachments,
        links=header.links,
        captions=header.captions,
    )


def explain_date(release: Release, findings: Iterable[Finding]) -> Iterator[Finding]:
    """Yield why a release has its date, where the findings of its page do not say so."""
    found = {finding.what for finding in findings}
    if found and release.published is not None and "published" not in found:
        rule = "a time without a year, in the year of the nearest date in title, names or address"
        yield Finding("published", str(release.published), rule)
    if release.date_from is not None and release.date_from != "page":
        shown = format_timestamp(release.date, release.date_precision) or ""
        yield Finding("date", shown, _EVIDENCE[release.date_from])


def _clean_header(header: Header) -> Header:
    """Return `header` with all of its text clean, whichever reader it comes from."""
    body = ((line, clean_line(line.text)) for line in header.body)
    return replace(
        header,
        title=clean_line(header.title) if header.title else None,
        fields={name: clean_line(value) for name, value in header.fields.items()},
        body=tuple(line if text == line.text else replace(line, text=text) for line, text in body if text),
    )


def _with_address_apart(fields: dict[str, str]) -> dict[str, str]:
    """Return the fields with an address for a source, as clippings have it, as the address of the page."""
    address = read_url(fields.get("source", ""))
    if address is None:
        return fields
    return {"url": address} | {name: value for name, value in fields.items() if name != "source"}


def _is_yearless(title: str) -> bool:
    """Whether a title is nothing but a time without a year: 08-10 20:13."""
    metadata = parse_metadata(title, in_head=True)
    return metadata is not None and set(metadata.fields) == {"yearless"} and metadata.stamp is None


def _day(value: str) -> date | None:
    stamp = read_stamp(value)
    return stamp.moment.date() if stamp and stamp.precision != "month" else None


def _pattern(settings: FolderSettings) -> DatePattern | None:
    return parse_pattern(settings.date_pattern) if settings.date_pattern else None


def _addresses(page: Page, fields: Mapping[str, str]) -> list[str]:
    """Return the addresses of a page, best first: stated ones, then one with the day of most of its links."""
    days = {link: stamp.moment for link in page.links if (stamp := day_in_address(link))}
    counts = Counter(days[link] for link in page.links if link in days)
    agreed = [day for day, count in counts.most_common(1) if 2 * count > len(page.links)]
    links = [link for link in days if days[link] in agreed]
    return [*([fields["url"]] if "url" in fields else []), *page.addresses, *links[:1]]


def _of_release(evidence: Iterable[Evidence], saved: date | None) -> Iterator[Evidence]:
    """Yield the evidence but for names that have the day of saving: they are no evidence of the release."""
    for each in evidence:
        if each.origin not in ("file name", "folder") or each.stamp.moment.date() != saved:
            yield each


def _best(evidence: Sequence[Evidence]) -> Evidence | None:
    """Return the first evidence, or, where that is a month, the first for a day in it."""
    if not evidence or evidence[0].stamp.precision != "month":
        return evidence[0] if evidence else None
    month = evidence[0].stamp.moment
    days = (each for each in evidence if each.stamp.precision != "month")
    inside = (day for day in days if day.stamp.moment.replace(day=1, hour=0, minute=0, second=0) == month)
    return next(inside, evidence[0])


def _completed(fields: Mapping[str, str], evidence: tuple[Evidence, ...]) -> Stamp | None:
    """Return the time that the page gives without a year, in the year of the evidence."""
    for name in ("published", "yearless"):
        yearless = find_yearless(fields.get(name, ""))
        if yearless is not None:
            return yearless.with_year_of((each.stamp for each in evidence), within=_NEAR)
    return None


def _published(header: Header) -> Stamp | None:
    """Return when it was published: by label, else by the time below the title or that of its last change."""
    labelled, updated = (read_stamp(header.fields.get(name, "")) for name in ("published", "updated"))
    return labelled or header.stamp or updated


def _first(fields: Mapping[str, str], *names: str) -> str | None:
    return next((fields[name] for name in names if name in fields), None)
