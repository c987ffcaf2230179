"""What a query tree matches in one segment."""
