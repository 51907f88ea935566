"""What if the wind were stronger and the air drier (推演): the same science on changed weather, kept apart.

Nothing here writes into the store: no run row, no alert, no place in the catalogue of products. What comes of it lies
in a folder of its own, and nothing could send it.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl

from flows.danger_making import made_danger
from flows.danger_round import moisture_of, weather_since
from flows.errors import OrderRefused
from flows.gathered import Gathered, WeatherSource
from flows.order import FlowName, Order
from flows.projecting import project
from flows.standing import danger_csv
from flows.wiring import House
from models.frames import DANGER_CSV, WeatherFrame
from notify.whole_file import write_whole
from store.run_rows import Trigger

FOLDER = "what-if"
MARK_ZH = "推演"
CALM_TO_STORM_MS = (0.0, 0.3, 1.6, 3.4, 5.5, 8.0, 10.8, 13.9, 17.2, 20.8, 24.5, 28.5, 32.7)
"""Lower bounds of the wind forces 0 to 12 (GB/T 28591-2012)."""


@dataclass(frozen=True, slots=True)
class Change:
    """How the weather is changed from the time of the question on.

    Raises:
        OrderRefused: nothing is changed, or by more than a day could.
    """

    wind_force: int = 0
    """Steps of the wind scale (级)."""
    humidity_pct: float = 0.0
    temperature_degc: float = 0.0

    def __post_init__(self) -> None:
        if not (self.wind_force or self.humidity_pct or self.temperature_degc):
            raise OrderRefused("推演须改变风力、相对湿度或气温之一（--wind、--humidity、--temperature）")
        if abs(self.wind_force) > 6 or abs(self.humidity_pct) > 60 or abs(self.temperature_degc) > 20:
            raise OrderRefused("推演最多改变风力6级、相对湿度60%、气温20℃")

    @property
    def words_zh(self) -> str:
        """风力+2级、相对湿度-10%."""
        parts = (
            (self.wind_force, "风力{:+d}级"),
            (self.humidity_pct, "相对湿度{:+g}%"),
            (self.temperature_degc, "气温{:+g}℃"),
        )
        return "、".join(text.format(value) for value, text in parts if value)


@dataclass(frozen=True)
class ChangedWeather:
    """Weather that is as it was known up to an instant, and changed after it."""

    source: WeatherSource
    change: Change
    after: datetime

    def gather(self, as_of: datetime, *, since: datetime, live: bool) -> Gathered[WeatherFrame]:  # noqa: ARG002
        """From the archive, and changed."""
        found = self.source.gather(as_of, since=since, live=False)
        return replace(found, frame=changed(found.frame, self.change, after=self.after))


def changed(frame: pl.DataFrame, change: Change, *, after: datetime) -> Any:
    """Hours after an instant with other wind, humidity and temperature."""
    ahead = pl.col("valid_utc") > after
    wind = pl.col("wind_speed_ms").map_elements(lambda ms: _stepped(ms, change.wind_force), return_dtype=pl.Float64)
    humidity = (pl.col("relative_humidity_pct") + change.humidity_pct).clip(1.0, 100.0)
    warmth = pl.col("air_temperature_degc") + change.temperature_degc
    columns = {"wind_speed_ms": wind, "relative_humidity_pct": humidity, "air_temperature_degc": warmth}
    told = [pl.when(ahead).then(value).otherwise(pl.col(name)).alias(name) for name, value in columns.items()]
    return WeatherFrame.validate(frame.with_columns(told), cast=True)


def _stepped(speed_ms: float, steps: int) -> float:
    """A wind some steps of the scale stronger: as far within its step as it was in its own."""
    bounds = (*CALM_TO_STORM_MS, 36.9)
    force = max(number for number, low in enumerate(CALM_TO_STORM_MS) if speed_ms >= low)
    within = (speed_ms - bounds[force]) / (bounds[force + 1] - bounds[force])
    target = min(max(force + steps, 0), len(CALM_TO_STORM_MS) - 1)
    return bounds[target] + min(within, 1.0) * (bounds[target + 1] - bounds[target])


@dataclass(frozen=True)
class WhatIf:
    """What came of a question: before and after, row by row."""

    change: Change
    as_of: datetime
    danger: Sequence[dict[str, Any]]
    incidents: Sequence[dict[str, Any]]
    folder: Path


def what_if(house: House, change: Change, *, zones: Sequence[str], who: str, reason: str) -> WhatIf:
    """Compute danger and projections on the weather as it is known, and on the changed one.

    Args:
        house: the live house; nothing of it is written but a folder of its own.
        change: of the weather from now on.
        zones: joint units; empty for all.
        who: who asks.
        reason: why.
    """
    now = house.clock()
    order = Order(
        flow=FlowName.DANGER_WATCH, as_of=now, reason=reason, who=who, trigger=Trigger.MANUAL,
        zones=tuple(zones), live=False, world=house.world,
    )  # fmt: skip
    other = replace(house, weather=ChangedWeather(house.weather, change, now))
    folder = house.home.root / FOLDER / f"{now:%Y%m%dT%H%M%SZ}"
    before, after = (_danger(one, order) for one in (house, other))
    found = WhatIf(change, now, _beside(before, after), _incidents(house, other, order), folder)
    _write(found, order, after)
    return found


def _danger(house: House, order: Order) -> Any:
    zones = order.zones or house.zone_ids
    cells = pl.concat([house.catalogue.cells(zone) for zone in zones])
    state = moisture_of(house, order, cells)
    gathered = house.weather.gather(order.as_of, since=weather_since(house, order, state), live=False)
    made = None if gathered.frame.is_empty() else made_danger(house, order, cells=cells, state=state, gathered=gathered)
    if made is None:
        raise OrderRefused(f"推演缺气象：{'、'.join(gathered.missing) or '当日气象'}；先运行 firewatch run danger")
    return made


def _beside(before: Any, after: Any) -> list[dict[str, Any]]:
    columns = ["zone", "local_date", "danger_grade", "fwi_p95"]
    both = before.zones.select(columns).join(after.zones.select(columns), on=columns[:2], suffix="_what_if")
    return list(both.with_columns(pl.col("local_date").cast(pl.String)).sort("zone", "local_date").to_dicts())


def _incidents(house: House, other: House, order: Order) -> list[dict[str, Any]]:
    rows = []
    for incident in house.incidents.open_incidents(world=house.world):
        if order.zones and incident.zone not in order.zones:
            continue
        now, then = (project(one, incident, as_of=order.as_of) for one in (house, other))
        rows.append(
            {
                "incident_id": incident.incident_id,
                "zone": incident.zone,
                "arrival_h_early": now and now.facts.early_h,
                "arrival_h_early_what_if": then and then.facts.early_h,
                "within_24h": now and now.facts.probability_within[24],
                "within_24h_what_if": then and then.facts.probability_within[24],
            }
        )
    return rows


def _write(found: WhatIf, order: Order, after: Any) -> None:
    said = {
        "mark": MARK_ZH,
        "what_if": found.change.words_zh,
        "change": asdict(found.change),
        "as_of_utc": found.as_of.isoformat(),
        "who": order.who,
        "reason": order.reason,
        "danger": list(found.danger),
        "incidents": list(found.incidents),
    }
    write_whole(found.folder / "what-if.json", json.dumps(said, ensure_ascii=False, indent=1).encode())
    write_whole(found.folder / f"danger-{MARK_ZH}.csv", danger_csv(after.danger.select(DANGER_CSV)))
