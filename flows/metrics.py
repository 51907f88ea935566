"""What a monitor reads (Prometheus): read from the store at each scrape. Names and units as Prometheus has them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from flows.auditing import audit_of
from flows.due import lateness
from flows.feed_watch import feeds_of
from flows.readings import reading_of
from flows.wiring import House
from notify.auditor import ProblemKind
from store.owed import Owed

_GB = 1e9


class HouseCollector(Collector):
    """Asks the house at each scrape; it never writes."""

    def __init__(self, house: House) -> None:
        self._house = house

    def describe(self) -> list[GaugeMetricFamily]:
        """Nothing is read when the collector is registered."""
        return []

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Every family, as it stands now."""
        now = self._house.clock()
        yield from _feeds(self._house, now)
        yield from _rounds(self._house, now)
        yield from _ledger(self._house, now)
        yield from _machine(self._house, now)


def _feeds(house: House, now: datetime) -> Iterator[GaugeMetricFamily]:
    up = GaugeMetricFamily("firewatch_feed_up", "1 if the newest attempt at a feed succeeded.", labels=["feed"])
    heard = _aged("firewatch_feed_last_success_age_seconds", "Time since a feed last answered well.", "feed")
    content = _aged("firewatch_feed_content_age_seconds", "Age of the newest content of a feed.", "feed")
    for feed in feeds_of(house):
        up.add_metric([feed.feed], 0.0 if feed.is_out else 1.0)
        _add(heard, feed.feed, feed.last_success_utc, now)
        _add(content, feed.feed, feed.newest_content_utc, now)
    yield from (up, heard, content)


def _rounds(house: House, now: datetime) -> Iterator[GaugeMetricFamily]:
    held = _aged("firewatch_round_age_seconds", "Time since a whole round of a flow last looked.", "flow")
    late = GaugeMetricFamily("firewatch_round_overdue", "1 if a planned round was not held.", labels=["flow"])
    for each in lateness(house, now=now):
        _add(held, each.flow, each.held_utc, now)
        late.add_metric([each.flow], 1.0 if each.overdue is not None else 0.0)
    dead = house.runs.unended(started_before=now - timedelta(minutes=5), world=house.world)
    yield from (held, late, _one("firewatch_runs_unended", "Runs of more than five minutes without an end.", len(dead)))


def _ledger(house: House, now: datetime) -> Iterator[GaugeMetricFamily]:
    due = Owed(house.database).oldest_due(now=now, world=house.world)
    age_s = 0.0 if due is None else (now - due).total_seconds()
    yield _one("firewatch_delivery_oldest_due_seconds", "For how long the oldest delivery has been due.", age_s)
    found = audit_of(house)
    yield _one("firewatch_obligations_owed", "Offices that are owed an alert of the last day.", found.owed)
    yield _one("firewatch_obligations_finished", "Those of them that had it.", found.finished)
    kinds = GaugeMetricFamily("firewatch_audit_problems", "Problems that the auditor finds now.", labels=["kind"])
    for kind in ProblemKind:
        kinds.add_metric([kind], sum(problem.kind is kind for problem in found.problems))
    yield kinds


def _machine(house: House, now: datetime) -> Iterator[GaugeMetricFamily]:
    read = reading_of(house, now=now)
    yield _one("firewatch_disk_free_bytes", "Free space where the home lies.", read.disk_free_gb * _GB)
    yield _one("firewatch_database_answer_seconds", "Time of one question to the database.", read.database_s)
    if read.clock_ahead_s is not None:
        yield _one("firewatch_clock_ahead_seconds", "Our clock less that of the database.", read.clock_ahead_s)
    ends = GaugeMetricFamily("firewatch_expiry_timestamp_seconds", "End of a certificate or key.", labels=["name"])
    for name, end in read.expires.items():
        ends.add_metric([name], end.timestamp())
    yield ends


def _one(name: str, said: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, said, value=value)


def _aged(name: str, said: str, label: str) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, said, labels=[label])


def _add(family: GaugeMetricFamily, label: str, at: datetime | None, now: datetime) -> None:
    """A time that nobody knows has no sample: an absent one can be alerted on, an invented one not."""
    if at is not None:
        family.add_metric([label], (now - at).total_seconds())
