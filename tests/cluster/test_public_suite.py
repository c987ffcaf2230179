"""The tests of the library once more, on a cluster: `index` is one there."""

from __future__ import annotations

import pytest

from jsisa_search import Index
from tests.cluster.conftest import NewAddress
from tests.conftest import SEEDS
from tests.test_index import *
from tests.test_index import (
    test_an_index_is_not_made_over_another,
    test_an_index_of_another_version_is_refused,
    test_an_open_index_sees_what_another_writes,
    test_bounds_are_recorded_for_the_weighting_of_searches,
    test_damaged_settings_are_told,
)

pytestmark = pytest.mark.cluster


@pytest.fixture(scope="module")
def seeds(new_address: NewAddress) -> Index:
    """Return an index of the project's own sample releases."""
    made = Index.create(new_address())
    made.update([SEEDS])
    return made


# What is about the files of a folder, or about arrays.
del (
    test_an_open_index_sees_what_another_writes,
    test_an_index_is_not_made_over_another,
    test_damaged_settings_are_told,
    test_an_index_of_another_version_is_refused,
    test_bounds_are_recorded_for_the_weighting_of_searches,
)
