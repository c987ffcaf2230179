"""Hits as text for people and other programs: what the command line and the pages in a browser share."""
