"""`jsisa-search serve`: pages in the browser, for everything that can be done with an index."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import click

from jsisa_search.cli.options import PathType, index_dir_option
from jsisa_search.cli.printers.terminal import print_line
from jsisa_search.translation import gettext as _


@click.command("serve")
@click.argument("folders", nargs=-1, type=PathType(), metavar="[FOLDER]...")
@index_dir_option
@click.option(
    "--port",
    type=click.IntRange(0, 65_535),
    default=8765,
    show_default=True,
    metavar="PORT",
    help="Port of the pages; if it is taken, the next free one. 0 is any free one.",
)
@click.option(
    "--host",
    default="127.0.0.1",
    show_default=True,
    metavar="HOST",
    help="Address to listen on; only those of this machine are allowed.",
)
@click.option(
    "--watch/--no-watch",
    "is_watching",
    default=True,
    show_default=True,
    help="Update the index when files in the folders change.",
)
@click.option(
    "--workers",
    type=click.IntRange(1, 64),
    default=None,
    metavar="NUMBER",
    help="Processes that answer. Default: 1 for this machine alone, else one for each core.",
)
@click.option(
    "--open/--no-open", "is_opening", default=True, show_default=True, help="Open the page in the browser."
)
def serve_command(
    folders: tuple[Path, ...],
    index_dir: Path,
    port: int,
    host: str,
    is_watching: bool,
    workers: int | None,
    is_opening: bool,
) -> None:
    """Search in the browser: index each FOLDER, keep it up to date, and open a page for everything else.

    The page answers at once; folders are indexed meanwhile. They are remembered, so that the next time
    the command alone is enough. Only programs of this machine reach the page. Ctrl+C ends it.

    \b
    Examples:
      jsisa-search serve ~/releases
      jsisa-search serve
      jsisa-search serve ~/releases --index-dir ~/release-index --port 9000
    """
    from jsisa_search.web.collection import Collection
    from jsisa_search.web.server import Running, address, check_host, listen, open_browser, run
    from jsisa_search.web.settings import local_settings
    from jsisa_search.web.workers import default_workers

    listening = listen(
        check_host(host),
        port,
        index_dir,
        lambda taken: print_line(_("Port {port} is taken; trying the next.").format(port=taken)),
    )
    if isinstance(listening, Running):
        url = address(host, listening.port)
        print_line(_("This index is being served already: {url}").format(url=url))
        if folders:
            print_line(_("Add folders on its page 文件夹 (Folders)."))
        if is_opening:
            open_browser(url).join(10)  # the program ends with it
        return
    url = address(host, listening.getsockname()[1])

    def say_ready() -> None:
        print_line(_("Open {url} in your browser. Ctrl+C ends the program.").format(url=url))
        if is_opening:
            open_browser(url)

    with listening:
        collection = Collection(
            index_dir, folders, is_watching=is_watching, jobs=max((os.cpu_count() or 2) - 1, 1)
        )
        settings = replace(
            local_settings(collection.index_dir, listening.getsockname()[1]),
            workers=workers or default_workers(is_local=True),
        )
        run(listening, collection, settings, on_start=say_ready)
    print_line(_("Stopped."))
