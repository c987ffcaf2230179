from hypothesis import given
from hypothesis import strategies as st

from jsisa_search.page import parse_release
from jsisa_search.page.lines import Line
from jsisa_search.page.structure.sections import build_sections

P = "全市推进网格化社会治理，群众安全感达到99.12%。"
Outline = list[tuple[str | None, str | None, int]]


def outline(*lines: str) -> Outline:
    """Return heading, subheading and number of paragraphs of each section of these lines."""
    sections = build_sections(tuple(Line(line, number) for number, line in enumerate(lines, 1)))
    return [(section.heading, section.subheading, len(section.paragraphs)) for section in sections]


def test_leading_paragraphs_have_no_heading() -> None:
    """Paragraphs before the first heading make a section without one."""
    assert outline(P, P, "审批再提速", P) == [(None, None, 2), ("审批再提速", None, 1)]


def test_two_heading_lines_are_heading_and_subheading() -> None:
    """Of two heading lines in a row the second is the subheading, and the next pair begins anew."""
    assert outline("小事不出网格", "九成纠纷就地化解", P, P, "数据多跑路", "五级平台贯通", P) == [
        ("小事不出网格", "九成纠纷就地化解", 2),
        ("数据多跑路", "五级平台贯通", 1),
    ]


def test_numbered_headings_keep_their_rank() -> None:
    """（二） changes the subheading and keeps 一、; 二、 begins anew."""
    assert outline("一、成效", "（一）治安", P, "（二）调解", P, "二、问题", P) == [
        ("一、成效", "（一）治安", 1),
        ("一、成效", "（二）调解", 1),
        ("二、问题", None, 1),
    ]


def test_third_rank_is_a_paragraph() -> None:
    """Below heading and subheading there is no room: a third heading stays as a paragraph."""
    assert outline("一、成效", "（一）治安", "1.巡防", P) == [("一、成效", "（一）治安", 2)]


def test_chapters_stand_above_numbers() -> None:
    """第一章 holds 第一节."""
    assert outline("第一章 总则", "第一节 目的", P, "第二节 范围", P) == [
        ("第一章 总则", "第一节 目的", 1),
        ("第一章 总则", "第二节 范围", 1),
    ]


def test_plain_heading_below_a_numbered_one() -> None:
    """A heading without a number between 一、 and 二、 is a subheading."""
    assert outline("一、成效", P, "桐岭区的做法", P, "二、问题", P) == [
        ("一、成效", None, 1),
        ("一、成效", "桐岭区的做法", 1),
        ("二、问题", None, 1),
    ]


def test_plain_heading_above_numbers() -> None:
    """A heading without a number directly above 一、 holds the numbered ones."""
    assert outline("工作成效", "一、治安", P, "二、调解", P) == [
        ("工作成效", "一、治安", 1),
        ("工作成效", "二、调解", 1),
    ]


def test_numbered_sentences_are_paragraphs() -> None:
    """A numbered line that is a sentence is a paragraph."""
    assert outline("一、加强领导。各单位要落实责任。", "二、强化督查，确保到位。", P) == [(None, None, 3)]


def test_list_items_are_paragraphs() -> None:
    """Items of a numbered list, of which none holds a text, are paragraphs."""
    assert outline(P, "1.营业执照", "2.申请表", "3.身份证", P)[0][:2] == (None, None)
    assert sum(count for *_, count in outline(P, "1.营业执照", "2.申请表", "3.身份证", P)) >= 4


def test_run_of_names_is_a_list() -> None:
    """Many short lines in a row are a list, of which the last may head what follows."""
    assert outline(P, "桐岭区", "沐河县", "白鹭街道", "柳巷社区", "下一步打算", P) == [
        (None, None, 5),
        ("下一步打算", None, 1),
    ]


def test_signature_stays_as_paragraphs() -> None:
    """Office and date at the end are paragraphs of the last section."""
    assert outline("一、要求", P, "云浦市应急管理局", "2025年9月25日") == [("一、要求", None, 3)]


def test_outer_heading_of_a_closing_list() -> None:
    """一、 heads a list of names even where no sentence follows; with nothing below it is a paragraph."""
    assert outline("一、要求", P, "二、名单", "桐岭区", "沐河县") == [
        ("一、要求", None, 1),
        ("二、名单", None, 2),
    ]
    assert outline("一、要求", P, "二、名单") == [("一、要求", None, 2)]


def test_captions_credits_and_questions() -> None:
    """Captions, credits, bracketed notes, list marks and answers are no headings."""
    for line in (
        "图为演练现场",
        "（方以宁 摄）",
        "●预警发布",
        "——摘自工作手记",
        "答：正在办理",
        "2025年9月25日",
        "附件：名单",
        "表1  单位  数量",
    ):
        assert outline(P, line, P) == [(None, None, 3)], line


def test_a_heading_may_ask() -> None:
    """A short question is a heading, a long one is not."""
    assert outline(P, "钱从哪里来？", P)[1][0] == "钱从哪里来？"
    assert outline(P, "在群众最关心的停车难、充电难问题上，我们究竟做了些什么？", P) == [(None, None, 3)]


def test_blanks_and_line_ends_do_not_matter() -> None:
    """Indents, blank lines and kinds of line ends leave the text as it is."""
    plain = ["平安建设取得新成效", "2022-09-06", P, "审批再提速", P]
    ragged = "\r\n \r\n".join(f"　　{line} \u3000\t" for line in plain)
    first = parse_release("\n".join(plain).encode(), "a.txt")
    for page in (ragged, ragged.replace("\r\n", "\r")):
        second = parse_release(page.encode(), "a.txt")
        assert second.title == first.title
        assert [p.text for p in second.paragraphs] == [p.text for p in first.paragraphs]
        assert [s.heading for s in second.sections] == [s.heading for s in first.sections]


LINES = st.sampled_from(
    [
        "一、成效",
        "二、问题",
        "（一）治安",
        "（二）调解",
        "1.巡防",
        "2.普法",
        "审批再提速",
        "服务更贴心",
        P,
        "第一章 总则",
        "附件：名单",
        "问什么？",
    ]
)
LEVELS = st.sampled_from([None, None, None, 2, 3])


@given(st.lists(st.tuples(LINES, LEVELS), max_size=25))
def test_no_line_is_lost(lines: list[tuple[str, int | None]]) -> None:
    """Whatever the order of lines, each is a heading or a paragraph, and every section holds a paragraph."""
    sections = build_sections(
        tuple(Line(text, number, level) for number, (text, level) in enumerate(lines, 1))
    )
    seen = {paragraph.line: paragraph.text for section in sections for paragraph in section.paragraphs}
    assert all(section.paragraphs for section in sections)
    assert list(seen) == sorted(seen)
    headings = {section.heading for section in sections} | {section.subheading for section in sections}
    for number, (text, _) in enumerate(lines, 1):
        assert seen.get(number) == text or text in headings


def test_headings_of_documents_enumerate() -> None:
    """A numbered line with several 、 is a heading all the same."""
    assert outline("一、农业、林业、畜牧业、渔业和水利", P, "二、财政", P) == [
        ("一、农业、林业、畜牧业、渔业和水利", None, 1),
        ("二、财政", None, 1),
    ]


def test_numbers_go_on_after_nine() -> None:
    """10综合 is a heading below 09, and a quantity elsewhere."""
    lines = [line for n in range(1, 12) for line in (f"{n:02}综合情况", P)]
    assert [heading for heading, _, _ in outline(*lines)][-2:] == ["10综合情况", "11综合情况"]
    assert outline("甲", P, "12家企业上市", P, "乙", P)[0] == ("甲", None, 1)
