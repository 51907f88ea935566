"""Definitions for several machines: they parse, name our commands, and keep one server and one archive."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import yaml

from desk.cli import COMMANDS
from flows.embedded import CLIENT, NOTHING_LEAVES
from flows.registering import POOL
from tests.conftest import CHECKOUT

COMPOSE: dict[str, Any] = yaml.safe_load((CHECKOUT / "deploy/docker/compose.yaml").read_text(encoding="utf-8"))
CLUSTER: list[dict[str, Any]] = yaml.safe_load(
    (CHECKOUT / "deploy/kubernetes/firewatch.yaml").read_text(encoding="utf-8")
)["items"]
IMAGE = "border-firewatch"


def containers() -> Iterator[tuple[str, dict[str, Any]]]:
    for item in CLUSTER:
        spec = item.get("spec", {})
        spec = spec.get("jobTemplate", {}).get("spec", spec)
        for container in spec.get("template", {}).get("spec", {}).get("containers", []):
            yield item["metadata"]["name"], container


def commands() -> Iterator[str]:
    """First words that are given to ``firewatch``."""
    for service in COMPOSE["services"].values():
        if service["image"] == IMAGE and "entrypoint" not in service:
            yield service["command"][0]
    for _, container in containers():
        if "command" not in container:
            yield container["args"][0]


def test_every_command_of_a_container_is_one_of_ours() -> None:
    found = set(commands())
    assert found == {"register", "dispatcher", "watchdog"}
    assert found <= set(COMMANDS)


def test_every_worker_takes_from_our_pool() -> None:
    lines = [" ".join(service.get("command", ())) for service in COMPOSE["services"].values()]
    lines += [" ".join(container.get("command", ())) for _, container in containers()]
    workers = [line for line in lines if "worker start" in line]
    assert len(workers) == 2
    assert all(f"--pool {POOL}" in line for line in workers)


def test_there_is_one_server_because_leases_lie_in_its_files() -> None:
    server = next(
        item for item in CLUSTER if item["metadata"]["name"] == "prefect-server" and "replicas" in item["spec"]
    )
    assert server["spec"]["replicas"] == 1
    assert server["spec"]["strategy"] == {"type": "Recreate"}


def test_whatever_writes_products_has_the_one_archive() -> None:
    for name, container in containers():
        if name in {"firewatch-worker", "firewatch-dispatcher", "firewatch-watchdog"}:
            assert {"name": "state", "mountPath": "/var/lib/firewatch"} in container["volumeMounts"]
    assert CLUSTER[0]["spec"]["accessModes"] == ["ReadWriteMany"]
    for name in ("worker", "dispatcher", "watchdog"):
        assert "state:/var/lib/firewatch" in COMPOSE["services"][name]["volumes"]


def test_no_password_and_no_address_of_an_office_stands_in_a_definition() -> None:
    text = yaml.safe_dump([COMPOSE, CLUSTER])
    assert "FIREWATCH_DB_PASSWORD" in text
    assert "FIREWATCH_ANSWER_KEY" not in text
    assert "FIREWATCH_SECRET_" not in text


def test_the_image_keeps_prefect_as_this_house_uses_it() -> None:
    recipe = (CHECKOUT / "deploy/docker/Dockerfile").read_text(encoding="utf-8")
    for name in ("DO_NOT_TRACK", "PREFECT_SERVER_ANALYTICS_ENABLED"):
        assert f"{name}={NOTHING_LEAVES[name]}" in recipe
    for name in ("PREFECT_CLIENT_MAX_RETRIES", "PREFECT_FLOWS_HEARTBEAT_FREQUENCY", "PREFECT_WORKER_QUERY_SECONDS"):
        assert f"{name}={CLIENT[name]}" in recipe
    assert "USER firewatch" in recipe
