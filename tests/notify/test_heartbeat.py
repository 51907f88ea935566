"""The heartbeat arrives, or the round says that it did not."""

from __future__ import annotations

import json
import socket
from pathlib import Path

import pytest

from bench.servers.ports import free_port
from notify.heartbeat import HeartbeatFailed, send_heartbeat
from tests.notify.receivers import http_receiver, listener
from tests.notify.samples import MORNING


def test_a_file_says_when_it_last_beat(tmp_path: Path) -> None:
    file = tmp_path / "beat.json"
    send_heartbeat(file.as_uri(), now=MORNING)
    assert json.loads(file.read_text()) == {"beat_utc": MORNING.isoformat()}
    assert list(tmp_path.iterdir()) == [file]


def test_a_watcher_is_called_by_get() -> None:
    with http_receiver() as watcher:
        send_heartbeat(f"http://{watcher.host}/ping/canary?x=1", now=MORNING)
    assert [got.path for got in watcher.received] == ["/ping/canary?x=1"]


def test_a_watcher_that_is_not_there_was_not_told_and_its_address_is_not_said() -> None:
    with pytest.raises(HeartbeatFailed) as refused:
        send_heartbeat(f"http://127.0.0.1:{free_port()}/canary", now=MORNING, deadline_s=1.0)
    assert "canary" not in str(refused.value)


@pytest.mark.parametrize("answer", [b"HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n", b"", b"HTTP/1.1 2"])
def test_a_watcher_that_does_not_say_yes_was_not_told(answer: bytes) -> None:
    def talk(connection: socket.socket) -> None:
        connection.recv(4096)
        connection.sendall(answer)

    with listener(talk) as port, pytest.raises(HeartbeatFailed):
        send_heartbeat(f"http://127.0.0.1:{port}/", now=MORNING, deadline_s=1.0)


@pytest.mark.parametrize("url", ["ftp://x/y", "nothing", "http:///x"])
def test_an_address_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(HeartbeatFailed, match="neither"):
        send_heartbeat(url, now=MORNING)


def test_a_folder_that_is_gone_is_said(tmp_path: Path) -> None:
    with pytest.raises(HeartbeatFailed, match="No such file"):
        send_heartbeat((tmp_path / "gone" / "beat").as_uri(), now=MORNING)
