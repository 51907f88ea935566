"""A danger round on a weather table that a person typed in (人工录入气象表), from the shell and the desk alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from desk.replay import weather_of
from feeds.tables import TableFile
from flows.carry_out import Report, carry_out
from flows.gathered import Gathered
from flows.order import FlowName, Order
from flows.recorded_feeds import RecordedWeather
from flows.wiring import House
from models.frames import WeatherFrame
from store.audit import AuditAction, Deed
from store.run_rows import Trigger

HAND_WEATHER_ZH = "人工录入气象表"


@dataclass(frozen=True, slots=True)
class Typed:
    """A table with who typed it and why."""

    table: TableFile
    reason: str
    by: str
    zones: Sequence[str] = ()
    send: bool = False
    """Commit what is decided; else only look."""


class _TypedWeather(RecordedWeather):
    """A typed table says of every product that it was typed."""

    def gather(self, *arguments: object, **named: object) -> Gathered[WeatherFrame]:
        """As a recorded table, with the note."""
        found = super().gather(*arguments, **named)  # type: ignore[arg-type]  # the same arguments
        return replace(found, notes=(*found.notes, HAND_WEATHER_ZH))


def hold_on_typed(house: House, typed: Typed) -> Report:
    """Hold the round, and note who typed the table.

    Raises:
        FeedMalformed: the table names file, row and field of what is wrong.
        OrderRefused: there is no such joint unit.
    """
    source = weather_of(typed.table, house.rules, house.payloads, world=house.world)
    order = Order(
        flow=FlowName.DANGER_WATCH,
        as_of=house.clock(),
        reason=f"{HAND_WEATHER_ZH}{typed.table.name}：{typed.reason}",
        who=typed.by,
        trigger=Trigger.MANUAL,
        zones=tuple(typed.zones),
        live=False,
        send=typed.send,
        world=house.world,
    )
    weather = _TypedWeather(source.frame, source.inputs, source.bounds)
    report = carry_out(house.within(house.world, weather=weather, cap_key=house.cap_key), order)
    said = {"run": report.run_id, "reason": typed.reason}
    house.audit.append(Deed(typed.by, AuditAction.HAND, typed.table.name, order.as_of, said, house.world))
    return report
