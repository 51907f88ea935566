"""Fire behaviour from fuel, codes, wind and slope: the pieces of the FBP System put together."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from models.fire_weather.arrays import FloatArray
from models.fire_weather.constant import FfmcConstant
from models.fire_weather.isi import spread_index
from models.spread.acceleration import acceleration_per_min, distance_at_m, length_to_breadth_at, rate_at
from models.spread.consumption import crown_consumption_kg_m2, surface_consumption_kg_m2
from models.spread.crown import critical_intensity_kw_m, critical_rate_m_min, crown_fraction_burned
from models.spread.ellipse import flank_rate_m_min, length_to_breadth
from models.spread.fuel import GRASS, WITHOUT_CROWN, constant, is_one_of
from models.spread.intensity import fire_intensity_kw_m
from models.spread.rate import backing_rate_m_min, rate_of_spread_m_min
from models.spread.slope import net_wind, slope_equivalent_wind_kmh
from models.spread.stand import Stand


@dataclass(frozen=True, slots=True)
class Site:
    """Where and when it burns, one element a fire; all arrays of one shape."""

    stand: Stand
    ffmc: FloatArray
    bui: FloatArray
    wind_speed_kmh: FloatArray
    """At 10 m in the open."""
    wind_from_deg: FloatArray
    slope_pct: FloatArray
    """Rise over run, times 100."""
    aspect_deg: FloatArray
    """Where the slope faces, downhill."""
    foliar_moisture_pct: FloatArray


@dataclass(frozen=True, slots=True)
class Behaviour:
    """What the fire does once it has reached its rate. The names of the System stand in brackets."""

    rate_m_min: FloatArray
    """At the head [ROS]."""
    intensity_kw_m: FloatArray
    """[HFI]."""
    crown_fraction: FloatArray
    """[CFB]."""
    surface_kg_m2: FloatArray
    """[SFC]."""
    consumed_kg_m2: FloatArray
    """[TFC]."""
    net_wind_kmh: FloatArray
    """[WSV]."""
    along_deg: FloatArray
    """Where the head goes [RAZ]."""
    critical_rate_m_min: FloatArray
    """[RSO]."""
    critical_intensity_kw_m: FloatArray
    """[CSI]."""
    back_rate_m_min: FloatArray
    """[BROS]."""
    flank_rate_m_min: FloatArray
    """[FROS]."""
    length_to_breadth: FloatArray
    """[LB]."""
    acceleration_per_min: FloatArray
    """[alpha]."""


@dataclass(frozen=True, slots=True)
class Growth:
    """The same fire some minutes after it began at a point."""

    head_rate_m_min: FloatArray
    length_to_breadth: FloatArray
    head_m: FloatArray
    back_m: FloatArray
    flank_m: FloatArray


def fire_behaviour(
    site: Site, *, constant_of_ffmc: FfmcConstant = FfmcConstant.EXACT, surface_bui: FloatArray | None = None
) -> Behaviour:
    """Rate, intensity and shape of the fire.

    Args:
        site: checked numbers.
        constant_of_ffmc: see :class:`FfmcConstant`.
        surface_bui: BUI for the surface consumption alone, where the buildup effect is switched off by a BUI of 0.
    """
    stand, fuels = site.stand, site.stand.fuels
    surface = surface_consumption_kg_m2(
        fuels,
        site.ffmc,
        site.bui if surface_bui is None else surface_bui,
        conifer_pct=stand.conifer_pct,
        grass_load_kg_m2=stand.grass_load_kg_m2,
    )
    slope_wind = slope_equivalent_wind_kmh(stand, site.ffmc, site.slope_pct, constant=constant_of_ffmc)
    wind, along = net_wind(
        site.wind_speed_kmh,
        site.wind_from_deg + 180.0,
        slope_wind_kmh=slope_wind,
        upslope_deg=site.aspect_deg + 180.0,
    )
    isi = spread_index(site.ffmc, wind, constant=constant_of_ffmc, level_off=True)
    rate = rate_of_spread_m_min(stand, isi, site.bui)
    back = backing_rate_m_min(stand, site.ffmc, wind_speed_kmh=wind, bui=site.bui, constant=constant_of_ffmc)
    foliar = np.where(is_one_of(fuels, *WITHOUT_CROWN), 0.0, site.foliar_moisture_pct)
    critical = critical_intensity_kw_m(constant(fuels, "crown_base_height_m"), foliar)
    critical_rate = critical_rate_m_min(critical, surface)
    crown = np.where(constant(fuels, "crown_fuel_load_kg_m2") > 0, crown_fraction_burned(rate, critical_rate), 0.0)
    consumed = surface + crown_consumption_kg_m2(
        fuels, crown, conifer_pct=stand.conifer_pct, dead_fir_pct=stand.dead_fir_pct
    )
    ratio = length_to_breadth(wind, grass=is_one_of(fuels, *GRASS))
    return Behaviour(
        rate_m_min=rate,
        intensity_kw_m=fire_intensity_kw_m(consumed, rate),
        crown_fraction=crown,
        surface_kg_m2=surface,
        consumed_kg_m2=consumed,
        net_wind_kmh=wind,
        along_deg=along,
        critical_rate_m_min=critical_rate,
        critical_intensity_kw_m=critical,
        back_rate_m_min=back,
        flank_rate_m_min=flank_rate_m_min(rate, back, ratio),
        length_to_breadth=ratio,
        acceleration_per_min=acceleration_per_min(crown, constant(fuels, "open_stand") > 0),
    )


def growth(found: Behaviour, minutes: FloatArray, *, from_point: np.ndarray) -> Growth:
    """Rate and reach some minutes after the start.

    Args:
        found: of :func:`fire_behaviour`.
        minutes: since the start.
        from_point: True where the fire began at a point and accelerates; False where it has its rate from the start.
    """
    alpha = found.acceleration_per_min
    ratio = np.where(from_point, length_to_breadth_at(found.length_to_breadth, minutes, alpha), found.length_to_breadth)
    head, back = (
        np.where(from_point, distance_at_m(rate, minutes, alpha), rate * minutes)
        for rate in (found.rate_m_min, found.back_rate_m_min)
    )
    return Growth(
        head_rate_m_min=np.where(from_point, rate_at(found.rate_m_min, minutes, alpha), found.rate_m_min),
        length_to_breadth=ratio,
        head_m=head,
        back_m=back,
        flank_m=(head + back) / (2.0 * ratio),
    )


BEHAVIOUR = tuple(item.name for item in fields(Behaviour))
