"""The tests of the words beside a wording once more, on a cluster: `index` is one there."""

from __future__ import annotations

import pytest

from tests.research.trend.test_companions import *

pytestmark = pytest.mark.cluster
