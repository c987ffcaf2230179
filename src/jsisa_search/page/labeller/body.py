"""Blocks -> the text of the page: how blocks are scored, and which stretch of the tree has the sentences.

Each block is scored by what it is: sentences count for, links and the site's own lines against. The
element whose blocks have the highest sum contains the text; from the smallest element that has most of it,
one goes outwards again to what belongs to it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from jsisa_search.page.facts import boilerplate
from jsisa_search.page.facts.byline import field_of_key, parse_metadata, read_labels
from jsisa_search.page.labeller.blocks import Block, Shown
from jsisa_search.page.lines import Line
from jsisa_search.page.rules import load_rules
from jsisa_search.page.structure.letter import is_addressed
from jsisa_search.page.structure.sections import may_be_heading

_STOPS = re.compile(r"[。！？；!?;]")
_COMMAS = re.compile(r"[，、,]")
_LEAF_TAGS = frozenset(("p", "li", "dd", "h1", "h2", "h3", "h4", "h5", "h6", "pre", "blockquote"))


@dataclass(frozen=True, slots=True)
class Body:
    """Where the text is: blocks `start` to `end`, in the element `node`, without those in `left_out`.

    `left_out` holds the reason by index; `scores` are those of all blocks, `score` the sum of the sentences.
    """

    start: int
    end: int
    node: int
    score: float
    left_out: dict[int, str]
    scores: list[float]

    def kept(self) -> list[int]:
        """Return the indices of the blocks that are text."""
        return [at for at in range(self.start, self.end) if at not in self.left_out]


@cache
def _limits() -> dict[str, float]:
    limits: dict[str, float] = load_rules("labeller")["body"]
    return limits


def is_linked(block: Block) -> bool:
    """Whether most of a block is links."""
    if not block.linked or _is_sentence_with_link(block):
        return False
    return block.linked > _limits()["linked"] * (len(block.text) - block.text.count(" "))


def _is_sentence_with_link(block: Block) -> bool:
    """Whether a block is a sentence that a link is in, as headlines and menus are not."""
    return block.text.endswith("。") and block.linked <= len(block.text) - _limits()["unlinked"]


def score_block(block: Block) -> float:
    """Return how much a block looks like text: characters of sentences, less than 0 for links."""
    limits, text = _limits(), block.text
    if is_linked(block):
        if is_attachment(block):
            return 0.0
        return -min(len(text), limits["link_characters"]) * limits["link_weight"]
    length = min(len(text) - block.linked, limits["characters"])
    if length < limits["shortest"] and not block.cells:
        return 0.0
    if block.cells:
        return length * limits["cell_weight"]
    if _STOPS.search(text) or len(_COMMAS.findall(text)) >= limits["commas"]:
        return length
    return length * limits["long_weight"] if length >= limits["long"] else 0.0


def _score_unless_site(block: Block) -> float:
    score = score_block(block)
    return 0.0 if score > 0 and is_site_text(block) else score


def is_site_text(block: Block) -> bool:
    """Whether a block is the site's in any position: its footer, its buttons."""
    line = Line(block.text, block.number)
    return boilerplate.is_footer(line) or boilerplate.is_toolbar(line) or boilerplate.is_disclaimer(line)


def is_tail(block: Block) -> bool:
    """Whether the surroundings of the text begin at a block: 责任编辑, 相关新闻, 网友评论, 版权所有."""
    line = Line(block.text, block.number)
    if boilerplate.is_footer(line) or boilerplate.is_aside(line) or boilerplate.is_disclaimer(line):
        return True
    if len(block.text) > _limits()["credits"]:
        return False
    return "editor" in read_labels(block.text) or field_of_key(block.text.rstrip(" :：")) == "editor"


