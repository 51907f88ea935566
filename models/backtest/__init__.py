"""Danger and ignition probability against what burned, in ways that cannot flatter."""
