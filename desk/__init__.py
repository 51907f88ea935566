"""The people: command line, duty page, reports, drills."""
