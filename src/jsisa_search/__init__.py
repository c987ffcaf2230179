"""Full-text search for folders of saved Chinese press releases."""
