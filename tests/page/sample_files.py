"""Small files of the binary formats, made from text that was written for these tests."""

from __future__ import annotations

import io
import json
import struct
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
    message["From"] = "<Saved by a browser>"
    message["Snapshot-Content-Location"] = "https://www.chengchuan.example/a.html"
    message.set_content(html, subtype="html", charset=charset, cte="quoted-printable")
    message.add_related(b"\x89PNG\r\n\x1a\n", maintype="image", subtype="png")
    return message.as_bytes()


W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def paragraph(text: str, style: str = "", more: str = "") -> str:
    """Return a paragraph of Word in XML; `more` are further properties."""
    named = f'<w:pStyle w:val="{style}"/>' if style else ""
    return f"<w:p><w:pPr>{named}{more}</w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>"


def numbered(text: str, list_id: int = 1, depth: int = 0, style: str = "") -> str:
    """Return a paragraph that Word numbers."""
    number = f'<w:numPr><w:ilvl w:val="{depth}"/><w:numId w:val="{list_id}"/></w:numPr>'
    return paragraph(text, style, number)


def table(*rows: tuple[str, ...]) -> str:
    """Return a table of Word in XML."""
    cells = ("".join(f"<w:tc>{paragraph(cell)}</w:tc>" for cell in row) for row in rows)
    return "<w:tbl>" + "".join(f"<w:tr>{row}</w:tr>" for row in cells) + "</w:tbl>"


STYLES = (
    f'<w:styles {W}><w:style w:styleId="a1"><w:name w:val="heading 1"/></w:style>'
    '<w:style w:styleId="a2"><w:name w:val="标题 2"/></w:style>'
    '<w:style w:styleId="t"><w:name w:val="Title"/></w:style>'
    '<w:style w:styleId="mine"><w:name w:val="自定义"/><w:basedOn w:val="a1"/></w:style>'
    '<w:style w:styleId="loop"><w:name w:val="圈"/><w:basedOn w:val="loop"/></w:style></w:styles>'
)


def lists(*levels: tuple[str, str]) -> str:
    """Return the part with two lists of one kind, by form and text of each level."""
    own = "".join(
        f'<w:lvl w:ilvl="{at}"><w:start w:val="1"/><w:numFmt w:val="{form}"/>'
        f'<w:lvlText w:val="{text}"/></w:lvl>'
        for at, (form, text) in enumerate(levels)
    )
    kind = '<w:abstractNumId w:val="0"/>'
    return (
        f'<w:numbering {W}><w:abstractNum w:abstractNumId="0">{own}</w:abstractNum>'
        f'<w:num w:numId="1">{kind}</w:num><w:num w:numId="2">{kind}<w:lvlOverride w:ilvl="0">'
        '<w:startOverride w:val="5"/></w:lvlOverride></w:num></w:numbering>'
    )


def word(*body: str, numbering: str = "", title: str = "", creator: str = "", styles: str = STYLES) -> bytes:
    """Return a Word document of paragraphs and tables in XML."""
    dc = 'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/"'
    parts: dict[str, bytes | str] = {
        "[Content_Types].xml": "<Types/>",
        "word/document.xml": f"<w:document {W}><w:body>{''.join(body)}</w:body></w:document>",
        "word/styles.xml": styles,
        "docProps/core.xml": f"<cp:p xmlns:cp='x' {dc}><dc:title>{title}</dc:title>"
        f"<dc:creator>{creator}</dc:creator><dcterms:created>2019-01-01T00:00:00Z</dcterms:created></cp:p>",
    }
    return zipped_names(parts | ({"word/numbering.xml": numbering} if numbering else {}))


Placed = tuple[float, float, float, str]


def pdf(*pages: list[Placed], encrypted: bool = False, content: bytes = b"", packed: bytes = b"") -> bytes:
    """Return a PDF document of A4 pages; each line is x, y, size and text. The font is not embedded.

    `content` stands before the text of each page; `packed` is a deflated content in its place.
    """
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Count %d /Kids [%s] >>"
        % (len(pages), b" ".join(b"%d 0 R" % (6 + 2 * n) for n in range(len(pages)))),
        b"<< /Type /Font /Subtype /Type0 /BaseFont /SimSun /Encoding /UniGB-UCS2-H "
        b"/DescendantFonts [4 0 R] >>",
        b"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /SimSun /DW 1000 /FontDescriptor 5 0 R "
        b"/CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 2 >> >>",
        b"<< /Type /FontDescriptor /FontName /SimSun /Flags 4 /FontBBox [0 -141 1000 859] /Ascent 859 "
        b"/Descent -141 /ItalicAngle 0 /CapHeight 700 /StemV 80 >>",
    ]
    for number, lines in enumerate(pages):
        shown = b"".join(
            b"BT /F1 %g Tf %g %g Td <%s> Tj ET\n" % (size, x, y, text.encode("utf-16-be").hex().encode())
            for x, y, size, text in lines
        )
        stream = packed or content + shown
        packing = b"/Filter /FlateDecode " if packed else b""
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R >> >> "
            b"/Contents %d 0 R >>" % (7 + 2 * number)
        )
        objects.append(b"<< %s/Length %d >>\nstream\n%s\nendstream" % (packing, len(stream), stream))
    return _pdf_file(objects, encrypted=encrypted)


