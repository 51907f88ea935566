"""A real MQTT broker as a process of its own, and a reader that listens at it."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion

from bench.servers.ports import free_port

PROGRAM = Path(sys.prefix) / "broker" / "bin" / "amqtt"
_CONFIG = """
listeners:
  default:
    type: tcp
    bind: 127.0.0.1:{port}
plugins:
  amqtt.plugins.authentication.{plugin}
"""
_ANYBODY = "AnonymousAuthPlugin:\n    allow_anonymous: true"
_NOBODY = "FileAuthPlugin:\n    password_file: {file}"


@contextmanager
def broker(folder: Path, *, anybody: bool = True) -> Iterator[int]:
    """The broker's port for the length of a block."""
    if not PROGRAM.exists():
        pytest.skip("no MQTT broker here: make .venv/.broker")
    port, file = free_port(), folder / "broker.yaml"
    (folder / "passwords").write_text("")
    plugin = _ANYBODY if anybody else _NOBODY.format(file=folder / "passwords")
    file.write_text(_CONFIG.format(port=port, plugin=plugin))
    with (folder / "broker.log").open("wb") as log:
        process = subprocess.Popen([PROGRAM, "-c", str(file)], stdout=log, stderr=log)
        try:
            _wait_for(port, process, folder / "broker.log")
            yield port
        finally:
            process.terminate()
            process.wait(60)


def _wait_for(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(600):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        assert process.poll() is None, log.read_text()
        time.sleep(0.1)
    raise AssertionError(log.read_text())


@contextmanager
def reader(port: int, topic: str) -> Iterator[list[Any]]:
    """The messages of a topic as they arrive."""
    got: list[Any] = []
    ready = threading.Event()
    client = Client(CallbackAPIVersion.VERSION2, client_id="reader")
    client.on_connect = lambda *_: client.subscribe(topic, qos=2)
    client.on_subscribe = lambda *_: ready.set()
    client.on_message = lambda _client, _data, message: got.append(message)
    client.connect("127.0.0.1", port)
    client.loop_start()
    assert ready.wait(60)
    try:
        yield got
    finally:
        client.disconnect()
        client.loop_stop()


def documents(got: list[Any], count: int) -> list[dict[str, Any]]:
    """Wait for so many messages, and read them."""
    for _ in range(1200):
        if len(got) >= count:
            break
        time.sleep(0.05)
    return [json.loads(message.payload) for message in got]
