"""How many examples a property is tried on.

`python -m pytest` tries few, the same in every run. `--hypothesis-profile=thorough` tries twenty-five times
as many (`.ci/run` does), `--hypothesis-profile=explore` as many more, other ones in every run.
"""

from __future__ import annotations

import importlib
import pkgutil

from hypothesis import HealthCheck, settings

import jsisa_search

# How long something takes says nothing on a busy machine. A fixture that a test gets once for all of its
# examples is one that they may share.
_FINE = (HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture)


def register_profiles() -> None:
    """Register the profiles and load the quick one; pytest's option comes later and replaces it."""
    common = settings(deadline=None, suppress_health_check=_FINE)
    settings.register_profile("quick", common, max_examples=12, derandomize=True)
    settings.register_profile("thorough", common, max_examples=300, derandomize=True)
    settings.register_profile("explore", common, max_examples=300, print_blob=True)
    settings.load_profile("quick")


def load_constants() -> None:
    """Load every module of the package, so that what is drawn does not depend on the tests that ran before.

    Hypothesis draws constants of the modules that are loaded, and which test runs in which worker after which
    depends on how fast they are: the same test would be tried on other examples in every run.
    """
    for module in pkgutil.walk_packages(jsisa_search.__path__, f"{jsisa_search.__name__}."):
        if not module.name.endswith(".__main__"):
            importlib.import_module(module.name)


def examples(times: float) -> settings:
    """Return settings with `times` the examples of the profile: less than 1 where an example is costly."""
    return settings(max_examples=max(5, round(settings().max_examples * times)))
