"""The line at the top: period, warnings in force, who is on watch, how old each source is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from boundary_zones.zone import County, Zone
from desk.web.pages import age_zh
from desk.web.permissions import sees
from flows.feed_watch import feeds_of
from flows.gathered import feed_in_words
from flows.order import FlowName, Order
from flows.warning_colours import effective_colour, superior_colours
from flows.wiring import House
from notify.alert import WarningColour
from notify.masking import shown_address
from notify.phrases import BEIJING, listed
from notify.warning.document import BesideColour
from notify.warning.texts import COLOUR_ZH
from store.accounts import Account, DutyRole
from store.coverage import FeedCoverage
from store.run_rows import RunOutcome, Trigger

LEFT_OUT_MOST = 60
"""Letters of what a feed left out that stand beside its age; `firewatch doctor` says all."""
SOON_SHARE = 0.75
"""Of the bound on a source's age: from here on its age is marked."""


@dataclass(frozen=True, slots=True)
class Period:
    """What holds today, and for whom."""

    words_zh: str
    counties_zh: str
    confirmed: bool


@dataclass(frozen=True, slots=True)
class Colour:
    """A warning in force."""

    name_zh: str
    colour: WarningColour
    colour_zh: str
    basis_zh: str
    whose_zh: str
    """本级, 上级 or 相邻."""


@dataclass(frozen=True, slots=True)
class Watch:
    """An office: who is on watch, who leads, how it is reached."""

    office_zh: str
    officer_zh: str
    since_utc: datetime | None
    leaders_zh: str
    ways: tuple[str, ...]
    """Channels with masked numbers."""
    inside: bool
    """Whether somebody of the office is at the desk now."""


@dataclass(frozen=True, slots=True)
class Source:
    """How old a source is."""

    name_zh: str
    state: str
    """ok, old, stale or out."""
    words_zh: str


@dataclass(frozen=True, slots=True)
class Top:
    """All of it."""

    periods: tuple[Period, ...]
    key_dates_zh: str
    colours: tuple[Colour, ...]
    watches: tuple[Watch, ...]
    sources: tuple[Source, ...]
    runs: tuple[Source, ...]

    @property
    def worst(self) -> str:
        """State of the source that is in the worst state."""
        order = ("ok", "old", "stale", "out")
        states = [each.state for each in (*self.sources, *self.runs)]
        return max(states, key=order.index, default="out")


def top_of(house: House, account: Account, *, now: datetime, wall: datetime) -> Top:
    """The line for one account: its joint units, their members, and what lies above them.

    Args:
        house: the world to look at.
        account: who looks.
        now: time of what is shown.
        wall: time of sessions.
    """
    zones = [zone for zone in house.catalogue.zones if sees(account, zone)]
    counties = list({county.gb: county for zone in zones for county in zone.counties}.values())
    return Top(
        periods=_periods(house, counties, now),
        key_dates_zh=listed([day.key_date.name_zh for day in house.rules.calendar.key_dates(_today(now))]),
        colours=_colours(house, account, counties, now),
        watches=_watches(house, zones, wall),
        sources=tuple(_source(house, feed, now) for feed in feeds_of(house)) or (_NO_SOURCE,),
        runs=_runs(house, now),
    )


def sources_of(house: House, *, now: datetime) -> tuple[Source, ...]:
    """How old the rounds and the feeds are."""
    return (*_runs(house, now), *(tuple(_source(house, feed, now) for feed in feeds_of(house)) or (_NO_SOURCE,)))


_NO_SOURCE = Source("数据源", "out", "无数据：没有任何数据源有过应答")
_RUNS = ((FlowName.HOTSPOT_WATCH, timedelta(minutes=30)), (FlowName.DANGER_WATCH, timedelta(hours=18)))
_RUN_ZH = {FlowName.HOTSPOT_WATCH: "热点运行", FlowName.DANGER_WATCH: "火险运行"}


def _periods(house: House, counties: Iterable[County], now: datetime) -> tuple[Period, ...]:
    """Counties with the same words together: both sides of one hill may have other periods."""
    grouped: dict[str, list[tuple[str, bool]]] = {}
    for county in counties:
        season = house.rules.calendar.fire_period(county.gb, _today(now))
        grouped.setdefault(season.words_zh, []).append((county.short_zh, season.confirmed))
    return tuple(
        Period(words, listed([name for name, _ in members]), all(sure for _, sure in members))
        for words, members in grouped.items()
    )


