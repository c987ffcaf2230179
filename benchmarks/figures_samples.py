"""The samples of figures: with which seed, of which releases and how many sentences are drawn.

`figures_gold.py` draws them; gold/README.md describes each.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

LONGEST = 300
GOLD = Path(__file__).parent / "gold"
FIRST = GOLD / "figures.jsonl"
#: All that anybody has made rules by, or learned from.
EARLIER = (
    FIRST,
    GOLD / "figures-2-tune.jsonl",
    GOLD / "figures-2-report.jsonl",
    GOLD / "figures-training.jsonl",
)


@dataclass(frozen=True, slots=True)
class Sample:
    """How sentences are drawn: how many of each folder of the collection, and of one release at most.

    `most_of_site` bounds the pages of one site; none is of a release of the gold `seen`, nor such a sentence.
    Those of `one_half` are all in `report`; `in_tune` is how many of each folder, drawn by lot, are in the
    other half. `beyond` are folders of releases that the collection leaves out, of the news items of any
    column where they are drawn `at_random`.
    """

    seed: int
    shares: dict[str, int]
    most_of_one: dict[str, int]
    most_of_site: int = LONGEST
    seen: tuple[Path, ...] = ()
    one_half: bool = False
    in_tune: dict[str, int] | None = None
    beyond: bool = False
    at_random: bool = False


#: The second and third have no `press`, whose only release is in the first; the fourth has no `pages` either,
#: of which no release with a figure is left; the fifth has the shares of the fourth without its statutes.
#: The sixth has one sentence of a release, so that halves by release are halves by sentence.
SAMPLES = {
    1: Sample(13, {"press": 16, "pages": 142, "news": 142}, {"press": 16, "pages": 4, "news": 1}),
    2: Sample(31, {"pages": 150, "news": 150}, {"pages": 2, "news": 1}, most_of_site=24, seen=(FIRST,)),
    3: Sample(
        47,
        {"pages": 40, "articles": 35, "news": 125},
        {"pages": 3, "articles": 1, "news": 1},
        most_of_site=12,
        seen=EARLIER,
        one_half=True,
    ),
    4: Sample(
        61,
        {"xwlb": 176, "articles": 40, "snippets": 76, "statutes": 8},
        {"xwlb": 1, "articles": 1, "snippets": 1, "statutes": 1},
        most_of_site=22,
        seen=(*EARLIER, GOLD / "figures-3-report.jsonl"),
        one_half=True,
        beyond=True,
    ),
    5: Sample(
        79,
        {"xwlb": 120, "articles": 28, "snippets": 52},
        {"xwlb": 1, "articles": 1, "snippets": 1},
        most_of_site=15,
        seen=(*EARLIER, GOLD / "figures-3-report.jsonl", GOLD / "figures-4-report.jsonl"),
        one_half=True,
        beyond=True,
    ),
    6: Sample(
        97,
        {"xwlb": 200, "articles": 200, "snippets": 40},
        {"xwlb": 1, "articles": 1, "snippets": 1},
        seen=(*EARLIER, *(GOLD / f"figures-{number}-report.jsonl" for number in (3, 4, 5))),
        in_tune={"xwlb": 100, "articles": 100},
        beyond=True,
        at_random=True,
    ),
}
