"""演练评估报告: how an exercise went, event by event and office by office, from its own ledger."""

from __future__ import annotations

from collections.abc import Sequence

from flows.documents.course import clocks_of, course_of
from flows.documents.period import Period, answers_grid, held_utc, period_of
from flows.documents.pictures import answers_picture
from flows.documents.words import local_day
from flows.processes.cases import all_cases
from flows.wiring import House
from flows.world_time import newest_moment
from models.processes.law import Process
from notify.alert import LIVE
from notify.course_clocks import answer_clocks, late, late_in_words, step_clocks
from notify.documents.forms.occasion_shapes import EXERCISE
from notify.documents.forms.shape import Around, filled
from notify.documents.layout import Block, OfficialDocument, Paragraph, grid
from notify.phrases import BEIJING, clock_zh, date_zh, duration_zh, listed
from store.errors import NotInStore

MOST_PROBLEMS = 40


def exercise_of(house: House, name_zh: str = "") -> OfficialDocument:
    """The evaluation of the exercise whose world the house looks at.

    Args:
        house: seen from the exercise.
        name_zh: title of the scenario; its world's name where none is given.

    Raises:
        NotInStore: this is the live world, or nothing was held in it.
    """
    runs = house.runs.last_runs(world=house.world, limit=100_000)
    if house.world == LIVE or not runs:
        raise NotInStore(f"{house.world!r} is no exercise that was held; see firewatch exercise")
    begin, end = min(run.as_of_utc for run in runs), newest_moment(house)
    period = period_of(house, begin, end, now=end)
    zones = [zone.name_zh for zone in house.catalogue.zones if any(one.zone == zone.id for one in period.notices)]
    values = {
        "name": name_zh or house.world,
        "world": house.world,
        "period": f"{clock_zh(begin, year=True)}至{clock_zh(end, year=True)}（情景时间）",
        "units": listed(zones) or "没有联防单元接到通报",
        "offices": listed([one.office_zh for one in period.answers]),
        "data": f"{len(runs)}轮运行；数据是否构造以情景说明为准",
        "notice": _notice(period),
        "consultation": _held(house, Process.CONSULTATION),
        "response": _held(house, Process.RESPONSE),
    }
    beside: dict[str, Sequence[Block]] = {
        "二、三项流程评价": [_events(house)],
        "三、逐单位评价": [answers_grid(period.answers), *answers_picture(house, period)],
        "四、发现问题": [Paragraph(line) for line in _problems(house)],
        "五、综合评价": [Paragraph("综合评价由评估组填写；系统只列时限和完整性。")],
    }
    around = Around(
        number=_number_zh(house.world),
        made_utc=end,
        title="联合演练评估报告",
        subtitle=name_zh,
        to_zh=tuple(one.office_zh for one in period.answers) or ("参演单位待核",),
        signature_zh="演练评估组",
        date_zh=date_zh(local_day(end), year=True),
        attachments=("演练实录", "发送与签收台账"),
        exercise=True,
    )
    return filled(EXERCISE, values, around, beside=beside)


def _number_zh(world: str) -> str:
    """Of the report: the real time of the exercise, which no other has."""
    held = held_utc(world)
    return f"演练评估 {held.astimezone(BEIJING):%Y%m%d-%H%M%S}" if held else f"演练评估 {world}"


def _notice(period: Period) -> str:
    owed, answered = sum(one.owed for one in period.answers), sum(one.answered for one in period.answers)
    in_time, mean = sum(one.in_time for one in period.answers), period.mean_answer_min
    pace = f"，平均{mean:.0f}分" if mean is not None else ""
    return f"通报{len(period.notices)}次，应签收{owed}件次，已签收{answered}件次，时限内{in_time}件次{pace}"


def _held(house: House, process: Process) -> str:
    cases = [case for case in all_cases(house) if case.process is process]
    return listed([f"{case.case_no}{case.state.name_zh}" for case in cases]) or "未演练"


def _events(house: House) -> Block:
    """Each event of the exercise, and how long it took from the data to the first answer."""
    rows = []
    for incident in house.incidents.all_incidents(world=house.world):
        course = course_of(house, incident.incident_id)
        if not course.alerts:
            continue
        decided = course.alerts[0].decided_utc
        answered = [one.acknowledged_utc for one in course.offices if one.acknowledged_utc is not None]
        first = duration_zh(min(answered) - decided) if answered else "未见签收"
        verified = clock_zh(course.verified_utc) if course.verified_utc else None
        rows.append((incident.incident_id, clock_zh(incident.first_available_utc), clock_zh(decided), first, verified))
    columns = ("事件", "数据可得", "决定通报", "最快签收", "核实")
    return grid(columns, rows, shares=(3.8, 3.2, 3.2, 1.9, 3.2), empty="没有事件接到通报")


def _problems(house: House) -> list[str]:
    """What was late, by step, over all events."""
    clocks, said = clocks_of(house), []
    for incident in house.incidents.all_incidents(world=house.world):
        course = course_of(house, incident.incident_id)
        if not course.alerts:
            continue
        timed = (*step_clocks(course, clocks), *answer_clocks(course, clocks.escalation))
        tardy = late(timed, course.ends_utc)
        said += [f"{incident.incident_id} {line}。" for line in late_in_words(tardy, course.ends_utc)]
    shown = said[:MOST_PROBLEMS]
    rest = [f"另有{len(said) - len(shown)}项，见复盘报告。"] if len(said) > len(shown) else []
    return [*shown, *rest] or ["系统记录中没有迟于时限的环节。"]
