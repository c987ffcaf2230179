"""Typed text to a syntax tree."""