def _pdf_file(objects: list[bytes], *, encrypted: bool) -> bytes:
    data, places = b"%PDF-1.5\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    lock = (
        b"/Encrypt << /Filter /Standard /V 1 /R 2 /P -4 /O <%s> /U <%s> >> /ID [<00> <00>]"
        % (b"ab" * 32, b"cd" * 32)
        if encrypted
        else b""
    )
    trailer = b"trailer\n<< /Size %d /Root 1 0 R %s >>\nstartxref\n%d\n%%%%EOF\n"
    size, start = len(objects) + 1, len(data)
    data += b"xref\n0 %d\n0000000000 65535 f \n%s" % (size, table)
    return data + trailer % (size, lock, start)


def prose(
    text: str, *, top: float = 700, left: float = 90, width: int = 26, size: float = 16
) -> list[Placed]:
    """Return a paragraph as Word sets it: an indent of two characters, then full lines."""
    text = "\u3000\u3000" + text
    lines = [text[at : at + width] for at in range(0, len(text), width)]
    placed = [(left, top - 28 * at, size, line) for at, line in enumerate(lines)]
    placed[0] = (left + 2 * size, top, size, lines[0][2:])
    return placed


def ofd(*pages: str, title: str = "", template: str = "", table: bool = True) -> bytes:
    """Return an OFD document of pages, each the objects of a layer in XML (`ofd_text`), on A4."""
    space = 'xmlns:ofd="http://www.ofdspec.org/2016"'
    paths = [f"Pages/Page_{number}/Content.xml" for number in range(len(pages))]
    listed = "".join(f'<ofd:Page ID="{at + 10}" BaseLoc="{path}"/>' for at, path in enumerate(paths))
    used = '<ofd:Template TemplateID="3"/>' if template else ""

    def content(objects: str, used: str = "") -> str:
        layer = f'<ofd:Layer ID="4">{objects}</ofd:Layer>'
        return f"<ofd:Page {space}>{used}<ofd:Content>{layer}</ofd:Content></ofd:Page>"

    parts: dict[str, bytes | str] = {
        "OFD.xml": f'<ofd:OFD {space} Version="1.0" DocType="OFD"><ofd:DocBody><ofd:DocInfo>'
        f"<ofd:Title>{title}</ofd:Title><ofd:CreationDate>2019-01-01</ofd:CreationDate></ofd:DocInfo>"
        "<ofd:DocRoot>/Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>",
        "Doc_0/Document.xml": f"<ofd:Document {space}><ofd:CommonData><ofd:PageArea>"
        "<ofd:PhysicalBox>0 0 210 297</ofd:PhysicalBox></ofd:PageArea>"
        '<ofd:TemplatePage ID="3" BaseLoc="Tpls/Tpl_0/Content.xml"/>'
        f"</ofd:CommonData><ofd:Pages>{listed}</ofd:Pages></ofd:Document>",
        "Doc_0/Tpls/Tpl_0/Content.xml": content(template),
    }
    for path, objects in zip(paths, pages, strict=True):
        parts[f"Doc_0/{path}"] = content(objects, used)
    if not table:
        del parts["Doc_0/Document.xml"]
    return zipped_names(parts)


def ofd_text(
    x: float, y: float, text: str, size: float = 5.6, more: str = "", delta: str | None = None
) -> str:
    """Return a text object of OFD: place of its left upper corner, text and size in millimetres."""
    spread = f"g {len(text) - 1} {size}" if delta is None else delta
    return (
        f'<ofd:TextObject ID="9" Boundary="{x} {y} {size * len(text)} {size}" Font="1" Size="{size}" {more}>'
        f'<ofd:TextCode X="0" Y="{size * 0.8}" DeltaX="{spread}">{text}</ofd:TextCode></ofd:TextObject>'
    )


