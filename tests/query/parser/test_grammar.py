from __future__ import annotations

import pytest

from jsisa_search.query import describe, parse_query
from jsisa_search.query.parser.grammar import MAX_NOTES
from jsisa_search.query.parser.lexer import MAX_DEPTH
from jsisa_search.query.parser.syntax import AllOf, AnyOf, During, InField, Near, Not, Piece, Prefix


def read(typed: str) -> str:
    """Return how `typed` is read; nothing in it may be misunderstood."""
    query = parse_query(typed)
    assert query.notes == (), typed
    return describe(query.tree)


def notes(typed: str) -> list[tuple[str, str]]:
    """Return of each note the text it is about and its message."""
    return [(typed[note.start : note.end], note.message) for note in parse_query(typed).notes]


def test_the_tree_holds_what_was_typed_with_its_places() -> None:
    """Every node says from which characters it was read."""
    query = parse_query("网格化 (满意率 OR 满意度) -苏州 标题:平安")
    tree = query.tree
    assert isinstance(tree, AllOf)
    word, either, excluded, title = tree.parts
    assert isinstance(either, AnyOf)
    assert isinstance(excluded, Not)
    assert isinstance(title, InField)
    assert (tree.start, tree.end) == (0, len(query.text))
    assert [query.text[node.start : node.end] for node in (word, either, excluded, title)] == [
        "网格化",
        "满意率 OR 满意度",
        "-苏州",
        "标题:平安",
    ]


@pytest.mark.parametrize(
    "typed",
    [
        '"平安 建设"',
        "＂平安 建设＂",
        "“平安 建设”",
        "”平安 建设”",
        "「平安 建设」",
        "『平安 建设』",
        "｢平安 建设｣",
    ],
)
def test_quotation_marks_of_every_form_quote(typed: str) -> None:
    """Straight, curly and corner marks, in half and full width, hold a literal piece."""
    assert read(typed) == "“平安建设”"


@pytest.mark.parametrize(
    ("typed", "reading"),
    [
        ('"他说""好"""', '“他说"好"”'),
        ("“平安通”APP", "“平安通” AND app"),
        ("推进“放管服”改革", "推进“放管服”改革"),
        ('标题:"平安 建设"', "title contains “平安建设”"),
        ("“OR” “-苏州” “网格*”", "“or” AND “-苏州” AND “网格*”"),
    ],
)
def test_quotation_marks_stand_at_the_begin_of_a_piece(typed: str, reading: str) -> None:
    """Inside a word they are text; inside a quotation everything is, and a doubled mark is one."""
    assert read(typed) == reading


@pytest.mark.parametrize(
    "typed", ["网格 -苏州", "网格 －苏州", "网格 NOT 苏州", "网格 ＮＯＴ 苏州", "网格 非 苏州"]
)
def test_minus_and_not_exclude(typed: str) -> None:
    """In any width and in Chinese."""
    assert read(typed) == "网格 WITHOUT 苏州"


@pytest.mark.parametrize(
    ("typed", "reading"),
    [
        ("-苏州", "everything WITHOUT 苏州"),
        ('-"苏州 市" -(甲 乙)', "everything WITHOUT “苏州市” WITHOUT (甲 AND 乙)"),
        ("甲 AND NOT 乙", "甲 WITHOUT 乙"),
        ("甲 OR -乙", "甲 OR (everything WITHOUT 乙)"),
        ("NOT NOT 甲", "甲"),
        ("NOT -甲", "甲"),
        ("非法 PD-1 2022-09 --help", "非法 AND pd-1 AND 2022-09 AND --help"),
        ("标题:-苏州", "everything WITHOUT (title contains 苏州)"),
        ("-标题:苏州", "everything WITHOUT (title contains 苏州)"),
    ],
)
def test_what_is_excluded(typed: str, reading: str) -> None:
    """A minus excludes only where a piece begins; excluding twice is asking; excluding alone is a query."""
    assert read(typed) == reading


@pytest.mark.parametrize("operator", [" OR ", " ＯＲ ", " 或 ", "|", "｜", " | ", " || "])
def test_or_joins_alternatives(operator: str) -> None:
    """Words between blanks, bars with or without blanks."""
    assert read(f"满意率{operator}满意度") == "满意率 OR 满意度"


