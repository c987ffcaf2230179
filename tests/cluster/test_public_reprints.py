"""The tests of folded hits once more, on a cluster: `index` is one there."""

from __future__ import annotations

import pytest

from tests.search.results.test_reprints import *
from tests.search.results.test_reprints import test_the_command_prints_copies_and_json_has_them_all

pytestmark = pytest.mark.cluster

# It runs beside the folder of an index.
del test_the_command_prints_copies_and_json_has_them_all