def _colours(house: House, account: Account, counties: Sequence[County], now: datetime) -> tuple[Colour, ...]:
    order = Order(FlowName.DANGER_WATCH, now, "值班页", account.login, Trigger.MANUAL, live=False, world=house.world)
    found = []
    superiors: dict[int, BesideColour] = {}
    for county in counties:
        mine = not account.region or county.region_id == account.region
        beside = effective_colour(house, order, county.gb)
        found.append(_colour(beside, "本级" if mine else "相邻"))
        superiors |= {one.gb: one for one in superior_colours(house, order, county)}
    found += [_colour(one, "上级") for one in superiors.values()]
    return tuple(sorted(found, key=lambda one: (-one.colour.rank, one.whose_zh, one.name_zh)))


def _colour(one: BesideColour, whose_zh: str) -> Colour:
    return Colour(one.name_zh, one.colour, COLOUR_ZH[one.colour], one.basis.name_zh, whose_zh)


def _watches(house: House, zones: Iterable[Zone], wall: datetime) -> tuple[Watch, ...]:
    """Every member office and the desks above them, each once, in the order in which alerts name them."""
    recipients = {
        (one.region, one.office): one for zone in zones for one in house.contacts.for_zone(zone, house.catalogue)
    }
    on_watch = house.handovers.on_watch(world=house.world)
    people = house.accounts.all_accounts()
    inside = house.desk_sessions.open_logins(at=wall, idle=house.rules.desk.idle)
    found = []
    for (region, office), one in recipients.items():
        staff = [each for each in people if (each.region, each.office) == (region, office) and each.active]
        shift = on_watch.get((region, office))
        here = [each.name_zh for each in staff if each.login in inside and each.role is DutyRole.OFFICER]
        officer = shift.taken_name if shift and shift.taken_name else listed(here) or "未登记"
        leaders = [each.name_zh for each in staff if each.role is DutyRole.LEADER]
        ways = house.contacts.of_office(region, office)
        found.append(
            Watch(
                office_zh=one.office_zh,
                officer_zh=officer,
                since_utc=shift.taken_utc if shift else None,
                leaders_zh=listed(leaders) or "未登记",
                ways=tuple(f"{way.channel_kind} {shown_address(way.address)}" for way in ways),
                inside=any(each.login in inside for each in staff),
            )
        )
    return tuple(found)


def _source(house: House, feed: FeedCoverage, now: datetime) -> Source:
    """Judged by the newest time inside its answers. What never answered, or failed last, is out."""
    name = feed_in_words(feed.feed)
    content = feed.newest_content_utc or feed.last_success_utc
    if content is None:
        return Source(name, "out", "无数据：从未有过应答")
    age = now - content
    words = f"{content.astimezone(BEIJING):%m-%d %H:%M}，时延{age_zh(age)}" if age >= timedelta(0) else "预报已到"
    if feed.last_error is not None:
        return Source(name, "out", f"无数据：最近一次失败；最新内容{words}")
    bounds = house.rules.freshness.get(feed.feed)
    if bounds is None:
        return Source(name, "old", f"{words}（未定时限）")
    most = timedelta(hours=bounds.max_content_age_h)
    if age > most:
        return Source(name, "stale", f"过期：{words}")
    if feed.left_out is not None:
        return Source(name, "old", f"{words}；有文件未用：{_begun(feed.left_out)}")
    return Source(name, "old" if age > SOON_SHARE * most else "ok", words)


def _begun(text: str) -> str:
    return text if len(text) <= LEFT_OUT_MOST else f"{text[: LEFT_OUT_MOST - 1]}…"


def _runs(house: House, now: datetime) -> tuple[Source, ...]:
    return tuple(_run(house, flow, most, now) for flow, most in _RUNS)


def _run(house: House, flow: FlowName, most: timedelta, now: datetime) -> Source:
    name = _RUN_ZH[flow]
    last = house.runs.last_runs(flow, world=house.world, limit=1)
    good = house.runs.last_good(flow, world=house.world)
    if good is None:
        return Source(name, "out", "没有成功的运行")
    age = now - good.as_of_utc
    words = f"{good.as_of_utc.astimezone(BEIJING):%m-%d %H:%M}"
    failed = bool(last) and last[0].outcome in {RunOutcome.FAILED, RunOutcome.FEED_OUT}
    if failed:
        return Source(name, "out", f"最近一次未成功；最近成功{words}")
    if age > most:
        return Source(name, "stale", f"过期：{words}，{age_zh(age)}前")
    degraded = bool(last) and last[0].outcome is RunOutcome.DEGRADED
    return Source(name, "old" if degraded else "ok", f"{words}{'，缺部分数据' if degraded else ''}")


def _today(now: datetime) -> date:
    return now.astimezone(BEIJING).date()
