"""What Whoosh's own classes open, read and step through."""