@pytest.mark.parametrize(
    ("typed", "reading"),
    [
        ("甲 乙 OR 丙", "甲 AND (乙 OR 丙)"),
        ("甲 AND 乙 OR 丙", "(甲 AND 乙) OR 丙"),
        ("甲 且 乙 或 丙 丁", "((甲 AND 乙) OR 丙) AND 丁"),
        ("甲 NEAR/5 乙 OR 丙", "(甲 within 5 characters of 乙) OR 丙"),
        ("-甲 OR 乙", "(everything WITHOUT 甲) OR 乙"),
        ("标题:甲 OR 乙", "(title contains 甲) OR 乙"),
        ("甲 OR 乙 OR 丙", "甲 OR 乙 OR 丙"),
        ("甲 (乙 丙)", "甲 AND 乙 AND 丙"),
    ],
)
def test_what_binds_more(typed: str, reading: str) -> None:
    """Marks before a piece, then NEAR, AND, OR, and last the blank."""
    assert read(typed) == reading


@pytest.mark.parametrize(
    "typed", ["或者 并且 非法 且慢", "research and development or not", "ORACLE ANDROID", "网格OR平安"]
)
def test_operators_are_words_of_their_own_in_capitals(typed: str) -> None:
    """Parts of words and small letters are text."""
    assert read(typed) == " AND ".join(typed.lower().split())


@pytest.mark.parametrize(
    ("typed", "reading"),
    [
        ("(甲 乙) OR (丙 丁)", "(甲 AND 乙) OR (丙 AND 丁)"),
        ("（甲 或 乙）（丙 或 丁）", "(甲 OR 乙) AND (丙 OR 丁)"),
        ("(甲 OR 乙)丙", "(甲 OR 乙) AND 丙"),
        ("(甲|乙)丙", "(甲 OR 乙) AND 丙"),
        ("((甲))", "甲"),
        ("(江苏省(苏州) OR 乙)", "江苏省(苏州) OR 乙"),
        ("“甲”或“乙”", "“甲” OR “乙”"),
        ("江苏省(苏州|南京)", "江苏省(苏州|南京)"),
    ],
)
def test_parentheses_group(typed: str, reading: str) -> None:
    """In both widths, where a piece begins and ends or a blank is inside."""
    assert read(typed) == reading


@pytest.mark.parametrize(
    "typed",
    [
        "江苏省(苏州)",
        "江苏省（苏州）市",
        "（一）公正规范执法",
        "(2022)苏办发",
        "f(x)",
        "江苏(苏州",
        ":-(",
        "一)公正",
    ],
)
def test_parentheses_of_a_word_are_text(typed: str) -> None:
    """What has text around it without a blank is one piece."""
    assert [piece.typed for piece in parse_query(typed).pieces] == [typed]
    assert parse_query(typed).notes == ()


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ("标题:平安", "title"),
        ("標題：平安", "title"),
        ("Title:平安", "title"),
        ("ＴＩＴＬＥ：平安", "title"),
        ("标题： 平安", "title"),
        ("小标题:平安", "heading"),
        ("section:平安", "heading"),
        ("heading:平安", "heading"),
        ("来源:平安", "source"),
        ("source:平安", "source"),
        ("发布:平安", "publisher"),
        ("發布：平安", "publisher"),
        ("publisher:平安", "publisher"),
        ("正文:平安", "text"),
        ("text:平安", "text"),
        ("作者:平安", "author"),
        ("文号:平安", "document_number"),
    ],
)
def test_a_field_narrows_a_piece(typed: str, field: str) -> None:
    """In Chinese and English, any case, width and script, with either colon."""
    tree = parse_query(typed).tree
    assert isinstance(tree, InField)
    assert isinstance(tree.node, Piece)
    assert (tree.field, tree.node.text) == (field, "平安")


