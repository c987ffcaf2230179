"""Words beyond the dictionary: from users, from the texts, and by pronunciation."""

from __future__ import annotations

from functools import partial

from jsisa_search.package_data import load_toml

#: Returns the word lists and thresholds in `data/<name>.toml`; callers must not modify them.
load_rules = partial(load_toml, __name__)
