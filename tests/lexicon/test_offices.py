"""The shipped names of offices and terms."""

from __future__ import annotations

import pytest

from jsisa_search.analysis import fold
from jsisa_search.lexicon.offices import MAX_NAMES
from jsisa_search.lexicon.offices import other_names as found_names
from jsisa_search.package_data import read_data


def other_names(piece: str) -> tuple[str, ...]:
    """Return the wordings of a piece with other names."""
    return tuple(other.wording for other in found_names(piece))


def _rows(name: str) -> list[tuple[list[str], str]]:
    lines = read_data("jsisa_search.lexicon", f"{name}.tsv").splitlines()
    rows = (line.partition("\t") for line in lines if line and not line.startswith("#"))
    return [(names.split("="), source) for names, _, source in rows]


@pytest.mark.parametrize(
    ("piece", "other"),
    [
        ("住建部", "住房和城乡建设部"),
        ("住房和城乡建设部", "住建部"),
        ("中消协", "中国消费者协会"),
        ("国家发改委", "国家发展和改革委员会"),
        ("发改委", "发展和改革委员会"),
        ("中央网信办", "中央网络安全和信息化委员会办公室"),
        ("gdp", "国内生产总值"),
        ("国内生产总值", "GDP"),
        ("双碳", "碳达峰碳中和"),
        ("国家科委", "科学技术部"),
        ("住建部部长", "住房和城乡建设部部长"),
    ],
)
def test_a_name_has_the_other_names_of_its_line(piece: str, other: str) -> None:
    """Each name on a line has all the others, as a whole piece and inside one."""
    assert other in other_names(piece)


@pytest.mark.parametrize(
    "piece",
    ["江苏省发展和改革委员会", "江苏省发改委", "江苏发改委", "江苏省发展改革委"],
)
def test_a_place_and_a_kind_make_a_name(piece: str) -> None:
    """An office of a province has every form of the place with every form of the kind."""
    names = {piece, *other_names(piece)}
    assert {"江苏省发展和改革委员会", "江苏省发改委", "江苏发改委"} <= names


def test_places_beyond_the_list_are_recognised_by_their_last_character() -> None:
    """A county or district needs no entry: what is before the kind and ends like a place is one."""
    assert other_names("桐岭区文旅局") == ("桐岭区文化和旅游局",)


def test_every_province_and_city_has_its_offices() -> None:
    """All places of the list, in each of their forms, find the long name of an office from the short one."""
    for forms, _ in _rows("places"):
        long_name = f"{forms[0]}住房和城乡建设局"
        for form in forms:
            assert long_name in other_names(f"{form}住建局"), form


@pytest.mark.parametrize(
    ("piece", "other"),
    [
        ("银保监会", "国家金融监督管理总局"),
        ("银保监会", "中国银行业监督管理委员会"),
        ("江苏省发改委", "国家发展和改革委员会"),
        ("国家发展和改革委员会", "发改委"),
        ("中国科协", "科学技术协会"),
    ],
)
def test_an_office_is_not_another_with_a_similar_name(piece: str, other: str) -> None:
    """A successor, the same office elsewhere and a name inside a longer one are not the same office."""
    assert other not in other_names(piece)


@pytest.mark.parametrize(
    "piece",
    [
        "文旅",
        "人社",
        "专精特新",
        "工信部门",
        "中办理",
        "最高法院",
        "科技部长",
        "证监会议",
        "网格化",
        "发展",
        "",
    ],
)
def test_ordinary_strings_have_no_other_names(piece: str) -> None:
    """Neither words that are parts of names, nor names that are parts of words, are expanded."""
    assert other_names(piece) == ()


@pytest.mark.parametrize("piece", ["日本央行加息", "法国科技部", "阿富汗最高法判决", "该国住建部"])
def test_an_office_of_another_country_is_not_the_one_of_the_list(piece: str) -> None:
    """What follows the name of a country is its own."""
    assert other_names(piece) == ()


def test_names_are_bounded() -> None:
    """However many names a piece has, only so many are searched, and none in pasted text."""
    assert len(other_names("江苏发改委住建部工信部科技部银保监会")) <= MAX_NAMES
    assert other_names("住建部" * 20) == ()


@pytest.mark.parametrize("name", ["offices", "kinds", "places"])
def test_the_data_are_folded_and_have_their_sources(name: str) -> None:
    """Names are folded but for capitals, none twice on a line; offices and kinds have a source."""
    for names, source in _rows(name):
        assert [fold(each) for each in names] == [each.lower() for each in names]
        assert len(set(names)) == len(names)
        assert bool(source) == (name != "places"), names
        assert len(names) > 1 or name == "places", names
