"""Mail: which line is its title, and what is passed on with it."""

from __future__ import annotations

from base64 import b64encode

import pytest

from jsisa_search.model import Release
from jsisa_search.page import parse_release
from tests.page.sample_files import mail

SUBJECT = "关于报送管网改造进展的紧急通知"
ASK = "请各单位于5月10日前报送管网改造进展，逾期不再受理。"


def read(text: str, *, subject: str = SUBJECT, html: str = "") -> Release:
    """Read a mail."""
    return parse_release(mail(text, subject=subject, html=html), "a.eml")


def texts(release: Release) -> list[str]:
    """Return the paragraphs of a release."""
    return [paragraph.text for paragraph in release.paragraphs]


@pytest.mark.parametrize(
    "salutation",
    [
        "各位同事：",
        "王主任：您好！",
        "王主任，您好！",
        "各镇街、各部门：",
        "尊敬的王先生：",
        "大家好！",
        "Dear all,",
    ],
)
def test_the_salutation_is_text_and_the_subject_the_title(salutation: str) -> None:
    """Whatever addresses the readers begins the text and heads nothing."""
    release = read(f"{salutation}\n{ASK}\n联系人：周青苗\n")
    assert (release.title, release.title_line) == (SUBJECT, None)
    assert texts(release) == [salutation, ASK, "联系人：周青苗"]
    assert release.sections[0].heading is None


def test_a_mail_without_salutation_has_its_subject_too() -> None:
    """A short first line is no title where no byline shows that it is one."""
    release = read(f"管网改造\n{ASK}\n")
    assert release.title == SUBJECT
    assert ASK in texts(release)


def test_a_release_in_a_mail_keeps_its_own_title() -> None:
    """A title above a byline, or above a number and addressees, is that of the text."""
    byline = read(f"清河区织密地下管网\n2023-04-18 来源：清河日报\n{ASK}\n")
    assert (byline.title, byline.source) == ("清河区织密地下管网", "清河日报")
    document = read(f"澄川市关于报送进展的通知\n澄政发〔2023〕7号\n各县（市、区）：\n{ASK}\n")
    assert (document.title, document.document_number) == ("澄川市关于报送进展的通知", "澄政发〔2023〕7号")


@pytest.mark.parametrize(
    "head",
    [
        "-----原始邮件-----\n发件人: 周青苗 <a@example.cn>\n发送时间: 2023年4月18日 9:30\n"
        "收件人: 各单位\n主题: 转发: 进展\n",
        "---------- Forwarded message ---------\nFrom: <a@example.cn>\nDate: 2023-04-18 9:30\n"
        "Subject: 进展\nTo: <b@example.cn>\n",
    ],
)
def test_headers_of_a_forwarded_mail_are_no_text(head: str) -> None:
    """Sender, time and subject of the mail that is passed on are left out; its subject stands for none."""
    assert texts(read(f"请阅。\n{head}{ASK}\n")) == ["请阅。", ASK]
    assert read(f"{head}{ASK}\n", subject="").title == "进展"


def test_html_without_a_byline_has_the_subject_for_its_title() -> None:
    """The first line of a mail in HTML is text; one that has title and byline keeps them."""
    release = read("-", html=f"<html><body><p>各位同事：</p><p>{ASK}</p></body></html>")
    assert (release.title, texts(release)) == (SUBJECT, ["各位同事：", ASK])


def test_gb2312_that_is_gbk_in_a_header() -> None:
    """Programs declare gb2312 and write GBK: a name beyond GB2312, split over two encoded words."""
    subject = "关于李喆同志任职的通知".encode("gbk")
    words = " ".join(f"=?gb2312?B?{b64encode(part).decode()}?=" for part in (subject[:7], subject[7:]))
    data = f"Subject: {words}\nContent-Type: text/plain; charset=utf-8\n\n各位同事：\n{ASK}\n".encode()
    assert parse_release(data, "a.eml").title == "关于李喆同志任职的通知"


def test_a_document_in_a_mail_keeps_its_own_title() -> None:
    """A title of an official document above its number is the title, not the subject."""
    title = "关于开展网格化治理专项检查的通知"
    release = read(f"{title}\n云政办〔2024〕3号\n各镇人民政府：\n{ASK}", subject="请查收")
    assert (release.title, release.document_number) == (title, "云政办〔2024〕3号")
