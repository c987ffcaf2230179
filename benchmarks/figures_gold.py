"""Gold of figures: which sentences were drawn, and what a person who read them says of their figures.

python benchmarks/figures_gold.py draw --data DATA --collection FOLDER --out DRAWN.txt [--sample 6]
python benchmarks/figures_gold.py make --collection FOLDER --labels LABELS.txt --out GOLD.jsonl [--half tune]

`draw` writes the sentences for reading; `make` turns what was noted of each into places and values, without
any text of the releases. From the fourth sample on it needs `--data` too. gold/README.md says how they
are drawn and what is labelled.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import re
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from figures_releases import draw_names, write_releases
from figures_samples import LONGEST, SAMPLES, Sample
from trial_collection import write_collection

from jsisa_search.errors import JsisaSearchError
from jsisa_search.model import Release
from jsisa_search.page import read_release
from jsisa_search.query.numerals import value_of

#: Releases of `news` that are read at all; the others would give none.
NEWS_RELEASES = 600
SHORTEST_HAN = 8
HALVES = ("tune", "report")
# Sites that names of saved pages of `misc` tell.
_SITES_IN_NAMES = {
    "ifeng": "ifeng",
    "netease": "163",
    "网易": "163",
    "搜狐": "sohu",
    "腾讯": "qq",
    "xinhuanet": "xinhuanet",
}

_SENTENCE = re.compile(r"[^。！？!?\n]+[。！？!?]?[”’」）)]?")
_HAN = re.compile(r"[\u4e00-\u9fff]")
# What is no figure by itself: dates, times of day, ordinals, years.
_NO_FIGURE = re.compile(
    r"\d{2,4}年(?:\d+月(?:\d+日)?)?|\d+月\d+日|\d+月|\d+日|\d+[:：]\d+|第[\d一二三四五六七八九十百]+|"
    r"[一二三四五六七八九十]+[、月日]|〔\d+〕\d*号?|十[一二三四]五|\d+[-—/]\d+[-—/]\d+|"
    r"^\s*[▲▶·]?[（(]?[\d.．]+[、）)\s]?|[（(]\d+[）)]|[A-Za-z]+-?\d+(?:\.\d+)?|[“”·]\d+[“”·]"
)
_FIGURE = re.compile(
    r"\d|[一二两三四五六七八九十百千]{1,4}(?:多|余|几)?[万亿成倍]|[一二两三四五六七八九十百千]{2,}(?:多|余)?[个名人家户件项次元]|分之"
)


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence: `[start, end)` in a paragraph (by ordinal) of a release (by its path in the collection)."""

    release: str
    paragraph: int
    start: int
    end: int


def draw(
    collection: Path, sample: Sample, among: Collection[str] | None = None
) -> list[tuple[Sentence, Release]]:
    """Draw the sentences: from every folder its share, each sentence with a figure as likely.

    `among` are the names of the releases they are drawn from, if these are not all.
    """
    drawn = []
    lines = [line for path in sample.seen for line in read_gold(path)]
    seen = {line["release"] for line in lines}
    digests = {line["sha256"] for line in lines}
    pages = {name for name in seen if name.startswith("pages/")}
    known = {read_release(collection / name).title for name in pages}
    sites = {_site_of(name) for name in pages} if sample.one_half else set()
    for folder, share in sample.shares.items():
        chance = random.Random(f"{sample.seed} {folder}")
        paths = sorted(path for path in (collection / folder).rglob("*") if path.is_file())
        paths = [path for path in paths if path.relative_to(collection).as_posix() not in seen]
        if among is not None:
            paths = [path for path in paths if path.relative_to(collection).as_posix() in among]
        if folder == "news":
            paths = sorted(chance.sample(paths, NEWS_RELEASES))
        found = [(s, release) for path in paths for s, release in _sentences_of(collection, path)]
        chance.shuffle(found)
        if folder == "pages":  # a copy of a page that has been seen
            found = [(s, release) for s, release in found if release.title not in known]
            found.sort(key=lambda pair: _site_of(pair[0].release) in sites)  # others' sites first
        if sample.one_half or sample.in_tune:
            found = [(s, release) for s, release in found if digest(text_of(release, s)) not in digests]
        chosen = _choose(found, sample, share, folder)
        drawn += sorted(chosen, key=lambda pair: (pair[0].release, pair[0].paragraph, pair[0].start))
    return drawn


def _choose(
    found: list[tuple[Sentence, Release]], sample: Sample, share: int, folder: str
) -> list[tuple[Sentence, Release]]:
    """Return the first sentences, not the same twice nor too many of a release or site."""
    count: Counter[str] = Counter()
    chosen: list[tuple[Sentence, Release]] = []
    texts: set[str] = set()
    for sentence, release in found:
        text, site = text_of(release, sentence), f"site {_site_of(sentence.release)}"
        one = f"title {release.title}" if sample.seen and folder == "pages" else sentence.release
        if (
            count[one] < sample.most_of_one[folder]
            and count[site] < sample.most_of_site
            and text not in texts
            and len(chosen) < share
        ):
            count.update((one, site))
            texts.add(text)
            chosen.append((sentence, release))
    return chosen


