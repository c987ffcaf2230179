"""From folders to index documents: what is there, what has changed, and how it is written down."""
