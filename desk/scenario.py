"""An exercise as data: what happens, when the rounds run, who answers, and what it must come to.

A scenario is a folder with ``scenario.toml`` and the tables that it names. The loader is strict: a key that is not
known is an error, because an exercise that leaves something out in silence teaches the wrong thing.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import AwareDatetime, Field, ValidationError

from boundary_zones.toml_tables import Table
from desk.errors import InputError
from flows.exercise_deeds import DeedKind
from models.incidents.event import Change
from notify.alert import AlertKind, IncidentLevel

SCENARIO_FILE = "scenario.toml"
BUNDLED = Path(__file__).parent / "scenarios"
_LOCAL = ZoneInfo("Asia/Shanghai")
_Text = Annotated[str, Field(min_length=1)]
_Grade = Annotated[int, Field(ge=1, le=5)]
_Code = Annotated[float, Field(ge=0)]
_Minutes = Annotated[int, Field(gt=0)]


class Files(Table):
    """Tables beside the scenario, as paths once it is loaded."""

    weather: Annotated[Path, Field(strict=False)]
    hotspots: Annotated[Path, Field(strict=False)]
    elevation: Annotated[Path, Field(strict=False)]


class MoistureStart(Table):
    """The moisture codes that every cell begins with."""

    local_date: date
    """The day after whose noon the codes stand so; it lies two days or more before the first round."""
    ffmc: Annotated[float, Field(ge=0, le=101)]
    dmc: _Code
    dc: _Code
    spin_up_days: Annotated[int, Field(ge=0)]


class HotspotRounds(Table):
    """A stretch of time with a hotspot round every ``step_min`` minutes, the first at its beginning."""

    begin: Annotated[AwareDatetime, Field(alias="from")]
    end: Annotated[AwareDatetime, Field(alias="to")]
    step_min: _Minutes


class Rounds(Table):
    """When what runs."""

    danger_local_times: Annotated[tuple[time, ...], Field(min_length=1)]
    hotspots: Annotated[tuple[HotspotRounds, ...], Field(min_length=1)]


class Answer(Table):
    """How one office answers alerts of one kind."""

    kind: Annotated[AlertKind, Field(strict=False)]
    office: _Text
    after_min: _Minutes
    by: _Text
    via: Literal["phone", "page"]


class Deed(Table):
    """What somebody does on the ground or between offices; its meaning stands in ``flows.exercise_deeds``."""

    at: AwareDatetime
    kind: Annotated[DeedKind, Field(strict=False)]
    value: _Text
    by: _Text
    note: str = ""
    fields: dict[str, str] = Field(default_factory=dict)


class ExpectedDanger(Table):
    """The least danger grade of a joint unit on a day."""

    zone: _Text
    local_date: date
    least_grade: _Grade


class ExpectedIncident(Table):
    """One incident: where, how near, how many hotspots, and who is told by when."""

    zone: _Text
    level: Annotated[IncidentLevel, Field(strict=False)]
    greatest_distance_km: Annotated[float, Field(ge=0)]
    hotspots: Annotated[int, Field(gt=0)]
    told_by: AwareDatetime
    told_offices: Annotated[tuple[str, ...], Field(min_length=1)]


class ExpectedHistory(Table):
    """One followed fire: how many hotspots it has in the end, and what happened to it, whether told or not."""

    zone: _Text
    hotspots: Annotated[int, Field(gt=0)]
    events: Annotated[tuple[Annotated[Change, Field(strict=False)], ...], Field(min_length=1)]
    """Each once, in the order in which it first happens."""
    told: bool | None = None
    """Whether an alert or a request for a look goes out; left open where that rests on the projection."""


class ExpectedText(Table):
    """A text of a fire: what stands in its short form, who is told by when."""

    zone: _Text
    says: Annotated[tuple[_Text, ...], Field(min_length=1)]
    by_projection: bool = False
    """The first text of a fire that is told because of its projection, while none of its hotspots lies in a ring."""
    told_by: AwareDatetime
    told_offices: Annotated[tuple[str, ...], Field(min_length=1)]


class Expected(Table):
    """What the exercise must come to."""

    told_regions: Annotated[tuple[str, ...], Field(min_length=1)]
    danger: tuple[ExpectedDanger, ...] = ()
    incidents: tuple[ExpectedIncident, ...] = ()
    histories: tuple[ExpectedHistory, ...] = ()
    texts: tuple[ExpectedText, ...] = ()


class Scenario(Table):
    """An exercise. Instants are aware, in the offset of the file."""

    title_zh: _Text
    title_en: _Text
    constructed: bool
    """Whether its tables were made by us; false for recorded ones."""
    summary_zh: _Text
    summary_en: _Text
    documented: tuple[str, ...]
    invented: tuple[str, ...]
    sources: Annotated[tuple[str, ...], Field(min_length=1)]
    begin: Annotated[AwareDatetime, Field(alias="from")]
    end: Annotated[AwareDatetime, Field(alias="to")]
    zones: Annotated[tuple[str, ...], Field(min_length=1)]
    files: Files
    start: MoistureStart
    rounds: Rounds
    expected: Expected
    answers: tuple[Answer, ...] = ()
    deeds: tuple[Deed, ...] = ()
    name: _Text
    """Name of the folder."""

    def danger_rounds(self) -> tuple[datetime, ...]:
        """Instants of the danger rounds in UTC, in order."""
        first, last = (instant.astimezone(_LOCAL).date() for instant in (self.begin, self.end))
        days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
        instants = (
            datetime.combine(day, clock, _LOCAL).astimezone(UTC)
            for day in days
            for clock in self.rounds.danger_local_times
        )
        return tuple(sorted(instant for instant in instants if self.begin <= instant <= self.end))

    def hotspot_rounds(self) -> tuple[datetime, ...]:
        """Instants of the hotspot rounds in UTC, in order."""
        return tuple(sorted(instant for stretch in self.rounds.hotspots for instant in _instants(stretch)))

    def answer(self, kind: AlertKind, office: str) -> Answer | None:
        """How ``office`` answers alerts of ``kind``; None when it does not."""
        return next((each for each in self.answers if (each.kind, each.office) == (kind, office)), None)


def bundled_scenarios() -> dict[str, Path]:
    """Folders of the exercises that come with the program, by name."""
    return {path.parent.name: path.parent for path in sorted(BUNDLED.glob(f"*/{SCENARIO_FILE}"))}


def load_scenario(path_or_name: str | Path) -> Scenario:
    """Load a scenario and check it as a whole.

    Args:
        path_or_name: name of a bundled scenario, a folder, or a ``scenario.toml``.

    Raises:
        InputError: no such scenario, a file that it names is not there, a key that is missing, unknown or of the wrong
            type, or times that contradict each other; names the file and the field.
    """
    folder = bundled_scenarios().get(str(path_or_name), Path(path_or_name))
    path = folder if folder.suffix == ".toml" else folder / SCENARIO_FILE
    try:
        tree = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        known = ", ".join(bundled_scenarios())
        raise InputError(str(path), error.strerror or str(error), remedy=f"bundled scenarios: {known}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(str(path), f"is not TOML: {error}") from error
    scenario = _parsed(tree, path)
    problem = next(_contradictions(scenario), None)
    if problem is not None:
        raise InputError(str(path), problem)
    return scenario


def _parsed(tree: dict[str, Any], path: Path) -> Scenario:
    if "name" in tree:
        raise InputError(str(path), "name: is the name of the folder", remedy="leave it out")
    files = tree.get("files")
    if isinstance(files, dict):
        tree["files"] = {key: _table(path, key, value) for key, value in files.items()}
    try:
        return Scenario.model_validate(_frozen(tree) | {"name": path.parent.name})
    except ValidationError as error:
        first = error.errors()[0]
        place = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in first["loc"]).lstrip(".")
        raise InputError(str(path), f"{place}: {first['msg']}") from error


def _table(path: Path, key: str, name: object) -> object:
    """The path of a table that the scenario names; anything else is left to the schema."""
    if not isinstance(name, str):
        return name
    table = path.parent / name
    if not table.is_file():
        raise InputError(str(path), f"files.{key}: there is no {name} in the folder")
    return table


def _frozen(tree: Any) -> Any:
    """The same tree with tuples in the place of lists."""
    if isinstance(tree, dict):
        return {key: _frozen(value) for key, value in tree.items()}
    return tuple(_frozen(value) for value in tree) if isinstance(tree, list) else tree


def _contradictions(scenario: Scenario) -> Iterator[str]:
    """What the schema cannot see, as ``field: problem``."""
    if scenario.begin >= scenario.end:
        yield f"to: {scenario.end} is not after from, {scenario.begin}"
    latest = scenario.begin.astimezone(_LOCAL).date() - timedelta(days=2)
    if scenario.start.local_date > latest:
        yield f"start.local_date: {scenario.start.local_date} is later than {latest}, two days before the first round"
    before = scenario.begin
    for index, stretch in enumerate(scenario.rounds.hotspots):
        place = f"rounds.hotspots[{index}]"
        if stretch.begin >= stretch.end:
            yield f"{place}.to: {stretch.end} is not after from, {stretch.begin}"
        if not before <= stretch.begin <= stretch.end <= scenario.end:
            yield f"{place}: begins before the one above it has ended, or reaches out of the exercise"
        before = stretch.end
    for index, answer in enumerate(scenario.answers):
        if scenario.answer(answer.kind, answer.office) != answer:
            yield f"answers[{index}]: office {answer.office} answers {answer.kind} alerts twice"
    for place, zone in _zones(scenario):
        if zone not in scenario.zones:
            yield f"{place}.zone: {zone} is not one of zones, {', '.join(scenario.zones)}"


def _zones(scenario: Scenario) -> Iterator[tuple[str, str]]:
    yield from ((f"expected.danger[{index}]", each.zone) for index, each in enumerate(scenario.expected.danger))
    yield from ((f"expected.incidents[{index}]", each.zone) for index, each in enumerate(scenario.expected.incidents))
    yield from ((f"expected.histories[{index}]", each.zone) for index, each in enumerate(scenario.expected.histories))
    yield from ((f"expected.texts[{index}]", each.zone) for index, each in enumerate(scenario.expected.texts))


def _instants(stretch: HotspotRounds) -> Iterator[datetime]:
    instant = stretch.begin.astimezone(UTC)
    while instant < stretch.end:
        yield instant
        instant += timedelta(minutes=stretch.step_min)
