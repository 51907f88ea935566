"""What the codes are computed with."""

from __future__ import annotations

from dataclasses import dataclass, field

from models.fire_weather.arrays import checked
from models.fire_weather.constant import FfmcConstant
from models.fire_weather.restart import RestartRules
from models.fire_weather.snow import SnowRules


@dataclass(frozen=True, slots=True)
class FireWeatherParameters:
    """Constant and standard start (``rules/danger.toml``, section ``fire_weather``), snow and gaps."""

    ffmc_constant: FfmcConstant = FfmcConstant.EXACT
    start_ffmc: float = 85.0
    start_dmc: float = 6.0
    start_dc: float = 15.0
    snow: SnowRules = field(default_factory=SnowRules)
    restart: RestartRules = field(default_factory=RestartRules)

    def __post_init__(self) -> None:
        for name in ("ffmc", "dmc", "dc"):
            checked(name, getattr(self, f"start_{name}"))
