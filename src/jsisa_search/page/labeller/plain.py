"""Pages that are lines without elements: which line is the title, and where the text begins.

Such a page has the site's lines, title, byline, text and foot, in this order. What nothing shows to be the
site's is text: lines are mostly saved for their text, and a page of HTML has mostly more of its frame.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from jsisa_search.page.facts import boilerplate
from jsisa_search.page.facts.byline import Metadata, is_time_line, parse_metadata
from jsisa_search.page.facts.timestamps import find_stamp
from jsisa_search.page.labeller.blocks import Block, Shown
from jsisa_search.page.labeller.byline import read_loose
from jsisa_search.page.labeller.titles import Title, agreement_with, compared, with_lines_below
from jsisa_search.page.lines import Line, normalize
from jsisa_search.page.rules import load_rules
from jsisa_search.page.structure.sections import is_numbered

_LONGEST_TITLE = 120  # characters; the longest official title met (a joint notice of nine offices) has 96
_LONGEST_BYLINE = 100
_CHANGED = "updated"
_FOOT = 200  # lines below the last sentence that may be the foot of a site
_LONGEST_DAY = 30
_MENU_WORD = 6  # lines this short above the title are entries of menus that no list knows
_SENTENCE_END = ("。", "；", ";", "，", "、")
_DASHES = ("——", "--", "──", "—")
_NO_ANCHORS = frozenset(("url", "ignored", "title", "publisher"))


def head_end(shown: Shown) -> int:
    """Return the index of the first sentence that is not metadata: there the text has begun."""
    limit: int = min(len(shown.blocks), load_rules("boilerplate")["limits"]["head_lines"])
    for at in range(limit):
        block = shown.blocks[at]
        if _is_sentence(block) and not _is_site_line(block) and not _metadata(block):
            return at
    return limit


def find_title_line(shown: Shown, end: int, stated: Sequence[str], marked: int | None) -> Title | None:
    """Return the title among the lines up to `end`.

    `marked` is the line that the format marks as the title; `stated` are titles that the file states, best
    first. Without either it is the line above the first metadata, or the first that is not the site's.
    """
    if marked is not None:
        return with_lines_below(shown, marked, list(stated), "the line that the format marks as the title")
    goals = [compared(title) for title in stated]
    shown_at = [at for at in range(end) if _repeats(shown.blocks[at], goals)]
    at = shown_at[-1] if shown_at else _title_of_form(shown, end)
    if at is None or (stated and not _agrees(shown.blocks[at], stated)):
        return Title(stated[0], (), "stated, and shown nowhere") if stated else None
    rule = "the line that repeats the stated title" if shown_at else "the line above time and source"
    return with_lines_below(shown, at, list(stated), rule)


def text_start(shown: Shown, title: Title | None, end: int) -> int:
    """Return the index of the line that is neither title nor metadata, below those; `end` without a title."""
    if title is None or not title.blocks:
        return end
    anchors = [at for at in range(title.blocks[0], end) if _is_anchor(shown.blocks[at])]
    last = anchors[0] if anchors else -1
    at = title.blocks[-1] + 1
    while at < end:
        block = shown.blocks[at]
        is_value = bool(at - 1 > title.blocks[-1] and _is_split_label(shown.blocks[at - 1 : end]))
        is_passed = _metadata(block) or _is_site_line(block) or compared(block.text) == compared(title.text)
        if not is_passed and not is_value and at > last:
            break
        at += 1
    return at


def plain_end(shown: Shown, scores: Sequence[float], first: int, end: int) -> int:
    """Return where the text ends among the lines up to `end`, where there is no tree that would say it.

    Where the site's lines are among those below the last sentence, all of these are the site's but for what
    documents and notices have there: offices, days, attachments, whom to call. Else all is text.
    """
    last = next((at for at in range(end - 1, first - 1, -1) if scores[at] > 0), None)
    if last is None:
        return end
    below = range(last + 1, min(last + 1 + _FOOT, len(shown.blocks)))
    if not any(_is_foot(shown.blocks[at]) for at in below):
        return end
    at = last + 1
    while at < end and (
        _closes_document(shown.blocks[at]) or (at + 1 < end and _is_day(shown.blocks[at + 1]))
    ):
        at += 1  # who signs, above the day, may be an office that no list knows
    return at


def _is_foot(block: Block) -> bool:
    line = Line(block.text, block.number)
    return boilerplate.is_footer(line) or boilerplate.is_toolbar(line) or boilerplate.is_aside(line)


def _is_day(block: Block) -> bool:
    return len(block.text) <= _LONGEST_DAY and find_stamp(block.text) is not None


def _closes_document(block: Block) -> bool:
    """Whether a short line below the last sentence is of the text: a list, a signature, a day, a contact."""
    line = Line(block.text, block.number)
    if _is_foot(block) or (_is_site_line(block) and not boilerplate.is_contact(line)):
        return False
    is_form = boilerplate.is_organisation(block.text) or boilerplate.is_contact(line)
    is_form = is_form or (block.text[:1] in "（(" and block.text[-1:] in "）)")
    return is_form or _is_day(block) or boilerplate.is_attachment(line) or is_numbered(block.text)


def kept_above(shown: Shown, title: Title | None) -> list[int]:
    """Return the lines above the title that nothing shows to be the site's: a line over the headline."""
    if title is None or not title.blocks:
        return []
    above = range(title.blocks[0])
    blocks = shown.blocks
    if any(not _is_candidate(blocks[at]) or boilerplate.is_organisation(blocks[at].text) for at in above):
        return []
    text = normalize(title.text)
    texts = {at: normalize(blocks[at].text) for at in above}
    return [at for at in above if len(texts[at]) > _MENU_WORD and not text.startswith(texts[at][:8])]


