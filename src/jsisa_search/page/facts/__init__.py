"""Facts about a release from its lines: timestamps, bylines, boilerplate."""