def _site_of(release: str) -> str:
    """Return the site of a page, as its file is named (the label of the host), or the year of news."""
    name = release.rsplit("/", 1)[-1]
    if release.startswith("pages/gov_policy/"):
        return "gov.cn"
    if release.startswith("pages/many_sites/"):
        host = name.split("_", 1)[1].removesuffix(".html")
        return re.sub(r"(?:\.(?:com|org|net|gov|edu))?\.\w+$", "", host).rsplit(".", 1)[-1]
    if release.startswith("pages/news_sites/"):
        return name.split("__")[1]
    if release.startswith("xwlb/"):
        return name[:4]
    return next((site for word, site in _SITES_IN_NAMES.items() if word in name), release)


def halves_of(drawn: list[tuple[Sentence, Release]], sample: Sample) -> dict[Sentence, str]:
    """Return the half of each sentence: all of a release, and of a site, are in the same half.

    The documents of gov.cn, each of another office, are divided one by one.
    """
    if sample.one_half:
        return {sentence: "report" for sentence, _ in drawn}
    if sample.in_tune:
        return _halves_by_lot(drawn, sample.seed, sample.in_tune)
    if sample.seed == SAMPLES[1].seed:
        return {sentence: _first_half(sentence) for sentence, _ in drawn}
    groups: dict[str, list[Sentence]] = {}
    for sentence, _ in drawn:
        site = _site_of(sentence.release)
        site = sentence.release if site == "gov.cn" else site
        groups.setdefault(site, []).append(sentence)
    halves: dict[Sentence, str] = {}
    counts = {
        (folder, half): 0 for folder in ("gov", "pages", "news") for half in HALVES
    }  # the larger groups first, each into the smaller half
    for _, sentences in sorted(groups.items(), key=lambda group: (-len(group[1]), _hash(group[0]))):
        folder = sentences[0].release.split("/")[0]
        folder = "gov" if "/gov_policy/" in sentences[0].release else folder
        half = min(HALVES, key=lambda half: (counts[folder, half], _hash(half + sentences[0].release)))
        counts[folder, half] += len(sentences)
        halves |= dict.fromkeys(sentences, half)
    return halves


def _halves_by_lot(
    drawn: list[tuple[Sentence, Release]], seed: int, in_tune: dict[str, int]
) -> dict[Sentence, str]:
    chance = random.Random(f"{seed} halves")
    halves: dict[Sentence, str] = {sentence: "report" for sentence, _ in drawn}
    for folder, share in in_tune.items():
        sentences = [sentence for sentence, _ in drawn if sentence.release.startswith(f"{folder}/")]
        halves |= dict.fromkeys(chance.sample(sentences, share), "tune")
    return halves