def owner_above(shown: Shown, title: Title | None, end: int) -> str | None:
    """Return the only organisation above the title, or of several the one above an address."""
    if title is None or not title.blocks:
        return None
    owners: dict[str, int] = {}
    for at in range(min(title.blocks[0], end)):
        block = shown.blocks[at]
        is_name = boilerplate.is_organisation(block.text) and not _is_site_line(block)
        if is_name and not _metadata(block):
            owners.setdefault(normalize(block.text), at)
    return _choose_owner(shown, owners)


def _choose_owner(shown: Shown, owners: Mapping[str, int]) -> str | None:
    lines = [Line(block.text, block.number) for block in shown.blocks]
    above_contact = [
        name for name, at in owners.items() if at + 1 < len(lines) and boilerplate.is_contact(lines[at + 1])
    ]
    names = above_contact or list(owners)
    return names[0] if len(names) == 1 else None


def _is_sentence(block: Block) -> bool:
    """Whether a line is running text: it has a full stop, or is too long for anything else."""
    text = block.text
    return "。" in text or text.endswith(_SENTENCE_END) or len(text) > _LONGEST_TITLE


def _metadata(block: Block) -> Metadata | None:
    """Return what a line says about the release: with labels, or with a time and names beside it."""
    labelled = parse_metadata(block.text, in_head=True)
    if labelled is not None or len(block.text) > _LONGEST_BYLINE:
        return labelled
    loose = read_loose(block)
    is_byline = loose is not None and (loose.stamp or _CHANGED in loose.fields) and _says_more(loose)
    return loose if is_byline else None


def _says_more(loose: Metadata) -> bool:
    """Whether a line has more than a day, which may be part of a headline: a clock or a name."""
    return bool(loose.fields) or (loose.stamp is not None and loose.stamp.precision in ("minute", "second"))


def _is_site_line(block: Block) -> bool:
    line = Line(block.text, block.number)
    return boilerplate.is_masthead(line) or boilerplate.is_toolbar(line)


def _is_anchor(block: Block) -> bool:
    """Whether a line is metadata of the release: it can be below a title (the site's address can not)."""
    metadata = _metadata(block)
    is_site = boilerplate.is_masthead(Line(block.text, block.number))
    if metadata is None or (is_site and not metadata.is_labelled):
        return False
    return bool(metadata.stamp or set(metadata.fields) - _NO_ANCHORS)


def _is_candidate(block: Block) -> bool:
    is_site = _is_site_line(block) or boilerplate.is_footer(Line(block.text, block.number))
    return not (is_site or _is_sentence(block) or _metadata(block) or is_time_line(block.text))


def _repeats(block: Block, goals: Sequence[str]) -> bool:
    text = compared(block.text)
    return len(text) >= 4 and any(agreement_with(text, goal) for goal in goals)


def _agrees(block: Block, stated: Sequence[str]) -> bool:
    """Whether a line of the page is a stated title, or either is the beginning of the other."""
    line = normalize(block.text)
    others = [normalize(title) for title in stated]
    return any(line.startswith(each[:12]) or each.startswith(line[:12]) or line in each for each in others)


def _title_of_form(shown: Shown, end: int) -> int | None:
    """Return the line that is the title by its form and its place."""
    blocks = shown.blocks
    candidates = [at for at in range(end) if _is_candidate(blocks[at])]
    if not candidates:
        return None
    anchor = next((at for at in range(candidates[0], end) if _is_anchor(blocks[at])), None)
    if anchor is None:
        return _first_title(shown, candidates)
    anchor = _last_anchor_of_repeat(shown, candidates, anchor, end)
    return _last_title(shown, [at for at in candidates if at < anchor])


def _last_anchor_of_repeat(shown: Shown, candidates: list[int], anchor: int, end: int) -> int:
    """Return the metadata below the second title where a page shows its title twice, else `anchor`."""
    blocks = shown.blocks
    above = {normalize(blocks[at].text) for at in candidates if at < anchor}
    repeats = [at for at in candidates if at > anchor and normalize(blocks[at].text) in above]
    below = (at for repeat in repeats for at in range(repeat, end) if _is_anchor(blocks[at]))
    return next(below, anchor)


def _last_title(shown: Shown, candidates: list[int]) -> int:
    """Choose the title above the metadata: the last line that is no subtitle, owner or menu entry."""
    texts = {at: shown.blocks[at].text for at in candidates}
    good = [at for at in candidates if not texts[at].startswith(_DASHES)] or candidates
    long = [at for at in good if len(texts[at]) > _MENU_WORD] or good
    headlines = [at for at in long if not boilerplate.is_organisation(texts[at])] or long
    return headlines[-1]


def _first_title(shown: Shown, candidates: list[int]) -> int | None:
    """Choose the title where no metadata follows: the first line below the masthead."""
    blocks = shown.blocks
    site = [
        at
        for at in range(candidates[-1])
        if _is_site_line(blocks[at]) and not boilerplate.is_toolbar(Line(blocks[at].text, 1))
    ]
    below = [at for at in candidates if not site or at > site[-1]]
    headlines = [at for at in below or candidates if not boilerplate.is_organisation(blocks[at].text)]
    if not headlines or any(_is_sentence(blocks[at]) for at in range(headlines[0])):
        return None
    return headlines[0]


def _is_split_label(blocks: Sequence[Block]) -> bool:
    """Whether the first line is a label whose value is the next, with more metadata below."""
    if len(blocks) < 3 or blocks[0].text[-1] not in ":：" or _metadata(blocks[1]):
        return False
    return _metadata(blocks[2]) is not None
