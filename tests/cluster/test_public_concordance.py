"""The tests of lines of occurrences once more, on a cluster: `index` is one there."""

from __future__ import annotations

import pytest

from tests.research.trend.test_concordance import *
from tests.research.trend.test_concordance import test_every_occurrence_is_a_line_of_its_own_text

pytestmark = pytest.mark.cluster

# It makes hundreds of indexes.
del test_every_occurrence_is_a_line_of_its_own_text
