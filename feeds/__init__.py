"""The way in: what the world sent us."""
