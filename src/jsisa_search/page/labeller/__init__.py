"""Which line of a page is what: one labeller for the lines of every format."""