def epub(
    chapters: dict[str, str],
    *,
    date: str = "2024-05-06",
    author: str = "甲某",
    labels: dict[str, str] | None = None,
    encrypted: str = "",
    cover: bool = True,
) -> bytes:
    """Return an e-book of chapters in XHTML by file name, with titles of the contents in `labels`."""
    order = (["cover.xhtml"] if cover else []) + list(chapters)
    items = "".join(
        f'<item id="i{at}" href="text/{name}" media-type="application/xhtml+xml"/>'
        for at, name in enumerate(order)
    )
    spine = "".join(f'<itemref idref="i{at}"/>' for at in range(len(order)))
    points = "".join(
        f'<navPoint><navLabel><text>{label}</text></navLabel><content src="text/{name}"/></navPoint>'
        for name, label in (labels or {}).items()
    )
    opf = "http://www.idpf.org/2007/opf"
    dc = 'xmlns:dc="http://purl.org/dc/elements/1.1/"'
    parts: dict[str, bytes | str] = {
        "mimetype": "application/epub+zip",
        "META-INF/container.xml": '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container">'
        '<rootfiles><rootfile full-path="OEBPS/a.opf"/></rootfiles></container>',
        "OEBPS/a.opf": f'<package xmlns="{opf}"><metadata {dc}><dc:title>澄川纪事</dc:title>'
        f"<dc:creator>{author}</dc:creator><dc:publisher>澄川出版社</dc:publisher><dc:date>{date}</dc:date></metadata>"
        f'<manifest>{items}<item id="n" href="toc.ncx" media-type="application/x-dtbncx+xml"/></manifest>'
        f'<spine toc="n">{spine}</spine></package>',
        "OEBPS/toc.ncx": '<!DOCTYPE ncx PUBLIC "-//NISO//DTD ncx 2005-1//EN" "ncx.dtd">'
        f'<ncx xmlns="http://www.daisy.org/z3986/2005/ncx/"><navMap>{points}</navMap></ncx>',
        "OEBPS/text/cover.xhtml": "<html><body><h1>澄川纪事</h1></body></html>",
    }
    if encrypted:
        parts["META-INF/encryption.xml"] = (
            '<encryption><EncryptedData><CipherData><CipherReference URI="OEBPS/text/'
            f'{encrypted}"/></CipherData></EncryptedData></encryption>'
        )
    return zipped_names(parts | {f"OEBPS/text/{name}": text for name, text in chapters.items()})


