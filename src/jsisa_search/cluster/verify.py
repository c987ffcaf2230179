"""Whether an index on a cluster is whole: each file has the paragraphs that its record says."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from jsisa_search.cluster.address import Address
from jsisa_search.cluster.connection import Connection
from jsisa_search.cluster.indices import Indices
from jsisa_search.cluster.statistics import buckets
from jsisa_search.codec.verify import Problem, Verification
from jsisa_search.indexing.documents import record_of
from jsisa_search.indexing.paths import StoredPaths
from jsisa_search.schema import RECORD_KIND
from jsisa_search.translation import gettext as tr

_PAGE = 1_000


def verify_cluster(address: Address) -> Verification:
    """Return what is wrong with the index at an address.

    The bytes of its segments are checked by OpenSearch itself. Raises `IndexNotFoundError` and
    `IndexVersionError`.
    """
    connection = Connection(address)
    try:
        indices = Indices(connection)
        indices.open()
        current = indices.current()
        indices.refresh(current)
        settings = connection.request("GET", f"/{current}/_settings")[current]["settings"]["index"]
        paths = StoredPaths(Path(address.folder.anchor))
        return Verification(
            generation=int(current.rpartition("-")[2]),
            segments=int(settings["number_of_shards"]),
            documents=connection.count({"exists": {"field": "path"}}),
            problems=tuple(_problems(connection, paths)),
        )
    finally:
        connection.close()


def _problems(connection: Connection, paths: StoredPaths) -> Iterator[Problem]:
    """Yield the files that are not whole, with the paragraphs that are or should be there."""
    counted = {path: count for (path,), count in buckets(connection, _PARAGRAPHS, ["path"])}
    for hit in connection.scan({"term": {"kind": RECORD_KIND}}, "place", _PAGE, _source=["file"]):
        record = record_of(hit["_source"])
        present = counted.pop(record.path, 0)
        if record.size < 0:
            what = tr("is not wholly written; update its folder")
        elif present != record.paragraphs:
            what = tr("has {present} of {paragraphs} paragraphs; rebuild the index").format(
                present=present, paragraphs=record.paragraphs
            )
        else:
            continue
        yield Problem(Path(paths.shown(record.path)), what, max(present, record.paragraphs))
    for path, count in counted.items():
        yield Problem(Path(paths.shown(path)), tr("has no record; rebuild the index"), count)


_PARAGRAPHS = {"exists": {"field": "paragraph"}}
