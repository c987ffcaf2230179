"""Answers that are sent while they are made: many lines, or events until something has ended."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from starlette.responses import StreamingResponse

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

#: Seconds in which a stream must be read to its end. It is broken off then: who stops reading must not hold
#: a snapshot of the index for ever.
STREAM_SECONDS = 600.0

# Bytes that are made before they are sent: each chunk is a turn of a worker thread.
_CHUNK = 1 << 16


class BoundedStream(StreamingResponse):
    """A stream that ends in time. HTTP marks one that was broken off as incomplete."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the stream."""
        async with asyncio.timeout(STREAM_SECONDS):
            await super().__call__(scope, receive, send)


def chunked(lines: Iterable[bytes]) -> Iterator[bytes]:
    """Return lines in chunks. The first is made at once: an error of the request is raised, not streamed."""
    chunks = _chunks(lines)
    return _preceded(next(chunks, b""), chunks)


def _preceded(first: bytes, following: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from following


def _chunks(lines: Iterable[bytes]) -> Iterator[bytes]:
    chunk = bytearray()
    for line in lines:
        chunk += line
        if len(chunk) >= _CHUNK:
            yield bytes(chunk)
            chunk.clear()
    if chunk:
        yield bytes(chunk)
