"""Feeds that fail in a way, on the local feed server, and a house with little patience that asks them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from bench.outages.tables import PAGE
from flows.rules import shipped_rules
from flows.settings import load_settings
from flows.wiring import House, open_house
from tests.flows import world
from tests.flows.feed_server import (
    ELEVATION,
    FORECAST,
    Feeds,
    Reply,
    far_away,
    forecast,
    hotspot_table,
    kind_of,
    on_the_line,
)

DELAY_S = 2.0
QUICK = {
    "[fetch.attempts]": "2",
    "[fetch.attempt_s]": "1",
    "[fetch.wait_initial_s]": "0.01",
    "[fetch.wait_max_s]": "0.02",
}


class Failing(Feeds):
    """A feed server of which some kinds fail in a way."""

    way: str = ""
    kinds_out: tuple[str, ...] = ()

    def reply(self, path: str) -> Reply:
        """The answer, at the time that stands."""
        kind, now = kind_of(path), datetime.now(UTC)
        return self._failed(kind, path, now) if kind in self.kinds_out else self._good(kind, path, now)

    def _failed(self, kind: str, path: str, now: datetime) -> Reply:
        good = self._good(kind, path, now)
        if self.way == "out":
            return Reply(b"oops", 503)
        if self.way == "slow":
            return Reply(good.body, content_type=good.content_type, delay_s=DELAY_S)
        if self.way == "stale":
            return self._good(kind, path, now - timedelta(days=10 if kind == FORECAST else 1))
        if self.way == "wrong":
            return Reply(PAGE, content_type="text/html")
        cut = len(good.body) // 2 if kind in (FORECAST, ELEVATION) else -40
        return Reply(good.body[:cut].rstrip(), content_type=good.content_type)

    def _good(self, kind: str, path: str, now: datetime) -> Reply:
        if kind == ELEVATION:
            return super().reply(path)
        if kind == FORECAST:
            body = json.dumps(forecast(parse_qs(urlsplit(path).query), now)).encode()
            return Reply(body, content_type="application/json")
        rows = [far_away(now, 2.0), *(far_away(now, 3.0) for _ in range(30)), on_the_line(now)]
        return Reply(hotspot_table(kind, *rows))


@contextmanager
def house_on(feeds: Feeds, folder: Path, *, tables: Path | None = None) -> Iterator[House]:
    """A house of one joint unit with little patience, which asks the served feeds."""
    for name in ("rules", "zones"):
        (folder / name).mkdir()
    for path in shipped_rules().glob("*.toml"):
        (folder / "rules" / path.name).write_text(_impatient(path), encoding="utf-8")
    settings = load_settings(
        {},
        home=folder / "home",
        open_meteo_url=feeds.url,
        firms_url=feeds.url,
        rules=folder / "rules",
        zones=world.one_unit(folder / "zones"),
        weather_models=("ecmwf_ifs025",),
        tables=tables,
    )
    house = open_house(settings)
    try:
        yield house
    finally:
        house.close()


def _impatient(path: Path) -> str:
    text = path.read_text(encoding="utf-8")
    if path.name == "feeds.toml":
        lines = text.splitlines()
        for heading, value in QUICK.items():
            lines[lines.index(heading) + 1] = f"value = {value}"
        return "\n".join(lines)
    if path.name == "rounds.toml":
        return text.replace("value = 92", "value = 6").replace("value = 11", "value = 4")
    return text
