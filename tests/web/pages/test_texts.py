from __future__ import annotations

import re
from gettext import GNUTranslations
from pathlib import Path
from typing import get_args

import pytest

from jsisa_search import web
from jsisa_search.errors import PageError
from jsisa_search.export.trends import Measure
from jsisa_search.model import ChangeKind, DateOrigin, Kind, SortOrder
from jsisa_search.page import SUFFIXES
from jsisa_search.page.explanation import Role
from jsisa_search.page.lines import DoubtKind
from jsisa_search.progress import Phase
from jsisa_search.research.trend.concordance import LineOrder
from jsisa_search.research.trend.timeline import PeriodUnit
from jsisa_search.translation import DOMAIN, LOCALE
from jsisa_search.web.pages.release_page import _FACTS
from jsisa_search.web.pages.texts import LANGUAGES, Texts, catalogue, placeholders, preferred_language

PACKAGE = Path(web.__file__).parent
SOURCES = [*PACKAGE.glob("templates/*.html"), *PACKAGE.rglob("*.py")]
_USED = re.compile(r"""\bt(?:exts)?\(\s*["']([a-z_]+\.[a-z_ ]+)["']\s*[,)]""")


def _names_of_values() -> set[str]:
    """Return the names that are made of a value of the library."""
    failures = {kind.kind for kind in (PageError, *_below(PageError))}
    return {
        *(f"kind.{kind}" for kind in get_args(Kind)),
        *(
            "field.left out",
            "field.reporter",
            "field.agency",
            "field.published",
        ),
        *(f"change.{kind}" for kind in get_args(ChangeKind)),
        *(f"origin.{origin}" for origin in get_args(DateOrigin) if origin != "page"),
        *(f"folders.phase_{phase}" for phase in (*get_args(Phase), "starting")),
        *(f"trend.by_{unit}" for unit in get_args(PeriodUnit)),
        *(f"trend.measure_{measure}" for measure in get_args(Measure)),
        *(f"trend.order_{order}" for order in get_args(LineOrder)),
        *(f"trend.{sort}_count" for sort in ("new", "gone", "steady")),
        *(f"phrases.{name}" for name in ("appeared", "risen", "vanished")),
        *(f"phrases.about_{name}" for name in ("appeared", "risen", "vanished")),
        *(f"search.sort_{order}" for order in get_args(SortOrder)),
        *(f"reason.{kind}" for kind in (*get_args(DoubtKind), *failures)),
        *(
            f"field.{name}"
            for name in (*_FACTS, "source", "publisher", "section", "date", "folder", "format")
        ),
        *("field.undated", "field.folder", "field.format"),
        *(f"role.{role}" for role in get_args(Role) if role not in ("paragraph", "byline", "left out")),
        *(f"format{suffix}" for suffix in SUFFIXES),
        *(f"field.{name}" for name in ("attachments", "links", "captions", "title", "heading", "text")),
        *(
            f"site.{name}"
            for name in ("search", "check", "trend", "figures", "clippings", "saved", "folders", "words")
        ),
    }


def _below(kind: type[PageError]) -> list[type[PageError]]:
    return [each for child in kind.__subclasses__() for each in (child, *_below(child))]


def test_no_text_is_missing_and_none_is_left_over() -> None:
    """Every name that a page uses is in each catalogue, and no other."""
    used = {name for source in SOURCES for name in _USED.findall(source.read_text(encoding="utf-8"))}
    for language in LANGUAGES:
        assert set(catalogue(language)) == used | _names_of_values()


def test_languages_fill_in_the_same_values() -> None:
    """A translation has the placeholders of the other one."""
    chinese, *others = (catalogue(language) for language in LANGUAGES)
    wanted = {name: placeholders(text) for name, text in chinese.items()}
    for other in others:
        assert {name: placeholders(text) for name, text in other.items()} == wanted


# Characters that texts in Traditional Chinese never have, frequent ones.
_SIMPLIFIED = set("们这来时会说开关东车话该让还进过应对没亿众门问间题网页检词语标发单为类报务区医业书")


def test_taiwan_has_its_own_characters_and_words() -> None:
    """Pages and messages for Taiwan are in Traditional Chinese, with its quotation marks and words."""
    with (LOCALE / "zh_TW" / "LC_MESSAGES" / f"{DOMAIN}.mo").open("rb") as file:
        messages = GNUTranslations(file)._catalog  # type: ignore[attr-defined]
    for text in (*catalogue("zh_TW").values(), *(each for name, each in messages.items() if name)):
        assert not _SIMPLIFIED & set(text), text
        assert not re.search("[“”‘’]|釋出|文檔|默認|軟件|網絡|信息|打印|壓縮包|退出狀態|損壞", text), text


def test_templates_have_no_text_of_their_own() -> None:
    """Chinese is in the catalogue alone, so that no page mixes languages."""
    for source in PACKAGE.glob("templates/*.html"):
        assert not re.search(r"[\u4e00-\u9fff]", source.read_text(encoding="utf-8")), source.name


def test_numbers_are_easy_to_read() -> None:
    """Thousands are separated."""
    assert Texts("en")("folders.count", count=12345) == "12,345 releases"


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("", "zh"),
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh"),
        ("en-US,en;q=0.9", "en"),
        ("en;q=0.5, zh-TW", "zh_TW"),
        ("zh-TW,zh;q=0.9,en-US;q=0.8,en;q=0.7", "zh_TW"),
        ("zh-HK", "zh_TW"),
        ("zh-Hant-MO;q=0.9, zh-CN;q=0.8", "zh_TW"),
        ("zh-CN, zh-TW", "zh"),
        ("zh-Hans-HK", "zh"),
        ("fr,en;q=0.5", "en"),
        ("*", "zh"),
        ("de", "zh"),
        ("en;q=x, ;;,,", "zh"),
        ("a" * 100_000, "zh"),
    ],
)
def test_the_language_is_that_of_the_browser(accepted: str, language: str) -> None:
    """English only where it is preferred to Chinese; headers that make no sense are ignored."""
    assert preferred_language(accepted) == language
