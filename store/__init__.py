"""The memory: everything SQL, and the archive of raw answers."""
