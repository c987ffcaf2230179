"""The lines of a page -> title, metadata and the lines of the text itself.

A saved page is read as zones from top to bottom: masthead (the site's), title, metadata, text, footer.
The title is the line above the first metadata; without metadata, the first line that the site does not own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from jsisa_search.page.facts import boilerplate
from jsisa_search.page.facts.byline import Metadata, is_time_line, parse_metadata
from jsisa_search.page.facts.timestamps import Stamp, read_stamp
from jsisa_search.page.lines import NO_HEADING, Header, Line, Page, normalize
from jsisa_search.page.rules import load_rules
from jsisa_search.page.structure.links import links_to_original

_LONGEST_TITLE = 120  # characters; the longest official title met (a joint notice of nine offices) has 96
_MENU_WORD = 6  # lines this short above the title are entries of menus that no list knows
_SENTENCE_END = ("。", "；", ";", "，", "、")
_DASHES = ("——", "--", "──", "—")


@dataclass(slots=True)
class _Found:
    """What was gathered on the way down the page."""

    fields: dict[str, str] = field(default_factory=dict)
    stamp: Stamp | None = None

    def add(self, metadata: Metadata) -> None:
        for name, value in metadata.fields.items():
            self.fields.setdefault(name, value)
        self.stamp = self.stamp or metadata.stamp


def read_header(page: Page) -> Header:
    """Split `page` into what is said about the release and its text."""
    found = _Found(fields=dict(page.fields))
    end = _head_end(page.lines)
    title_at = _find_title(page, end)
    _read_masthead(page.lines, end if title_at is None else title_at, found, has_title=title_at is not None)
    is_in_menu = page.window_title is not None and found.fields.get("owner", "") not in page.window_title
    if "publisher" in page.fields or is_in_menu:
        found.fields.pop("owner", None)
    title, body_at, leads = _read_below_title(page.lines, title_at, end, found)
    body_end = _find_footer(page.lines, body_at, found)
    body = (*leads, *page.lines[body_at:body_end])
    title_line = None if title_at is None else page.lines[title_at].number
    stated = _stated_title(page, found)
    if stated and title and not _agrees(title, stated):
        guessed = Line(title, title_line or 1, NO_HEADING)
        body = (guessed, *body) if len(title) > _MENU_WORD else body
        title, title_line = None, None
    return Header(
        title=title or stated,
        title_line=title_line,
        fields=found.fields,
        stamp=found.stamp,
        body=body,
        links=tuple(links_to_original(page.lines[body_end:])),
    )


def _stated_title(page: Page, found: _Found) -> str | None:
    """Return the title that the format or a label states, without the names of column and site."""
    stated = found.fields.get("title") or boilerplate.strip_site(page.window_title or "")
    return None if not stated or boilerplate.is_site_name(stated) else stated


def _agrees(title: str, stated: str) -> bool:
    """Whether a line of the page is the stated title, or either is the beginning of the other."""
    line, other = normalize(title), normalize(stated)
    return line.startswith(other[:12]) or other.startswith(line[:12]) or line in other


def is_sentence(line: Line) -> bool:
    """Whether a line is running text: it has a full stop, or is too long for anything else."""
    text = line.text
    return "。" in text or text.endswith(_SENTENCE_END) or len(text) > _LONGEST_TITLE


def _head_end(lines: tuple[Line, ...]) -> int:
    """Return the index of the first sentence that is not metadata: there the text has begun."""
    limit: int = min(len(lines), load_rules("boilerplate")["limits"]["head_lines"])
    for at in range(limit):
        if is_sentence(lines[at]) and not _is_site_line(lines[at]) and not _metadata(lines[at]):
            return at
    return limit


def _metadata(line: Line) -> Metadata | None:
    return parse_metadata(line.text, in_head=True)


def _is_site_line(line: Line) -> bool:
    return boilerplate.is_masthead(line) or boilerplate.is_toolbar(line)


def _is_anchor(line: Line) -> bool:
    """Whether a line is metadata of the release: it can be below a title (the site's address can not)."""
    metadata = _metadata(line)
    if metadata is None or (boilerplate.is_masthead(line) and not metadata.is_labelled):
        return False
    return bool(metadata.stamp or set(metadata.fields) - {"url", "ignored", "title", "publisher"})


def _is_candidate(line: Line) -> bool:
    is_other = _is_site_line(line) or boilerplate.is_footer(line) or is_sentence(line)
    return not (is_other or _metadata(line) or is_time_line(line.text))


def _find_title(page: Page, end: int) -> int | None:
    """Return the index of the title among the lines of the head."""
    lines = page.lines
    if page.title_line is not None:
        return next(at for at, line in enumerate(lines) if line.number >= page.title_line)
    if "title" in page.fields or page.window_title:
        at = _find_text(lines[:end], (page.fields.get("title"), page.window_title))
        if at is not None:
            return at
    candidates = [at for at in range(end) if _is_candidate(lines[at])]
    if not candidates:
        return None
    anchor = next((at for at in range(candidates[0], end) if _is_anchor(lines[at])), None)
    if anchor is None:
        return _first_title(lines, candidates)
    anchor = _last_anchor_of_repeat(lines, candidates, anchor, end)
    return _last_title(lines, [at for at in candidates if at < anchor])


def _find_text(lines: tuple[Line, ...], titles: tuple[str | None, ...]) -> int | None:
    """Return the last line that is one of `titles`, or begins the title of the window (标题_站名)."""
    found = None
    wanted = [normalize(title) for title in titles if title]
    for at, line in enumerate(lines):
        text = normalize(line.text)
        if len(text) >= 4 and any(title == text or _continues(title, text) for title in wanted):
            found = at
    return found


def _continues(title: str, text: str) -> bool:
    """Whether `title` is `text` and, after a separator, the names of column and site."""
    return title.startswith(text) and title[len(text) :].lstrip()[:1] in tuple("_-|—－–｜,，·")


def _last_anchor_of_repeat(lines: tuple[Line, ...], candidates: list[int], anchor: int, end: int) -> int:
    """Return the metadata below the second title where a page shows its title twice, else `anchor`."""
    above = {normalize(lines[at].text) for at in candidates if at < anchor}
    repeats = [at for at in candidates if at > anchor and normalize(lines[at].text) in above]
    below = (at for repeat in repeats for at in range(repeat, end) if _is_anchor(lines[at]))
    return next(below, anchor)


def _last_title(lines: tuple[Line, ...], candidates: list[int]) -> int:
    """Choose the title above the metadata: the last line that is no subtitle, owner or menu entry."""
    good = [at for at in candidates if not lines[at].text.startswith(_DASHES)] or candidates
    long = [at for at in good if len(lines[at].text) > _MENU_WORD] or good
    headlines = [at for at in long if not boilerplate.is_organisation(lines[at].text)] or long
    return headlines[-1]


def _first_title(lines: tuple[Line, ...], candidates: list[int]) -> int | None:
    """Choose the title where no metadata follows: the first line below the masthead."""
    site = [
        at
        for at in range(candidates[-1])
        if _is_site_line(lines[at]) and not boilerplate.is_toolbar(lines[at])
    ]
    below = [at for at in candidates if not site or at > site[-1]]
    headlines = [at for at in below or candidates if not boilerplate.is_organisation(lines[at].text)]
    if not headlines or any(is_sentence(lines[at]) for at in range(headlines[0])):
        return None
    return headlines[0]


def _read_masthead(lines: tuple[Line, ...], end: int, found: _Found, *, has_title: bool) -> None:
    """Take the owner of the site, and fields with a label, from the lines above the title.

    A time without a label is the time of saving there, and an address the site's.
    """
    owners: dict[str, int] = {}
    for at, line in enumerate(lines[:end]):
        metadata = _metadata(line)
        if metadata and not boilerplate.is_contact(line):
            is_byline = not has_title and {"source", "author"} & set(metadata.fields)
            found.add(metadata if is_byline else replace(metadata, stamp=None))
        elif has_title and boilerplate.is_organisation(line.text) and not _is_site_line(line):
            owners.setdefault(normalize(line.text), at)
    owner = _choose_owner(lines, owners)
    if owner:
        found.fields.setdefault("owner", owner)


def _choose_owner(lines: tuple[Line, ...], owners: Mapping[str, int]) -> str | None:
    """Return the only organisation above the title, or of several the one above an address."""
    above_contact = [
        name for name, at in owners.items() if at + 1 < len(lines) and boilerplate.is_contact(lines[at + 1])
    ]
    names = above_contact or list(owners)
    return names[0] if len(names) == 1 else None


def _read_below_title(
    lines: tuple[Line, ...], title_at: int | None, end: int, found: _Found
) -> tuple[str | None, int, list[Line]]:
    """Read on from the title: return it with its subtitle, where the text begins, and lines to keep."""
    if title_at is None:
        return None, _skip_site_lines(lines, end), []
    title = lines[title_at].text
    anchors = [at for at in range(title_at, end) if _is_anchor(lines[at])]
    kept = _kept_above(lines, title_at)
    at = title_at + 1
    while at < end:
        line, metadata = lines[at], _metadata(lines[at])
        split = _join_split_label(lines[at:end]) if metadata and not metadata.fields else None
        if split:
            found.add(split)
            at += 1
        elif metadata:
            found.add(metadata)
        elif line.text.startswith(_DASHES) and at == title_at + 1:
            title = f"{title}{line.text}"
        elif not (_is_site_line(line) or normalize(line.text) == normalize(title)):
            if not anchors or at > anchors[0]:
                break
            kept.append(replace(line, level=NO_HEADING))
        at += 1
    return title, at, kept


def _join_split_label(lines: tuple[Line, ...]) -> Metadata | None:
    """Return the metadata of a label whose value browsers put on the next line, with more metadata below."""
    if len(lines) < 3 or lines[0].text[-1] not in ":：" or _metadata(lines[1]) or not _metadata(lines[2]):
        return None
    return parse_metadata(lines[0].text + lines[1].text, in_head=True)


def _kept_above(lines: tuple[Line, ...], title_at: int) -> list[Line]:
    """Return the lines above the title that nothing shows to be the site's: a line over the headline."""
    above = lines[:title_at]
    title = normalize(lines[title_at].text)
    if any(not _is_candidate(line) or boilerplate.is_organisation(line.text) for line in above):
        return []
    return [
        replace(line, level=NO_HEADING)
        for line in above
        if len(line.text) > _MENU_WORD and not title.startswith(normalize(line.text)[:8])
    ]


def _skip_site_lines(lines: tuple[Line, ...], end: int) -> int:
    """Return the index of the first line that is not the site's, for a page without a title."""
    return next((at for at in range(end) if not (_is_site_line(lines[at]) or _metadata(lines[at]))), end)


def _find_footer(lines: tuple[Line, ...], start: int, found: _Found) -> int:
    """Return where the text ends, and take what the footer says about the release and the site."""
    footer = _footer_start(lines, start)
    end = footer
    while end > start and _ends_page(lines[end - 1]):
        end -= 1
    for line in lines[end:]:
        metadata = parse_metadata(line.text, in_head=False)
        if metadata:
            found.add(replace(metadata, stamp=None))
        owner = boilerplate.find_owner(line)
        if owner and line.number >= (lines[footer].number if footer < len(lines) else 0):
            found.fields.setdefault("footer_owner", owner)
    return end


def _footer_start(lines: tuple[Line, ...], start: int) -> int:
    """Return the index of the first footer line that no sentence of the text follows."""
    at = footer = len(lines)
    while at > start:
        at -= 1
        line = lines[at]
        if boilerplate.is_footer(line):
            footer = at
        elif is_sentence(line) and not parse_metadata(line.text, in_head=False):
            break
    while start < footer < len(lines) and boilerplate.is_contact(lines[footer - 1]):
        footer -= 1
    return footer


def _ends_page(line: Line) -> bool:
    """Whether a line at the end of the text is a button, or says whose text it is."""
    metadata = parse_metadata(line.text, in_head=False)
    return boilerplate.is_toolbar(line) or (metadata is not None and metadata.is_labelled)


def published(header: Header) -> Stamp | None:
    """Return when it was published: by label, else by the time below the title or that of its last change."""
    labelled, updated = (read_stamp(header.fields.get(name, "")) for name in ("published", "updated"))
    return labelled or header.stamp or updated
