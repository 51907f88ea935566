"""The heartbeat (心跳): what an outside watcher waits for. It is sent only after an audit without a problem."""

from __future__ import annotations

import http.client
import json
from datetime import datetime
from pathlib import Path
from urllib.parse import SplitResult, unquote, urlsplit

from notify.channels.line import Line
from notify.whole_file import write_whole

DEADLINE_S = 10.0


class HeartbeatFailed(Exception):
    """The watcher could not be told: it will call, and should."""


def send_heartbeat(url: str, *, now: datetime, deadline_s: float = DEADLINE_S) -> None:
    """Tell the watcher that all is well.

    Args:
        url: ``file:///path``, whose file is replaced, or ``http(s)://…``, which must answer 2xx to a GET.
        now: stands in the file.
        deadline_s: total, from connecting to the last byte.

    Raises:
        HeartbeatFailed: it did not arrive; the message holds no part of the address but its host.
    """
    parts = urlsplit(url)
    if parts.scheme == "file":
        _write(Path(unquote(parts.path)), now)
    elif parts.scheme in {"http", "https"} and parts.hostname:
        _call(parts, deadline_s)
    else:
        raise HeartbeatFailed("the heartbeat address is neither file:///… nor http(s)://…")


def _write(path: Path, now: datetime) -> None:
    """Into a folder that is there: one that is gone may be a watcher's disk, and is not made anew."""
    try:
        path.parent.stat()
        write_whole(path, json.dumps({"beat_utc": now.isoformat()}).encode())
    except OSError as error:
        raise HeartbeatFailed(f"heartbeat file: {error.strerror}") from error


def _call(parts: SplitResult, deadline_s: float) -> None:
    host, secure = parts.hostname or "", parts.scheme == "https"
    try:
        with Line(host, parts.port or (443 if secure else 80), deadline_s=deadline_s) as line:
            if secure:
                line.secure()
            connection = http.client.HTTPConnection(host, parts.port)
            connection.sock = line.sock
            target = f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
            connection.request("GET", target, headers={"User-Agent": "border-firewatch", "Connection": "close"})
            status = connection.getresponse().status
    except (OSError, http.client.HTTPException) as error:
        raise HeartbeatFailed(f"heartbeat to {host}: {type(error).__name__}") from error
    if not 200 <= status < 300:
        raise HeartbeatFailed(f"heartbeat to {host}: HTTP {status}")
