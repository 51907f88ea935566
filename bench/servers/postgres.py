"""PostgreSQL of this machine for Prefect's own database, which needs ``pg_trgm``: that of the wheel has it not."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from bench.servers.ports import free_port

INSTALLED = Path("/usr/lib/postgresql")
EXTENSIONS = Path("/usr/share/postgresql")
OWNER = "postgres"
"""PostgreSQL does not run as root; the package makes this account."""


def programs() -> Path | None:
    """Folder of initdb and pg_ctl of the newest version that has ``pg_trgm``; None where none is installed."""
    found = (path for path in INSTALLED.glob("*/bin") if (path / "initdb").exists() and _has_trgm(path.parent.name))
    return max(found, key=lambda path: int(path.parent.name), default=None)


def _has_trgm(version: str) -> bool:
    return (EXTENSIONS / version / "extension" / "pg_trgm.control").exists()


@contextmanager
def prefect_database(folder: Path) -> Iterator[str | None]:
    """A server of its own on a free port until the block ends: its address for Prefect, None where none is installed.

    Args:
        folder: of its own, absent or empty.
    """
    found = programs()
    if found is None:
        yield None
        return
    folder.mkdir(parents=True)
    _open_ways(folder)
    port = free_port()
    data = str(folder / "data")
    _run(found / "initdb", "-D", data, "-U", OWNER, "-A", "trust", "-E", "UTF8", "--no-sync")
    options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder}"
    _run(found / "pg_ctl", "-D", data, "-o", options, "-l", str(folder / "log"), "-w", "start")
    try:
        yield f"postgresql+asyncpg://{OWNER}@127.0.0.1:{port}/postgres"
    finally:
        _run(found / "pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")


def _run(*arguments: object) -> None:
    as_owner = (shutil.which("setpriv") or "setpriv", f"--reuid={OWNER}", f"--regid={OWNER}", "--clear-groups")
    words = tuple(map(str, arguments))
    command = (*as_owner, *words) if _is_root() else words
    done = subprocess.run(command, capture_output=True, text=True, env=_plain(), check=False)
    if done.returncode != 0:
        raise RuntimeError(f"{words[0]}: {done.stderr.strip() or done.stdout.strip()}")


def _plain() -> Mapping[str, str]:
    return {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8", "TZ": "UTC"}


def _is_root() -> bool:
    return os.geteuid() == 0


def _open_ways(folder: Path) -> None:
    """The owner of the server owns its folder, and may pass through those above it."""
    if not _is_root():
        return
    shutil.chown(folder, OWNER)
    for above in folder.parents:
        if above.stat().st_uid == os.geteuid() and above.stat().st_mode & 0o011 == 0:
            above.chmod(above.stat().st_mode | 0o011)
