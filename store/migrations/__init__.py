"""The steps that bring an older database to what the code knows, in ``versions``."""
