"""Phrases that differ in one character from one that occurs nowhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jsisa_search import Correction, Index
from jsisa_search.search.assist import near_phrases as module
from tests.cluster.engines import Place
from tests.properties import examples

WritePage = Callable[..., Path]

TEXTS = (
    "全市群众安全感稳步上升，群众安全有保障。",
    "各地学习枫桥经验，弘扬工匠精神，建设无废城市。",
    "推进供给侧结构性改革。贵州经验值得学习，苏州也在推进。",
    "投资36.9亿元。",
)


@pytest.fixture(scope="module")
def filled(shared_index: Index, shared_folder: Path, write_shared_page: WritePage) -> Index:
    """Return an index of a few phrases."""
    write_shared_page("a.txt", *TEXTS)
    shared_index.update([shared_folder])
    return shared_index


def _near(index: Index, typed: str) -> tuple[tuple[str, str], ...]:
    """Return the phrases offered without the vocabulary of the index, and in what they differ."""
    return tuple((found.text, found.reason) for found in _found(index, typed))


def _found(index: Index, typed: str) -> tuple[Correction, ...]:
    with pytest.MonkeyPatch.context() as patch:
        for engine in ("search.assist", "cluster"):
            patch.setattr(f"jsisa_search.{engine}.vocabulary.corrections", lambda *_, **__: ())
        return index.corrections(typed)


@pytest.mark.parametrize(
    ("typed", "meant", "reason"),
    [
        ("群众安全敢", "群众安全感", "same sound"),
        ("枫桥经念", "枫桥经验", "other character"),
        ("公匠精神", "工匠精神", "same sound"),
        ("无非城市", "无废城市", "same sound"),
        ("供给则结构性改革", "供给侧结构性改革", "other character"),
        ("供给结构性改革", "供给侧结构性改革", "missing character"),
        ("供给侧的结构性改革", "供给侧结构性改革", "extra character"),
        ("供给侧结构改性革", "供给侧结构性改革", "swapped characters"),
        ("群眾安全敢", "群众安全感", "same sound"),
    ],
)
def test_the_phrase_one_character_away_is_found(filled: Index, typed: str, meant: str, reason: str) -> None:
    """Another character, a missing one, one too many, two swapped: in any place, traditional or not."""
    assert _near(filled, typed)[:1] == ((meant, reason),)


@pytest.mark.parametrize(
    "typed",
    [
        "群众安全感",  # occurs
        "苏州经验",  # both are words of the texts, and no misprint of 贵州经验
        "6.9亿元",  # numbers are what they are
        "群众",
        "安全",
        "群众安全群众安全群众安全群众安全群众安全敢",
        "，。！",
        "",
    ],
)
def test_what_is_no_error_has_no_correction(filled: Index, typed: str) -> None:
    """What occurs, other known words, numbers, and what is too short or too long."""
    assert _near(filled, typed) == ()


def test_a_chance_stretch_of_a_text_is_not_offered(filled: Index) -> None:
    """群众安全有 occurs, but 有 begins another word."""
    assert "群众安全有" not in [text for text, _ in _near(filled, "群众安全敢")]


def test_without_pinyin_homophones_are_other_characters(
    filled: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The optional package decides about the reason, and about words that the texts know."""
    monkeypatch.setattr(module, "load_pinyin", lambda: None)
    assert _near(filled, "群众安全敢") == (("群众安全感", "other character"),)


def test_counts_are_those_of_the_phrase(index: Index, folder: Path, write_page: WritePage) -> None:
    """The count is that of the passages that contain the phrase, not of the texts that were read."""
    write_page("a.txt", *TEXTS)
    index.update([folder])
    write_page("b.txt", *(f"第{number}季度群众安全感上升。" for number in range(1, 8)))
    index.update([folder])
    (found,) = _found(index, "群众安全敢")
    assert found.count == 8


_PHRASE = "推进平安建设"
_CHARS = st.sampled_from("推进平安建设社区网格")


@st.composite
def _misspelt(draw: st.DrawFn) -> tuple[str, str]:
    """Return the phrase with a character replaced, added, left out or swapped, and which of these."""
    at = draw(st.integers(1, len(_PHRASE) - 2))
    kind = draw(st.sampled_from(("other", "missing", "extra", "swapped")))
    left, char, right = _PHRASE[:at], _PHRASE[at], _PHRASE[at + 1 :]
    typed = {
        "other": left + draw(_CHARS) + right,
        "missing": left + right,
        "extra": left + draw(_CHARS) + char + right,
        "swapped": left + right[0] + char + right[1:],
    }
    return typed[kind], kind


@pytest.fixture(scope="module")
def searched(tmp_path_factory: pytest.TempPathFactory, place: Place) -> Iterator[Index]:
    """Return an index of one phrase, whose words are known only in it."""
    with Index.create(place(tmp_path_factory.mktemp("phrase") / "index")) as made:
        made.add_text("各地" + _PHRASE + "。", id="a")
        yield made


@examples(2)
@given(case=_misspelt())
def test_everything_offered_occurs_and_is_one_edit_away(searched: Index, case: tuple[str, str]) -> None:
    """The phrase of the texts is offered for any single error, but of a known word."""
    typed, kind = case
    found = [text for text, _ in _near(searched, typed)]
    assert found in ([_PHRASE], [])
    assert found or kind == "other"
