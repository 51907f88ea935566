"""How the software reaches a machine without internet, and how that machine keeps it running."""
