from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jsisa_search.errors import LexiconError
from jsisa_search.lexicon.user_lexicon import MAX_EXPANSIONS, Expansion, Rule, Synonyms, read_synonyms


def _read(folder: Path, text: str) -> Synonyms:
    path = folder / "synonyms.txt"
    path.write_text(text, encoding="utf-8")
    return read_synonyms(path)


def _terms(synonyms: Synonyms, piece: str) -> list[str]:
    return [expansion.term for expansion in synonyms.expand(piece)]


def test_both_ways(tmp_path: Path) -> None:
    """Each wording of a line finds all others, and each expansion tells the line."""
    synonyms = _read(tmp_path, "# 机构\n网管中心 = 网格化服务管理中心 ＝ 网格中心\n")
    assert synonyms.expand("网管中心") == (
        Expansion("网格化服务管理中心", "网管中心", 2),
        Expansion("网格中心", "网管中心", 2),
    )
    assert _terms(synonyms, "网格中心") == ["网管中心", "网格化服务管理中心"]


@pytest.mark.parametrize("arrow", ["=>", "＝＞"])
def test_one_way(tmp_path: Path, arrow: str) -> None:
    """With an arrow only the left wording finds the right one."""
    synonyms = _read(tmp_path, f"澄川 {arrow} 市区\n")
    assert _terms(synonyms, "澄川") == ["市区"]
    assert _terms(synonyms, "市区") == []


def test_inside_a_piece(tmp_path: Path) -> None:
    """A synonym that stands inside a longer piece is replaced there, everywhere it stands."""
    synonyms = _read(tmp_path, "网管中心 = 网格化服务管理中心\n")
    assert synonyms.expand("网管中心主任") == (Expansion("网格化服务管理中心主任", "网管中心", 1),)
    assert _terms(synonyms, "网管中心和网管中心") == ["网格化服务管理中心和网格化服务管理中心"]


def test_a_part_of_a_longer_wording_stays(tmp_path: Path) -> None:
    """A wording inside a longer known one isn't replaced: the long one would be said twice."""
    one_way = _read(tmp_path, "发展改革局 => 澄川市发展改革局\n")
    assert _terms(one_way, "澄川市发展改革局") == []
    assert _terms(one_way, "发展改革局") == ["澄川市发展改革局"]
    both = _read(tmp_path, "发展改革局 = 澄川市发展改革局\n")
    assert _terms(both, "澄川市发展改革局") == ["发展改革局"]


def test_nothing_follows_from_two_lines(tmp_path: Path) -> None:
    """What an expansion brings in isn't expanded again, and a circle does no harm."""
    synonyms = _read(tmp_path, "甲镇 => 乙镇\n乙镇 => 丙镇\n丙镇 => 甲镇\n")
    assert [_terms(synonyms, name) for name in ("甲镇", "乙镇", "丙镇")] == [["乙镇"], ["丙镇"], ["甲镇"]]


def test_one_term_at_a_time(tmp_path: Path) -> None:
    """Of two synonyms in a piece each expansion replaces one."""
    synonyms = _read(tmp_path, "甲镇 => 乙镇\n片长 => 网格长\n")
    assert _terms(synonyms, "甲镇片长") == ["乙镇片长", "甲镇网格长"]


def test_forms_of_a_character_are_one(tmp_path: Path) -> None:
    """A file in traditional characters holds for a query in simplified ones, and the other way round."""
    synonyms = _read(tmp_path, "網管中心 = ＡＰＰ中心\n")
    assert _terms(synonyms, "网管中心") == ["app中心"]
    assert _terms(synonyms, "App中心") == ["网管中心"]


def test_a_wording_for_itself_is_nothing(tmp_path: Path) -> None:
    """A wording that equals itself after folding makes no expansion."""
    assert not _read(tmp_path, "網格 = 网格\n")


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("网管中心", "there is no “=”"),
        ("网管中心 =", "a word is missing"),
        ("= 网管中心", "a word is missing"),
        ("甲 => 乙 => 丙", "one word on either side"),
        ("甲 = 乙 => 丙", "one word on either side"),
        ("甲 = ！！", "“!!” has no letter"),
        (" = ".join(["甲"] * 33), "more than 32 wordings"),
    ],
)
def test_a_malformed_line_is_named(tmp_path: Path, line: str, what: str) -> None:
    """A line that makes no sense is an error with its number and what is wrong."""
    with pytest.raises(LexiconError, match=rf"synonyms\.txt, line 3: .*{what}"):
        _read(tmp_path, f"甲镇 = 乙镇\n\n{line}\n")


def test_expansions_are_bounded() -> None:
    """However many wordings there are, a piece is put in a fixed number of them at most."""
    synonyms = Synonyms.of(Rule("甲", f"乙{number}", 1) for number in range(1000))
    assert len(synonyms.expand("甲")) == MAX_EXPANSIONS


_NAMES = st.text(alphabet="甲乙丙a", min_size=1, max_size=3)


@given(st.lists(st.tuples(_NAMES, _NAMES), max_size=8), st.text(alphabet="甲乙丙a", max_size=12))
def test_expansions_are_other_wordings(pairs: list[tuple[str, str]], piece: str) -> None:
    """Every expansion differs from the piece and from the others, and replaces what stands in it."""
    synonyms = Synonyms.of(Rule(source, target, 1) for source, target in pairs)
    expansions = synonyms.expand(piece)
    assert len({expansion.term for expansion in expansions}) == len(expansions)
    assert all(each.term != piece and each.replaces in piece for each in expansions)
