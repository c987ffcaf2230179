"""How many examples a property is tried on.

`python -m pytest` tries few, the same in every run. `--hypothesis-profile=thorough` tries twenty-five times
as many (`.ci/run` does), `--hypothesis-profile=explore` as many more, other ones in every run.
"""

from __future__ import annotations

from hypothesis import HealthCheck, settings

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


def examples(times: float) -> settings:
    """Return settings with `times` the examples of the profile: less than 1 where an example is costly."""
    return settings(max_examples=max(5, round(settings().max_examples * times)))
