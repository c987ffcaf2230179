"""The indices of a cluster behind one name: made, opened, replaced as a whole, and marked as changed.

The name is an alias of `NAME-000001`; a rebuild fills `NAME-000002` and then moves the alias, in one step.
"""

from __future__ import annotations

import os
import time
import uuid
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, NamedTuple

from jsisa_search.cluster.connection import PATIENCE, Connection, index_not_found
from jsisa_search.cluster.mapping import EMPTY, index_body, version
from jsisa_search.errors import (
    ArgumentError,
    ClusterError,
    IndexExistsError,
    IndexVersionError,
)
from jsisa_search.indexing.settings import Settings, current_settings
from jsisa_search.translation import gettext as tr

# Between two looks at whether all copies are even.
_POLL_SECONDS = 0.05

# The document by which readers learn of a commit.
_GENERATION = "generation"

#: The search for it, and by which its shard is found.
GENERATION_SEARCH: dict[str, Any] = {
    "size": 1,
    "query": {"term": {"kind": _GENERATION}},
    "_source": [_GENERATION],
    "version": True,
    "track_total_hits": False,
}
GENERATION_ROUTE = _GENERATION

# Environment variables for the shards of a new index, and how many copies there are of each beside the first;
# with what holds without them, and the most. docs/scale.md says when to choose others.
_SHARDS = ("JSISA_OPENSEARCH_SHARDS", 2, 1024)
_REPLICAS = ("JSISA_OPENSEARCH_REPLICAS", 1, 20)


# Indices count their commits from 1; those of the one that replaces them go on far above.
_COMMITS = 1_000_000_000


class Generation(NamedTuple):
    """What changes with every commit: a text that no other has, and a number that grows."""

    text: str
    number: int


class Indices:
    """The indices behind the name of an address."""

    def __init__(self, connection: Connection) -> None:
        """Take the connection."""
        self._connection = connection
        self._name = connection.address.name

    def create(self, *, overwrite: bool) -> Settings:
        """Make an empty index. Raises `IndexExistsError` where there is one, unless `overwrite`."""
        present = self._behind_alias()
        if present and not overwrite:
            raise IndexExistsError(
                tr("there already is an index at {address}; open it, or overwrite it").format(
                    address=self._connection.address
                )
            )
        settings = current_settings()
        made = self.make_next(settings)
        self.switch_to(made)
        self.mark_changed()
        return settings

    def open(self) -> Settings:
        """Return the settings of the index. Raises `IndexNotFoundError` and `IndexVersionError`."""
        meta = self._meta()
        if {name: meta.get(name) for name in version()} != version():
            raise IndexVersionError(
                tr(
                    "the index at {address} was made by another version; rebuild it with: jsisa-search index "
                    "FOLDER --rebuild --index-dir {address}"
                ).format(address=self._connection.address)
            )
        return Settings(**meta["settings"])

    def current(self) -> str:
        """Return the name of the index behind the alias."""
        present = self._behind_alias()
        if not present:
            raise index_not_found(self._connection.address)
        return present[-1]

    def make_next(self, settings: Settings | None = None) -> str:
        """Make an empty index beside the present one, and return its name."""
        if settings is None:
            settings = Settings(**self._meta()["settings"])
        taken = self._connection.request("GET", f"/{self._name}-*", expand_wildcards="all")
        numbers = [int(name.rpartition("-")[2]) for name in taken if name.rpartition("-")[2].isdigit()]
        made = f"{self._name}-{max(numbers, default=0) + 1:06}"
        body = index_body(asdict(settings), shards=max(_number(*_SHARDS), 1), replicas=_number(*_REPLICAS))
        self._connection.request("PUT", f"/{made}", body, wait_for_active_shards=1)
        return made

    def switch_to(self, made: str) -> None:
        """Let the name stand for another index from now on, and remove the one before."""
        present = self._behind_alias()
        actions: list[dict[str, Any]] = [{"add": {"index": made, "alias": self._name}}]
        actions += ({"remove_index": {"index": name}} for name in present if name != made)
        self._connection.request("POST", "/_aliases", {"actions": actions})

    def remove(self, made: str) -> None:
        """Remove an index that the name does not stand for."""
        self._connection.request("DELETE", f"/{made}", missing={})

    def refresh(self, index: str) -> None:
        """Make what was written to an index visible, in all copies of it. Raises `ClusterError`."""
        end = time.monotonic() + PATIENCE
        while True:
            answer = self._connection.request("POST", f"/{index}/_refresh")
            # A node that has just died is still asked; what was the copy of its shards is refreshed then.
            if not answer["_shards"]["failed"] and self._is_even(index):
                return
            if time.monotonic() > end:
                raise ClusterError(
                    tr(
                        "{address} does not make visible what was written; check the health of the cluster"
                    ).format(address=self._connection.address)
                )
            time.sleep(_POLL_SECONDS)

    def _is_even(self, index: str) -> bool:
        """Return whether all copies have what the first copies show: they get their segments from them."""
        copies = self._connection.request("GET", f"/_cat/segment_replication/{index}", format="json")
        return all(copy["checkpoints_behind"] == "0" for copy in copies)

    def generation(self) -> Generation:
        """Return the generation of the index behind the alias."""
        return self.generation_in(self._connection.search(GENERATION_SEARCH, routing=GENERATION_ROUTE))

    def generation_in(self, answer: Mapping[str, Any]) -> Generation:
        """Return the generation in the answer to `GENERATION_SEARCH`."""
        hits = answer["hits"]["hits"]
        if not hits:
            raise index_not_found(self._connection.address)
        index = int(hits[0]["_index"].rpartition("-")[2])
        return Generation(hits[0]["_source"][_GENERATION], index * _COMMITS + hits[0]["_version"])

    def mark_changed(self) -> None:
        """Let readers know that the index has changed: all copies show it when this returns."""
        body = {**EMPTY, "kind": _GENERATION, _GENERATION: uuid.uuid4().hex, "place": -1}
        self._connection.request("PUT", f"/{self._name}/_doc/{_GENERATION}", body)
        self.refresh(self._name)

    def size(self) -> int:
        """Return the bytes of the index on all nodes, with replicas."""
        found = self._connection.request("GET", f"/{self._name}/_stats/store")
        return int(found["_all"]["total"]["store"]["size_in_bytes"])

    def _behind_alias(self) -> list[str]:
        return sorted(self._connection.request("GET", f"/_alias/{self._name}", missing={}))

    def _meta(self) -> dict[str, Any]:
        found = self._connection.request("GET", f"/{self._name}/_mapping", missing={})
        for index in found.values():
            return dict(index["mappings"].get("_meta", {}).get("jsisa", {}))
        raise index_not_found(self._connection.address)


def _number(name: str, default: int, most: int) -> int:
    """Return a number that the environment sets. Raises `ArgumentError` for anything else."""
    text = os.environ.get(name, str(default))
    if not text.isdecimal() or int(text) > most:
        raise ArgumentError(
            tr("{name} can't be {value}; set it to a number up to {most}").format(
                name=name, value=text, most=most
            )
        )
    return int(text)
