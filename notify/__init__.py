"""The way out: decisions, words, channels."""
