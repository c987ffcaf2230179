"""The lines of a page labelled: title, facts, text, and what is left out of it with the reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from jsisa_search.model import Link
from jsisa_search.page.facts import boilerplate
from jsisa_search.page.labeller.blocks import Block, Shown, show_lines
from jsisa_search.page.labeller.body import Body, find_body, is_attachment, is_linked, is_site_text, is_tail
from jsisa_search.page.labeller.byline import read_closing, read_line, repeats
from jsisa_search.page.labeller.declared import Declared
from jsisa_search.page.labeller.facts import Facts, find_labelled_title, read_facts
from jsisa_search.page.labeller.headings import read_lines
from jsisa_search.page.labeller.lists import check_is_release
from jsisa_search.page.labeller.plain import (
    find_title_line,
    head_end,
    kept_above,
    owner_above,
    plain_end,
    text_start,
)
from jsisa_search.page.labeller.titles import Title, compared, find_title
from jsisa_search.page.lines import Doubt, Finding, Header, Line, Page, clean_line, shorten
from jsisa_search.page.rules import load_rules
from jsisa_search.page.structure.links import is_attachment_link, is_attachment_name, links_to_original
from jsisa_search.page.structure.sections import is_caption, is_framed
from jsisa_search.translation import gettext as tr

_TITLE = "the title"
_LONGEST_TITLE = 120
_TITLE_WITHIN = 10
_MENU_WORD = 6  # lines this short above the text are entries of menus that no list knows


@dataclass(frozen=True, slots=True)
class Labels:
    """What the blocks of a page are: title, facts, the indices of the text, what is left out and why.

    `text` is where the first sentence is and where the text ends.
    """

    title: Title | None
    facts: Facts
    body: Body
    kept: list[int]
    left_out: dict[int, str]
    text: tuple[int, int]


def label_lines(page: Page) -> Page:
    """Return `page`, lines without elements, with the header that they show."""
    if not page.lines:
        return page
    stated = page.fields.get("title")
    names = {name: name for name in page.fields}
    declared = Declared(
        dict(page.fields),
        names,
        [stated] if stated else [],
        page.window_title,
        title_line=page.title_line,
        is_certain=True,
    )
    found = label(show_lines(page.lines), declared)
    if found is None or found.header is None:
        return page
    fields = {**found.header.fields, **page.fields}
    return replace(
        page, header=replace(found.header, fields=fields), findings=(*page.findings, *found.findings)
    )


def label(shown: Shown, declared: Declared) -> Page | None:
    """Return the page, `None` where it shows nothing. Raise `NotAReleaseError` for a page of lists."""
    found = find_body(shown)
    body = found or _everything(shown)
    if body is None:
        return None
    left_out = dict(body.left_out)
    if shown.is_plain:
        title, first = _read_head(shown, declared, left_out)
    else:
        window = [declared.window_title] if declared.window_title else []
        first = _first_sentence(shown, body, [*declared.titles, *window])
        labelled = find_labelled_title(shown, first)
        title = find_title(shown, first, [*labelled, *declared.titles], declared.window_title)
        check_is_release(shown, found, title)
    end = _cut_tail(shown, body, first, left_out)
    facts = read_facts(shown, declared, title, (first, end), begin=body.start)
    _trim_head(shown, body.start, first, title, facts, left_out)
    kept = _without_title([at for at in range(body.start, end) if at not in left_out], title)
    kept = [*_line_above_byline(shown, title, facts, body.start), *kept]
    _take_publisher(shown, declared, title, facts, (first, end))
    return _page(shown, declared, Labels(title, facts, body, kept, left_out, (first, end)))


def _read_head(shown: Shown, declared: Declared, left_out: dict[int, str]) -> tuple[Title | None, int]:
    """Return the title of lines without elements and where the text begins below it."""
    end = head_end(shown)
    marked = next((at for at, b in enumerate(shown.blocks) if b.number == declared.title_line), None)
    site_free = boilerplate.strip_site(declared.window_title or "")
    stated = [*find_labelled_title(shown, end), *declared.titles, *([site_free] if site_free else [])]
    stated = [title for title in stated if not boilerplate.is_site_name(title)]
    title = find_title_line(shown, max(end, (marked or 0) + 1), stated, marked)
    if title is not None and title.blocks:
        above = set(range(title.blocks[0])) - set(kept_above(shown, title))
        left_out |= dict.fromkeys(above, "above the title") | dict.fromkeys(title.blocks, _TITLE)
    return title, text_start(shown, title, end)


def _everything(shown: Shown) -> Body | None:
    """Return all that is shown as the text of a page without sentences, as far as it is no link."""
    if not shown.blocks:
        return None
    left_out = {at: "no text" for at, block in enumerate(shown.blocks) if not _may_be_text(shown, block)}
    return Body(0, len(shown.blocks), 0, 0.0, left_out, [0.0] * len(shown.blocks))


def _may_be_text(shown: Shown, block: Block) -> bool:
    """Whether a line of a page without sentences may be text all the same: no link, no menu, no name."""
    line = Line(block.text, block.number)
    is_site = is_site_text(block) or boilerplate.is_masthead(line) or boilerplate.is_site_name(block.text)
    is_link = is_linked(block) and not is_attachment(block)
    return not (
        is_site or is_link or shown.nodes[block.node].role in load_rules("labeller")["left_out_roles"]
    )


def _first_sentence(shown: Shown, body: Body, titles: list[str]) -> int:
    """Return the index of the first block of the text that is a sentence, no heading, title or metadata."""
    goals = [compared(title) for title in titles]
    head = body.kept()[:_TITLE_WITHIN]
    named = (at for at in head if shown.blocks[at].level or compared(shown.blocks[at].text) in goals)
    title_at = max(named, default=-1)
    for at in body.kept():
        block = shown.blocks[at]
        if block.cells and at < title_at:
            continue  # the masthead of a paper: its name, the day, the page
        if body.scores[at] <= 0 or block.level or read_line(shown.blocks, at) is not None:
            continue
        text = compared(block.text)
        if len(text) > _LONGEST_TITLE or not any(goal.startswith(text) for goal in goals):
            return at
    return body.start


def _cut_tail(shown: Shown, body: Body, first: int, left_out: dict[int, str]) -> int:
    """Return where the text ends: above 相关新闻 and the like, with few sentences below."""
    limits = load_rules("labeller")["body"]
    share = limits["tail_share"]
    rest = listed = 0.0
    end = body.end
    # A line such as 相关新闻 that comes again and again is within the text.
    counts = Counter(shown.blocks[at].text for at in range(first, body.end))
    for at in range(body.end - 1, first, -1):
        is_few = rest <= share * body.score or listed >= limits["listed"] * rest
        if shown.is_plain and not is_few:
            break
        block = shown.blocks[at]
        is_within = counts[block.text] >= limits["repeated_tail"]
        is_within = is_within or boilerplate.is_organiser(Line(block.text, block.number))
        if is_few and is_tail(block) and not (is_within and rest > 0):
            end = at
        if at in left_out:
            continue
        score = max(body.scores[at], 0.0)
        rest += score
        listed += score if is_linked(shown.blocks[at - 1]) else 0.0
    if shown.is_plain:
        end = plain_end(shown, body.scores, first, end)
    while end > first + 1 and (end - 1 in left_out or _ends_page(shown.blocks, end - 1)):
        end -= 1
    for at in range(end, body.end):
        left_out.setdefault(at, "below the text")
    return end


def _ends_page(blocks: list[Block], at: int) -> bool:
    """Whether a block at the end of the text is a button, a link, or says whose text it is."""
    line = Line(blocks[at].text, blocks[at].number)
    metadata = read_line(blocks, at, in_head=False) if not blocks[at].cells else None
    if (metadata is None or not metadata.is_labelled) and read_closing(blocks[at]) is not None:
        return True
    is_link = is_linked(blocks[at]) and not is_attachment(blocks[at])
    return is_link or boilerplate.is_toolbar(line) or (metadata is not None and metadata.is_labelled)


def _trim_head(
    shown: Shown, start: int, first: int, title: Title | None, facts: Facts, left_out: dict[int, str]
) -> None:
    """Leave out lines above the first sentence that are no text: byline, title, buttons."""
    last_of_title = title.blocks[-1] if title and title.blocks and title.blocks[0] < first else -1
    for at in range(start, first):
        block = shown.blocks[at]
        line = Line(block.text, block.number)
        if left_out.get(at) == _TITLE:
            continue
        if at in facts.used or (shown.is_plain and read_line(shown.blocks, at) is not None):
            left_out[at] = "byline"
        elif repeats(block, title.text if title else None):
            left_out[at] = "the title again"
        elif boilerplate.is_masthead(line) or boilerplate.is_toolbar(line) or is_tail(block):
            left_out.setdefault(at, "the site's")
        elif is_below_picture(shown, at):
            left_out.setdefault(at, "caption")
        elif shown.is_plain:
            continue  # what nothing shows to be the site's is text
        elif at < last_of_title or (is_linked(block) and not is_attachment(block)):
            left_out.setdefault(at, "above the title" if at < last_of_title else "link")


def is_below_picture(shown: Shown, at: int) -> bool:
    """Whether a block is a caption or a credit; a heading in a frame below a picture is none."""
    text = shown.blocks[at].text
    is_counted = text.isdigit() and len(text) < len("100")
    return (is_caption(text) and not is_counted) or (at in shown.captions and not is_framed(text))


def _without_title(kept: list[int], title: Title | None) -> list[int]:
    """Return the lines without the title on top; one below other text stays in its place."""
    blocks = title.blocks if title else ()
    return [at for at in kept if at not in blocks] if kept and kept[0] in blocks else kept


def _line_above_byline(shown: Shown, title: Title | None, facts: Facts, start: int) -> list[int]:
    """Return the line above the byline where no line is the title: it may be text."""
    above = min(facts.used, default=0) - 1
    if title is None or title.blocks or not 0 <= above < start:
        return []
    block = shown.blocks[above]
    is_text = len(block.text) > _MENU_WORD and not is_linked(block) and not block.cells
    return [above] if is_text and not boilerplate.is_masthead(Line(block.text, block.number)) else []


def _take_publisher(
    shown: Shown, declared: Declared, title: Title | None, facts: Facts, text: tuple[int, int]
) -> None:
    """Take the site's name from the title of the window, the head of plain lines, the foot of the page."""
    owner = owner_above(shown, title, text[0]) if shown.is_plain else None
    in_menu = declared.window_title is not None and (owner or "") not in declared.window_title
    if owner and not in_menu and "publisher" not in facts.fields:
        facts.fields["owner"] = owner
        facts.findings.append(Finding("publisher", owner, "the only organisation above the title"))
    if "publisher" not in facts.fields and declared.window_title:
        name = boilerplate.site_of(declared.window_title)
        if name:
            facts.fields["publisher"] = name
            facts.findings.append(Finding("publisher", name, "the end of the window's title"))
    for block in shown.blocks[max(text[1], len(shown.blocks) - 60) :]:
        owner = boilerplate.find_owner(Line(block.text, block.number)) if len(block.text) <= 400 else None
        if owner and "footer_owner" not in facts.fields:
            facts.fields["footer_owner"] = owner
            if "publisher" not in facts.fields:
                facts.findings.append(
                    Finding("publisher", owner, "the foot of the page", shown.path(block.node), block.number)
                )


