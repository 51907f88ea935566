"""``inbox://<region>/<office>``: one JSON line a message in ``<inbox>/<region>/<office>.jsonl``, each once."""

from __future__ import annotations

import fcntl
import json
import os
import re
from contextlib import suppress
from pathlib import Path

from notify.channels.plugin import ChannelSettings, OwnChannel
from notify.delivery_states import Outcome, OutcomeClass
from notify.parcel import Parcel

INBOX_ADDRESS = re.compile(r"[a-z]+://([A-Za-z0-9_-]{1,64})/([A-Za-z0-9_-]{1,64})/?")
NO_PLACE = Outcome(OutcomeClass.REJECT_PERMANENT, "inbox: an address is inbox://<region>/<office>")


class InboxChannel(OwnChannel):
    """The embedded channel. The folder is ours to choose; an address can name no place outside it."""

    service_name = "Inbox"
    protocol = "inbox"

    def deliver(self, address: str, parcel: Parcel, *, settings: ChannelSettings) -> Outcome:
        """Append the message unless its key is there."""
        parts = INBOX_ADDRESS.fullmatch(address)
        if parts is None:
            return NO_PLACE
        path = settings.inbox_dir / parts[1] / f"{parts[2]}.jsonl"
        try:
            return _append_once(path, parcel)
        except OSError as error:
            return Outcome(OutcomeClass.NOT_SENT, f"inbox: {os.strerror(error.errno or 0)}; nothing was written")


def _append_once(path: Path, parcel: Parcel) -> Outcome:
    """Write one line whole or not at all, on disk before the answer."""
    line = json.dumps(parcel.document(), ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC, 0o640)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        whole = _whole_lines(path.read_bytes())
        os.ftruncate(handle, len(whole))
        if f'"delivery_id":"{parcel.key}"'.encode() in whole:
            return Outcome(OutcomeClass.OK, "inbox: it was there already", provider_id=parcel.key)
        try:
            _write_all(handle, line)
            os.fsync(handle)
            _sync_folder(path.parent)
        except OSError:
            with suppress(OSError):
                os.ftruncate(handle, len(whole))
            raise
    finally:
        os.close(handle)
    return Outcome(OutcomeClass.OK, "inbox: written", provider_id=parcel.key)


def _whole_lines(content: bytes) -> bytes:
    """Without the torn line that a crash in the middle of a write leaves: nobody was told that it is there."""
    return content[: content.rfind(b"\n") + 1]


def _write_all(handle: int, line: bytes) -> None:
    view = memoryview(line)
    while view:
        view = view[os.write(handle, view) :]


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
