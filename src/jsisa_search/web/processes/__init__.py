"""The processes of a server: those that answer, the one that updates, and what they share."""
