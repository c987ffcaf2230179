"""Ranked documents to hits, snippets, facets and groups."""
