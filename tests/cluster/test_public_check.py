"""The tests of checked drafts once more, on a cluster: `index` is one there."""

from __future__ import annotations

import pytest

from tests.research.check.test_drafts import *
from tests.research.check.test_drafts import test_the_command
from tests.research.check.test_verdicts import *
from tests.research.check.test_verdicts import test_equal_letters_with_the_same_numbers_have_the_same_values

pytestmark = pytest.mark.cluster

# The one runs beside the folder of an index, the other needs none.
del test_the_command, test_equal_letters_with_the_same_numbers_have_the_same_values
