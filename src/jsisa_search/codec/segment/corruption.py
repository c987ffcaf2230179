"""Decide whether an unexpected error comes from damaged segment files.

The type of an error proves nothing: NumPy raises `IndexError` and `OverflowError` over a wrong argument
as well as over a wrong byte. So the files are checked, and damage is reported only where it is found.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from jsisa_search.errors import JsisaSearchError

if TYPE_CHECKING:
    from jsisa_search.codec.segment.segment_file import SegmentFile


@contextmanager
def concluding_damage(
    files: Iterable[SegmentFile], examine: Callable[[SegmentFile], str | None] | None = None
) -> Iterator[None]:
    """Raise `IndexDamagedError` in place of an error in the block where one of `files` is damaged.

    Checksums decide; where they are right, `examine` may look further and return what is wrong. An error
    over sound files is raised unchanged, and so are errors of ours and of the system. Each file is checked
    once in its life. On entry a file that was truncated since it was opened is refused, because reading
    the lost pages of its map would end the process.
    """
    for file in files:
        file.container.check_size()
    try:
        yield
    except (JsisaSearchError, OSError):
        raise
    except Exception as error:
        for file in files:
            problem = file.first_wrong_checksum()
            if problem is None and examine is not None and not file.is_examined:
                if isinstance(error, MemoryError):
                    continue  # examining takes memory too
                problem = examine(file)
                file.is_examined = problem is None
            if problem is not None:
                raise file.container.damage(problem) from error
        raise
