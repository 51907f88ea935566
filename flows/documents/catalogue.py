"""Every document by its name, what it is about, and who makes it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from flows.documents.consultation_papers import minutes_of, pack_of
from flows.documents.course import after_action_of
from flows.documents.drafted_papers import drafted_of
from flows.documents.drills import exercise_of
from flows.documents.duty_papers import bulletin_of, daily_of
from flows.documents.field_check_papers import field_check_of
from flows.documents.monthly_papers import monthly_of
from flows.documents.notice_papers import notice_of
from flows.documents.occasions import key_date_of, pre_season_of
from flows.documents.words import local_day
from flows.noticing import NUMBER_PREFIX
from flows.wiring import House
from flows.world_time import newest_moment
from models.field_check.statistics import newest_day
from notify.documents.layout import OfficialDocument
from store.errors import AnswerUnclear


class About(StrEnum):
    """What a document is about."""

    INCIDENT = "incident"
    DRAFT = "draft"
    CONSULTATION = "consultation"
    DAY = "day"
    MONTH = "month"
    WORLD = "world"

    @property
    def name_zh(self) -> str:
        """What a person gives: 事件编号."""
        return _ABOUT_ZH[self]


_ABOUT_ZH = {
    About.INCIDENT: "事件编号",
    About.DRAFT: "草稿编号",
    About.CONSULTATION: "会商编号",
    About.DAY: "日期",
    About.MONTH: "月份",
    About.WORLD: "演练（--world）",
}


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of document."""

    name: str
    title_zh: str
    about: About
    make: Callable[[House, str], OfficialDocument]


def document_of(house: House, name: str, subject: str = "") -> OfficialDocument:
    """Make a document.

    Args:
        house: the world to look at.
        name: of the kind; see :data:`KINDS`.
        subject: number of an incident, draft or consultation; a day, a month; empty for the newest day.

    Raises:
        AnswerUnclear: no such kind, or a subject that is none.
        NotInStore: nothing has this number.
    """
    kind = KINDS.get(name)
    if kind is None:
        raise AnswerUnclear(f"no document {name!r}; there are {', '.join(KINDS)}")
    if not subject and kind.about in {About.INCIDENT, About.DRAFT, About.CONSULTATION, About.MONTH}:
        raise AnswerUnclear(f"{kind.title_zh}: say which {kind.about.value} it is about")
    try:
        return kind.make(house, subject)
    except ValueError as error:
        raise AnswerUnclear(f"{kind.title_zh}: {error}") from error


def _counted(make: Callable[[House, date], OfficialDocument]) -> Callable[[House, str], OfficialDocument]:
    """Of a day of the statistics: the newest that is over, where none is named."""

    def made(house: House, subject: str) -> OfficialDocument:
        newest = newest_day(newest_moment(house), house.rules.statistics)
        return make(house, date.fromisoformat(subject) if subject else newest)

    return made


def _today(make: Callable[[House, date], OfficialDocument]) -> Callable[[House, str], OfficialDocument]:
    def made(house: House, subject: str) -> OfficialDocument:
        return make(house, date.fromisoformat(subject) if subject else local_day(newest_moment(house)))

    return made


def _notice(house: House, subject: str) -> OfficialDocument:
    """``JJJ-HR-CD-2027-007``, with a report ``JJJ-HR-CD-2027-007#2``, or as it was signed ``火情通报〔2027〕1``."""
    if subject.startswith(NUMBER_PREFIX):
        return drafted_of(house, subject)
    number, _, nth = subject.partition("#")
    return notice_of(house, number, report_no=int(nth) if nth else None)


def _after_action(house: House, subject: str) -> OfficialDocument:
    return after_action_of(house, subject)


KINDS = {
    kind.name: kind
    for kind in (
        Kind("warning", "森林火险预警信息", About.DRAFT, drafted_of),
        Kind("letter", "工作提示函", About.DRAFT, drafted_of),
        Kind("invitation", "会商邀请函", About.DRAFT, drafted_of),
        Kind("field-check", "热点核查通知单、反馈单", About.INCIDENT, field_check_of),
        Kind("notice", "火情通报（首报、续报、终报）、回执", About.INCIDENT, _notice),
        Kind("pack", "会商材料包", About.CONSULTATION, pack_of),
        Kind("minutes", "会商纪要", About.CONSULTATION, minutes_of),
        Kind("daily", "值班日报、零报告", About.DAY, _counted(daily_of)),
        Kind("bulletin", "热点核查情况通报", About.DAY, _counted(bulletin_of)),
        Kind("monthly", "月度会商材料", About.MONTH, monthly_of),
        Kind("pre-season", "防火期前材料", About.DAY, _today(pre_season_of)),
        Kind("key-date", "重要节点材料", About.DAY, _today(key_date_of)),
        Kind("after-action", "复盘报告", About.INCIDENT, _after_action),
        Kind("exercise", "演练评估报告", About.WORLD, exercise_of),
    )
}
"""All documents, in the order in which an office needs them."""
