"""`jsisa-search info`, `remove`, `verify`, `audit` and `resegment`: look after an index."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from jsisa_search.cli.options import PathType, index_dir_option
from jsisa_search.cli.printers.progress import ProgressLine
from jsisa_search.cli.printers.terminal import (
    labelled,
    print_error,
    print_line,
    quantity,
    report_waiting,
)
from jsisa_search.cluster.address import is_address
from jsisa_search.translation import gettext as _

if TYPE_CHECKING:
    from jsisa_search.search.audit import Audit


@click.command("info")
@index_dir_option
def info_command(index_dir: Path) -> None:
    """Show what the index contains, how it was made, and its size.

    \b
    Example:
      jsisa-search info --index-dir ~/release-index
    """
    from jsisa_search import Index

    with Index.open(index_dir) as index:
        info = index.info()
        sources = len(index.values("source"))
    facts = {
        _("cluster") if is_address(info.folder) else _("folder"): info.folder,
        _("releases"): info.releases,
        _("paragraphs"): info.paragraphs,
        _("dated"): _dates(info.dates),
        _("undated"): quantity(info.undated, "release"),
        _("sources"): sources,
        _("size"): f"{info.size / 1e6:.1f} MB",
        _("created"): info.settings.created,
        _("segmenter"): info.settings.segmenter,
        _("schema"): _("version {number}").format(number=info.settings.schema),
        _("folding"): _("version {number}").format(number=info.settings.folding),
    }
    if info.settings.date_pattern:
        facts[_("dates from")] = info.settings.date_pattern
    for name, value in facts.items():
        print_line(f"{labelled(name, 12)}{value}")


def _dates(counts: Mapping[str, int]) -> str:
    """Return how many releases have their date from which evidence: 120 (100 page, 20 file name)."""
    parts = ", ".join(f"{count} {_(origin)}" for origin, count in counts.items())
    return f"{sum(counts.values())} ({parts})" if parts else "0"


@click.command("verify")
@index_dir_option
@click.pass_context
def verify_command(ctx: click.Context, /, index_dir: Path) -> None:
    """Check the integrity of the index.

    Every checksum, count and offset is checked. Exit status is 2 if anything is damaged. The saved pages
    are not affected, and the index can be rebuilt from them.

    \b
    Example:
      jsisa-search verify --index-dir ~/release-index
    """
    from jsisa_search import Index

    found = Index.verify(index_dir)
    for problem in found.problems:
        damage = _("damaged: {path}: {what}; affects {passages}")
        lost = quantity(problem.documents, "passage")
        print_error(damage.format(path=problem.path, what=problem.what, passages=lost))
    if found.problems:
        print_error(_("Rebuild the index with: jsisa-search index FOLDER --rebuild"))
        ctx.exit(2)
    documents = quantity(found.documents, "document")
    segments = quantity(found.segments, "shard" if is_address(index_dir) else "segment")
    intact = _("The index is intact: {documents} in {segments}.")
    print_line(intact.format(documents=documents, segments=segments))


@click.command("audit")
@index_dir_option
@click.option(
    "--samples",
    type=click.IntRange(1, 1_000_000),
    default=1000,
    show_default=True,
    metavar="N",
    help="Number of random strings to search for.",
)
@click.option(
    "--seed",
    type=click.IntRange(0, 2**31 - 1),
    default=0,
    show_default=True,
    metavar="S",
    help="Random seed; the same seed draws the same strings.",
)
@click.pass_context
def audit_command(ctx: click.Context, /, index_dir: Path, samples: int, seed: int) -> None:
    """Check that searches miss no passage and count every occurrence.

    Random strings of 1 to 12 characters are drawn from the indexed passages and searched for; the results
    are compared with a scan of all texts. Exit status is 1 if any of them differ.

    \b
    Examples:
      jsisa-search audit --index-dir ~/release-index
      jsisa-search audit --samples 5000 --seed 7
    """
    from jsisa_search import Index

    with Index.open(index_dir) as index, ProgressLine() as line:
        found = index.audit(samples, seed, progress=line.update)
    _print_audit(found)
    if not found.is_perfect:
        ctx.exit(1)


def _print_audit(found: Audit) -> None:
    wrong = _(
        "wrong: “{text}”: {missed} missed, {wrong} found that do not contain it; "
        "{counted} occurrences counted instead of {expected}"
    )
    for failure in found.failures:
        missed = quantity(failure.missing, "passage")
        counts = {"counted": failure.occurrences, "expected": failure.expected_occurrences}
        print_error(wrong.format(text=failure.text, missed=missed, wrong=failure.wrong, **counts))
    drawn = _("{samples} random strings, each compared with a scan of {characters} characters in {passages}")
    passages = quantity(found.passages, "passage")
    print_line(drawn.format(samples=found.samples, characters=found.characters, passages=passages))
    of_passages, of_strings = _("{share} ({part} of {whole} passages)"), _("{part} of {whole} strings")
    facts = {
        _("recall"): of_passages.format(share=_share(found.recall), part=found.agreed, whole=found.expected),
        _("precision"): of_passages.format(
            share=_share(found.precision), part=found.agreed, whole=found.found
        ),
        _("occurrences"): str(found.occurrences),
        _("wrong"): of_strings.format(part=found.failed, whole=found.samples),
        _("time"): f"{found.seconds:.1f} s",
    }
    for name, value in facts.items():
        print_line(f"{labelled(name, 13)}{value}")


def _share(value: float) -> str:
    """Return a share with six digits, rounded down, so that only all is 1.000000."""
    return f"{math.floor(value * 1e6) / 1e6:.6f}"


@click.command("remove")
@click.argument("paths", nargs=-1, required=True, type=PathType(), metavar="PATH...")
@index_dir_option
def remove_command(paths: tuple[Path, ...], index_dir: Path) -> None:
    """Take everything under each PATH out of the index; no file is deleted.

    PATH is a folder or a file that was indexed, or the id of a release that `query` prints. It comes back
    when it is indexed again.

    \b
    Examples:
      jsisa-search remove seeds/
      jsisa-search remove 3f2a9c
    """
    from jsisa_search import Index

    with Index.open(index_dir) as index:
        removed = index.remove(paths)
        left = index.info().releases
    done = _("{releases} removed from the index, {number} left; no file was deleted")
    print_line(done.format(releases=quantity(removed, "release"), number=left))


@click.command("resegment")
@index_dir_option
def resegment_command(index_dir: Path) -> None:
    """Segment the indexed texts again with your own words.

    Your words are those in user-words.txt. The pages are not read again, since the index contains their
    text. Searches find the same passages as before, but your words are ranked and completed like other
    words. Files indexed later are segmented with the same words.

    \b
    Example:
      jsisa-search resegment --index-dir ~/release-index
    """
    from jsisa_search import Index

    with Index.open(index_dir) as index:
        with ProgressLine() as line:
            words = index.resegment(on_wait=report_waiting, progress=line.update)
        paragraphs = index.info().paragraphs
    done = _("{paragraphs} segmented again, with {words}")
    print_line(done.format(paragraphs=quantity(paragraphs, "paragraph"), words=quantity(words, "user word")))
