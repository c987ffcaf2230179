"""What every request passes: who sends it, what it may do, its bounds, and how it is refused."""
