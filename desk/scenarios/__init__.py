"""Bundled exercises, each a folder with ``scenario.toml`` and its tables, and the script that made the tables."""
