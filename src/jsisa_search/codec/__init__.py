"""The Whoosh codec on arrays: immutable segment files, their writer, readers, merge and verification."""