def find_body(shown: Shown) -> Body | None:
    """Return where the text is, `None` where the page has no sentence and no row of data."""
    edge = int(_limits()["edge"]) if shown.is_plain else len(shown.blocks)
    scores = [
        _score_unless_site(block) if at < edge or at >= len(shown.blocks) - edge else score_block(block)
        for at, block in enumerate(shown.blocks)
    ]
    if shown.is_plain:
        return Body(0, len(scores), 0, sum(max(score, 0.0) for score in scores), {}, scores)
    for at in _copies(shown.blocks, scores):
        scores[at] = 0.0
    roles = _roles_in_effect(shown, scores)
    weighed = [
        min(score, 0.0) if roles[block.node] else score
        for score, block in zip(scores, shown.blocks, strict=True)
    ]
    totals = _totals(shown, weighed)
    best = max(range(len(totals)), key=lambda node: (totals[node], node), default=0)
    if not totals or totals[best] <= 0:
        return None
    core = _descend(shown, totals, best)
    start, end, top = _extend(shown, weighed, roles, _spans(shown), core, best)
    while end < len(shown.blocks) and is_attachment(shown.blocks[end]) and not roles[shown.blocks[end].node]:
        end += 1
    left_out = _left_out(shown, roles, start, end, core)
    score = sum(max(weighed[at], 0) for at in range(start, end) if at not in left_out)
    return Body(start, end, top, score, left_out, scores)


def _copies(blocks: list[Block], scores: list[float]) -> list[int]:
    """Return the blocks of a second copy of the text, as pages have one for telephones.

    A copy repeats most of the sentences; a sentence repeated here and there is none.
    """
    seen: set[str] = set()
    copies: list[int] = []
    for at, block in enumerate(blocks):
        if scores[at] > 0 and len(block.text) >= _limits()["copied"]:
            if block.text in seen:
                copies.append(at)
            seen.add(block.text)
    repeated = sum(scores[at] for at in copies)
    whole = sum(score for score in scores if score > 0)
    is_copy = len({blocks[at].text for at in copies}) >= _limits()["copied_count"]
    return copies if is_copy and repeated >= _limits()["copied_share"] * whole else []


def _totals(shown: Shown, scores: list[float]) -> list[float]:
    totals = [0.0] * len(shown.nodes)
    for block, score in zip(shown.blocks, scores, strict=True):
        totals[block.node] += score
    for node in range(len(totals) - 1, 0, -1):
        totals[shown.nodes[node].parent] += totals[node]
    return totals


def _roles_in_effect(shown: Shown, scores: list[float]) -> list[str | None]:
    """Return for each node why it is left out, by name, unless most sentences are in it."""
    limits = _limits()
    positive = _totals(shown, [max(score, 0.0) for score in scores])
    whole = positive[0] if positive else 0.0
    roles: list[str | None] = [None] * len(shown.nodes)
    for at, node in enumerate(shown.nodes):
        above = roles[node.parent] if at else None
        share = limits["comment_share"] if node.role == "comment" else limits["role_share"]
        is_believed = node.role in _left_out_roles() and positive[at] <= share * whole
        roles[at] = above or (node.role if is_believed else None)
    return roles


@cache
def _left_out_roles() -> frozenset[str]:
    return frozenset(load_rules("labeller")["left_out_roles"])


def _descend(shown: Shown, totals: list[float], node: int) -> int:
    """Go down from `node` as long as one element contains nearly all."""
    children: dict[int, list[int]] = {}
    for at in range(node + 1, shown.lasts[node] + 1):
        children.setdefault(shown.nodes[at].parent, []).append(at)
    while True:
        inner = max(children.get(node, ()), key=lambda at: totals[at], default=None)
        if inner is None or totals[inner] < _limits()["core"] * totals[node]:
            return node
        node = inner


def _extend(
    shown: Shown,
    scores: list[float],
    roles: list[str | None],
    spans: list[tuple[int, int]],
    core: int,
    best: int,
) -> tuple[int, int, int]:
    """Return start and end of the text around `core`, and the outermost element that was looked into."""
    start, end = spans[core]
    top, is_closed = core, False
    while top != best or shown.nodes[top].tag in _LEAF_TAGS:
        parent = shown.nodes[top].parent
        if parent <= 0:
            break
        outer_start, outer_end = spans[parent]
        beside = top == core and shown.nodes[top].tag in _LEAF_TAGS
        start = _extend_up(shown, scores, roles, range(start - 1, outer_start - 1, -1), start)
        if not is_closed:
            end, is_closed = _extend_down(shown, scores, roles, range(end, outer_end), end, beside=beside)
        top = parent
    return start, end, top


