"""Write news items as the pages that people save.

python benchmarks/make_pages.py ITEMS.jsonl.xz FOLDER

Each item becomes one file, in one of four forms that its id decides: an HTML page in UTF-8 or GB18030 with
navigation, meta fields and footer, or plain text with the site's header lines, in UTF-8 or GB18030.
"""

from __future__ import annotations

import argparse
import html
import json
import lzma
import sys
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from lxml import html as lxml_html

Item = dict[str, str]

SITE = "新闻资料站"
SITE_LINES = (
    *("2020年1月6日", "", "星期一", ""),
    *("新闻动态", "联系我们", SITE, "地址 : 文化路1号", "电话 : 010-00000000"),
)


def paragraphs_of(item: Item) -> list[str]:
    """Return the texts of the item's `<p>` elements, the empty ones left out."""
    if not item["html"].strip():
        return []
    root = lxml_html.fragment_fromstring(item["html"], create_parent="div")
    texts = ("".join(element.itertext()).strip() for element in root.iter("p"))
    return [text for text in texts if text]


def make_html(item: Item, charset: str) -> str:
    """Return the item as a simple page with head, navigation and footer around its original paragraphs."""
    title, source, time = (html.escape(item[name]) for name in ("title", "source", "pubtime"))
    origin = f" <span>来源：{source}</span>" if source else ""
    return f"""<!DOCTYPE html>
<html lang="zh-CN">
<head>
<meta charset="{charset}">
<title>{title}_{SITE}</title>
<meta name="keywords" content="{html.escape(item["tags"])}">
<meta name="PubDate" content="{time}">
<meta name="ContentSource" content="{source}">
</head>
<body>
<nav>
<a href="/">首页</a> <a href="/news/">新闻</a> <a href="/video/">视频</a> <a href="/about/">关于我们</a>
</nav>
<h1>{title}</h1>
<div class="info"><span>{time}</span>{origin}</div>
<div class="content">
{item["html"]}
</div>
<footer><p>版权所有 {SITE}</p><p>联系电话：010-00000000</p></footer>
</body>
</html>
"""


def make_text_with_header(item: Item) -> str:
    """Return the item as a text copied whole: the site's lines first, then title, time and source."""
    origin = [f"来源:{item['source']}", ""] if item["source"] else []
    body = [line for text in paragraphs_of(item) for line in (text, "")]
    return "\n".join([*SITE_LINES, item["title"], "", item["pubtime"], "", *origin, *body])


def make_text_with_line(item: Item) -> str:
    """Return the item as a text with title, one line of time and source, and indented paragraphs."""
    origin = f"　　来源：{item['source']}" if item["source"] else ""
    head = [item["title"], "", f"发布时间：{item['pubtime']}{origin}", "字号：大 中 小　打印", ""]
    body = [f"　　{text}" for text in paragraphs_of(item)]
    return "\r\n".join([*head, *body, "", f"版权所有 {SITE}", ""])


FORMS: tuple[tuple[str, str, Callable[[Item], str]], ...] = (
    (".html", "utf-8", lambda item: make_html(item, "utf-8")),
    (".html", "gb18030", lambda item: make_html(item, "gb18030")),
    (".txt", "utf-8", make_text_with_header),
    (".txt", "gb18030", make_text_with_line),
)


def read_items(path: Path) -> Iterator[Item]:
    """Give the items of a .jsonl.xz file; what an item does not have is empty."""
    with lzma.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield {name: value or "" for name, value in json.loads(line).items()}


def write_pages(items: Iterator[Item], folder: Path) -> Counter[str]:
    """Write every item below `folder`, a folder a month; return how many of each form."""
    written: Counter[str] = Counter()
    for item in items:
        suffix, encoding, make = FORMS[zlib.crc32(item["id"].encode()) % len(FORMS)]
        target = folder / item["id"][:6] / (item["id"] + suffix)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(make(item).encode(encoding))
        written[f"{suffix[1:]} {encoding}"] += 1
    return written


def main(arguments: Sequence[str] | None = None) -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "items", type=Path, help="the .jsonl.xz file with id, title, pubtime, source, tags, html"
    )
    parser.add_argument("folder", type=Path, help="where the pages go; must be empty or not exist")
    settings = parser.parse_args(arguments)
    if not settings.items.exists():
        sys.exit(f"There is no file {settings.items}; give the items as .jsonl.xz.")
    if settings.folder.exists() and any(settings.folder.iterdir()):
        sys.exit(f"{settings.folder} is not empty; give a new folder.")
    written = write_pages(read_items(settings.items), settings.folder)
    print(
        f"{written.total()} pages: " + ", ".join(f"{count} {form}" for form, count in sorted(written.items()))
    )


if __name__ == "__main__":
    main()