def _hash(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()


def _first_half(sentence: Sentence) -> str:
    """Return the half of a sentence of the first sample, by the name of its page or item."""
    folder, *_, name = sentence.release.split("/")
    if folder == "press":
        return "tune"
    key = re.sub(r"[\d_]*\.\w+$", "", name) if folder == "pages" else name
    return HALVES[_hash(key)[0] % 2]


def text_of(release: Release, sentence: Sentence) -> str:
    """Return the characters of a sentence."""
    return release.paragraphs[sentence.paragraph - 1].text[sentence.start : sentence.end]


def _sentences_of(collection: Path, path: Path) -> Iterator[tuple[Sentence, Release]]:
    name = path.relative_to(collection).as_posix()
    try:
        release = read_release(path)
    except JsisaSearchError:
        return
    for paragraph in release.paragraphs:
        for match in _SENTENCE.finditer(paragraph.text):
            text = match[0]
            if len(_HAN.findall(text)) < SHORTEST_HAN or len(text) > LONGEST:
                continue
            if _FIGURE.search(_NO_FIGURE.sub("", text)):
                yield Sentence(name, paragraph.ordinal, *match.span()), release


def make(
    drawn: list[tuple[Sentence, Release]], labels: str, halves: dict[Sentence, str]
) -> Iterator[dict[str, Any]]:
    """Yield the gold of each sentence: `LABELS` has `number: fact ;; fact` in each line.

    A fact is `indicator | number unit | period | kind`: brackets in an indicator mark what must be found of
    it, ` / ` separates indicators that are right as well; `#2` is the second such
    number, `1亿5千万=150000000` says what it comes to. `?12克` is optional.
    """
    noted = dict(line.split(": ", 1) for line in labels.splitlines() if line.strip())
    for number, (sentence, release) in enumerate(drawn, 1):
        facts = [part.strip() for part in noted.get(str(number), "").split(";;") if part.strip()]
        text = release.paragraphs[sentence.paragraph - 1].text
        try:
            yield {
                "release": sentence.release,
                "paragraph": sentence.paragraph,
                "sentence": [sentence.start, sentence.end],
                "sha256": digest(text[sentence.start : sentence.end]),
                "half": halves[sentence],
                "facts": [_fact(text, sentence, fact) for fact in facts if fact[0] != "?"],
                "optional": [_find(text, sentence, fact[1:])[:2] for fact in facts if fact[0] == "?"],
            }
        except ValueError as error:
            raise SystemExit(f"{number}: {error}: {text[sentence.start : sentence.end]}") from error


def digest(text: str) -> str:
    """Return what shows that a sentence is the one that was read."""
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def _fact(text: str, sentence: Sentence, noted: str) -> dict[str, Any]:
    indicators, figure, period, *rest = (part.strip() for part in noted.split(" | "))
    number, _, unit = figure.partition(" ")
    number, _, value = number.partition("=")
    start, end = _find(text, sentence, number, unit)
    kind = rest[0].split("@")[0].strip() if rest else ""
    return {
        "span": [start, end],
        "value": value or str(value_of(re.sub("[多余]", "", number.partition("#")[0]))),
        "unit": unit,
        "indicators": [_indicator(text, each, start) for each in indicators.split(" / ")],
        "periods": period.split(","),
        "kind": {"C": "change", "S": "share"}.get(kind[:1], "level"),
    }


def _find(text: str, sentence: Sentence, number: str, unit: str = "") -> tuple[int, int]:
    number, _, count = number.partition("#")
    pattern = r"\s*".join(map(re.escape, number)) + r"\s*" + r"\s*".join(re.escape(char) for char in unit)
    pattern = pattern.replace(re.escape("%"), "[%％]")
    matches = list(re.compile(rf"(?<![\d.]){pattern}").finditer(text, sentence.start, sentence.end))
    if len(matches) < int(count or 1):
        raise ValueError(f"no {number}{unit}")
    return matches[int(count or 1) - 1].span()


def _indicator(text: str, noted: str, near: int) -> list[int]:
    """Return the ranges that an indicator may and must have."""
    before, _, rest = noted.partition("[")
    core, _, after = rest.partition("]") if rest else (noted, "", "")
    before = before if rest else ""
    pattern = r"\s*".join(map(re.escape, before + core + after))
    found = [match.start() for match in re.finditer(pattern, text)]
    if not found:
        raise ValueError(f"no {noted}")
    start = min(found, key=lambda at: abs(at - near))
    end = re.compile(pattern).match(text, start).end()  # type: ignore[union-attr]
    return [start, start + len(before), end - len(after), end]


def read_gold(path: Path) -> list[dict[str, Any]]:
    """Read gold, one sentence a line."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def main() -> None:
    """Draw sentences, or make gold."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("command", choices=("draw", "make"))
    parser.add_argument("--data", type=Path)
    parser.add_argument("--collection", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--labels", type=Path)
    parser.add_argument("--sample", type=int, choices=SAMPLES, default=1)
    parser.add_argument("--half", choices=HALVES)
    args = parser.parse_args()
    if not args.collection.exists():
        write_collection(args.data, args.collection)
    sample = SAMPLES[args.sample]
    among = None
    if sample.beyond:
        seen = {line["release"] for path in sample.seen for line in read_gold(path)}
        among = draw_names(args.data, sample.seed, seen, at_random=sample.at_random)
        write_releases(args.data, args.collection, among)
    drawn = draw(args.collection, sample, among)
    halves = halves_of(drawn, sample)
    if args.command == "make":
        labels = args.labels.read_text(encoding="utf-8")
        lines = [line for line in make(drawn, labels, halves) if args.half in (None, line["half"])]
        text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
    else:
        text = "".join(_for_reading(drawn, halves, args.half))
    args.out.write_text(text, encoding="utf-8")


def _for_reading(
    drawn: list[tuple[Sentence, Release]], halves: dict[Sentence, str], half: str | None
) -> Iterator[str]:
    """Yield the sentences by number, with their releases and what is before them."""
    last = None
    for number, (s, release) in enumerate(drawn, 1):
        if half not in (None, halves[s]):
            continue
        if s.release != last:
            yield f"## {str(release.date)[:10]} | {(release.title or '')[:40]} | {s.release[:12]}\n"
        last = s.release
        text = release.paragraphs[s.paragraph - 1].text
        context = text[max(0, s.start - 50) : s.start]
        yield f"{number}{halves[s][0]} <{context}> {text[s.start : s.end].strip()}\n"


if __name__ == "__main__":
    main()
