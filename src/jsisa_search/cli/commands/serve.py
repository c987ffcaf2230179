"""`jsisa-search serve`: pages in the browser, for everything that can be done with an index."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from jsisa_search.cli.options import PathType, index_dir_option
from jsisa_search.cli.printers.terminal import print_line
from jsisa_search.errors import ArgumentError
from jsisa_search.translation import gettext as _

if TYPE_CHECKING:
    from socket import socket

    from jsisa_search.web.processes.collection import Collection
    from jsisa_search.web.settings import ServerSettings


@click.command("serve")
@click.argument("folders", nargs=-1, type=PathType(), metavar="[FOLDER]...")
@index_dir_option
@click.option(
    "--port",
    type=click.IntRange(0, 65_535),
    default=8765,
    show_default=True,
    metavar="PORT",
    help=(
        "Port of the pages, otherwise that of the last time; if it is taken, the next free one. "
        "0 is any free one."
    ),
)
@click.option(
    "--host",
    default="127.0.0.1",
    show_default=True,
    metavar="HOST",
    help="Address to listen on. 0.0.0.0 lets colleagues in, who need a password.",
)
@click.option(
    "--guests",
    type=click.Choice(("read", "edit")),
    default="read",
    show_default=True,
    help="What colleagues may do: search and read, or also collect clippings, save searches, edit words.",
)
@click.option("--set-password", "sets_password", is_flag=True, help="Set the password, and end.")
@click.option(
    "--certfile",
    type=PathType(),
    metavar="FILE",
    help="Certificate (PEM) with which connections are encrypted (https).",
)
@click.option(
    "--keyfile", type=PathType(), metavar="FILE", help="Key of the certificate, if in a file of its own."
)
@click.option(
    "--name", "names", multiple=True, metavar="NAME", help="Further name of this machine in its network."
)
@click.option("--log", type=PathType(), metavar="FILE", help="Append a line for each request to FILE.")
@click.option("--log-queries", "logs_queries", is_flag=True, help="Log what is searched for, too.")
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
    folders: tuple[Path, ...], index_dir: Path | str, sets_password: bool, **options: Any
) -> None:
    """Search in the browser: index each FOLDER, keep it up to date, and open a page for everything else.

    The page answers at once; folders are indexed meanwhile. They are remembered, so that the next time
    the command alone is enough. Only programs of this machine reach the page, unless --host lets colleagues
    in: they get the address and the password. Ctrl+C ends it.

    \b
    Examples:
      jsisa-search serve ~/releases
      jsisa-search serve
      jsisa-search serve ~/releases --index-dir ~/release-index --port 9000
      jsisa-search serve ~/releases --host 0.0.0.0
    """
    from jsisa_search.web.processes.server import Running, address, is_loopback, last_port, listen

    if sets_password:
        _set_password(index_dir)
        return
    host, is_secure = options["host"], options["certfile"] is not None
    if not is_loopback(host):
        _require_password(index_dir, host)
    is_chosen = click.get_current_context().get_parameter_source("port") is not ParameterSource.DEFAULT
    port = options["port"] if is_chosen else last_port(index_dir) or options["port"]
    listening = listen(host, port, index_dir, _say_taken, is_secure=is_secure)
    if isinstance(listening, Running):
        url = address(host, listening.port, is_secure=is_secure)
        _say_running(url, folders, is_opening=options["is_opening"])
        return
    with listening:
        _serve(listening, folders, index_dir, options)
    print_line(_("Stopped."))


def _serve(
    listening: socket, folders: tuple[Path, ...], index_dir: Path | str, options: dict[str, Any]
) -> None:
    """Open the index and answer requests until the program is ended."""
    from jsisa_search.web.processes.collection import Collection
    from jsisa_search.web.processes.server import remember_port, run

    if isinstance(index_dir, str):
        print_line(_("Connecting to {address} …").format(address=index_dir))
    jobs = max((os.cpu_count() or 2) - 1, 1)
    collection = Collection(index_dir, folders, is_watching=options["is_watching"], jobs=jobs)
    _say_if_away(collection)
    port = listening.getsockname()[1]
    if options["port"]:
        remember_port(index_dir, port)
    settings = _settings(collection, port, options)
    run(listening, collection, settings, on_start=lambda: _say_ready(port, options))


def _settings(collection: Collection, port: int, options: dict[str, Any]) -> ServerSettings:
    """Return what all processes of the server must agree on."""
    from jsisa_search.web.processes.server import is_loopback, settings_of
    from jsisa_search.web.processes.workers import default_workers

    host = options["host"]
    settings = settings_of(
        collection.index_dir,
        host,
        port,
        names=options["names"],
        certfile=_absolute(options["certfile"]),
        keyfile=_absolute(options["keyfile"]),
    )
    return replace(
        settings,
        guests=options["guests"],
        log=_absolute(options["log"]),
        logs_queries=options["logs_queries"],
        workers=options["workers"] or default_workers(is_local=is_loopback(host)),
        address=str(collection.place) if collection.is_on_cluster else "",
    )


def _absolute(path: Path | None) -> str:
    return str(path.absolute()) if path else ""


def _say_taken(port: int) -> None:
    print_line(_("Port {port} is taken; trying the next.").format(port=port))


def _say_ready(port: int, options: dict[str, Any]) -> None:
    """Say where the pages are, and open them."""
    from jsisa_search.web.processes.server import address, is_loopback, open_browser

    host, is_secure = options["host"], options["certfile"] is not None
    url = address(host, port, is_secure=is_secure)
    print_line(_("Open {url} in your browser. Ctrl+C ends the program.").format(url=url))
    if not is_loopback(host):
        _say_to_colleagues(host, port, is_secure=is_secure)
    if options["is_opening"]:
        open_browser(url)


def _say_running(url: str, folders: tuple[Path, ...], *, is_opening: bool) -> None:
    """Say that another program serves the index, and open its page."""
    from jsisa_search.web.processes.server import open_browser

    print_line(_("This index is being served already: {url}").format(url=url))
    if folders:
        print_line(_("Add folders on its page 文件夹 (Folders)."))
    if is_opening:
        open_browser(url).join(10)  # the program ends with it


def _say_if_away(collection: Collection) -> None:
    """Say that the cluster with the index does not answer yet, and that it is waited for."""
    from jsisa_search.errors import ClusterDownError

    try:
        _index = collection.index
    except ClusterDownError as error:
        print_line(str(error))
        print_line(_("It is tried again every two seconds; the pages work as soon as it answers."))


def _say_to_colleagues(host: str, port: int, *, is_secure: bool) -> None:
    from jsisa_search.web.processes.server import address, is_everywhere, network_address

    reached = network_address() if is_everywhere(host) else host
    if reached:
        url = address(reached, port, is_secure=is_secure)
        print_line(_("Colleagues open {url} and enter the password.").format(url=url))
    if not is_secure:
        print_line(
            _("The connection is not encrypted: use it in a network that you trust, or give --certfile.")
        )


def _require_password(index_dir: Path | str, host: str) -> None:
    """Ask for a password where other machines will reach the pages and none is set yet."""
    from jsisa_search import Index
    from jsisa_search.web.requests.passwords import PasswordFile

    if PasswordFile(Index.own_folder(index_dir)).is_set():
        return
    if not sys.stdin.isatty():
        message = _(
            "other machines could reach the pages, so they need a password: set one with "
            "jsisa-search serve --set-password, or leave --host {host} out"
        )
        raise ArgumentError(message.format(host=host))
    print_line(_("Other machines can reach the pages, so they need a password."))
    _set_password(index_dir)


def _set_password(index_dir: Path | str) -> None:
    """Ask for the password and store its hash in the index folder, of which there may be no index yet.

    Of an index on a cluster it is stored on this machine, for the pages that it serves.
    """
    from jsisa_search import Index
    from jsisa_search.errors import IndexNotFoundError
    from jsisa_search.web.requests.passwords import PasswordFile

    password = click.prompt(
        _("Password for colleagues"), hide_input=True, confirmation_prompt=_("The same once more")
    )
    folder = Index.own_folder(index_dir)
    if isinstance(index_dir, str):
        folder.mkdir(parents=True, exist_ok=True)
    else:
        try:
            Index.open(index_dir).close()
        except IndexNotFoundError:
            Index.create(index_dir).close()
    PasswordFile(folder).set(password)
    print_line(_("The password is set. Colleagues who were signed in have to enter it again."))
