"""Fire danger indices of Chinese standards, by their tables. No number here is made up."""
