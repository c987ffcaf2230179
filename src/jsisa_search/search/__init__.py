"""From a query tree to ranked hits with their highlights and snippets, on the arrays of the codec."""
