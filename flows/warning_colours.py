"""The colours that stand beside a county's own, and the danger of areas that they rest on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import dataframely as dy
import polars as pl

from boundary_zones.townships import Township
from boundary_zones.zone import County, Zone
from flows.order import Order
from flows.wiring import House
from models.area_danger import AreaDay, county_days, township_days
from models.frames import DangerFrame
from notify.alert import WarningColour
from notify.phrases import BEIJING
from notify.warning.document import Basis, BesideColour, TownshipColour
from store.warning_documents import WARNING


@dataclass(frozen=True)
class AreaDanger:
    """What a danger round found for counties and townships; empty where nothing could be computed."""

    counties: Mapping[int, tuple[AreaDay, ...]]
    townships: Mapping[int, tuple[AreaDay, ...]]
    missing: tuple[str, ...] = ()


def area_danger(house: House, found: dy.DataFrame[DangerFrame] | None, missing: Iterable[str]) -> AreaDanger:
    """Danger of the counties and townships along the lines.

    Args:
        house: the world to work in.
        found: danger of cells; None when no weather was there.
        missing: what the round lacked, in Chinese.
    """
    if found is None:
        return AreaDanger({}, {}, tuple(missing))
    share = house.rules.danger.area_share
    cells = pl.concat([house.catalogue.cells(zone_id) for zone_id in house.zone_ids])
    near = house.rules.warning.township_reach_km
    townships = township_days(found, house.townships, area_share=share, reach_km=near)
    return AreaDanger(county_days(found, cells, area_share=share), townships, tuple(missing))


def effective_colour(house: House, order: Order, gb: int) -> BesideColour:
    """Effective colour of a county now: the highest of what is signed, typed in, set above it, and drafted.

    Args:
        house: the world to work in.
        order: whose time it is.
        gb: of the county.
    """
    county = house.catalogue.counties[gb]
    colours = [*_own_colours(house, order, county), *superior_colours(house, order, county)]
    best = max(colours, key=lambda one: (one.colour.rank, one.basis is not Basis.DRAFTED))
    return BesideColour(gb, county.name_zh, best.colour, best.basis)


def superior_colours(house: House, order: Order, county: County) -> tuple[BesideColour, ...]:
    """What region and prefecture published, as far as somebody typed it in."""
    region, prefecture = (
        house.catalogue.regions[county.region_id],
        house.catalogue.prefectures.get(county.gb // 100 * 100),
    )
    areas = [(region.gb, region.name_zh), *([(prefecture.gb, prefecture.name_zh)] if prefecture else [])]
    found = []
    for gb, name in areas:
        known = house.warning_documents.outside(gb, at=order.as_of, world=house.world)
        if known is not None:
            found.append(BesideColour(gb, name, known.colour, Basis.RECORDED))
    return tuple(found)


def _own_colours(house: House, order: Order, county: County) -> list[BesideColour]:
    """Signed or typed in; the system's own level only where a person has said nothing."""
    found = []
    signed = house.warning_documents.standing(WARNING, county.gb, at=order.as_of, world=house.world)
    if signed is not None:
        found.append(BesideColour(county.gb, county.name_zh, signed.colour, Basis.SIGNED))
    typed = house.warning_documents.outside(county.gb, at=order.as_of, world=house.world)
    if typed is not None:
        found.append(BesideColour(county.gb, county.name_zh, typed.colour, Basis.RECORDED))
    if found:
        return found
    record = house.levels.newest(f"warning:{county.gb}", world=house.world)
    colour = WarningColour.NONE if record is None else WarningColour(record.level)
    return [BesideColour(county.gb, county.name_zh, colour, Basis.DRAFTED)]


def counties_across(house: House, zone: Zone, gb: int) -> list[int]:
    """Counties that a member faces across a line."""
    pairs = [(stretch.first.gb, stretch.second.gb) for stretch in house.catalogue.border(zone.id).stretches]
    return list(dict.fromkeys(second if first == gb else first for first, second in pairs if gb in {first, second}))


def border_townships(house: House, county: County, order: Order) -> list[Township]:
    """Townships of a county along the line, by the list and the office's table."""
    day = order.as_of.astimezone(BEIJING).date()
    return [one for one in house.townships if one.county_gb == county.gb and one.stands(day)]


def township_colour(house: House, county: County, township: Township, danger: AreaDanger) -> TownshipColour:
    """By its own cells where an office said where it lies, else as its county."""
    own = township.gb in danger.townships
    key = f"warning:{township.gb if own else county.gb}"
    record = house.levels.newest(key, world=house.world)
    known = record is not None and bool(danger.counties)
    colour = WarningColour(record.level) if known and record is not None else None
    return TownshipColour(
        township.gb, township.name_zh, colour, by_county=not own, unverified=not township.confirmed_by
    )
