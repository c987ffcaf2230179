"""When two releases are reprints of each other: by the likeness of their sketches and by their dates.

A family is all that such pairs connect. The rule is the same for every engine; which pairs are compared is
here what the array engine can list, all sketches of an index.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jsisa_search.package_data import load_toml
from jsisa_search.schema import SKETCH_HASHES, UNDATED

Array = NDArray[Any]

#: What fills up the hashes of a short release.
NO_HASH = 0xFFFFFFFF
#: Windows that a pair must share to be compared; of texts that are alike it shares dozens.
LEAST_SHARED = 6
#: Weeks that are counted: as many as fit in a byte.
MOST_WEEKS = 255
# Pairs are looked for among neighbours in time of those that share a window, up to this distance.
_NEIGHBOURS = 2
_MICROSECONDS_PER_DAY = 24 * 60 * 60 * 1_000_000
# Hashes sorted, and pairs compared, at a time: bounds the memory.
_HASHES = 8 << 20
_PAIRS = 16_384
# Where a larger share of the releases may have got other reprints, all pairs are computed again.
_MOST_AFFECTED = 0.25
# Hashes are looked up by so many of their bits first.
_TABLE_BITS = 20
_TABLE_MASK = np.uint32((1 << _TABLE_BITS) - 1)


@dataclass(frozen=True, slots=True)
class Rules:
    """When two releases are reprints of each other; `data/families.toml` says what each number is."""

    near_days: int
    near: list[list[float]]
    contained: list[list[float]]
    far: float
    short: int
    short_likeness: float


@cache
def rules() -> Rules:
    """Return the rules of this version."""
    return Rules(**load_toml("jsisa_search.search", "families"))


@dataclass(frozen=True, slots=True)
class Sketches:
    """The releases that have a sketch, by date and id.

    `ids` are those of the index, `days` their dates (-1: none), `numbers` equal for the same content, all
    int64; `windows` counts the windows of each, `hashes` are the least of their hashes (uint32, a row each,
    ascending, filled up with `NO_HASH`).
    """

    ids: Array
    days: Array
    numbers: Array
    windows: Array
    hashes: Array


def days_of(published: Array) -> Array:
    """Return the days of times of publishing (int64, microseconds); -1 for those without a date."""
    days: Array = np.where(published == UNDATED, -1, published // _MICROSECONDS_PER_DAY)
    return days


def same_releases(releases: Sketches) -> Array:
    """Return pairs of releases with the same facts and texts, the same file saved twice (2 rows)."""
    keys = [releases.hashes[:, 0], releases.windows, releases.numbers]
    order = np.lexsort(keys)
    same = np.ones(max(len(order) - 1, 0), np.bool_)
    for key in keys:
        same &= key[order[1:]] == key[order[:-1]]
    return np.stack([order[:-1][same], order[1:][same]])


def reprints(releases: Sketches) -> Array:
    """Return pairs of releases that are reprints of each other (2 rows)."""
    pairs, weeks = _candidates(releases)
    found = [
        some[:, are_reprints(releases, weeks, some)]
        for some in (pairs[:, at : at + _PAIRS] for at in range(0, pairs.shape[1], _PAIRS))
    ]
    return np.concatenate([np.zeros((2, 0), np.int64), *found], axis=1)


def reprints_since(releases: Sketches, before: Sketches, pairs: Array) -> Array:
    """Return what `reprints` does, from `pairs`, the ids of the reprints among the releases `before`.

    Whether two releases are reprints depends on their sketches and dates, and for each of their hashes on
    the releases that have it. So only pairs of a release that has a hash of a new or a gone one are compared
    anew.
    """
    hashes = releases.hashes
    is_old, is_kept = _is_in(releases, before), _is_in(before, releases)
    touched = np.concatenate([hashes[~is_old], before.hashes[~is_kept]])
    is_affected: Array = np.asarray(_is_any(hashes, touched).any(axis=1))
    if is_affected.sum() >= len(hashes) * _MOST_AFFECTED:
        return reprints(releases)
    near, _ = _candidates(_only(releases, hashes[is_affected]))
    near = near[:, is_affected[near].any(axis=0)]
    compared = np.unique(near)
    _, weeks = _candidates(_only(releases, hashes[compared]))
    found = near[:, are_reprints(releases, weeks, near)]
    return np.concatenate([_unaffected(releases, pairs, ~is_affected), found], axis=1)


def _unaffected(releases: Sketches, pairs: Array, is_unaffected: Array) -> Array:
    """Return those of `pairs`, of ids, of which both releases are unaffected, as rows of `releases`."""
    order = releases.ids.argsort()
    at = order[np.minimum(releases.ids.searchsorted(pairs, sorter=order), max(len(order) - 1, 0))]
    is_there = (releases.ids[at] == pairs) & is_unaffected[at]
    rows: Array = at[:, is_there.all(axis=0)]
    return rows


def _is_in(some: Sketches, others: Sketches) -> Array:
    """Return whether each release of `some` is among `others`, the same in all (bool)."""
    order = others.ids.argsort()
    if not len(order):
        return np.zeros(len(some.ids), np.bool_)
    at = order[np.minimum(others.ids.searchsorted(some.ids, sorter=order), len(order) - 1)]
    same = (others.ids[at] == some.ids) & (others.days[at] == some.days)
    same &= (others.numbers[at] == some.numbers) & (others.windows[at] == some.windows)
    is_equal: Array = same & (others.hashes[at] == some.hashes).all(axis=1)
    return is_equal


def _is_any(hashes: Array, wanted: Array) -> Array:
    """Return whether each of `hashes` is one of `wanted` and no filling (bool)."""
    wanted = np.unique(wanted)
    wanted = wanted[wanted != NO_HASH]
    may_be = np.zeros(1 << _TABLE_BITS, np.bool_)
    may_be[wanted & _TABLE_MASK] = True
    is_any: Array = may_be[hashes & _TABLE_MASK]
    is_any[is_any] = np.isin(hashes[is_any], wanted)
    return is_any


def _only(releases: Sketches, wanted: Array) -> Sketches:
    """Return releases without the hashes that are not among `wanted`."""
    return replace(
        releases, hashes=np.where(_is_any(releases.hashes, wanted), releases.hashes, np.uint32(NO_HASH))
    )


def _candidates(releases: Sketches) -> tuple[Array, Array]:
    """Return pairs of releases that share windows (2 rows), and for each hash its number of weeks (uint8).

    Of the releases with a window, ordered by time, neighbours make a pair.
    """
    hashes = releases.hashes.reshape(-1)
    weeks = np.ones(len(hashes), np.uint8)
    parts = 1 + len(hashes) // _HASHES
    pairs = np.zeros(0, np.uint64)
    for part in range(parts):
        at = np.flatnonzero((hashes % parts == part) & (hashes != NO_HASH)).astype(np.uint64)
        at |= hashes[at].astype(np.uint64) << np.uint64(32)
        at.sort()
        values, at = at >> np.uint64(32), (at & np.uint64(NO_HASH)).astype(np.int64)
        owners = at // SKETCH_HASHES
        weeks[at] = np.minimum(_weeks_of_runs(values, releases.days[owners] // 7), MOST_WEEKS)
        for distance in range(1, _NEIGHBOURS + 1):
            same = values[distance:] == values[:-distance]
            first, second = owners[:-distance][same], owners[distance:][same]
            pairs = np.concatenate(
                [pairs, (first.astype(np.uint64) << np.uint64(32)) | second.astype(np.uint64)]
            )
    pairs.sort()
    starts = np.flatnonzero(np.concatenate([np.ones(min(len(pairs), 1), np.bool_), pairs[1:] != pairs[:-1]]))
    shared = np.diff(np.append(starts, len(pairs)))
    pairs = pairs[starts[shared >= LEAST_SHARED]]
    both = np.stack([pairs >> np.uint64(32), pairs & np.uint64(NO_HASH)]).astype(np.int64)
    return both, weeks.reshape(releases.hashes.shape)


def _weeks_of_runs(values: Array, weeks: Array) -> Array:
    """Return for each of some ordered values in how many weeks it occurs (int64); its `weeks` ascend."""
    starts = np.ones(len(values), np.bool_)
    np.not_equal(values[1:], values[:-1], out=starts[1:])
    is_new = starts.copy()
    is_new[1:] |= weeks[1:] != weeks[:-1]
    runs = starts.cumsum() - 1
    return np.bincount(runs[is_new])[runs] if len(values) else np.zeros(0, np.int64)


def are_reprints(releases: Sketches, weeks: Array, pairs: Array) -> Array:
    """Return whether each of some pairs is one of reprints (bool)."""
    rule = rules()
    first, second = pairs
    windows = np.sort(releases.windows[pairs], axis=0)
    days = releases.days[pairs]
    is_near = (np.abs(days[0] - days[1]) <= rule.near_days) & (days >= 0).all(axis=0)
    likeness = _likeness(releases.hashes, weeks, first, second)
    contained = likeness / (1 + likeness) * windows.sum(axis=0) / windows[0]
    least = np.full(len(first), rule.far)
    for long, enough in rule.near:
        least[is_near & (windows[0] >= long)] = enough
    for long, share, enough in rule.contained:
        is_shortened = is_near & (windows[0] >= long) & (contained >= share)
        least[is_shortened] = np.minimum(least[is_shortened], enough)
    is_short = windows[0] < rule.short
    least = np.where(is_short, np.maximum(least, rule.short_likeness), least)
    are: Array = (likeness >= least) & ~(is_short & ~is_near & (days >= 0).all(axis=0))
    return are


def _likeness(hashes: Array, weeks: Array, first: Array, second: Array) -> Array:
    """Return the weighted likeness of pairs of releases, estimated from their sketches (float64)."""
    rows = [(hashes[side].astype(np.uint64) << np.uint64(32)) | weeks[side] for side in (first, second)]
    both = np.concatenate(rows, axis=1)
    both.sort(axis=1)
    values = both >> np.uint64(32)
    is_first = np.ones(values.shape, np.bool_)
    np.not_equal(values[:, 1:], values[:, :-1], out=is_first[:, 1:])
    is_shared = np.zeros(values.shape, np.bool_)
    is_shared[:, :-1] = ~is_first[:, 1:]
    # The least hashes of either are the least of both together; beyond them one may have more than is known.
    is_known = is_first & (is_first.cumsum(axis=1) <= SKETCH_HASHES) & (values != NO_HASH)
    weights = is_known / np.maximum(both & np.uint64(NO_HASH), 1)
    shared: Array = (weights * is_shared).sum(axis=1) / np.maximum(weights.sum(axis=1), 1e-12)
    return shared


def components(pairs: Array, count: int) -> tuple[Array, Array]:
    """Return the members of all components of more than one (int64), and the number of each's (from 1)."""
    labels = np.arange(count)
    while True:
        before = labels.copy()
        least = np.minimum(labels[pairs[0]], labels[pairs[1]])
        for side in pairs:
            np.minimum.at(labels, side, least)
            np.minimum.at(labels, before[side], least)
        labels = labels[labels]
        if (labels == before).all():
            break
    members = np.flatnonzero(np.bincount(labels, minlength=count)[labels] > 1)
    return members, np.unique(labels[members], return_inverse=True)[1] + 1


def groups_of(family: Array, said: Array, owners: Array) -> Array:
    """Return numbers of groups of equal `family` and `said` in several releases; 0 for all others (int64)."""
    order = np.lexsort([owners, said, family])
    family, said, owners = family[order], said[order], owners[order]
    starts = np.ones(len(order), np.bool_)
    starts[1:] = (family[1:] != family[:-1]) | (said[1:] != said[:-1])
    runs = starts.cumsum() - 1
    is_new = starts.copy()
    is_new[1:] |= owners[1:] != owners[:-1]
    is_shared = (np.bincount(runs[is_new], minlength=1)[runs] > 1) & (said != 0)
    numbers = np.zeros(len(order), np.int64)
    numbers[order[is_shared]] = np.unique(runs[is_shared], return_inverse=True)[1] + 1
    return numbers
