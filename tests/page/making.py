"""Small files of the binary formats, made from text that was written for these tests."""

from __future__ import annotations

import io
import json
import zipfile
from email.message import EmailMessage

HTML = (
    "<html><head><title>网格进楼栋_澄川市政府网</title></head><body><h1>网格进楼栋</h1>"
    "<p>来源：澄川发布</p><p>2025-03-02</p><p>全市推进网格化管理。</p></body></html>"
)
TEXT = "平安澄川建设纪事\n来源：澄川日报\n2025-04-05\n全市开展平安建设，矛盾纠纷就地化解。\n"


def zipped(**members: bytes | str) -> bytes:
    """Return an archive; the keys are names in which `__` stands for the point, `___` for the slash."""
    return zipped_names({name.replace("___", "/").replace("__", "."): data for name, data in members.items()})


def zipped_names(members: dict[str, bytes | str]) -> bytes:
    """Return an archive of members by name."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return file.getvalue()


def json_lines(*records: object) -> bytes:
    """Return one line of JSON for each record."""
    return "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records).encode()


def mail(text: str = TEXT, *, subject: str = "转发：平安澄川", html: str = "", **attachments: bytes) -> bytes:
    """Return a mail; `a__txt=...` attaches `a.txt`."""
    message = EmailMessage()
    message["Subject"] = subject
    message["Date"] = "Mon, 07 Apr 2025 01:30:00 +0000"
    message.set_content(text, charset="gb18030")
    if html:
        message.add_alternative(html, subtype="html", charset="gb2312")
    for name, data in attachments.items():
        message.add_attachment(
            data, maintype="application", subtype="octet-stream", filename=name.replace("__", ".")
        )
    return message.as_bytes()


def web_archive(html: str = HTML, charset: str = "utf-8") -> bytes:
    """Return a web archive as browsers save it: the page, its address, and a picture."""
    message = EmailMessage()
    message["Snapshot-Content-Location"] = "https://www.chengchuan.example/a.html"
    message.set_content(html, subtype="html", charset=charset, cte="quoted-printable")
    message.add_related(b"\x89PNG\r\n\x1a\n", maintype="image", subtype="png")
    return message.as_bytes()
