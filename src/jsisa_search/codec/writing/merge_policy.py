"""Which segments a commit merges: a log-structured policy that rewrites a document rarely.

A segment's level is the power of `FACTOR` that its number of live documents reaches, in units of `UNIT`.
`FACTOR` segments of a level are merged into one of a higher level. So an index of n documents has less
than FACTOR * log(n / UNIT) segments, a document is rewritten at most once per level, and a small commit
touches small segments only.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from jsisa_search.codec.whoosh_compat.segment import ArraySegment

FACTOR = 6
UNIT = 256
#: A segment with a higher share of deleted documents is rewritten.
DELETED_PART = 0.3


def segments_of_commit(
    segments: Sequence[ArraySegment], spilled: Collection[str], buffered: int
) -> list[ArraySegment]:
    """Return the segments that a commit merges with `buffered` documents in memory, in their order.

    `spilled` has the identities of those that the same commit adds. They become one segment, however often
    memory was full in between.
    """
    added = [segment for segment in segments if segment.segid in spilled]
    older = [segment for segment in segments if segment.segid not in spilled]
    chosen = segments_to_merge(older, buffered + sum(segment.doc_count() for segment in added))
    if not chosen and not buffered and len(added) < 2:
        return []
    return [segment for segment in segments if segment in chosen or segment in added]


def segments_to_merge(segments: Sequence[ArraySegment], waiting: int) -> list[ArraySegment]:
    """Return the segments to be merged with `waiting` new documents, in their order."""
    chosen = {
        segment.segid
        for segment in segments
        if segment.deleted_count() > DELETED_PART * segment.doc_count_all() and segment.doc_count()
    }
    size = waiting + sum(segment.doc_count() for segment in segments if segment.segid in chosen)
    while True:
        level = _level(size)
        peers = [
            segment
            for segment in segments
            if segment.segid not in chosen and segment.doc_count() and _level(segment.doc_count()) <= level
        ]
        if not size or len(peers) < (FACTOR - 1 if level else 1):
            break
        chosen |= {segment.segid for segment in peers}
        size += sum(segment.doc_count() for segment in peers)
    return [segment for segment in segments if segment.segid in chosen]


def _level(count: int) -> int:
    level = 0
    while count >= UNIT:
        count //= FACTOR
        level += 1
    return level
