"""The Canadian Fire Weather Index System: one file a code."""
