"""The round at the cut-off (17:00): the day's count, each county's report asked for, and who is missing told above.

An office's answer to what it is asked is its report; the ladder reminds those that are silent. Every part is told once
a day, so the round may run as often as it likes: what a crash or a late start kept from being told, the next run tells.
"""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

from flows.daily_report import count_day
from flows.duty_events import DayReport, asked, bulletin, event_of, sums
from flows.duty_roster import DutyLine, roster
from flows.feed_watch import codes_of
from flows.order import Order, Outcome
from flows.product_files import Made, keep_product
from flows.telling import settle
from flows.wiring import House
from models.field_check.statistics import DayWindow, day_window, newest_day
from notify.alert import LIVE
from notify.phrases import clock_zh
from notify.verification_words import day_text
from store.products import Product
from store.run_rows import RunOutcome

REPORTS = "reports"


def duty_round(house: House, order: Order, run_id: str) -> Outcome:
    """Make the day's bulletin, ask the counties that are on duty, and tell the desks above who is missing.

    Args:
        house: the world to work in.
        order: what was asked; the newest day whose window is over is meant.
        run_id: stands in the catalogue of products.
    """
    now, rules = order.as_of, house.rules
    window = day_window(newest_day(now, rules.statistics), rules.statistics)
    day = window.local_date
    counted = count_day(house, day, now=now, world=house.world)
    product = _written(house, day_text(*counted, now=now, exercise=order.exercise), window, order=order, run_id=run_id)
    due = window.end_utc + timedelta(minutes=rules.duty.answer_within_min)
    lines = roster(house, day)
    reports: list[DayReport] = [bulletin(house, counted, now=now)] if any(line.owed for line in lines) else []
    if now < due:
        reports += asked(house, lines, window, now=now, due=due)
    else:
        reports += sums(house, lines, window, now=now)
    told = [settle(house, order, event_of(house, report, now=now)) for report in reports]
    lines = roster(house, day)
    missing = counted[1].missing_zh
    return Outcome(
        outcome=RunOutcome.DEGRADED if missing else RunOutcome.DONE,
        missing=missing,
        products=(product,),
        alerts=codes_of(told),
        counts={
            "owed": sum(line.owed for line in lines),
            "silent": sum(line.owed and line.reported_utc is None for line in lines),
            "pushed": counted[0].total.pushed,
        },
        table=tuple(duty_row(line) for line in lines),
    )


def report_path(day: date, *, world: str) -> Path:
    """Where the bulletin of a day lies, under products."""
    folder = Path(REPORTS) if world == LIVE else Path(REPORTS, world)
    return folder / f"daily_{day}.txt"


def _written(house: House, text: str, window: DayWindow, *, order: Order, run_id: str) -> Product:
    path = report_path(window.local_date, world=house.world)
    made = Made(run_id, "bulletin", order.as_of, window.begin_utc, window.end_utc)
    return keep_product(house, path, f"{text}\n".encode(), made)


def duty_row(line: DutyLine) -> dict[str, object]:
    """A county as a table shows it."""
    came = line.reported_utc
    stands = "未报" if line.owed else "不在报告期"
    return {
        "county": line.county_zh,
        "why": "、".join(line.why_zh),
        "code": line.code,
        "stands": f"{clock_zh(came)}已报" if came is not None else stands,
    }
