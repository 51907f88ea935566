"""Where: joint units, borders, cells, jurisdictions, and their own data files."""
