"""Official documents: red head, number and title above the text, signature and printing lines below."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from jsisa_search.model import Release
from jsisa_search.page import explain_release, parse_release
from tests.page.sample_files import Placed, paragraph, pdf, prose, word

TEXT = "《澄川市城市更新三年行动方案》已经市政府同意，现印发给你们，请结合实际认真贯彻落实。"
TITLE = "澄川市人民政府关于印发《澄川市城市更新三年行动方案（2023—2025年）》的通知"
END = ["澄川市人民政府", "2023年4月18日"]


def read(*lines: str, name: str = "page.txt") -> Release:
    """Read a page of these lines."""
    return parse_release("\n".join(lines).encode(), name)


def texts(release: Release) -> list[str]:
    """Return the paragraphs of a release."""
    return [each.text for each in release.paragraphs]


def day_of(release: Release) -> date | None:
    """Return the day that a release has from its signature."""
    moment = getattr(release, "date", None) or release.published
    return moment.date() if isinstance(moment, datetime) else moment


RED = [
    "澄川市人民政府文件",
    "澄政发〔2023〕7号",
    "澄川市人民政府关于印发《澄川市城市更新",
    "三年行动方案（2023—2025年）》的通知",
    "各县（市、区）人民政府，市直各单位：",
    TEXT,
    *END,
]


@pytest.mark.parametrize("name", ["page.txt", "page.md"])
def test_red_head_number_and_title_of_two_lines(name: str) -> None:
    """The red head is the issuer, the title is joined, the addressees begin the text, the end has the day."""
    separator = "\n\n" if name.endswith("md") else "\n"
    release = parse_release(separator.join(RED).encode(), name)
    assert release.title == TITLE
    assert (release.issuer, release.document_number) == ("澄川市人民政府", "澄政发〔2023〕7号")
    assert day_of(release) == date(2023, 4, 18)
    assert texts(release) == ["各县（市、区）人民政府，市直各单位：", TEXT, *END]


def test_a_joint_document_with_all_marks() -> None:
    """Offices above and below 文件, copy number, secrecy, urgency and who signed are no text."""
    release = read(
        "000012",
        "机密★1年",
        "特急",
        "中共澄川市委办公室",
        "文 件",
        "澄川市人民政府办公室",
        "澄委办发〔2023〕7 号　　签发人：王小禾",
        "中共澄川市委办公室 澄川市人民政府办公室",
        "关于印发《澄川市城市更新方案》的通知",
        "各县（市、区）党委和人民政府：",
        TEXT,
        "中共澄川市委办公室",
        "澄川市人民政府办公室",
        "2023 年 4 月 18 日",
    )
    assert release.title == ("中共澄川市委办公室 澄川市人民政府办公室关于印发《澄川市城市更新方案》的通知")
    assert release.issuer == "中共澄川市委办公室、澄川市人民政府办公室"
    assert release.document_number == "澄委办发〔2023〕7号"
    assert texts(release)[0] == "各县（市、区）党委和人民政府："


def test_copies_and_printing_are_no_text() -> None:
    """抄送, its wrapped line, 印发 and the number of copies end the form; the reading says so."""
    form = [
        "抄送：市人大常委会办公室，市政协办公室，各人民团",
        "体，驻澄各单位。",
        "澄川市人民政府办公室　　　　2023年4月19日印发",
        "（共印80份）",
    ]
    reading = explain_release("\n".join([*RED, "（此件公开发布）", *form]).encode(), "page.txt")
    assert texts(reading.release)[-1] == "（此件公开发布）"
    assert day_of(reading.release) == date(2023, 4, 18)
    assert [finding.text for finding in reading.findings if finding.what == "left out"] == form


def test_the_day_of_printing_stands_for_that_of_a_missing_signature() -> None:
    """A document without a signature has the day on which it was printed."""
    release = read(*RED[:-2], "澄川市人民政府办公室 二〇二三年四月十九日印发")
    assert (day_of(release), texts(release)[-1]) == (date(2023, 4, 19), TEXT)


def test_a_letter_of_an_office_has_its_name_for_a_head() -> None:
    """函: the name of the office, the number, the title, one addressee; the date in Chinese numerals."""
    release = read(
        "澄川市教育局",
        "澄教函〔2023〕31号",
        "澄川市教育局关于市人大二次会议",
        "第45号建议的答复",
        "李小禾代表：",
        "您提出的关于增加托位的建议收悉，现答复如下。",
        "澄川市教育局",
        "二〇二三年六月一日",
    )
    assert release.title == "澄川市教育局关于市人大二次会议第45号建议的答复"
    assert (release.issuer, day_of(release)) == ("澄川市教育局", date(2023, 6, 1))


def test_a_bulletin_has_issue_office_and_day() -> None:
    """简报: the line below the masthead says who edits it and when; the title comes after the rule."""
    release = read(
        "城市更新工作简报",
        "第12期（总第345期）",
        "澄川市城市更新领导小组办公室编　　　2023年4月18日",
        "━━━━━━━━━━━━━━━━━━",
        "清河区织密地下管网",
        "4月17日，清河区启动老旧小区雨污分流改造。",
        "报：市委、市政府。",
        "送：各县（市、区）。",
    )
    assert (release.title, release.document_number) == ("清河区织密地下管网", "第12期（总第345期）")
    assert (release.issuer, day_of(release)) == ("澄川市城市更新领导小组办公室", date(2023, 4, 18))
    assert texts(release) == ["4月17日，清河区启动老旧小区雨污分流改造。"]


def test_red_head_in_the_largest_type_of_a_pdf() -> None:
    """In a PDF the head is larger than the title, which stands in two lines; 抄送 is no part of the text."""
    page: list[Placed] = [
        (110, 760, 40, "澄川市人民政府文件"),
        (230, 700, 16, "澄政发〔2023〕7号"),
        (120, 640, 22, "澄川市人民政府关于印发"),
        (100, 608, 22, "《澄川市城市更新方案》的通知"),
        (90, 560, 16, "各县（市、区）人民政府："),
        *prose(TEXT, top=530),
        (350, 420, 16, "澄川市人民政府"),
        (350, 390, 16, "2023年4月18日"),
        (90, 150, 14, "抄送：市人大常委会办公室，市政协办公室。"),
        (90, 126, 14, "澄川市人民政府办公室"),
        (400, 126, 14, "2023年4月19日印发"),
    ]
    pytest.importorskip("pypdfium2")
    release = parse_release(pdf(page), "a.pdf")
    assert release.title == "澄川市人民政府关于印发《澄川市城市更新方案》的通知"
    assert (release.issuer, day_of(release)) == ("澄川市人民政府", date(2023, 4, 18))
    assert texts(release) == ["各县（市、区）人民政府：", TEXT, *END]


def test_signature_of_an_html_document_is_its_issuer() -> None:
    """The end of a document is read in every format."""
    paragraphs = "".join(f"<p>{line}</p>" for line in (TEXT, *END, "抄送：市政协办公室。"))
    html = (
        f"<html><body><h1>关于印发城市更新方案的通知</h1><p>澄政发〔2023〕7号</p>{paragraphs}</body></html>"
    )
    release = parse_release(html.encode(), "a.html")
    assert (release.issuer, day_of(release)) == ("澄川市人民政府", date(2023, 4, 18))
    assert texts(release) == [TEXT, *END]


def test_the_head_of_a_document_below_the_title_of_its_page() -> None:
    """A page that shows the whole document: its head is no text, and the title where the page has none."""
    head = "<p>清河区人民政府文件</p><p>清政发〔2023〕7号</p>"
    title = "<p><b>清河区人民政府</b></p><p><b>关于印发城市更新方案的通知</b></p>"
    text = f"<p>各镇人民政府，各街道办事处：</p><p>{TEXT}</p><p>清河区人民政府</p><p>2023年4月18日</p>"
    expected = ["各镇人民政府，各街道办事处：", TEXT, "清河区人民政府", "2023年4月18日"]
    byline = "<h1>关于印发城市更新方案的通知</h1><div>发布时间：2023-04-19 来源：区政府办</div>"
    page = f"<title>关于印发城市更新方案的通知_清河区政府网</title>{byline}<div>{head}{title}{text}</div>"
    release = parse_release(f"<html>{page}</html>".encode(), "a.html")
    assert (release.title, texts(release)) == ("关于印发城市更新方案的通知", expected)
    bare = f"<html><title>清河区人民政府网</title><div>{head}{title}{text}</div></html>"
    release = parse_release(bare.encode(), "a.html")
    assert (release.title, texts(release)) == ("清河区人民政府关于印发城市更新方案的通知", expected)
    assert (release.issuer, release.document_number) == ("清河区人民政府", "清政发〔2023〕7号")


def test_news_is_no_document() -> None:
    """An office and a day at the end of a report make nobody its issuer; 抄送 within a text is text."""
    report = read(
        "清河区织密地下管网", "2023-04-20 来源：清河日报", TEXT, "清河区融媒体中心", "2023年4月18日"
    )
    assert (report.title, report.issuer, report.source) == ("清河区织密地下管网", None, "清河日报")
    assert report.published == datetime(2023, 4, 20)
    lines = ["关于报送情况的通知", "抄送：市政协办公室。", TEXT, *[TEXT] * 10]
    assert "抄送：市政协办公室。" in texts(read(*lines))


def test_copies_right_below_a_full_line_of_a_pdf_are_not_joined_to_it() -> None:
    """Without a wider gap above them, the printing lines begin a paragraph of their own all the same."""
    pytest.importorskip("pypdfium2")
    lines = prose((TEXT * 3)[:77] + "。", top=560, width=20)
    left, bottom, size, last = lines[-1]
    assert len(last) == 20
    copies = [(left, bottom - (lines[-2][1] - bottom), size, "抄送：市人大常委会，市政协办公室。")]
    release = parse_release(pdf([(165, 760, 22, "关于更新的通知"), *lines, *copies]), "a.pdf")
    assert texts(release) == [(TEXT * 3)[:77] + "。"]


def test_a_red_head_in_a_word_document() -> None:
    """Paragraphs of Word are lines like any others; the title may stand in two of them."""
    document = word(*map(paragraph, [*RED, "抄送：市政协办公室。"]))
    release = parse_release(document, "a.docx")
    assert (release.title, release.issuer) == (TITLE, "澄川市人民政府")
    assert (release.document_number, release.dated) == ("澄政发〔2023〕7号", date(2023, 4, 18))
    assert texts(release)[0] == "各县（市、区）人民政府，市直各单位："
    assert texts(release)[-1] == "2023年4月18日"


def test_the_signature_of_a_notice_stands_above_its_long_annex() -> None:
    """What is printed with a notice comes after its day; neither the office nor 附件 heads anything."""
    annex = ["附件", "清河区城市更新方案", TEXT, "一、总体要求", TEXT, *[TEXT] * 30]
    release = read(*RED, "（此件公开发布）", *annex)
    assert (release.title, release.issuer, day_of(release)) == (TITLE, "澄川市人民政府", date(2023, 4, 18))
    headings = [section.heading for section in release.sections]
    assert headings == [None, "清河区城市更新方案", "一、总体要求"]


def test_an_order_has_its_number_below_the_title() -> None:
    """令: the office is its issuer, 第5号 its number, who signs it is no heading."""
    release = read(
        "清河区人民政府令",
        "第5号",
        "《清河区停车管理办法》已经区政府常务会议通过，现予公布。",
        "区长　王小禾",
        "2023年4月18日",
        "清河区停车管理办法",
        "第一条　为了加强停车管理，制定本办法。",
    )
    assert (release.title, release.document_number) == ("清河区人民政府令", "第5号")
    assert (release.issuer, day_of(release)) == ("清河区人民政府", date(2023, 4, 18))
    assert [section.heading for section in release.sections] == [None, "清河区停车管理办法"]


def test_minutes_have_a_masthead_like_bulletins() -> None:
    """会议纪要: number, office and day stand between masthead and title."""
    release = read(
        "会议纪要",
        "〔2023〕12号",
        "清河区人民政府办公室　　2023年4月18日",
        "研究城市更新工作的会议纪要",
        "4月17日，区长王小禾主持召开专题会议。",
        "分送：区政府领导，各镇街。",
    )
    assert (release.title, release.document_number) == ("研究城市更新工作的会议纪要", "〔2023〕12号")
    assert (release.issuer, day_of(release)) == ("清河区人民政府办公室", date(2023, 4, 18))
    assert texts(release) == ["4月17日，区长王小禾主持召开专题会议。"]


@pytest.mark.parametrize(
    ("below", "number"),
    [(["澄政发〔2023〕7号", "各县（市、区）人民政府："], "澄政发〔2023〕7号"), (["市直各单位："], None)],
)
def test_a_title_of_two_lines_without_a_red_head(below: list[str], number: str | None) -> None:
    """Above its number or its addressees it is the whole title, whatever marks are above it."""
    release = read("特急", *RED[2:4], *below, TEXT)
    assert (release.title, release.document_number) == (TITLE, number)
    assert texts(release) == [below[-1], TEXT]


def test_a_title_of_two_lines_above_running_text_is_none_of_a_document() -> None:
    """What has neither number nor addressees is read like any other page."""
    release = read(*RED[2:4], TEXT)
    assert release.title != TITLE
    assert TEXT in texts(release)


@pytest.mark.parametrize("head", [["工作简报"], ["工作简报", "第12期"], ["特急", "工作简报"]])
def test_a_bulletin_without_an_issue_or_a_headline_keeps_its_lines(head: list[str]) -> None:
    """A name of a bulletin alone is no head: no sentence below it is taken for one."""
    assert texts(read(*head, TEXT, TEXT))[-2:] == [TEXT, TEXT]
