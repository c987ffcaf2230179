"""Templates to answers: every text of a release is escaped, and shown without characters that hide others."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from jinja2 import Environment, PackageLoader, StrictUndefined, pass_context
from markupsafe import Markup
from starlette.responses import HTMLResponse

from jsisa_search.export.periods import period_label
from jsisa_search.export.plain import one_line, plain_text
from jsisa_search.export.scripts import language_tag
from jsisa_search.filenames import readable
from jsisa_search.model import Mark, Precision, format_timestamp
from jsisa_search.web.pages.texts import NAMES, TAGS, Texts, requested_language
from jsisa_search.web.requests.access import STRANGER

if TYPE_CHECKING:
    from jinja2.runtime import Context
    from starlette.requests import Request

# Colours of words; a query of more words begins again with the first.
_COLOURS = 6

# A part of a text, and the colour of the word of the query that it matches.
Segment = tuple[str, int | None]


def shown_text(text: str) -> str:
    """Return a text of a page for display: lines stay, characters that control or hide are written out."""
    return "\n".join(plain_text(one_line(line)) for line in text.split("\n"))


def shown_line(text: str | None) -> str:
    """Return a text of a page in one line."""
    return plain_text(one_line(text or "", " / "))


def shown_path(path: str) -> str:
    """Return a path for display; it need not name the file."""
    return plain_text(readable(path))


def shown_name(path: str) -> str:
    """Return the name of the file of a path for display, with its member if it has one."""
    return shown_path(path).replace("\\", "/").rsplit("/", 1)[-1]


def path_key(path: str) -> str:
    """Return what represents a path in an address: a path need not be text, and is nobody else's business."""
    return hashlib.sha256(path.encode("utf-8", "surrogatepass")).hexdigest()[:24]


def shown_moment(moment: datetime | None, precision: Precision | None) -> str:
    """Return a time as exact as it is known."""
    return (format_timestamp(moment, precision) or "").replace("T", " ")


def web_address(url: str | None) -> str:
    """Return an address that may be a link: of the web, absolute; empty for any other."""
    text = (url or "").strip()
    try:
        parts = urlsplit(text)
    except ValueError:
        return ""
    return text if parts.scheme.lower() in ("http", "https") and parts.netloc else ""


def marks_within(marks: Iterable[Mark], end: int) -> tuple[Mark, ...]:
    """Return the marks of the first `end` characters of a text."""
    return tuple((start, min(last, end), word) for start, last, word in marks if start < end)


def segments(text: str, marks: Iterable[Mark], *, is_line: bool = False) -> Iterator[Segment]:
    """Yield `text` in parts for display, each with the colour of the word it matches, `None` for none."""
    show = shown_line if is_line else shown_text
    last = 0
    for start, end, word in marks:
        if last < start:
            yield show(text[last:start]), None
        yield show(text[start:end]), word % _COLOURS
        last = end
    if last < len(text):
        yield show(text[last:]), None


@pass_context
def language_mark(context: Context, text: str | None) -> Markup:
    """Return the attribute `lang` for an element with a text that is not in the language of the page."""
    page, tag = TAGS[context["lang"]], language_tag(text)
    is_same = tag in ("", page) or (tag == "zh" and page.startswith("zh"))
    return Markup("") if is_same else Markup(' lang="{}"').format(tag)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("jsisa_search.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        lang=language_mark,
        line=shown_line,
        text=shown_text,
        path=shown_path,
        name=shown_name,
        moment=shown_moment,
        period=period_label,
        key=path_key,
        web=web_address,
        within=marks_within,
    )
    environment.globals["segments"] = segments
    return environment


def texts_of(request: Request) -> Texts:
    """Return the texts in the language of a request."""
    return Texts(requested_language(request.headers))


def _address_of(request: Request) -> str:
    """Return the address of a page, within this program, to come back to."""
    return f"{request.url.path}?{request.url.query}" if request.url.query else request.url.path


def render(request: Request, template: str, *, status: int = 200, **values: Any) -> HTMLResponse:
    """Return the page that `template` makes of `values`, in the language of the request."""
    html = rendered(request, template, **values)
    return HTMLResponse(html, status, headers={"Vary": "Accept-Language, Cookie"})


def rendered(request: Request, template: str, **values: Any) -> str:
    """Return what `template` makes of `values`, in the language of the request: a page, or a part of one."""
    texts = texts_of(request)
    visitor, settings = getattr(request.state, "visitor", STRANGER), request.app.state.settings
    return (
        _environment()
        .get_template(template)
        .render(
            t=texts,
            lang=texts.language,
            tags=TAGS,
            languages=NAMES,
            visitor=visitor,
            token=visitor.token,
            is_shared=settings.is_open,
            cluster=settings.address,
            is_secure=request.url.scheme == "https",
            path=request.url.path,
            here=_address_of(request),
            **values,
        )
    )