def _page(shown: Shown, declared: Declared, labels: Labels) -> Page:
    title, facts, kept = labels.title, labels.facts, labels.kept
    number = shown.blocks[title.blocks[0]].number if title and title.blocks else None
    lines = read_lines(shown, kept, title, labels.text[0])
    below = shown.lines[labels.text[1] :]
    header = Header(
        title=title.text if title else None,
        title_line=number,
        fields=facts.fields,
        stamp=facts.stamp,
        body=lines,
        marks_headings=not shown.is_plain,
        captions=tuple(_captions(shown, title, kept, facts.used)),
        attachments=() if shown.is_plain else tuple(_attachments_outside(shown, kept)),
        links=tuple(links_to_original(below)),
    )
    return Page(
        lines,
        declared.fields,
        declared.window_title,
        number,
        header,
        (*_title_finding(shown, title), *facts.findings, *_text_findings(shown, labels)),
        tuple(_doubts(shown.blocks, labels.body, kept)),
        addresses=tuple(declared.addresses),
        links=tuple(declared.links),
    )


def _attachments_outside(shown: Shown, kept: list[int]) -> Iterator[Link]:
    """Yield the files that the page attaches below or beside its text, where links lead to them."""
    limits = load_rules("labeller")["facts"]
    text, first, last = set(kept), min(kept, default=0), max(kept, default=-1)
    following = last + 1
    for at in range(first, min(last + 1 + limits["attachments"], len(shown.blocks))):
        block = shown.blocks[at]
        if at in text or not block.linked or shown.nodes[block.node].role in ("menu", "foot", "comment"):
            continue
        above = shown.blocks[at - 1].text if at else ""
        is_named = any(text.lstrip("【[相关").startswith("附件") for text in (block.text, above))
        is_next = at == following and all(is_attachment_link(*link) for link in block.links)
        following += is_next
        for name, address in block.links:
            if is_attachment_name(name) or ((is_named or is_next) and is_attachment_link(name, address)):
                yield Link(clean_line(name), address, block.number)


