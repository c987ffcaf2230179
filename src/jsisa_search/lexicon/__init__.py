"""Words beyond the dictionary: from users, from the texts, and by pronunciation."""
