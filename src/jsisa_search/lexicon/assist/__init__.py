"""Completions and corrections."""
