"""The tests of releases like one, on a cluster: `index` is one there."""

from __future__ import annotations

import pytest

from tests.research.test_similar import *

pytestmark = pytest.mark.cluster
