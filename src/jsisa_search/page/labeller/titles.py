"""Which block is the title: the one that the window's title, `<meta>` and its own form agree on."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache

from jsisa_search.page.facts import boilerplate
from jsisa_search.page.facts.byline import is_time_line, parse_metadata
from jsisa_search.page.facts.timestamps import find_stamp, has_short_year
from jsisa_search.page.labeller.blocks import Block, Shown
from jsisa_search.page.labeller.body import is_linked
from jsisa_search.page.lines import Line
from jsisa_search.page.rules import any_of, load_rules
from jsisa_search.page.structure.sections import is_caption

_SEPARATORS = re.compile(r"[_|｜]|--|[-–—－]")
_SERIES = re.compile(r"^[【\[［][^】\]］]{1,12}[】\]］] ?")
_LONGEST_COLUMN = 6
_NOT_COMPARED = re.compile(r"[\W_]+")
_BY_FORM = "the line that agrees with the stated title, or has the form of one"


@dataclass(frozen=True, slots=True)
class Title:
    """The title, the blocks that show it (none where it is only declared), and why it was taken."""

    text: str
    blocks: tuple[int, ...]
    rule: str


@lru_cache(maxsize=4096)
def compared(text: str) -> str:
    """Return `text` as titles are compared: without blanks and punctuation."""
    return _NOT_COMPARED.sub("", text).lower()


@cache
def _weights() -> dict[str, float]:
    weights: dict[str, float] = load_rules("labeller")["title"]
    return weights


@cache
def _badges() -> re.Pattern[str]:
    words = any_of(load_rules("labeller")["title_badges"])
    return re.compile(f"(?:[\\[【(（]?(?:{words})[\\]】)）]?[ ：:|]*)+")


def find_title(shown: Shown, body_start: int, declared: list[str], window: str | None) -> Title | None:
    """Return the title of the release.

    `declared` are the titles that `<meta>` states, best first; `window` is the title of the window, with the
    site's name in it; the title is above the first paragraph, which is block `body_start`, or begins
    the text.
    """
    site_free = boilerplate.strip_site(window) if window else None
    wanted = [*declared, *([site_free] if site_free else [])]
    wanted = [title for title in wanted if not boilerplate.is_site_name(title)]
    # 【云浦网格】市里召开推进会: the name of a series, which the headline on the page may be without.
    goals = [compared(text) for title in wanted for text in {title: 0, _SERIES.sub("", title): 0}]
    opening = compared(window or "")
    best: tuple[float, int] | None = None
    for at in range(min(body_start + int(_weights()["into_text"]), len(shown.blocks))):
        score = _score(shown, at, goals, opening, body_start)
        if score >= _weights()["lowest"] and (best is None or score >= best[0]):
            best = score, at
    if best is not None:
        return with_lines_below(shown, best[1], wanted, _BY_FORM)
    if wanted and not _is_column(wanted[0]):
        return Title(wanted[0], (), "declared, and shown nowhere")
    above = _line_above_byline(shown, body_start)
    if above is None and wanted:
        above = _headline_of_text(shown, body_start)
    if above is not None:
        return Title(shown.blocks[above].text, (above,), "the line above time and source")
    if wanted:
        return Title(wanted[0], (), "declared, and shown nowhere")
    apart = _line_apart_above(shown, body_start)
    if apart is not None:
        return Title(shown.blocks[apart].text, (apart,), "the line right above the text, which is set apart")
    if shown.blocks and _is_set_as_title(shown, shown.blocks[0]):
        return Title(shown.blocks[0].text, (0,), "the first line of the page, which is set apart")
    return None


def _is_column(title: str) -> bool:
    """Whether a stated title names a column or a site and no release: 出国, 活动公告栏-市民修身行动."""
    first = _SEPARATORS.split(title)[0].strip()
    return len(first) <= _LONGEST_COLUMN or first.endswith(("频道", "专题", "专栏", "网站", "官网"))


def _line_apart_above(shown: Shown, body_start: int) -> int | None:
    """Return the line right above the text that element, type or place set apart as a headline."""
    for at in range(body_start - 1, max(body_start - 3, -1), -1):
        block = shown.blocks[at]
        is_headline = len(block.text) <= _weights()["headline"] and not block.cells
        if is_headline and (block.level or _is_set_as_title(shown, block)) and not _is_no_title(block):
            is_long = len(compared(block.text)) >= _weights()["bare"] and not is_linked(block)
            # 云浦市人民政府 above 关于……的通知: the lines of an official title, which are read together.
            is_whole = not block.text.startswith("关于") and not boilerplate.is_site_name(block.text)
            return at if is_long and is_whole else None
    return None


def _is_set_as_title(shown: Shown, block: Block) -> bool:
    """Whether a line on top of a page without a site around it, as programs export it, is set as a title."""
    is_apart = block.is_bold or shown.nodes[block.node].is_centred
    is_long = len(compared(block.text)) >= _weights()["bare"]
    return is_apart and is_long and not is_linked(block) and not _is_no_title(block)


def _score(shown: Shown, at: int, goals: list[str], window: str, body_start: int) -> float:
    """Return how much a block is the title; below `lowest` it is none. What costs most is asked last."""
    weights, block = _weights(), shown.blocks[at]
    text = compared(block.text)
    if not 2 <= len(text) <= weights["longest"] or block.cells:
        return 0.0
    agreement = max((agreement_with(_joined(shown, at, text, goal), goal) for goal in goals), default=0.0)
    is_named = _named(shown, block.node)
    if not agreement and block.level is None and not is_named:
        return 0.0  # what is left to weigh is not enough
    is_believed = agreement >= weights["believed"]
    if not is_believed and len(text) >= 5 and window.startswith(text):
        agreement = weights["believed"]
    score = weights["agreement"] * agreement + weights["name"] * is_named + _form(shown, at, body_start)
    if score + weights["above_byline"] < weights["lowest"] or (not is_believed and _is_no_title(block)):
        return 0.0
    score += weights["above_byline"] * is_above_byline(shown, at, body_start)
    return score - weights["site"] * boilerplate.is_site_name(block.text)


def _form(shown: Shown, at: int, body_start: int) -> float:
    """Return what element, type and place of a block say for and against it as the title."""
    weights, block = _weights(), shown.blocks[at]
    score = weights.get(f"h{block.level}", 0.0) + weights["bold"] * block.is_bold
    score -= weights["distance"] * min(abs(body_start - at), 40) + weights["linked"] * is_linked(block)
    in_menu = shown.nodes[block.node].role in ("menu", "related", "comment") and block.level is None
    return score - weights["linked"] * in_menu - weights["below"] * (at >= body_start)


def is_above_byline(shown: Shown, at: int, body_start: int) -> bool:
    """Whether time or source of the release is on one of the next lines, above the text."""
    for below in range(at + 1, min(at + 4, body_start)):
        metadata = parse_metadata(shown.blocks[below].parted, in_head=True)
        if metadata is None and has_short_year(shown.blocks[below].text):
            return True
        stamp = find_stamp(shown.blocks[below].text) if len(shown.blocks[below].text) <= 60 else None
        if stamp or (metadata is not None and {"published", "source", "yearless"} & set(metadata.fields)):
            return True
    return False


def _line_above_byline(shown: Shown, body_start: int) -> int | None:
    """Return the line right above time or source, if it has the form of a title."""
    for at in range(min(body_start, len(shown.blocks)) - 1, -1, -1):
        block = shown.blocks[at]
        is_free = not (block.cells or is_linked(block) or _is_no_title(block))
        if is_free and len(compared(block.text)) >= _weights()["bare"] and is_above_byline(shown, at, at + 2):
            return None if boilerplate.is_site_name(block.text) else at
    return None


def _headline_of_text(shown: Shown, body_start: int) -> int | None:
    """Return the line that begins the text above time or source, if it has the form of a headline."""
    for at in range(max(body_start - 3, 0), min(body_start + 2, len(shown.blocks))):
        block = shown.blocks[at]
        is_free = not (block.cells or is_linked(block) or _is_no_title(block) or is_caption(block.text))
        is_headline = _weights()["bare"] <= len(compared(block.text)) <= _weights()["headline"]
        if is_free and is_headline and is_above_byline(shown, at, min(at + 4, len(shown.blocks))):
            return None if boilerplate.is_site_name(block.text) else at
    return None


def _joined(shown: Shown, at: int, text: str, goal: str) -> str:
    """Return a line, compared, with those below it as far as together they begin `goal`, a broken title."""
    if len(text) < 4 or not goal.startswith(text):
        return text
    for below in range(at + 1, min(at + 4, len(shown.blocks))):
        longer = text + compared(shown.blocks[below].text)
        if not goal.startswith(longer):
            break
        text = longer
    return text


def agreement_with(text: str, title: str) -> float:
    """Return how far a line and a stated title agree: 1 for the same, a share where one begins the other."""
    if not text or not title:
        return 0.0
    if text == title:
        return 1.0
    shorter, longer = sorted((text, title), key=len)
    if len(shorter) >= 4 and longer.startswith(shorter):
        return max(len(shorter) / len(longer), 0.3)
    if len(shorter) >= 6 and shorter in longer and len(shorter) >= 0.7 * len(longer):
        return len(shorter) / len(longer)
    if len(shorter) >= 8 and longer.endswith(shorter) and boilerplate.is_site_name(longer[: -len(shorter)]):
        return 0.9
    return 0.0


def _is_no_title(block: Block) -> bool:
    line = Line(block.text, block.number)
    is_sentence = block.text.endswith(("。", "；", "，", "：", ":"))
    return (
        is_sentence
        or boilerplate.is_masthead(line)
        or boilerplate.is_toolbar(line)
        or boilerplate.is_footer(line)
        or boilerplate.is_aside(line)
        or parse_metadata(block.parted, in_head=True) is not None
        or is_time_line(block.text)
    )


@cache
def _name_pattern() -> re.Pattern[str]:
    return re.compile("|".join(load_rules("labeller")["title_names"]))


def _named(shown: Shown, node: int) -> bool:
    """Whether the element, or the one around it, is named as a title's."""
    return any(
        _name_pattern().search(shown.nodes[at].name.lower()) is not None
        for at in (node, max(shown.nodes[node].parent, 0))
    )