def _captions(shown: Shown, title: Title | None, kept: list[int], used: set[int]) -> Iterator[Link]:
    """Yield the captions and credits between title and text, which are no text and yet not lost."""
    if title is None or not title.blocks or not kept:
        return
    for at in range(title.blocks[-1] + 1, kept[0]):
        block = shown.blocks[at]
        is_free = at not in used and not is_linked(block) and not repeats(block, title.text)
        is_site = boilerplate.is_toolbar(Line(block.text, block.number)) or is_tail(block)
        if is_free and not is_site and is_below_picture(shown, at):
            yield Link(block.text, None, block.number)


def _doubts(blocks: list[Block], body: Body, kept: list[int]) -> Iterator[Doubt]:
    if kept and not body.score:
        yield Doubt("no text", tr("it shows no whole sentence"))
    bylines = sum(
        bool(blocks[above].level) and (said := read_line(blocks, at)) is not None and said.stamp is not None
        for above, at in pairwise(kept)
    )
    if bylines:
        yield Doubt(
            "several releases",
            tr("{number} headings of it have a date of their own").format(number=bylines + 1),
        )


def _title_finding(shown: Shown, title: Title | None) -> tuple[Finding, ...]:
    if title is None:
        return ()
    if not title.blocks:
        return (Finding("title", title.text, title.rule),)
    block = shown.blocks[title.blocks[0]]
    return (Finding("title", title.text, title.rule, shown.path(block.node), block.number),)


