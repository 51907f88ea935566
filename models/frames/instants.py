"""The one time zone of instants in frames."""

from __future__ import annotations

UTC = "UTC"
