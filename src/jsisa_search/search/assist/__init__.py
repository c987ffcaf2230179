"""Help with a query: why it finds nothing, which words the index knows."""