def with_lines_below(shown: Shown, at: int, wanted: list[str], rule: str) -> Title:
    """Return the title that begins at a block with the lines that go on with it, as one with —— does."""
    blocks, taken = shown.blocks, [at]
    text = _without_badge(shown.blocks[at].text, wanted)
    goals = [compared(title) for title in wanted]
    for below in range(at + 1, min(at + 4, len(blocks))):
        line = blocks[below].text
        joined = compared(text + line)
        same = (
            blocks[below].node == blocks[at].node
            and blocks[at].level
            and blocks[below].level == blocks[at].level
        )
        if line.startswith(("——", "--", "──", "—")):
            text = f"{text}{line}"
        elif any(goal.startswith(joined) for goal in goals) or (same and not goals):
            text = f"{text}{_glue(text, line)}{line}"
        else:
            break
        taken.append(below)
    return Title(text, tuple(taken), rule)


def _without_badge(text: str, wanted: list[str]) -> str:
    """Return a title without a badge before it (原创, 推荐), unless a stated title has it, too."""
    begins = compared(text)[:6]
    if any(compared(title).startswith(begins) for title in wanted):
        return text
    return _badges().sub("", text, count=1) if _badges().match(text) else text


def _glue(above: str, below: str) -> str:
    return " " if above[-1:].isascii() and below[:1].isascii() else ""