def compound_file(streams: dict[str, bytes]) -> bytes:
    """Return a compound file (OLE) of streams by path; folders are those that paths name."""
    sector, none, end = 512, 0xFFFFFFFF, 0xFFFFFFFE
    paths = sorted({"/".join(p.split("/")[:n]) for p in streams for n in range(1, p.count("/") + 2)})
    ids = {path: number for number, path in enumerate(paths, 1)}
    mini, mini_fat, body, fat = bytearray(), [], bytearray(), []
    starts: dict[str, int] = {}

    def chain(table: list[int], count: int) -> int:
        first = len(table)
        table += [*range(first + 1, first + count), end][:count] if count else []
        return first if count else end

    def put(data: bytes) -> int:
        first = chain(fat, -(-len(data) // sector))
        body.extend(data.ljust(-(-len(data) // sector) * sector, b"\0"))
        return first

    for path, data in streams.items():
        if len(data) < 4096:
            starts[path] = chain(mini_fat, -(-len(data) // 64))
            mini.extend(data.ljust(-(-len(data) // 64) * 64, b"\0"))
        else:
            starts[path] = put(data)
    mini_start = put(bytes(mini))
    mini_fat_start = put(
        b"".join(struct.pack("<L", n) for n in mini_fat).ljust(512, b"\xff") if mini_fat else b""
    )

    def entry(name: str, kind: int, sibling: int, child: int, start: int, size: int) -> bytes:
        raw = (name + "\0").encode("utf-16-le")
        packed = raw.ljust(64, b"\0") + struct.pack("<HBBLLL", len(raw), kind, 1, none, sibling, child)
        return packed + bytes(36) + struct.pack("<LQ", start, size)

    def children(folder: str) -> list[str]:
        return [path for path in paths if path.rpartition("/")[0] == folder]

    top = children("")
    directory = entry("Root Entry", 5, none, ids[top[0]] if top else none, mini_start, len(mini))
    for path in paths:
        around = children(path.rpartition("/")[0])
        after = around[around.index(path) + 1 :]
        below = children(path)
        name, data = path.rpartition("/")[2], streams.get(path)
        directory += entry(
            name,
            1 if data is None else 2,
            ids[after[0]] if after else none,
            ids[below[0]] if below else none,
            starts.get(path, 0),
            len(data or b""),
        )
    directory_start = put(directory)
    fat_sectors = -(-(len(fat) + 8) // 128)
    fat_start = len(fat)
    fat += [0xFFFFFFFD] * fat_sectors
    table = b"".join(struct.pack("<L", n) for n in fat).ljust(fat_sectors * sector, b"\xff")
    header = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(16)
    header += struct.pack(
        "<HHHHH6xLLLLLLLLL",
        0x3E,
        3,
        0xFFFE,
        9,
        6,
        0,
        fat_sectors,
        directory_start,
        0,
        4096,
        mini_fat_start,
        1 if mini_fat else 0,
        end,
        0,
    )
    header += b"".join(struct.pack("<L", fat_start + n) for n in range(fat_sectors))
    return header.ljust(sector, b"\xff") + bytes(body) + table


def outlook_mail(
    subject: str = "转发：关于网格化的通知",
    *,
    text: str = TEXT,
    html: bytes = b"",
    rtf: bytes = b"",
    ansi: str = "",
    **attachments: bytes,
) -> bytes:
    """Return a mail as Outlook saves it; with `ansi` its texts are bytes in that encoding."""
    kind = "001E" if ansi else "001F"

    def encoded(value: str) -> bytes:
        return value.encode(ansi or "utf-16-le")

    sent = 133_884_630_000_000_000  # 2025-04-07 09:30 in China
    values = struct.pack("<LLQ", 0x00390040, 6, sent) + struct.pack("<LLQ", 0x3FDE0003, 6, 936)
    streams = {"__properties_version1.0": bytes(32) + values, f"__substg1.0_0037{kind}": encoded(subject)}
    if text:
        streams[f"__substg1.0_1000{kind}"] = encoded(text)
    if html:
        streams["__substg1.0_10130102"] = html
    if rtf:
        streams["__substg1.0_10090102"] = rtf
    for number, (name, data) in enumerate(attachments.items()):
        folder = f"__attach_version1.0_#{number:08X}"
        streams[f"{folder}/__substg1.0_3707{kind}"] = encoded(name.replace("__", "."))
        streams[f"{folder}/__substg1.0_37010102"] = data
    return compound_file(streams)


def strict_word(*body: str) -> bytes:
    """Return a Word document with the names of Strict OOXML, and with the paths that Word Online gives."""
    with zipfile.ZipFile(io.BytesIO(word(*body))) as archive:
        parts = {name: archive.read(name).decode() for name in archive.namelist()}
    transitional = W.split('"')[1]
    strict = "http://purl.oclc.org/ooxml/wordprocessingml/main"
    renamed: dict[str, bytes | str] = {
        name.replace("document.xml", "document2.xml").replace("styles.xml", "styles5.xml"): text.replace(
            transitional, strict
        )
        for name, text in parts.items()
    }
    types = "http://purl.oclc.org/ooxml/officeDocument/relationships"

    def relations(kind: str, target: str) -> str:
        return f'<Relationships><Relationship Type="{types}/{kind}" Target="{target}"/></Relationships>'

    return zipped_names(
        renamed
        | {
            "_rels/.rels": relations("officeDocument", "/word/document2.xml"),
            "word/_rels/document2.xml.rels": relations("styles", "styles5.xml"),
        }
    )


def flat_word(*body: str) -> bytes:
    """Return a Word document as one XML file, a flat package."""
    with zipfile.ZipFile(io.BytesIO(word(*body, title="网格"))) as archive:
        parts = {name: archive.read(name).decode() for name in archive.namelist()}
    packed = "".join(
        f'<pkg:part pkg:name="/{name}"><pkg:xmlData>{text}</pkg:xmlData></pkg:part>'
        for name, text in parts.items()
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<?mso-application progid="Word.Document"?>\n'
        f'<pkg:package xmlns:pkg="http://schemas.microsoft.com/office/2006/xmlPackage">{packed}</pkg:package>'
    ).encode()


def word_2003(body: str, *, mark: bool = True) -> bytes:
    """Return a document of Word 2003 in XML; without `mark` it does not name its program."""
    program = '<?mso-application progid="Word.Document"?>' if mark else ""
    return (
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n{program}'
        '<w:wordDocument xmlns:w="http://schemas.microsoft.com/office/word/2003/wordml" '
        'xmlns:wx="http://schemas.microsoft.com/office/word/2003/auxHint" '
        'xmlns:o="urn:schemas-microsoft-com:office:office">'
        "<o:DocumentProperties><o:Title>网格化</o:Title><o:Author>甲某</o:Author></o:DocumentProperties>"
        '<w:styles><w:style w:type="paragraph" w:styleId="1"><w:name w:val="heading 1"/></w:style></w:styles>'
        f"<w:body><wx:sect>{body}</wx:sect></w:body></w:wordDocument>"
    ).encode()


def frames(*pages: str) -> bytes:
    """Return a web archive of a page and its frames."""
    message = EmailMessage()
    message["From"] = "<Saved by a browser>"
    message["Snapshot-Content-Location"] = "https://www.chengchuan.example/a.html"
    message.set_content(pages[0], subtype="html", charset="utf-8", cte="quoted-printable")
    for page in pages[1:]:
        message.add_related(page, subtype="html", charset="utf-8")
    return message.as_bytes()
