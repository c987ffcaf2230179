"""Programs of this package that read a format by native code, each in a process that may fail alone."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from jsisa_search.errors import PageError, PageTooLargeError
from jsisa_search.translation import gettext as tr


def run_program(
    program: Path, arguments: Sequence[int], data: bytes, *, seconds: float, damaged: str
) -> dict[str, Any]:
    """Return the JSON object that `program` writes for `data`.

    Raise `PageTooLargeError` where it takes more than `seconds`, and `PageError` with the reason `damaged`
    where it ends without an answer.
    """
    # -P: no module is taken from the folder in which the user happens to be.
    command = [sys.executable, "-P", str(program), *map(str, arguments)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL) as reader:
        try:
            written, _ = reader.communicate(data, timeout=seconds)
        except subprocess.TimeoutExpired as error:
            reader.kill()
            raise PageTooLargeError(
                tr("takes more than {seconds} s to read; save it again").format(seconds=f"{seconds:g}")
            ) from error
        except BaseException:  # a program that is interrupted leaves no process behind
            reader.kill()
            raise
    try:
        answer: dict[str, Any] = json.loads(written)
    except ValueError as error:
        raise PageError(
            tr("{damaged} (its reader ended with status {status})").format(
                damaged=damaged, status=reader.returncode
            )
        ) from error
    return answer
