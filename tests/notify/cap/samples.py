"""A bulletin, its rules and a key, for the tests of CAP messages."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

from flows.rules import load_rules, shipped_rules
from notify.alert import Alert
from notify.cap.english import Spot, english_words
from notify.cap.message import Bulletin, Place, Words
from notify.cap.rules import CapRules
from notify.cap.signature import SigningKey, ephemeral_key
from tests.notify.samples import MORNING, alert, hours

SPOT = Spot("Huairou", "Fengning", 41.0135, 116.4812, 0.4, 1.8, 3)
PLACE = Place(
    area_zh="北京市怀柔区，距丰宁界1.8公里",
    area_en="Huairou, 1.8 km from the line to Fengning",
    geocodes=(110116, 130826),
    circles=("41.0135,116.4812 0.4",),
)


@cache
def rules() -> CapRules:
    return load_rules(shipped_rules()).bind("cap.message", CapRules)


@cache
def key() -> SigningKey:
    return ephemeral_key("tests")


def bulletin(said: Alert | None = None, *, former: tuple[Alert, ...] = (), **parts: Any) -> Bulletin:
    said = said or alert()
    members = ("Huairou", "Fengning", "Luanping")
    made = Bulletin(
        alert=said,
        region_gb=110000,
        former=former,
        expires_utc=MORNING + hours(12),
        place=PLACE,
        chinese=Words("疑似火情", said.text_short, said.text_long, "商请两侧各自核查。"),
        english=english_words(said, unit_en="Huairou-Chengde", members_en=members, spot=SPOT),
    )
    return replace(made, **parts)
