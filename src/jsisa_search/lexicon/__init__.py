"""What is known of words beyond the dictionary: from users, from the texts, from their pronunciation."""
