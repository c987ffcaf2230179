"""The tests of figures once more, on a cluster: `index` is one there."""

from __future__ import annotations

import pytest

from tests.research.test_figures import *
from tests.research.test_figures import test_figures_survive_deletion_merging_and_resegmenting

pytestmark = pytest.mark.cluster

# A cluster does not segment again.
del test_figures_survive_deletion_merging_and_resegmenting
