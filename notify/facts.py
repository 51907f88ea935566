"""What happened, typed and checked, before it is put into words.

Names that must stand in every text, and that no short message could hold, are refused: they come from data that are
checked at the start. What may be left out (a missing input, a source, a doubt) has any length, so that no alert fails
for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from notify.alert import Reason, require_utc
from notify.phrases import beaufort
from notify.texts import refuse_long

COUNTY_NAME_MOST = 4
FEED_NAME_MOST = 14


@dataclass(frozen=True, slots=True)
class Wind:
    """Wind at 10 m. Said as force and direction."""

    speed_ms: float
    direction_deg: float | None = None
    gust_ms: float | None = None

    @property
    def calm(self) -> bool:
        """Force 0: it has no direction."""
        return beaufort(self.speed_ms) == 0


@dataclass(frozen=True, slots=True)
class FeedFacts:
    """A feed that is out or back, to be put into words for operations.

    Raises:
        ValueError: a name that does not fit, or no failed round.
    """

    reason: Reason
    feed_zh: str
    since_utc: datetime
    failed_rounds: int
    newest_content_utc: datetime | None
    problem_zh: str = ""
    means_zh: str = "看不到新的热点或预报，无数据不等于无火情，产品和值班页写明缺测"
    """For the products."""
    retired: bool = False
    """It is not back, but asked no more."""

    def __post_init__(self) -> None:
        require_utc(self.since_utc)
        refuse_long("feed", self.feed_zh, FEED_NAME_MOST)
        if not 1 <= self.failed_rounds < 100_000:
            raise ValueError(f"{self.feed_zh}: {self.failed_rounds} failed rounds")

    @property
    def out(self) -> bool:
        """Whether it is out."""
        return self.reason is Reason.FEED_OUT


@dataclass(frozen=True, slots=True)
class RunFacts:
    """A flow whose runs fail or are good again, to be put into words for operations.

    Raises:
        ValueError: a name that does not fit, no failed run, or a naive time.
    """

    reason: Reason
    flow_zh: str
    """What the flow makes: 火险, 热点, 发送."""
    run_id: str
    """Of the run that failed first, or that was good again."""
    spoken_run: str
    """The part of it that is said on the phone: ``R0410-0710``."""
    since_utc: datetime
    """When the first run failed."""
    failed_runs: int
    last_good_utc: datetime | None
    """Time of the newest good run before; None when there never was one."""
    effect_zh: str
    """What it means for those who wait for the result: 已标过期, 通报可能未发出."""
    error: str = ""
    """Class of the error."""
    problem: str = ""
    """What the error says, already without secrets and addresses."""

    def __post_init__(self) -> None:
        require_utc(self.since_utc)
        refuse_long("flow", self.flow_zh, 2)
        refuse_long("spoken run id", self.spoken_run, 10)
        refuse_long("run id", self.run_id, 60)
        refuse_long("effect", self.effect_zh, 8)
        if not 1 <= self.failed_runs < 100_000:
            raise ValueError(f"{self.run_id}: {self.failed_runs} failed runs")

    @property
    def failed(self) -> bool:
        """Whether it fails."""
        return self.reason is Reason.RUN_FAILED


@dataclass(frozen=True, slots=True)
class CancelFacts:
    """An alert that is taken back.

    Raises:
        ValueError: a part that does not fit into a short message.
    """

    former_code: str
    former_utc: datetime
    subject_zh: str
    """What the alert was: 疑似火情通报."""
    reason_zh: str
    by_zh: str

    def __post_init__(self) -> None:
        _refuse_former(self.former_code, self.former_utc, subject=self.subject_zh, by=self.by_zh)
        refuse_long("reason of a cancellation", self.reason_zh, 16)


@dataclass(frozen=True, slots=True)
class CorrectFacts:
    """An alert that is put right.

    Raises:
        ValueError: a part that does not fit into a short message.
    """

    former_code: str
    former_utc: datetime
    subject_zh: str
    wrong_zh: str
    """What was wrong: 位置有误."""
    right_zh: str
    """What is right: 应为宝山镇，距赤城界3.1公里."""
    by_zh: str

    def __post_init__(self) -> None:
        _refuse_former(self.former_code, self.former_utc, subject=self.subject_zh, by=self.by_zh)
        refuse_long("what was wrong", self.wrong_zh, 6)
        refuse_long("what is right", self.right_zh, 20)


def refuse_names(what: str, names: Sequence[str], most: int) -> None:
    """Refuse names that no short message has room for.

    Raises:
        ValueError: names the first.
    """
    for name in names:
        refuse_long(what, name, most)


def _refuse_former(code: str, decided_utc: datetime, *, subject: str, by: str) -> None:
    require_utc(decided_utc)
    refuse_long("former code", code, 10)
    refuse_long("subject", subject, 8)
    refuse_long("name of who decided", by, 20)
