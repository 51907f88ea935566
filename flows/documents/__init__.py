"""Official documents from what the house has kept: gathered, laid out, and written in both formats."""
