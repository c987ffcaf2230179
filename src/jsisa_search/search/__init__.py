"""From a query tree to ranked documents, on the arrays of the codec."""
