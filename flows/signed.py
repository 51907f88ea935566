"""All signed numbers of the house, bound to the groups that use them. Made once at start."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import TypeVar

from feeds.firms import FirmsRules
from feeds.freshness import FreshnessBounds
from feeds.hotspot_rows import HotspotRules
from feeds.http import FetchPolicy
from feeds.rejects import RejectBounds
from feeds.tables import ColumnMapping
from flows.cadence_rules import SeasonRules, season_rules
from flows.desk_rules import DeskRules
from flows.rules import Rule, RuleBook, RuleFiles, read_rules, rule_files
from flows.season_rules import fire_calendar
from models.danger import DangerParameters
from models.danger_grade import DayGradeBounds, GradeBounds
from models.field_check.duty import DutyRules
from models.field_check.fire_report import ReportClocks
from models.field_check.statistics import StatisticsRules
from models.field_check.task import VerificationClocks
from models.fire_calendar.calendar import FireCalendar
from models.fire_weather.parameters import FireWeatherParameters
from models.fire_weather.restart import RestartRules
from models.fire_weather.snow import SnowRules
from models.ignition.day_weather import DayWeatherParameters
from models.incidents.false_alarm_rules import DoubtRules, HeatRules
from models.incidents.track_rules import TrackRules
from models.processes.clocks import ProcessClocks
from models.spread.ensemble import EnsembleRules
from models.spread.vegetation import FuelRules
from models.weather.daily import DailyParameters
from models.weather.doubt import PlausibilityRules
from models.weather.interpolate import InterpolationParameters
from notify.auditor import AuditRules
from notify.cap.rules import CapRules
from notify.channel_rules import ChannelLimits
from notify.circuit import CircuitRules
from notify.escalate import EscalationRules
from notify.incident_level import IncidentLevelRules
from notify.receipts import ReceiptRules
from notify.release import ReleaseRules
from notify.rules import DangerAlertRules, DispatchRules, FeedAlertRules, IncidentAlertRules, WordingRules
from notify.self_watch import WatchLimits
from notify.warning.rules import ColourTable, WarningRules, WarningWords
from store.retention import RetentionRules

_T = TypeVar("_T")


@dataclass(frozen=True)
class HeatProposalRules:
    """What a proposal of known heat begins with (``rules/verification.toml``)."""

    radius_km: float
    """Of the circle that a reviewer is shown."""


@dataclass(frozen=True)
class FolderRules:
    """How a folder of tables is read."""

    settle_s: float


@dataclass(frozen=True)
class RoundRules:
    """How rounds look at time (``rules/rounds.toml``)."""

    hotspot_window_h: float
    """Hotspots acquired within this time are followed."""
    too_late_min: float
    """A scheduled round that starts later than this after its time is skipped: the next one sees all that it would."""
    rewind_d: int
    """Days that are computed again at each danger round: their weather was partly a forecast."""
    spin_up_past_d: int
    """Days of past weather that the first round asks for."""
    forecast_d: int
    hourly_d: int
    """Days from today on whose hours are computed."""
    rerun_hold_min: float = 30.0
    """How long a rerun holds its units at most: after that they are free, whatever became of it."""
    override_most_h: float = 48.0
    """How long a level that a person set may stand."""


@dataclass(frozen=True)
class PostRules:
    """What stands around the sending."""

    receipts: ReceiptRules


@dataclass(frozen=True)
class SignedRules:
    """Every group of numbers, and the book that they stand in."""

    fetch: FetchPolicy
    rejects: RejectBounds
    hotspots: HotspotRules
    firms: FirmsRules
    freshness: Mapping[str, FreshnessBounds]
    folder: FolderRules
    mappings: Mapping[str, ColumnMapping]
    fire_weather: FireWeatherParameters
    interpolation: InterpolationParameters
    plausibility: PlausibilityRules
    daily: DailyParameters
    grades: GradeBounds
    day_grades: DayGradeBounds
    danger: DangerParameters
    day_weather: DayWeatherParameters
    calendar: FireCalendar
    season: SeasonRules
    verification_clocks: VerificationClocks
    report_clocks: ReportClocks
    statistics: StatisticsRules
    process_clocks: ProcessClocks
    duty: DutyRules
    heat_proposal: HeatProposalRules
    track: TrackRules
    heat: HeatRules
    doubt: DoubtRules
    fuels: FuelRules
    ensemble: EnsembleRules
    rounds: RoundRules
    danger_alert: DangerAlertRules
    incident_alert: IncidentAlertRules
    incident_level: IncidentLevelRules
    feed_alert: FeedAlertRules
    wording: WordingRules
    warning: WarningRules
    warning_words: WarningWords
    warning_colours: ColourTable
    dispatch: DispatchRules
    escalation: EscalationRules
    audit: AuditRules
    watch: WatchLimits
    channels: ChannelLimits
    post: PostRules
    retention: RetentionRules
    cap: CapRules
    release: ReleaseRules
    desk: DeskRules
    rules: tuple[Rule, ...]
    version: str
    """sha256 over the files."""

    @property
    def unconfirmed(self) -> tuple[Rule, ...]:
        """Numbers that no office has put its name to."""
        return tuple(rule for rule in self.rules if not rule.confirmed)


def load_signed(folder: Path) -> SignedRules:
    """Read and bind all rules.

    Raises:
        ConfigurationError: a rule is missing, unknown, without a source, or not used by anything.
    """
    return _signed(rule_files(folder))


@lru_cache(maxsize=4)
def _signed(files: RuleFiles) -> SignedRules:
    """Bound once by a process for each state of the files: what an office changes counts at the next reading."""
    book = read_rules(files)
    signed = _bound(book)
    book.refuse_unused()
    return signed


def _bound(book: RuleBook) -> SignedRules:
    return SignedRules(
        fetch=book.bind("feeds.fetch", FetchPolicy),
        rejects=book.bind("feeds.rejects", RejectBounds),
        hotspots=book.bind("feeds.hotspots", HotspotRules),
        firms=book.bind("feeds.firms", FirmsRules),
        freshness=_each(book, "feeds.freshness", FreshnessBounds),
        folder=book.bind("feeds.folder", FolderRules),
        mappings=_each(book, "feeds.mapping", ColumnMapping),
        fire_weather=_fire_weather(book),
        interpolation=book.bind("danger.interpolation", InterpolationParameters),
        plausibility=book.bind("danger.plausibility", PlausibilityRules),
        daily=book.bind("danger.daily", DailyParameters),
        grades=book.bind("danger.grade", GradeBounds),
        day_grades=book.bind("danger.day_grade", DayGradeBounds),
        danger=book.bind("danger.danger", DangerParameters),
        day_weather=book.bind("ignition.day_weather", DayWeatherParameters),
        calendar=fire_calendar(book),
        season=season_rules(book),
        verification_clocks=book.bind("verification.clocks", VerificationClocks),
        report_clocks=book.bind("verification.fire_report", ReportClocks),
        statistics=book.bind("verification.statistics", StatisticsRules),
        process_clocks=book.bind("processes.clocks", ProcessClocks),
        duty=book.bind("verification.duty", DutyRules),
        heat_proposal=book.bind("verification.heat_proposal", HeatProposalRules),
        track=book.bind("incidents.track", TrackRules),
        heat=book.bind("false_alarms.heat", HeatRules),
        doubt=book.bind("false_alarms.doubt", DoubtRules),
        fuels=book.bind("fuels.fuel", FuelRules),
        ensemble=book.bind("fuels.ensemble", EnsembleRules),
        rounds=book.bind("rounds.rounds", RoundRules),
        danger_alert=book.bind("alerting.danger", DangerAlertRules),
        incident_alert=book.bind("alerting.incident", IncidentAlertRules),
        incident_level=book.bind("alerting.incident_level", IncidentLevelRules),
        feed_alert=book.bind("alerting.feed", FeedAlertRules),
        wording=book.bind("alerting.wording", WordingRules),
        warning=book.bind("warnings.draft", WarningRules),
        warning_words=book.bind("warnings.words", WarningWords),
        warning_colours=book.bind("warnings.colours", ColourTable),
        dispatch=_dispatch(book),
        escalation=book.bind("escalation.answer", EscalationRules),
        audit=book.bind("escalation.audit", AuditRules),
        watch=book.bind("watch.limits", WatchLimits),
        channels=book.bind("channels.limits", ChannelLimits),
        post=PostRules(receipts=book.bind("channels.receipts", ReceiptRules)),
        retention=book.bind("retention.keep", RetentionRules),
        cap=book.bind("cap.message", CapRules),
        release=book.bind("release.release", ReleaseRules),
        desk=book.bind("desk.desk", DeskRules),
        rules=tuple(book),
        version=book.digest,
    )


def _fire_weather(book: RuleBook) -> FireWeatherParameters:
    snow, restart = book.bind("danger.snow", SnowRules), book.bind("danger.restart", RestartRules)
    return replace(book.bind("danger.fire_weather", FireWeatherParameters), snow=snow, restart=restart)


def _dispatch(book: RuleBook) -> DispatchRules:
    return replace(book.bind("alerting.dispatch", DispatchRules), circuit=book.bind("alerting.circuit", CircuitRules))


def _each(book: RuleBook, prefix: str, group: type[_T]) -> dict[str, _T]:
    """One ``group`` for each name below ``prefix``."""
    names = dict.fromkeys(name.split(".", 1)[0] for name in book.section(prefix))
    return {name: book.bind(f"{prefix}.{name}", group) for name in names}
