"""Documents to segment files: buffer, inversion, merging, commit."""
