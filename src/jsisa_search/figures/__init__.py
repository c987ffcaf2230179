"""Figures: what a text says in numbers, each with its indicator, unit, period and place."""
