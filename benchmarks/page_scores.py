"""What counts as right in a reading of a page, and what a list of readings amounts to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from statistics import mean, median
from typing import Any

from page_gold import Gold
from page_readers import Reading
from page_text import bare, fold

Score = dict[str, Any]
DAY = len("2022-09-06")
MINUTE = len("2022-09-06T16:42")


def score(gold: Gold, reading: Reading) -> Score:
    """Return every figure of one reading; `None` where the gold asks nothing."""
    asked = set(gold.fields)
    published = gold.published if "published" in asked else None
    return {
        "file": gold.file,
        "kind": gold.kind,
        "error": reading.error,
        "chars": len(fold(reading.body)),
        **_body(gold, reading),
        "title": _same(gold.title, (reading.title,)) if "title" in asked else None,
        "date": _same_time(published, reading.published, MINUTE),
        "day": _same_time(published, reading.published, DAY),
        "date_invented": "published" in asked and published is None and reading.published is not None,
        "source": _source(gold, reading) if "source" in asked else None,
        "number": _same(gold.number, (reading.number,)) if "number" in asked else None,
        "office": _same(gold.source, reading.offices) if "office" in asked else None,
        "headings": count_headings(gold, reading.headings) if "headings" in asked else None,
    }


def is_complete(one: Score) -> bool | None:
    """Tell whether title, number and issuing office of a document are right, `None` for other pages."""
    asked = [one[name] for name in ("title", "number", "office")]
    return None if None in asked else all(asked)


def _body(gold: Gold, reading: Reading) -> dict[str, float | None]:
    if not gold.body:
        return {"precision": None, "recall": None, "f1": None}
    return body_figures(gold, reading.body)


def body_figures(gold: Gold, found: str) -> dict[str, float | None]:
    """Return precision, recall and F1 over the multisets of folded character trigrams.

    Wanted is what the body has with and without the optional lines in their places; wrong is what neither
    of them has, nor the title. So optional lines count neither way, nor do the trigrams at their edges.
    """
    body, full, given = trigrams(gold.body), trigrams(gold.full), trigrams(found)
    wanted = body & full
    right = (wanted & given).total()
    wrong = (given - ((body | full) + trigrams(gold.title or ""))).total()
    precision = right / (right + wrong) if right else 0.0
    recall = right / wanted.total() if wanted else 0.0
    f1 = 2 * precision * recall / (precision + recall) if right else 0.0
    return {"precision": precision, "recall": recall, "f1": f1}


def trigrams(text: str) -> Counter[str]:
    """Return how often each three neighbouring characters stand in the folded text."""
    folded = fold(text)
    return Counter(folded[start : start + 3] for start in range(len(folded) - 2))


def _same(wanted: str | None, found: Sequence[str | None]) -> bool | None:
    if wanted is None:
        return None
    return any(bare(wanted) == bare(text) for text in found if text)


def _near(wanted: str | None, found: Sequence[str | None]) -> bool | None:
    """Tell whether a name is the wanted one, or one of both holds the other, with 2 characters or more."""
    if wanted is None:
        return None
    name = bare(wanted)
    names = [bare(text) for text in found if text]
    return any(len(other) >= 2 and (other == name or other in name or name in other) for other in names)


def _same_time(wanted: str | None, found: str | None, length: int) -> bool | None:
    if wanted is None:
        return None
    length = min(length, len(wanted))
    return found is not None and found[:length] == wanted[:length]


def _source(gold: Gold, reading: Reading) -> bool | None:
    if gold.source is not None:
        return _near(gold.source, reading.sources)
    return _near(gold.author, reading.authors)


def count_headings(gold: Gold, found: Sequence[str]) -> dict[str, int]:
    """Return how many headings there are, how many were given, and how many of each are right.

    Two neighbouring headings given as one are right, and so are lines of numbers alone and what the
    gold calls optional, which are not counted.
    """
    wanted = [bare(text) for text in gold.headings]
    joined = [first + second for first, second in pairwise(wanted)]
    optional = {bare(text) for text in (*gold.headings_optional, gold.title or "")}
    given = [bare(text) for text in found if any(char.isalpha() for char in text)]
    given = [text for text in given if text not in optional - set(wanted)]
    right = sum((Counter(given) & Counter(wanted)).values()) + sum(text in joined for text in given)
    held = sum(any(text == one or (text in one and one in joined) for one in given) for text in wanted)
    return {"wanted": len(wanted), "given": len(given), "right": right, "held": held}


def summarize_scores(scores: Sequence[Score]) -> dict[str, Any]:
    """Return means, shares and counts over timed pages; a figure that no page is asked for is `None`."""
    f1 = [score["f1"] for score in scores if score["f1"] is not None]
    headings = Counter[str]()
    for one in scores:
        headings.update(one["headings"] or {})
    return {
        "pages": len(scores),
        "bodies": len(f1),
        **{name: _mean(scores, name) for name in ("f1", "precision", "recall")},
        "worst_f1": min(f1, default=None),
        "under_0.5": sum(value < 0.5 for value in f1),
        "under_0.3": sum(value < 0.3 for value in f1),
        **{name: _share(scores, name) for name in ("title", "date", "day", "source", "number", "office")},
        "complete": _as_share([is_complete(one) for one in scores]),
        "dates_invented": sum(score["date_invented"] for score in scores),
        "heading_precision": headings["right"] / headings["given"] if headings["given"] else None,
        "heading_recall": headings["held"] / headings["wanted"] if headings["wanted"] else None,
        "errors": sum(score["error"] is not None for score in scores),
        "median_ms": median(score["ms"] for score in scores),
        "worst_ms": max(score["ms"] for score in scores),
    }


def _mean(scores: Sequence[Score], name: str) -> float | None:
    values = [score[name] for score in scores if score[name] is not None]
    return mean(values) if values else None


def _share(scores: Sequence[Score], name: str) -> list[int] | None:
    return _as_share([score[name] for score in scores])


def _as_share(answers: Sequence[bool | None]) -> list[int] | None:
    asked = [answer for answer in answers if answer is not None]
    return [sum(asked), len(asked)] if asked else None


def badness(one: Score) -> tuple[float, int]:
    """Return by what pages are sorted, the worst first: the body's F1, then what is right of the fields."""
    fields = ("title", "day", "source", "number", "office")
    right = [one[name] for name in fields if one[name] is not None]
    return (2.0 if one["f1"] is None else one["f1"], sum(right) - len(right))
