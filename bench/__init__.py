"""Repeatable measurements, each with its peer in the same run."""
