"""A query tree to documents and scores, on arrays."""
