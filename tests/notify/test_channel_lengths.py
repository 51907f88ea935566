"""The longest notice that real names can make, through every channel within what that channel carries."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from bench.providers import PROVIDERS, serving
from bench.providers.fake import Asked
from boundary_zones.catalogue import load_catalogue
from boundary_zones.townships import load_townships
from flows.rules import shipped_rules
from flows.signed import load_signed
from notify.alert import Alert, Reason
from notify.channels import ChannelSettings, send
from notify.delivery_states import OutcomeClass
from notify.incident_wording import incident_texts
from notify.parcel import Parcel
from notify.phrases import length_of
from notify.rules import by_channel
from notify.texts import DRILL, Envelope
from tests.notify.samples import MORNING, ROWS, alert
from tests.notify.words import ARRIVAL, NOTICE

LIMITS = load_signed(shipped_rules()).channels
SETTINGS = ChannelSettings(inbox_dir=Path("unused"), deadline_s=30.0, limits=LIMITS)
LINK = "https://answer.example.cn/a/" + "x" * 180
ROOM = {"sms_aliyun": 35, "sms_tencent": 12, "voice_aliyun": 35}


@pytest.fixture(scope="module")
def longest() -> Alert:
    """A drill's notice with the longest county, neighbour and township that the catalogue has."""
    counties = sorted(load_catalogue().counties.values(), key=lambda one: (len(one.short_zh), len(one.name_zh)))
    county = max(counties, key=lambda one: len(one.name_zh))
    township = max(load_townships(None), key=lambda one: len(one.name_zh)).name_zh
    facts = replace(
        NOTICE,
        reason=Reason.INCIDENT_GREW,
        revision=12,
        county=counties[-1].short_zh,
        neighbour=counties[-2].short_zh,
        township=township,
        place_full=f"河北省承德市{county.name_zh}{township}",
        hotspot_count=123,
        distance_to_border_km=12.3,
        satellites=("NOAA-20", "NOAA-21", "S-NPP", "Terra", "Aqua", "Himawari-9"),
        arrival=ARRIVAL,
        missing=("欧洲中心模式", "中国气象局模式"),
        observed_utc=datetime.fromisoformat("2027-04-09T15:59+00:00"),
    )
    texts = incident_texts(facts, Envelope("森防通报", "演怀0410-12", MORNING, exercise=True))
    said = {"text_short": texts.short, "text_long": texts.long, "text_full": texts.full}
    return alert(code="演怀0410-12", exercise=True, **said)


@pytest.mark.parametrize("name", sorted(PROVIDERS))
def test_it_goes_whole_within_the_bytes_of_the_channel(name: str, longest: Alert) -> None:
    parcel = Parcel(ROWS[0], longest, sending_utc=MORNING, resend=True, answer_link=LINK if name == "wecom_app" else "")
    with serving(name) as fake:
        outcome = send(fake.address, parcel, settings=SETTINGS)
        assert outcome.outcome_class is OutcomeClass.OK, outcome
        asked = fake.asked[-1]
    if name in ROOM:
        pieces = _variables(name, asked)
        assert all(len(piece) <= ROOM[name] for piece in pieces)
        assert "".join(pieces).strip() == parcel.text_short
        assert length_of(parcel.text_short) <= 70
        return
    [text] = [taken for taken in fake.accepted if taken != parcel.key]
    assert len(text.encode()) <= by_channel(LIMITS.max_bytes, name)
    assert len(asked.body) <= max(by_channel(LIMITS.max_bytes, name), 3000)
    assert text.startswith(DRILL)
    assert text.endswith(DRILL)
    assert longest.code in text


def _variables(name: str, asked: Asked) -> list[str]:
    if name == "sms_tencent":
        return list(asked.document["TemplateParamSet"])
    return list(json.loads(asked.form["TemplateParam" if name == "sms_aliyun" else "TtsParam"]).values())
