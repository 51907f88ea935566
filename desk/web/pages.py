"""The templates of the desk, and how a page is made of one. Everything that is shown is escaped."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup, escape
from starlette.responses import HTMLResponse

from notify.arrival_words import SOON_H, likely_zh
from notify.masking import masked
from notify.phrases import clock_zh, date_zh, dms_zh, duration_zh, grade_zh

BEIJING = ZoneInfo("Asia/Shanghai")


def _shown(value: object) -> object:
    """Telephone numbers, mailboxes and keys are masked wherever they come from; an official text is not touched."""
    return _masked(value) if isinstance(value, str) and not isinstance(value, Markup) else value


@lru_cache(maxsize=8192)
def _masked(text: str) -> str:
    """Most texts of a page stand in the next one too."""
    return masked(text)


_PAGES = Environment(
    loader=PackageLoader("desk", "pages/desk"),
    undefined=StrictUndefined,
    autoescape=select_autoescape(default=True, enabled_extensions=("html",)),
    trim_blocks=True,
    lstrip_blocks=True,
    finalize=_shown,
)


def page(template: str, said: Mapping[str, object], *, status: int = 200) -> HTMLResponse:
    """A whole page."""
    return HTMLResponse(rendered(template, said), status_code=status)


def rendered(template: str, said: Mapping[str, object]) -> str:
    """The text of a page or of a part of one."""
    return _PAGES.get_template(template).render({"visit": None, "detail": "", **said})


def age_zh(length: timedelta) -> str:
    """How old something is: 刚刚, 18分, 2小时15分, 3天."""
    minutes = int(length.total_seconds() // 60)
    if minutes < 1:
        return "刚刚"
    if minutes < 60:
        return f"{minutes}分"
    hours, rest = divmod(minutes, 60)
    if hours < 48:
        return f"{hours}小时" + (f"{rest}分" if rest else "")
    return f"{hours // 24}天"


def short_time(instant: datetime | None) -> str:
    """``05-11 16:20`` Beijing time; a dash where there is none."""
    return "—" if instant is None else f"{instant.astimezone(BEIJING):%m-%d %H:%M}"


def official(text: str) -> Markup:
    """A text that went out, or will, as it stands: escaped, with the numbers of duty rooms in it."""
    return escape(text)


def hour_minute(instant: datetime | None) -> str:
    """``16:20`` Beijing time; a dash where there is none."""
    return "—" if instant is None else f"{instant.astimezone(BEIJING):%H:%M}"


def day_in_words(day: str) -> str:
    """``2027-04-10`` as 4月10日."""
    return date_zh(date.fromisoformat(day))


def hours_ahead(hours: float) -> str:
    """3.2小时, and 随时 where that is as good as now."""
    return "随时" if hours < SOON_H else f"{hours:.1f}小时"


_PAGES.filters.update(
    clock=clock_zh,
    day=day_in_words,
    grade=grade_zh,
    hours=hours_ahead,
    likely=likely_zh,
    dms=dms_zh,
    duration=duration_zh,
    age=age_zh,
    short_time=short_time,
    hour_minute=hour_minute,
    official=official,
)