def _spans(shown: Shown) -> list[tuple[int, int]]:
    """Return for each node the range of the blocks below it."""
    spans = [(len(shown.blocks), 0)] * len(shown.nodes)
    for at, block in enumerate(shown.blocks):
        spans[block.node] = (min(spans[block.node][0], at), at + 1)
    for node in range(len(spans) - 1, 0, -1):
        above, (start, end) = shown.nodes[node].parent, spans[node]
        spans[above] = (min(spans[above][0], start), max(spans[above][1], end))
    return spans


def _extend_up(shown: Shown, scores: list[float], roles: list[str | None], blocks: range, start: int) -> int:
    """Take the sentences above the text, up to links or the byline, and a heading or addressees on top."""
    for at in blocks:
        block = shown.blocks[at]
        if scores[at] < 0 or (block.level or 9) <= 2 or _is_byline(block):
            break
        is_wanted = scores[at] > 0 or (at == start - 1 and (_is_marked(block) or is_addressed(block.text)))
        if is_wanted and not block.cells and not roles[block.node] and not is_tail(block):
            start = at
    return start


def _is_marked(block: Block) -> bool:
    """Whether a line is a heading by its element or its type."""
    has_mark = (block.level or 0) > 2 or (block.level is None and block.is_bold)
    return has_mark and may_be_heading(block.text)


def _is_byline(block: Block) -> bool:
    metadata = parse_metadata(block.parted, in_head=True)
    return metadata is not None and bool(metadata.stamp or {"published", "source"} & set(metadata.fields))


def _extend_down(
    shown: Shown, scores: list[float], roles: list[str | None], blocks: range, end: int, *, beside: bool
) -> tuple[int, bool]:
    """Take what follows the text in the same element; return its new end and whether something closed it."""
    for at in blocks:
        block = shown.blocks[at]
        if is_tail(block) or scores[at] < 0:
            return end, True
        if roles[block.node]:
            continue
        if scores[at] > 0 or is_attachment(block) or (beside and not is_site_text(block)):
            end = at + 1
    return end, False


def _left_out(shown: Shown, roles: list[str | None], start: int, end: int, core: int) -> dict[int, str]:
    """Return the blocks within the text that are not of it, with the reason."""
    left_out: dict[int, str] = {}
    for at in range(start, end):
        block = shown.blocks[at]
        role = roles[block.node]
        if role and not (roles[core] and shown.nodes[core].role == role):
            left_out[at] = role
        elif boilerplate.is_toolbar(Line(block.text, block.number)):
            left_out[at] = "toolbar"
    left_out |= _link_lists(shown, start, end, left_out)
    return left_out


def _link_lists(shown: Shown, start: int, end: int, left_out: dict[int, str]) -> dict[int, str]:
    """Return the runs of blocks that are nothing but links, with the line that introduces them."""
    found: dict[int, str] = {}
    at = start
    while at < end:
        run = at
        while (
            run < end
            and (is_linked(shown.blocks[run]) or run in left_out)
            and not is_attachment(shown.blocks[run])
        ):
            run += 1
        is_headed = run > at > start and boilerplate.is_aside(Line(shown.blocks[at - 1].text, 1))
        if run - at >= _limits()["link_run"] or is_headed or (run > at and run == end):
            found |= dict.fromkeys(range(at - is_headed, run), "links")
        at = max(run, at + 1)
    return {at: reason for at, reason in found.items() if at not in left_out}


def is_attachment(block: Block) -> bool:
    """Whether a block names an attachment of a notice, which is a link and yet part of it."""
    if "附" not in block.text and "." not in block.text:
        return False  # most links are none, and this is asked of each
    return boilerplate.is_attachment(Line(block.text, block.number))
