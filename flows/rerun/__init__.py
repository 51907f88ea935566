"""Runs that are held again: from the archive, in the state of then, shown before anything is sent."""