def _text_findings(shown: Shown, labels: Labels) -> list[Finding]:
    """Return where the text was found, and each stretch that was left out with its first words."""
    body, kept, left_out = labels.body, labels.kept, labels.left_out
    where = "the lines below title and byline" if shown.is_plain else "the element with most sentences"
    rule = f"{where} ({body.score:.0f} characters in {len(kept)} lines)"
    first = shown.blocks[kept[0]] if kept else None
    findings = [
        Finding(
            "text",
            shorten(first.text) if first else "",
            rule,
            shown.path(body.node),
            first.number if first else None,
        )
    ]
    text = set(kept)
    before = None
    for at, block in enumerate(shown.blocks):
        reason = left_out.get(at) or ("" if at in text else "outside the text")
        is_new = reason != before or (reason == "outside the text" and _is_new_place(shown, at))
        if is_new and reason not in ("", _TITLE):
            findings.append(
                Finding("left out", shorten(block.text), reason, shown.path(block.node), block.number)
            )
        before = reason
    return findings


def _is_new_place(shown: Shown, at: int) -> bool:
    """Whether a block and the one above have different grandparents: another list, another box."""
    nodes, blocks = shown.nodes, shown.blocks
    here, above = nodes[blocks[at].node].parent, nodes[blocks[at - 1].node].parent
    return here != above and blocks[at].node != blocks[at - 1].node
