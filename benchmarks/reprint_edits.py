"""What sites do to a text that they reprint, as edits of a real release: the same seed, the same edit.

Each edit takes a release, others to borrow sentences from, and a generator, and returns the reprint.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta

from jsisa_search.model import Paragraph, Release, Section

Edit = Callable[[Release, Sequence[Release], random.Random], Release]

_SENTENCE = re.compile(r"[^。！？；]+[。！？；]?[”’」』）)]*")
_FIGURE = re.compile(r"\d+")
_LEAD = re.compile(r"^[^：:]{0,24}[：:]")
_REPORTERS = ("王立", "张晓明", "李倩", "陈一帆")
_SITES = ("桐岭融媒", "澄川日报", "微讯江苏", "搜狐网", "澎湃新闻")
# Words that editors replace by others of the same sense.
_WORDS = {
    "今天": "日前",
    "表示": "指出",
    "目前": "现在",
    "但": "不过",
    "和": "与",
    "进行": "开展",
    "已经": "已",
    "我国": "中国",
}


def edited(name: str, release: Release, others: Sequence[Release], seed: int) -> Release:
    """Return `release` after the edit of a name."""
    rng = random.Random(f"{release.path} {name} {seed}")
    made = EDITS[name](release, others, rng)
    return replace(made, path=f"{name}-{seed}-{release.path}")


def _text(release: Release) -> list[str]:
    return [paragraph.text for paragraph in release.paragraphs]


def _with(release: Release, paragraphs: Sequence[str], **facts: object) -> Release:
    numbered = tuple(Paragraph(text, at, at, at + 1) for at, text in enumerate(paragraphs, start=1) if text)
    return replace(release, sections=(Section(None, None, numbered, 2),), **facts)  # type: ignore[arg-type]


def _later(release: Release, days: int) -> Release:
    assert release.published is not None
    return replace(release, published=release.published + timedelta(days=days))


def _reframed(release: Release, _: Sequence[Release], rng: random.Random) -> Release:
    """Replace headline, dateline, source and credit; up to three days later."""
    first, *rest = _text(release)
    lead = f"本报讯（记者 {rng.choice(_REPORTERS)}）" if rng.random() < 0.5 else "新华社北京电 "
    title = f"关注｜{(release.title or '')[: rng.randint(6, 16)]}"
    paragraphs = [lead + _LEAD.sub("", first), *rest, f"（责任编辑：{rng.choice(_REPORTERS)}）"]
    return _later(_with(release, paragraphs, title=title, source=rng.choice(_SITES)), rng.randint(0, 3))


def _shortened(release: Release, _: Sequence[Release], rng: random.Random) -> Release:
    """Cut off a quarter to a half at the end; up to two days later."""
    sentences = [(at, each) for at, text in enumerate(_text(release)) for each in _SENTENCE.findall(text)]
    kept = sentences[: max(2, int(len(sentences) * rng.uniform(0.5, 0.75)))]
    paragraphs = ["".join(each for at, each in kept if at == number) for number in range(kept[-1][0] + 1)]
    return _later(_with(release, paragraphs, source=rng.choice(_SITES)), rng.randint(0, 2))


def _altered(release: Release, others: Sequence[Release], rng: random.Random) -> Release:
    """Replace up to a fifth of the sentences, and words in a quarter of them; up to three days later."""
    borrowed = [each for text in _text(rng.choice(others)) for each in _SENTENCE.findall(text)]
    share = rng.uniform(0.1, 0.2)

    def one(sentence: str) -> str:
        chance = rng.random()
        if chance < share:
            return rng.choice(borrowed)
        if chance < share + 0.25:
            for word, other in _WORDS.items():
                sentence = sentence.replace(word, other)
        return sentence

    paragraphs = ["".join(map(one, _SENTENCE.findall(text))) for text in _text(release)]
    return _later(_with(release, paragraphs, source=rng.choice(_SITES)), rng.randint(0, 3))


def _figures(release: Release, _: Sequence[Release], rng: random.Random) -> Release:
    """Alter up to three figures, as a corrected report of the same day does."""
    places = [(at, match) for at, text in enumerate(_text(release)) for match in _FIGURE.finditer(text)]
    paragraphs = _text(release)
    for at, match in sorted(rng.sample(places, min(3, len(places))), key=lambda each: -each[1].start()):
        number = str(int(match[0]) + rng.randint(1, 9))
        paragraphs[at] = paragraphs[at][: match.start()] + number + paragraphs[at][match.end() :]
    return _with(release, paragraphs, source=rng.choice(_SITES))


def _extended(release: Release, others: Sequence[Release], rng: random.Random) -> Release:
    """Add a background of up to half of the text; up to three days later."""
    borrowed = [text for text in _text(rng.choice(others)) if len(text) > 30] or ["背景资料。"]
    room = sum(map(len, _text(release))) // 2
    added: list[str] = []
    for text in borrowed:
        if sum(map(len, added)) + len(text) > room:
            break
        added.append(text)
    return _later(_with(release, [*_text(release), *added], source=rng.choice(_SITES)), rng.randint(0, 3))


def _resplit(release: Release, _: Sequence[Release], rng: random.Random) -> Release:
    """Divide the text otherwise, with other punctuation, months later: an archive."""
    text = "".join(_text(release)).replace("，", ",").replace("：", ":")
    sentences = _SENTENCE.findall(text)
    size = rng.randint(2, 5)
    paragraphs = ["".join(sentences[at : at + size]) for at in range(0, len(sentences), size)]
    return _later(_with(release, paragraphs), rng.randint(40, 900))


def _undated(release: Release, _: Sequence[Release], rng: random.Random) -> Release:
    """Leave out the date, and add a credit."""
    made = _with(release, [*_text(release), f"（来源：{rng.choice(_SITES)}）"])
    return replace(made, published=None, published_precision=None, date=None, date_from=None)


def _combined(release: Release, others: Sequence[Release], rng: random.Random) -> Release:
    """Replace the frame and some figures, and leave out the last fifth."""
    made = _figures(_reframed(release, others, rng), others, rng)
    kept = _text(made)
    return _with(made, kept[: max(2, int(len(kept) * 0.8))], source=made.source)


def _yearly(release: Release, others: Sequence[Release], rng: random.Random) -> Release:
    """Write the notice of the next year, no reprint: other figures, a quarter of the sentences new."""
    borrowed = [each for text in _text(rng.choice(others)) for each in _SENTENCE.findall(text)]

    def one(sentence: str) -> str:
        if rng.random() < 0.25:
            return rng.choice(borrowed)
        return _FIGURE.sub(lambda match: str(int(match[0]) + rng.randint(1, 30)), sentence)

    paragraphs = ["".join(map(one, _SENTENCE.findall(text))) for text in _text(release)]
    return _later(_with(release, paragraphs), rng.randint(350, 380))


EDITS: dict[str, Edit] = {
    "reframed": _reframed,
    "shortened": _shortened,
    "altered": _altered,
    "figures": _figures,
    "extended": _extended,
    "resplit": _resplit,
    "undated": _undated,
    "combined": _combined,
    "yearly": _yearly,
}
