"""What each channel can carry."""

from __future__ import annotations

from dataclasses import replace

import pytest

from flows.rules import shipped_rules
from flows.signed import load_signed
from notify.channel_rules import ChannelLimits, kind_of
from notify.rules import by_channel


@pytest.fixture(scope="module")
def limits() -> ChannelLimits:
    return load_signed(shipped_rules()).channels


def test_a_second_endpoint_on_a_channel_has_the_limits_of_the_channel(limits: ChannelLimits) -> None:
    assert kind_of("sms_aliyun-2") == "sms_aliyun"
    assert by_channel(limits.per_min, "dingtalk-3") == limits.per_min["dingtalk"]
    assert limits.reaches_office("sms_aliyun-2")


@pytest.mark.parametrize("channel", ["wecom_bot", "dingtalk", "feishu", "mqtt", "other", "never heard of"])
def test_a_group_never_fulfils_an_office_s_obligation(limits: ChannelLimits, channel: str) -> None:
    assert not limits.reaches_office(channel)


@pytest.mark.parametrize("bot", ["wecom_bot", "dingtalk"])
def test_a_bot_stays_under_what_it_is_blocked_at(limits: ChannelLimits, bot: str) -> None:
    assert limits.per_min[bot] + limits.burst[bot] < 20


def test_only_text_messages_can_be_looked_up(limits: ChannelLimits) -> None:
    assert limits.can_be_looked_up("sms_tencent")
    assert not limits.can_be_looked_up("voice_aliyun")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"per_min": {"other": 0}}, "per_min needs positive"),
        ({"burst": {"mail": 1}}, "burst needs .* 'other'"),
        ({"max_bytes": {"other": 200}}, "no short message"),
        ({"look_up_after_s": {"other": -1.0}}, "look_up_after_s"),
    ],
)
def test_numbers_that_cannot_work_are_refused(limits: ChannelLimits, change: dict[str, object], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        replace(limits, **change)  # type: ignore[arg-type]  # names are those of the fields
