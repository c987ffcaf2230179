"""A wording through time: how often, since when, by whom, and beside what."""
