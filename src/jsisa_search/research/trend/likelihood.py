"""Whether two counts differ by more than chance: the log-likelihood ratio of corpus linguistics."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


def signed_likelihood(before: Array, after: Array, size_before: int, size_after: int) -> Array:
    """Return the log-likelihood ratio of counts in two texts of given sizes (float64); negative if it fell.

    Dunning, Accurate methods for the statistics of surprise and coincidence, 1993, in the form of Rayson and
    Garside, 2000. It is 0 where one of the texts is empty.
    """
    if not size_before or not size_after:
        return np.zeros(len(before))
    both = (before + after) / (size_before + size_after)
    likelihood = np.zeros(len(before))
    for counts, size in ((before, size_before), (after, size_after)):
        is_there = counts > 0
        likelihood[is_there] += 2 * counts[is_there] * np.log(counts[is_there] / (both[is_there] * size))
    has_risen = after / size_after >= before / size_before
    signed: Array = np.where(has_risen, likelihood, -likelihood)
    return signed
