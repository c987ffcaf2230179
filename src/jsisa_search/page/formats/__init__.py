"""One module per file format: text or bytes to a `Page`."""
