"""Adapters: the index, reader and matcher interfaces of Whoosh over segment files."""
