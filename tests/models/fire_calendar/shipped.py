"""The shipped fire calendar, read once."""

from __future__ import annotations

from flows.rules import load_rules, shipped_rules
from flows.season_rules import fire_calendar

CALENDAR = fire_calendar(load_rules(shipped_rules()))
HUAIROU, YANQING, JIZHOU, FENGNING, HUAILAI = 110116, 110119, 120119, 130826, 130730