@pytest.mark.parametrize(
    "typed", ["a:b", "http://x.example/a?b=c", "10:30", "时间:10:30", "3:1", "提示：平安", "5:"]
)
def test_other_colons_are_text(typed: str) -> None:
    """Where no field has the name, the piece is plain."""
    assert [piece.typed for piece in parse_query(typed).pieces] == [typed]
    assert parse_query(typed).notes == ()


def test_a_colon_between_blanks_is_text() -> None:
    """`虚拟机 a : a` is four pieces."""
    assert read("虚拟机 a : a") == "虚拟机 AND a AND “:” AND a"


def test_a_field_may_stand_before_a_group() -> None:
    """Then it holds for every piece of it."""
    assert read("标题:(平安 OR 建设) 江苏") == "江苏, title contains (平安 OR 建设)"


@pytest.mark.parametrize(
    "typed",
    [
        "C#",
        "PM2.5",
        "5G",
        "PD1728_A_1",
        "99.14%",
        "8.0％",
        "ccc100-n2-h3",
        "4*100",
        "“平安”",
        "1.3万",
        "R&D",
        "5G+",
    ],
)
def test_codes_and_numbers_are_one_piece(typed: str) -> None:
    """Nothing of them is lost or read as syntax."""
    (piece,) = parse_query(typed).pieces
    assert piece.typed == typed.strip("“”")
    assert parse_query(typed).notes == ()


@pytest.mark.parametrize("typed", ["网格*", "网格＊"])
def test_an_asterisk_at_the_end_asks_for_a_beginning(typed: str) -> None:
    """The prefix is searched literally and without the asterisk."""
    tree = parse_query(typed).tree
    assert isinstance(tree, Prefix)
    assert (tree.text, tree.piece.is_literal, tree.end, tree.piece.end) == ("网格", True, 3, 2)
    assert read(typed) == "网格*"


@pytest.mark.parametrize(
    ("typed", "distance"),
    [
        ("甲 NEAR/5 乙", 5),
        ("甲 near/5 乙", 5),
        ("甲 NEAR 乙", 10),
        ("甲 ＮＥＡＲ／３ 乙", 3),
        ("甲 NEAR/0 乙", 0),
    ],
)
def test_near_has_a_distance_in_characters(typed: str, distance: int) -> None:
    """Ten where none is given."""
    tree = parse_query(typed).tree
    assert isinstance(tree, Near)
    assert tree.distance == distance


@pytest.mark.parametrize(
    ("typed", "reading"),
    [
        ("甲 NEAR/1 乙", "甲 within 1 character of 乙"),
        ("甲 NEAR/5 乙 NEAR/3 丙", "(甲 within 5 characters of 乙) AND (乙 within 3 characters of 丙)"),
        ("(甲 OR 乙) NEAR/5 “丙 丁”", "(甲 OR 乙) within 5 characters of “丙丁”"),
        ("标题:(甲 NEAR/5 乙*)", "title contains (甲 within 5 characters of 乙*)"),
    ],
)
def test_near_joins_what_has_a_place(typed: str, reading: str) -> None:
    """Pieces, prefixes and alternatives of these; in a chain each with the one before."""
    assert read(typed) == reading


@pytest.mark.parametrize(
    ("typed", "reading"),
    [
        ("日期:2022", "published 2022-01-01 to 2022-12-31"),
        ("日期：2022年9月6日", "published 2022-09-06"),
        ("日期:2022-01..2022-06 平安", "平安, published 2022-01-01 to 2022-06-30"),
        ("日期:2022-01 .. 2022-06 平安", "平安, published 2022-01-01 to 2022-06-30"),
        ("日期:2022-01 ..2022-06", "published 2022-01-01 to 2022-06-30"),
        ("日期:2022-01 .. 平安", "平安, published from 2022-01-01"),
        ("日期:..2022", "published until 2022-12-31"),
        ("日期:2022..", "published from 2022-01-01"),
        ('日期:"2022"', "published 2022-01-01 to 2022-12-31"),
        ("-日期:2022", "everything WITHOUT (published 2022-01-01 to 2022-12-31)"),
        (
            "日期:(2022-01 或 2022-03)",
            "(published 2022-01-01 to 2022-01-31) OR (published 2022-03-01 to 2022-03-31)",
        ),
        ("日期:(“2022-01”)", "published 2022-01-01 to 2022-01-31"),
        ("2022年9月", "2022年9月"),
    ],
)
def test_a_date_field_is_a_period(typed: str, reading: str) -> None:
    """A date without the field is text."""
    assert read(typed) == reading


