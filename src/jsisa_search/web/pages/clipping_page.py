"""The page of collected passages (摘录), and what can be done with them."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import quote

from starlette.responses import JSONResponse, RedirectResponse, Response

from jsisa_search.errors import ArgumentError, ReleaseNotFoundError
from jsisa_search.translation import gettext as tr
from jsisa_search.web.kept.clippings import Clipping, Clippings, to_csv, to_markdown, to_report
from jsisa_search.web.pages.rendering import render
from jsisa_search.web.passages import find_passage
from jsisa_search.web.requests.problems import problem

if TYPE_CHECKING:
    from starlette.requests import Request

    from jsisa_search.model import ReleaseInfo

_OFFICE = "application/vnd.openxmlformats-officedocument."
# The forms of an export, and the kind of file that each is.
_KINDS = {
    "docx": f"{_OFFICE}wordprocessingml.document",
    "xlsx": f"{_OFFICE}spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
    "md": "text/markdown; charset=utf-8",
    "bib": "application/x-bibtex; charset=utf-8",
    "ris": "application/x-research-info-systems; charset=utf-8",
}


def clippings_page(request: Request) -> Response:
    """Answer with the page of collected passages."""
    clippings: Clippings = request.app.state.clippings
    return render(request, "clippings.html", clippings=clippings.all())


def change_clippings(request: Request) -> Response:
    """Add, annotate, move or remove clippings, as the form says."""
    clippings: Clippings = request.app.state.clippings
    form: dict[str, list[str]] = request.state.form
    key = form.get("key", [""])[0]
    match form.get("action", [""])[0]:
        case "add":
            return _add(request, form)
        case "remove":
            clippings.remove(key)
        case "clear":
            clippings.clear()
        case "up":
            clippings.move(key, -1)
        case "down":
            clippings.move(key, 1)
        case "note":
            clippings.annotate(key, form.get("note", [""])[0])
        case _:
            return problem(400, tr("the form names nothing to do"))
    return RedirectResponse("/clippings", 303)


def _add(request: Request, form: dict[str, list[str]]) -> Response:
    """Add the passage that a form names by its release and place."""
    index = request.app.state.collection.index
    release_id = form.get("release", [""])[0]
    if not release_id:
        raise ArgumentError(tr("the form names no release"))
    info = index.find_release(release_id)
    line, paragraph = (_number(form.get(name, [""])[0]) for name in ("line", "paragraph"))
    hit = find_passage(index.release(info.id), info.id, line or 0, paragraph)
    clippings: Clippings = request.app.state.clippings
    is_new = clippings.add(hit, form.get("q", [""])[0][:2000], info)
    if request.headers.get("x-part"):
        return JSONResponse({"is_new": is_new, "total": len(clippings.all())})
    return RedirectResponse("/clippings", 303)


def export_clippings(request: Request) -> Response:
    """Answer with all clippings as a file."""
    form = request.path_params["form"]
    kind = _KINDS.get(form)
    if kind is None:
        return problem(404, tr("clippings are exported as {forms}").format(forms=", ".join(_KINDS)))
    content = _exported(request, form)
    name = f"clippings.{form}; filename*=UTF-8''{quote('摘录')}.{form}"
    headers = {"Content-Disposition": f"attachment; filename={name}"}
    return Response(content, media_type=kind, headers=headers)


def _exported(request: Request, form: str) -> str | bytes:
    """Return all clippings in a form; sources are those of releases that are still in the index."""
    found = request.app.state.clippings.all()
    if form == "md":
        return to_markdown(found)
    if form == "csv":
        return to_csv(found)
    made = datetime.now()
    report = to_report(found, _releases(request, found), made=made)
    if form == "docx":
        from jsisa_search.export.word import write_docx

        return write_docx(report, made=made)
    if form == "xlsx":
        from jsisa_search.export.workbook import write_xlsx

        return write_xlsx(report, made=made)
    from jsisa_search.export.reference_formats import format_references

    return format_references(report.references, "bibtex" if form == "bib" else "ris") + "\n"


def _releases(request: Request, clippings: tuple[Clipping, ...]) -> dict[str, ReleaseInfo]:
    """Return the releases of clippings that are in the index, by id."""
    index = request.app.state.collection.index
    releases = {}
    for name in dict.fromkeys(each.release for each in clippings):
        with suppress(ReleaseNotFoundError, ArgumentError):
            releases[name] = index.find_release(name)
    return releases


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
