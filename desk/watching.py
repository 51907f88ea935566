"""``firewatch watchdog`` and ``firewatch metrics``: the watch on ourselves, from without."""

from __future__ import annotations

import os
import signal
from threading import Event
from typing import Annotated

import typer
from prometheus_client import CollectorRegistry, start_http_server

from desk.errors import InputError
from desk.exits import Exit
from desk.options import Json
from desk.shown import show_json, show_rows
from flows.embedded import prefect_is_set
from flows.metrics import HouseCollector
from flows.watching import look
from flows.wiring import open_house


def watchdog(as_json: Json = False) -> None:
    """Look once whether audits are held, and tell operations where not. Example: firewatch watchdog."""
    house = open_house()
    try:
        problems = look(house)
    finally:
        house.close()
    rows = [{"problem": one.key, "said": one.said_zh, "means": one.means_zh} for one in problems]
    show_rows("看门狗", {"said": "问题", "means": "影响"}, rows, empty="审计按时进行", as_json=as_json)
    raise typer.Exit(Exit.FAILED if problems else Exit.DONE)


def register(
    pool_type: Annotated[str, typer.Option(help="process, docker or kubernetes.")] = "process",
    as_json: Json = False,
) -> None:
    """Bring all deployments to the Prefect server of PREFECT_API_URL. Example: firewatch register."""
    from flows.registering import register as bring

    if not prefect_is_set(os.environ):
        raise InputError("PREFECT_API_URL", "is not set", remedy="set it to http://…/api, or use firewatch serve")
    open_house().close()
    said: list[str] = []
    bring(say=said.append if as_json else typer.echo, pool_type=pool_type)
    if as_json:
        show_json({"pool_type": pool_type, "said": said})


def metrics(
    port: Annotated[int, typer.Option(help="Port, on this machine only.")] = 9464,
) -> None:
    """Serve /metrics for Prometheus until Ctrl-C; serve keeps one. Example: firewatch metrics --port 9464."""
    stop = Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    house = open_house()
    registry = CollectorRegistry()
    registry.register(HouseCollector(house))
    server, thread = start_http_server(port, addr="127.0.0.1", registry=registry)
    typer.echo(f"http://127.0.0.1:{server.server_port}/metrics")
    try:
        stop.wait()
    finally:
        server.shutdown()
        thread.join()
        house.close()
