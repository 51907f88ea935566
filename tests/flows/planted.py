"""Telephone numbers and keys to plant in contacts, and where they would be seen."""

from __future__ import annotations

import io
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from bench.providers import Fake, Reply, say
from bench.servers.ports import free_port
from flows.log_masking import mask_logs
from flows.wiring import EXAMPLE_CONTACTS

PHONES = tuple(f"139{number:08d}" for number in range(40_000_017, 40_000_017 + 20 * 1_234_567, 1_234_567))
KEYS = tuple(f"kanari{number:02d}Zq{number * 7919:06d}Xw" for number in range(10))
ROW = """
[[recipient]]
region = "beijing"
office = "{office}"
office_zh = "{office_zh}"
role = "county_duty"
channel = "{channel}-{number}"
address = "{address}"
"""


def addresses(fakes: dict[str, Fake]) -> Iterator[tuple[str, str]]:
    """One for each phone: every channel in turn, with planted numbers and keys."""
    phones, keys = iter(PHONES), iter(KEYS * 20)
    api = {name: f"http://127.0.0.1:{fake.port}" for name, fake in fakes.items()}
    dead = f"127.0.0.1:{free_port()}"
    making: list[tuple[str, Callable[[], str]]] = [
        ("wecom_bot", lambda: f"wecombot://?key={next(keys)}&mention={next(phones)}&api={api['wecom_bot']}"),
        (
            "wecom_app",
            lambda: (
                f"wecomapp://?corpid={next(keys)}&secret={next(keys)}&agentid=1&touser={next(phones)}"
                f"&api={api['wecom_app']}"
            ),
        ),
        (
            "dingtalk",
            lambda: f"dingtalk://?token={next(keys)}&sign={next(keys)}&mention={next(phones)}&api={api['dingtalk']}",
        ),
        ("feishu", lambda: f"feishu://?token={next(phones)}&sign={next(keys)}&api={api['feishu']}"),
        (
            "sms_aliyun",
            lambda: (
                f"smsaliyun://?id={next(keys)}&secret={next(keys)}&signname=a&template=b&to={next(phones)}"
                f"&api={api['sms_aliyun']}"
            ),
        ),
        (
            "sms_tencent",
            lambda: (
                f"smstencent://?id={next(keys)}&secret={next(keys)}&app=1&signname=a&template=b&to={next(phones)}"
                f"&api={api['sms_tencent']}"
            ),
        ),
        (
            "voice_aliyun",
            lambda: (
                f"voicealiyun://?id={next(keys)}&secret={next(keys)}&template=b&to={next(phones)}"
                f"&api={api['voice_aliyun']}"
            ),
        ),
        ("mail", lambda: f"mailto://{next(keys)}:{next(keys)}@{dead}/?from=a@b.cn&to={next(phones)}@fire.cn"),
        ("mqtt", lambda: f"mqtt://{next(keys)}:{next(keys)}@{dead}/{next(phones)}"),
        ("webhook", lambda: f"webhook://{next(keys)}:{next(phones)}@{dead}/{next(keys)}"),
    ]
    for index in range(len(PHONES)):
        channel, make = making[index % len(making)]
        yield channel, make()


FAULTS = {
    "no such key": None,
    "html": Reply(200, b"<html>"),
    "reset": Reply(fault="reset"),
    "cut": Reply(200, b'{"errcode": 0, "errmsg": "ok", "code": 0}', fault="cut"),
    "throttled": Reply(429, b"{}", {"Retry-After": "1"}),
    "echo": say({"errcode": 93000, "code": 19001, "Code": "isv." + PHONES[0], "errmsg": f"{PHONES[0]} {KEYS[0]}"}),
}


@contextmanager
def everything_logged(level: int) -> Iterator[io.StringIO]:
    text = io.StringIO()
    handler = logging.StreamHandler(text)
    handler.setFormatter(logging.Formatter("%(name)s %(message)s"))
    before = logging.root.level
    logging.root.addHandler(handler)
    logging.root.setLevel(level)
    mask_logs()
    try:
        yield text
    finally:
        logging.root.removeHandler(handler)
        logging.root.setLevel(before)


def hits(text: str | bytes) -> list[str]:
    found = text if isinstance(text, bytes) else text.encode()
    return [secret for secret in (*PHONES, *KEYS) if secret.encode() in found]


def planted_contacts(planted: list[tuple[str, str]], *, office: str, office_zh: str) -> str:
    """The example contacts with every planted address as one more endpoint of an office in Beijing."""
    rows = [
        ROW.format(office=office, office_zh=office_zh, channel=channel, number=number, address=address)
        for number, (channel, address) in enumerate(planted)
    ]
    return EXAMPLE_CONTACTS.read_text(encoding="utf-8") + "".join(rows)