def test_a_period_knows_its_place() -> None:
    """From the name of the field to the end of the range."""
    tree = parse_query("甲 日期:2022-01 .. 2022-06").tree
    assert isinstance(tree, AllOf)
    assert isinstance(tree.parts[1], During)
    assert (tree.parts[1].start, tree.parts[1].end) == (2, 23)


@pytest.mark.parametrize(
    ("typed", "reading", "about"),
    [
        ("甲 OR", "甲 AND or", ["OR"]),
        ("或 甲", "或 AND 甲", ["或"]),
        ("甲 AND", "甲 AND and", ["AND"]),
        ("(甲 OR) 乙", "甲 AND or AND 乙", ["OR"]),
        ("NOT OR x", "not OR x", ["NOT"]),
        ("甲 NOT", "甲 AND not", ["NOT"]),
        ("甲 非", "甲 AND 非", ["非"]),
        ("甲 |", "甲", ["|"]),
        ("| 甲", "甲", ["|"]),
        ('甲 -""', "甲", ["-", '""']),
        ("甲 OR ()", "甲", ["()"]),
        ("甲 “” 乙丙", "甲 AND 乙丙", ["“”"]),
        ("(甲 OR 乙", "甲 OR 乙", ["("]),
        ("甲 乙丙）", "甲 AND 乙丙", ["）"]),
        ("“平安 建设", "“平安 AND 建设", ["“"]),
        ('平安"建设 江苏"', '平安"建设 AND 江苏"', ['"', '"']),
        ("甲 NEAR/5", "甲 AND near/5", ["NEAR/5"]),
        ("标题:甲 NEAR/5 乙", "near/5 AND 乙, title contains 甲", ["NEAR/5"]),
        ("甲 NEAR/五 乙", "甲 AND near/五 AND 乙", ["NEAR/五"]),
        ("甲 标题:", "甲 AND 标题:", ["标题:"]),
        ("标题:(来源:甲 乙)", "title contains (来源:甲 AND 乙)", ["来源:"]),
        ("日期:去年 甲", "日期:去年 AND 甲", ["去年"]),
        ("日期: 去年", "去年", ["去年"]),
        ("日期:2022-13", "日期:2022-13", ["2022-13"]),
        ("日期:2023..2022", "日期:2023..2022", ["2023..2022"]),
        ("*网格 网*化", "*网格 AND 网*化", ["*", "*"]),
        ("网格 - 江苏", "网格 AND “-” AND 江苏", ["-"]),
        ("增长 -26.95%", "增长 WITHOUT 26.95%", ["-"]),
        ("甲 or 乙", "甲 AND or AND 乙", ["or"]),
    ],
)
def test_bad_syntax_is_read_literally_and_told(typed: str, reading: str, about: list[str]) -> None:
    """An operator becomes a word, a mark is left out, and a note points at it and says how it is written."""
    query = parse_query(typed)
    assert describe(query.tree) == reading
    found = notes(typed)
    assert [place for place, _ in found] == about
    assert all(message and "\n" not in message and not message.endswith(".") for _, message in found)


def test_a_note_says_how_it_is_written() -> None:
    """The message has an example."""
    assert notes("甲 OR") == [
        ("OR", "“OR” belongs between two pieces (满意率 OR 满意度); here it is searched as a word")
    ]


def test_groups_are_bounded() -> None:
    """Deeper groups are passed over, their pieces are not."""
    deep = MAX_DEPTH + 10
    query = parse_query("(" * deep + "甲 乙" + ")" * deep)
    assert describe(query.tree) == "甲 AND 乙"
    assert f"{MAX_DEPTH} deep" in query.notes[0].message


def test_notes_are_bounded() -> None:
    """Nobody reads hundreds; the first ones are kept."""
    query = parse_query("“甲 " * 100)
    assert [note.start for note in query.notes] == [3 * number for number in range(MAX_NOTES)]
