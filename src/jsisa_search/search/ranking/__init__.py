"""Documents to a ranking by all evidence."""
