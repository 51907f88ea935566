"""An incident as its picture shows it, for the tests of every part of the picture."""

from __future__ import annotations

import numpy as np
import shapely

from notify.facts import Wind
from notify.picture.incident_picture import Fan, IncidentPicture, Spot

LINE = shapely.LineString([(-20, 4), (0, 5), (20, 4)])
RING = np.array([(0, -0.5), (0.6, 1), (0.4, 3), (0, 3.6), (-0.4, 3), (-0.6, 1)], dtype=float)
SHOWN = IncidentPicture(
    title="疑似火情态势图 JJJ-HR-CD-2027-001",
    headline="怀柔热点3个，距丰宁界5.0±0.4公里\n向北蔓延，2.1至6.0小时可能烧入河北省（24小时内可能性较大）",
    half_km=6.0,
    middle_km=(0.0, 2.5),
    line=LINE,
    counties=[("怀柔", shapely.box(-20, -20, 20, 4)), ("丰宁", shapely.box(-20, 5, 20, 20))],
    spots=[Spot(0, 0, 1, False), Spot(0.4, -0.3, 6, False), Spot(0.8, -0.8, 30, False), Spot(-3, -1, 2, True)],
    footer="卫星观测 4月10日13时20分（距今40分钟）\n系统初判，待核查。",
    error_km=0.4,
    height_m=np.add.outer(np.arange(50.0) * 20, np.arange(50.0) * 5),
    fans=[Fan(1, 0.4 * RING, 0.6 * RING), Fan(3, RING, 1.3 * RING)],
    crossing_km=(0.0, 5.0),
    crossing_zh="推演越界处 2.1至6.0小时",
    wind=Wind(8.0, 180.0),
)
