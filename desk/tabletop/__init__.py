"""Tabletop exercises (桌面推演): injects on a scripted clock, timed answers, an evaluation by process."""
