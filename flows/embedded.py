"""Prefect as this house uses it: one home per instance, nothing leaves the machine, leases that survive a restart."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from notify.whole_file import write_whole

NOTHING_LEAVES = {
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
}

SERVER = {
    # In memory, a reboot with CANCEL_NEW would leave the slot taken and cancel every later run for ever.
    "PREFECT_SERVER_CONCURRENCY_LEASE_STORAGE": "prefect.server.concurrency.lease_storage.filesystem",
    "PREFECT_SERVER_DATABASE_TIMEOUT": "60",
    "PREFECT_SERVER_LOG_RETRYABLE_ERRORS": "true",
    "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_BATCH_SIZE": "100",
    "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_READ_BATCH_SIZE": "100",
    "PREFECT_SERVER_SERVICES_EVENT_PERSISTER_BATCH_SIZE": "200",
    "PREFECT_SERVER_SERVICES_EVENT_PERSISTER_READ_BATCH_SIZE": "100",
    "PREFECT_SERVER_SERVICES_DB_VACUUM_ENABLED": "events,flow_runs",
    "PREFECT_SERVER_SERVICES_DB_VACUUM_RETENTION_PERIOD": "1209600",
    "PREFECT_SERVER_EVENTS_RETENTION_PERIOD": "P3D",
}

CLIENT = {
    "PREFECT_CLIENT_MAX_RETRIES": "10",
    "PREFECT_FLOWS_HEARTBEAT_FREQUENCY": "30",
    "PREFECT_TASKS_DEFAULT_NO_CACHE": "true",
    "PREFECT_WORKER_QUERY_SECONDS": "5",
    "PREFECT_LOGGING_LEVEL": "INFO",
    "PREFECT_LOGGING_EXTRA_LOGGERS": "firewatch",
}


_ADDRESS = Path("prefect") / "address"


def embedded_environment(home: Path, api_url: str | None) -> dict[str, str]:
    """Environment of every Prefect process of an instance.

    Args:
        home: FIREWATCH_HOME; Prefect's own state lies in ``home/prefect``, never in the user's folder.
        api_url: of the running server; None for the short-lived server inside one process.
    """
    environment = {**NOTHING_LEAVES, **SERVER, **CLIENT, "PREFECT_HOME": str(home / "prefect")}
    if api_url is not None:
        return {**environment, "PREFECT_API_URL": api_url}
    return {
        **environment,
        "PREFECT_SERVER_EPHEMERAL_ENABLED": "true",
        "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "180",
        "PREFECT_LOGGING_LEVEL": "WARNING",
        "PREFECT_SERVER_LOGGING_LEVEL": "ERROR",
        "PREFECT_SERVER_LOG_RETRYABLE_ERRORS": "false",
    }


def note_address(home: Path, api_url: str) -> None:
    """Keep where the server of an instance answers, for commands that are given no ``PREFECT_API_URL``."""
    write_whole(home / _ADDRESS, api_url.encode())


def prefect_address(home: Path, environment: Mapping[str, str]) -> str | None:
    """The server that somebody chose, else the one that ``firewatch serve`` last started on this home."""
    file = home / _ADDRESS
    return environment.get("PREFECT_API_URL") or (file.read_text(encoding="utf-8") if file.is_file() else None)


def prefect_is_set(environment: Mapping[str, str]) -> bool:
    """Whether somebody chose a Prefect server for this process already."""
    return bool(environment.get("PREFECT_API_URL"))
