"""The segment file and the arrays in it."""
