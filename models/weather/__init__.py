"""From weather at points and hours to weather at cells and noons."""
