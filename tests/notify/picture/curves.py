"""A month and a season of our own, drawn."""

from __future__ import annotations

import math
from datetime import date, timedelta

from notify.answer_times import AnswerTimes
from notify.picture.answers import AnswersPicture
from notify.picture.rates import RateSpan, RatesPicture
from notify.picture.season import SeasonDay, SeasonPicture

FIRST = date(2026, 11, 1)
DAY = timedelta(days=1)
GAP = range(60, 66)


def a_season(days: int = 200) -> SeasonPicture:
    known = [number for number in range(days) if number not in GAP]
    values = [14 + 12 * math.sin(number / 30) + 7 * math.sin(number * 1.7) + number / 12 for number in known]
    curve = [
        SeasonDay(FIRST + number * DAY, max(0.0, value), max(0.0, value) + 6)
        for number, value in zip(known, values, strict=True)
    ]
    names = ("常年50%", "常年75%", "常年90%", "常年97%")
    return SeasonPicture("怀柔–承德火险季节曲线", curve, (9.0, 17.0, 26.0, 36.0), names, "火险天气指数FWI")


def some_rates() -> RatesPicture:
    counts = [(12, 11, 7), (30, 30, 21), (0, 0, 0), (44, 40, 38), (9, 3, 1)]
    spans = [RateSpan(FIRST + 7 * n * DAY, FIRST + 7 * (n + 1) * DAY, *row) for n, row in enumerate(counts)]
    return RatesPicture("逐周查实率", spans, "推送日为口径")


def some_answers() -> AnswersPicture:
    offices = [
        AnswerTimes("beijing", "110000", "北京市森防办", 6, 6, 5, (3.0, 4.0, 6.0, 7.0, 8.0, 19.0)),
        AnswerTimes("hebei", "130826", "丰宁满族自治县森防办", 6, 2, 1, (9.0, 34.0)),
        AnswerTimes("tianjin", "120119", "蓟州区森防办", 6, 0, 0, ()),
    ]
    return AnswersPicture("各单位签收用时", offices, 10.0, "2027年4月，跨界通报6次")
