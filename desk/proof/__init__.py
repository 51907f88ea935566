"""Recordings followed pass by pass, and what must hold of what came of them (``firewatch replay-proof``)."""
