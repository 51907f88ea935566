"""Which feeds fail, in which ways, and what must hold of what was seen. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from bench.outages.tables import HOTSPOTS, WEATHER
from feeds.firms import PRODUCTS
from flows.order import FlowName
from store.run_rows import RunOutcome
from tests.flows.feed_server import ELEVATION, FORECAST

WAYS = ("out", "slow", "stale", "wrong", "half")
ALL_FIRMS = tuple(PRODUCTS)


@dataclass(frozen=True, slots=True)
class Case:
    """A flow whose feeds fail."""

    name: str
    flow: FlowName
    kinds: tuple[str, ...]
    """As the feed server names them."""
    tables: str = ""
    """Folder of an office's tables, where the feed is one."""
    kept: bool = False
    """What was answered once is kept for good: it fails before anything was answered, and nobody is told."""

    @property
    def ways(self) -> tuple[str, ...]:
        """How it can fail: what is kept for good has no age."""
        return tuple(way for way in WAYS if not (self.kept and way == "stale"))

    def goes_on(self, way: str) -> bool:
        """Whether the rounds go on with the feed's other rows, or without it, and nobody is called."""
        return self.kept or (way == "half" and (self.flow is FlowName.HOTSPOT_WATCH or bool(self.tables)))

    @property
    def one_of_many(self) -> bool:
        """Whether other feeds say the same."""
        return self.flow is FlowName.HOTSPOT_WATCH and not self.tables and len(self.kinds) == 1


CASES = (
    Case("Open-Meteo", FlowName.DANGER_WATCH, (FORECAST,)),
    *(Case(name, FlowName.HOTSPOT_WATCH, (name,)) for name in ALL_FIRMS),
    Case("all FIRMS products", FlowName.HOTSPOT_WATCH, ALL_FIRMS),
    Case("folder of weather tables", FlowName.DANGER_WATCH, (WEATHER,), tables=WEATHER),
    Case("folder of hotspot tables", FlowName.HOTSPOT_WATCH, (HOTSPOTS,), tables=HOTSPOTS),
    Case("heights, never answered before", FlowName.DANGER_WATCH, (ELEVATION,), kept=True),
)


@dataclass(frozen=True, slots=True)
class Seen:
    """What came of a case."""

    case: Case
    way: str
    outcome: RunOutcome
    exit: int
    missing: tuple[str, ...]
    label: str
    """Of the standing danger."""
    sources: tuple[str, ...]
    """What the duty page says of the age of the feeds that failed."""
    told: tuple[str, ...]
    """To operations, while it failed."""
    long_told: tuple[str, ...]
    recovered: bool
    """The next good round misses nothing that a good one does not."""
    told_back: tuple[str, ...]

    @property
    def faults(self) -> list[str]:
        """What did not hold."""
        hotspots, goes_on = self.case.flow is FlowName.HOTSPOT_WATCH, self.case.goes_on(self.way)
        degraded = self.case.one_of_many or goes_on
        checks = {
            "a failed feed made a product that looks whole": self.outcome is not RunOutcome.DONE and self.missing != (),
            "the outcome": self.outcome is (RunOutcome.DEGRADED if degraded else RunOutcome.FEED_OUT),
            "each feed is told once": len(self.told) == (0 if goes_on else len(self.case.kinds)),
            "each feed is told back once": len(self.told_back) == len(self.told),
            "it comes back": self.recovered,
            "the last good product is stamped": hotspots or goes_on or "过期" in self.label,
            "the duty page marks the source": goes_on or all("无数据" in one for one in self.sources),
        }
        return [name for name, held in checks.items() if not held]
