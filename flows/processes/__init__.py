"""Cases of the processes between offices: opened, carried on, listed with their clocks; plain functions for a desk."""
