"""Words that the indexed texts define or quote."""
